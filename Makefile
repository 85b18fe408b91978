# Martlet. `make help` lists what there is; the two that matter to a new user are `make demo` and `make test`.

SHELL := /bin/bash
PREFIX ?= /usr/local
UNITS ?= /etc/systemd/system
CONFIGURATION := debug
# The names that martlet answers to as a link, each with the command line of the program that it stands in for.
LINK_NAMES := keepalived ipvsadm ipvsadm-save ipvsadm-restore
BUILD_FLAGS = -c $(CONFIGURATION) $(if $(filter release,$(CONFIGURATION)),--static-swift-stdlib)

.PHONY: help demo test lab-test reference-test build lint format bench install install-links uninstall clean

help:
	@echo 'make demo            installs what is missing and plays a front tier: directors, real servers, client, failures'
	@echo 'make test            installs what is missing and runs every test: lint, unit tests, lab scenarios'
	@echo 'make lab-test        only the lab scenarios (WORDS="mixed pair" picks some)'
	@echo 'make reference-test  the lab scenarios with the real keepalived as director'
	@echo 'make build           installs what building needs and builds .build/debug/martlet (CONFIGURATION=release: an optimised one)'
	@echo 'make lint            swift format lint, and a build in which warnings are errors'
	@echo 'make format          puts the source files into the form that lint wants'
	@echo 'make bench           runs Benchmarks/: Martlet beside keepalived and ipvsadm'
	@echo 'make install         installs the release build as $(PREFIX)/sbin/martlet, with its systemd unit; with LINKS=1 also'
	@echo '                     the links keepalived, ipvsadm, ipvsadm-save and ipvsadm-restore beside it'
	@echo 'make clean           removes .build and .lab'

build:
	@.ci/setup build
	@.ci/build --product martlet $(BUILD_FLAGS)

# The lab kernel is emulated on most machines, where a debug build is too slow to keep a one-second advert interval.
demo lab-test: CONFIGURATION := release
demo:
	@.ci/setup
	@.ci/build --product martlet $(BUILD_FLAGS)
	@LAB_MARTLET=$(CURDIR)/.build/$(CONFIGURATION)/martlet .ci/demo

test:
	@.ci/test

lab-test:
	@.ci/setup
	@.ci/build --build-tests
	@.ci/build --product martlet $(BUILD_FLAGS)
	@LAB_RELEASE=1 .ci/lab-tests $(if $(WORDS),"$(WORDS)")

reference-test:
	@.ci/setup lab
	@LAB_DIRECTOR=keepalived .ci/lab-tests $(if $(WORDS),"$(WORDS)")

lint:
	@.ci/setup build
	@.ci/lint
	@MARTLET_WARNINGS_AS_ERRORS=1 .ci/build --build-tests

format:
	swift format --in-place --parallel --recursive Sources Tests Package.swift

bench: CONFIGURATION := release
bench:
	@.ci/setup
	@.ci/build --product martlet $(BUILD_FLAGS)
	@Benchmarks/run

# Installs and does not build: a toolchain that is in a user's path is rarely in root's.
install:
	@test -x .build/release/martlet || { echo 'there is no release build yet: run make build CONFIGURATION=release first' >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(UNITS)
	install -m 755 .build/release/martlet $(DESTDIR)$(PREFIX)/sbin/martlet
	install -m 644 Examples/systemd/martlet.service $(DESTDIR)$(UNITS)/martlet.service
	$(if $(LINKS),@$(MAKE) --no-print-directory install-links)

# What is there and is no link to martlet belongs to somebody else, to Debian's packages for one, and stays.
install-links:
	@test -x $(DESTDIR)$(PREFIX)/sbin/martlet || { echo 'there is no $(DESTDIR)$(PREFIX)/sbin/martlet: run make install first' >&2; exit 1; }
	@status=0; for name in $(LINK_NAMES); do \
	    place=$(DESTDIR)$(PREFIX)/sbin/$$name; \
	    if [ "$$(readlink "$$place")" = martlet ]; then continue; fi; \
	    if [ -e "$$place" ] || [ -L "$$place" ]; then \
	        echo "$$place is there and is not martlet's: left alone. Remove it, or its package, and run make install-links." >&2; \
	        status=1; continue; \
	    fi; \
	    ln -s martlet "$$place" && echo "$$place -> martlet"; \
	done; exit $$status

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/martlet $(DESTDIR)$(UNITS)/martlet.service
	@for name in $(LINK_NAMES); do place=$(DESTDIR)$(PREFIX)/sbin/$$name; \
	    if [ "$$(readlink "$$place")" = martlet ]; then rm -f "$$place"; fi; done

clean:
	rm -rf .build .lab
