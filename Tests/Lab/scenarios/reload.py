"""What a reload must leave alone: elections, addresses, servers, counters and connections of everything that stayed."""

import os
import re
import time

from lab.capture import Capture
from lab.director import RELOADED, Director, real_listing, without_connection_counts
from lab.kernel_writes import KernelWrites
from lab.pool import SERVERS, VIP, Listener, Pool, WebPool, real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, instance
from lab.wait import Failure, stays, until
from lab.watch import AddressMonitor, Pinger

SECOND = "10.1.80.89"
CHANGED_STATE = r"Entering (MASTER|BACKUP|FAULT)|(Adding|Removing) service|Gained|Lost quorum"


class TwoDirectors:
    """Two directors with files of their own. `files` maps ds1 and ds2 to theirs."""

    def __init__(self, lab, files):
        self.lab = lab
        self.client, self.ds1, self.ds2 = lab.add_hosts(INTERFACE, ADDRESSES)
        self.directors = {host.name: Director(host, files[host.name]) for host in (self.ds1, self.ds2)}

    def start(self, **holders):
        """Starts both; returns when each address has its holder."""
        for director in self.directors.values():
            director.start()
        return self

    def wait_for(self, address, holder, timeout=15):
        other = self.ds2 if holder is self.ds1 else self.ds1
        return self.lab.wait_for_holder(address, holder, [other], timeout)

    def reload(self, files):
        """Both get their files first and are told one right after the other, the backup first."""
        for name, text in files.items():
            self.directors[name].configure(text)
        for name in sorted(files, reverse=True):
            self.directors[name].reload()
        for name in files:
            self.directors[name].wait_for_log(RELOADED)


def expect_silence(capture, vrid, since=0):
    """Nobody resigned from this virtual router."""
    resigned = [one for one in capture.adverts(vrid=vrid) if one.priority == 0 and one.time >= since]
    if resigned:
        raise Failure(f"a reload had to be silent, and a master of {vrid} resigned: {resigned}")


def longest_pause(adverts):
    """The longest time between two adverts that follow each other."""
    return max((later.time - earlier.time for earlier, later in zip(adverts, adverts[1:])), default=float("inf"))


# Nothing changed

TIMES = int(os.environ.get("LAB_RELOADS", "100"))
PERIOD = float(os.environ.get("LAB_RELOAD_PERIOD", "0.2"))


@scenario("a hundred reloads with nothing changed", ipvs=True, alone=True, only="martlet", timeout=300)
def nothing_changed(lab):
    service = virtual_server([real_server("rs1", weight=3), real_server("rs2")])
    tier = TwoDirectors(lab, {"ds1": instance(101, "MASTER") + service, "ds2": instance(100) + service})
    rs1, _ = lab.add_hosts(INTERFACE, {name: SERVERS[name] for name in ("rs1", "rs2")})
    listener = Listener(rs1, SERVERS["rs1"]).start()
    writes = {host.name: KernelWrites(host) for host in (tier.ds1, tier.ds2)}
    tier.start()
    tier.wait_for(VIP, tier.ds1)
    for director in tier.directors.values():
        director.wait_for_log(r"Removing service \[10\.1\.80\.95\]", 30)

    lab.step("the announcements of the take-over and the first reloads are over")
    adverts = Capture(tier.client, INTERFACE, "host 224.0.0.18")
    announcements = Capture(tier.client, INTERFACE, f"arp and arp src host {VIP}")
    settled = time.monotonic() + 7
    # Whatever a program gets hold of once, at its first reloads, it has got hold of then.
    for _ in range(5):
        for director in tier.directors.values():
            director.reload()
            director.wait_for_log(RELOADED)
    time.sleep(max(0, settled - time.monotonic()))

    for one in writes.values():
        one.take()
    heard = len(announcements.packets())
    tables = {host.name: without_connection_counts(real_listing(host)) for host in (tier.ds1, tier.ds2)}
    if SERVERS["rs2"] in tables["ds1"] or SERVERS["rs1"] not in tables["ds1"]:
        raise Failure(f"rs1 alone had to be in the table:\n{tables['ds1']}")
    before = {}
    said = {name: len(director.log) for name, director in tier.directors.items()}
    first = len(adverts.adverts("10.1.80.91"))

    lab.step(f"{TIMES} reloads, {PERIOD:g} s apart")
    started = time.monotonic()
    for number in range(TIMES):
        for director in tier.directors.values():
            director.reload()
        for director in tier.directors.values():
            director.wait_for_log(RELOADED)
        if number == TIMES // 3:
            # By now the allocator has what it needs for one reload, in every thread that takes part.
            before = {name: director.resources() for name, director in tier.directors.items()}
        time.sleep(max(0, started + (number + 1) * PERIOD - time.monotonic()))
    took = time.monotonic() - started
    lab.step(f"they took {took:.1f} s")

    for name, one in writes.items():
        one.expect_none(f"{TIMES} reloads of {name} with nothing changed")
    for name, director in tier.directors.items():
        log = director.log[said[name]:]
        if match := re.search(CHANGED_STATE, log):
            raise Failure(f"{name} changed a state ({match.group(0)}) though nothing had changed:\n{log[-3000:]}")
        if len(re.findall(RELOADED, log)) < TIMES:
            raise Failure(f"{name} did not make {TIMES} reloads:\n{log[-3000:]}")
    if lab.holder(VIP, [tier.ds1, tier.ds2]) is not tier.ds1:
        raise Failure(f"ds1 alone had to hold {VIP}")
    for host in (tier.ds1, tier.ds2):
        if (table := without_connection_counts(real_listing(host))) != tables[host.name]:
            raise Failure(f"the table of {host.name} was\n{tables[host.name]}and is\n{table}")
    if more := announcements.packets()[heard:]:
        raise Failure(f"{len(more)} announcements of {VIP} were sent though nothing had changed:\n{more[0]}")

    sent = adverts.adverts("10.1.80.91")[first:]
    pause, wanted = longest_pause(sent), took
    lab.step(f"{len(sent)} adverts in {took:.1f} s, the longest pause was {pause:.2f} s")
    if pause > 1.6 or not wanted - 3 <= len(sent) <= wanted * 1.05 + 3:
        raise Failure(f"an advert a second had to come: there were {len(sent)} in {took:.1f} s, and once "
                      f"{pause:.2f} s without one")
    if others := adverts.adverts("10.1.80.92"):
        raise Failure(f"the backup spoke: {others[:3]}")
    for name, director in tier.directors.items():
        kilobytes, descriptors = director.resources()
        lab.step(f"{name}: {before[name][0]} kB and {before[name][1]} descriptors, then {kilobytes} kB and {descriptors}")
        if descriptors != before[name][1]:
            raise Failure(f"{name} had {before[name][1]} descriptors open and has {descriptors}")
        if kilobytes > before[name][0] + 1024:
            raise Failure(f"{name} had {before[name][0]} kB in memory and has {kilobytes}")
    listener.stop()


# Elections and addresses

@scenario("two virtual router ids are swapped, and both addresses stay where they are", only="martlet")
def swapped(lab):
    def files(first, second):
        return {name: instance(priority, state, "VI_1", first, vips=(VIP,))
                + instance(priority, state, "VI_2", second, vips=(SECOND,))
                for name, priority, state in (("ds1", 101, "MASTER"), ("ds2", 100, "BACKUP"))}

    tier = TwoDirectors(lab, files(51, 52)).start()
    for address in (VIP, SECOND):
        tier.wait_for(address, tier.ds1)
    monitor = AddressMonitor(tier.ds1)
    adverts = Capture(tier.client, INTERFACE, "host 224.0.0.18")
    with Pinger(tier.client, VIP) as one, Pinger(tier.client, SECOND) as two:
        until(lambda: one.answers and two.answers, "both addresses answer", 10)
        one.take(), two.take()
        tier.reload(files(52, 51))
        stays(lambda: all(lab.holder(address, [tier.ds1, tier.ds2]) is tier.ds1 for address in (VIP, SECOND)),
              "ds1 alone holds both addresses", 6, interval=0.02)
        for pinger in (one, two):
            pinger.expect_gap_below(1, "while the virtual router ids were swapped")
    monitor.expect(what="swapping two virtual router ids")
    for vrid in (51, 52):
        expect_silence(adverts, vrid)
    lab.step("each address goes out under its new number")
    for vrid, address in ((52, VIP), (51, SECOND)):
        adverts.wait_for(rf"vrid {vrid}, prio 101.*addrs: {re.escape(address)}\b")
    lab.step("and the other director hears it: it takes both when ds1 stops")
    tier.directors["ds1"].stop()
    for address in (VIP, SECOND):
        tier.wait_for(address, tier.ds2)


@scenario("a priority is edited: higher changes nothing but the number, lower hands over once")
def priority(lab):
    def files(first):
        return {"ds1": instance(first, "MASTER"), "ds2": instance(100)}

    tier = TwoDirectors(lab, files(101)).start()
    tier.wait_for(VIP, tier.ds1)
    adverts = Capture(tier.client, INTERFACE, "host 224.0.0.18")
    monitor = AddressMonitor(tier.ds1)
    adverts.wait_for("prio 101")
    lab.step("101 becomes 150")
    tier.directors["ds1"].reload_to(files(150)["ds1"])
    adverts.wait_for("prio 150", 5)
    monitor.expect(what="a higher priority for the master")
    lab.step("150 becomes 90: ds2 is the better one now")
    tier.directors["ds1"].reload_to(files(90)["ds1"])
    tier.wait_for(VIP, tier.ds2, 10)
    monitor.expect(gone=[VIP], what="a lower priority for the master")
    lab.step("90 becomes 101: ds1 takes it back")
    tier.directors["ds1"].reload_to(files(101)["ds1"])
    tier.wait_for(VIP, tier.ds1, 15)
    if longest_pause(adverts.adverts(vrid=51)) > 4.5:
        raise Failure(f"nobody spoke for {longest_pause(adverts.adverts(vrid=51)):.1f} s")


@scenario("an instance that is added waits for the master that there is, whatever its state line says")
def added(lab):
    first = {"ds1": instance(101, "MASTER"), "ds2": instance(100)}
    tier = TwoDirectors(lab, {"ds1": first["ds1"], "ds2": first["ds2"] + instance(150, "MASTER", "VI_2", 52, vips=(SECOND,))})
    tier.start()
    tier.wait_for(VIP, tier.ds1)
    tier.wait_for(SECOND, tier.ds2)
    adverts = Capture(tier.client, INTERFACE, "host 224.0.0.18")
    monitors = {host.name: AddressMonitor(host) for host in (tier.ds1, tier.ds2)}
    tier.directors["ds1"].reload_to(first["ds1"] + instance(50, "BACKUP", "VI_2", 52, vips=(SECOND,)))
    tier.directors["ds1"].wait_for_log(r"\(VI_2\) Entering BACKUP STATE")
    stays(lambda: lab.holder(SECOND, [tier.ds1, tier.ds2]) is tier.ds2 and lab.holder(VIP, [tier.ds1, tier.ds2]) is tier.ds1,
          f"ds2 alone holds {SECOND} and ds1 alone {VIP}", 5)
    for name, monitor in monitors.items():
        monitor.expect(what=f"an instance that is added to ds1, seen on {name}")
    if spoken := adverts.adverts("10.1.80.91", 52):
        raise Failure(f"the instance that was added spoke though there was a master: {spoken}")
    expect_silence(adverts, 51)
    lab.step("it is alive: it takes over when the master of its group stops")
    tier.directors["ds2"].stop()
    tier.wait_for(SECOND, tier.ds1)


@scenario("an instance that is removed resigns and gives its address up; the other one goes on")
def removed(lab):
    def files(*names):
        numbers = {"VI_1": (51, VIP), "VI_2": (52, SECOND)}
        return {host: "".join(instance(priority, state, name, numbers[name][0], vips=(numbers[name][1],)) for name in names)
                for host, priority, state in (("ds1", 101, "MASTER"), ("ds2", 100, "BACKUP"))}

    both = files("VI_1", "VI_2")
    tier = TwoDirectors(lab, both).start()
    for address in (VIP, SECOND):
        tier.wait_for(address, tier.ds1)
    adverts = Capture(tier.client, INTERFACE, "host 224.0.0.18")
    monitor = AddressMonitor(tier.ds1)
    with Pinger(tier.client, VIP) as pinger:
        until(lambda: pinger.answers, f"{VIP} answers", 10)
        pinger.take()
        tier.directors["ds1"].reload_to(files("VI_1")["ds1"])
        tier.wait_for(SECOND, tier.ds2, 5)
        pinger.expect_gap_below(1, "while another instance was removed")
    monitor.expect(gone=[SECOND], what="an instance that is removed")
    adverts.wait_for("vrid 52, prio 0,", 5)
    until(lambda: len(adverts.adverts("10.1.80.91", 51)) > 3, "the instance that stayed goes on", 10)
    expect_silence(adverts, 51)
    if (pause := longest_pause(adverts.adverts("10.1.80.91", 51))) > 1.6:
        raise Failure(f"the instance that stayed paused for {pause:.2f} s")


@scenario("an interval and a password are edited on both sides without an election")
def retimed(lab):
    def files(**settings):
        return {"ds1": instance(101, "MASTER", **settings), "ds2": instance(100, **settings)}

    tier = TwoDirectors(lab, files()).start()
    tier.wait_for(VIP, tier.ds1)
    monitors = {host.name: AddressMonitor(host) for host in (tier.ds1, tier.ds2)}
    adverts = Capture(tier.client, INTERFACE, "host 224.0.0.18")
    tier.reload(files(interval="2", password="2222"))
    adverts.wait_for(r"intvl 2s.*2222", 10)
    stays(lambda: lab.holder(VIP, [tier.ds1, tier.ds2]) is tier.ds1, f"ds1 alone holds {VIP}", 7)
    for name, monitor in monitors.items():
        monitor.expect(what=f"another interval and password, seen on {name}")
    expect_silence(adverts, 51)


# Servers

def reload_and_expect(pool, text, expected, writes=None, allowed=None):
    """Reloads, waits for the table, and looks at what the kernel was asked for."""
    if writes:
        writes.take()
    pool.director.reload_to(text)
    pool.wait_for_pool(expected)
    if writes and (found := sorted(writes.take())) != sorted(allowed):
        raise Failure(f"the kernel had to be asked for {allowed} and was asked for {found}")


@scenario("a failed server stays failed, and a corrected check brings it back without a restart", ipvs=True)
def failed_server(lab):
    def service(check_port, weight=1):
        wrong = f"TCP_CHECK {{\n    connect_port {check_port}\n    connect_timeout 1\n    retry 1\n    delay_before_retry 1\n}}"
        return virtual_server([real_server("rs1", weight=weight), real_server("rs2", wrong)])

    pool = Pool(lab, service(8099)).start()
    pool.wait_for_pool({"rs1": 1}, timeout=30)
    seen = []

    def absent():
        seen.append(pool.pool() or {})
        return f"{SERVERS['rs2']}:80" not in seen[-1]

    for round, weight in enumerate((2, 3, 4)):
        lab.step(f"reload {round + 1}: another weight for the other server")
        pool.director.reload_to(service(8099, weight))
        stays(absent, "rs2 stays out of the table", 2, interval=0.1, context=lambda: str(seen[-1]))
        pool.wait_for_pool({"rs1": weight})
    lab.step("the check gets the right port")
    pool.director.reload_to(service(80, 4))
    pool.wait_for_pool({"rs1": 4, "rs2": 1}, timeout=20)


@scenario("everything about a service is edited in place, under a client that goes on", ipvs=True)
def edited_in_place(lab):
    def service(first="", scheduler="rr", weight=1, extra=""):
        return virtual_server([real_server("rs1", weight=weight, extra=first), real_server("rs2")],
                              scheduler=scheduler, extra=extra)

    pool = WebPool(lab, service(), servers=("rs1", "rs2", "rs3"))
    strict = pool.director.kind == "martlet"
    writes = KernelWrites(pool.ds1) if strict else None
    pool.start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(r"TCP connection to .*10\.1\.80\.95.* success")
    talk = pool.conversation()
    talk.page()
    until(lambda: pool.connection_entries().get(talk.local_port), "the director has the connection", 10)
    entry = pool.connection_entries()[talk.local_port]
    rs1 = SERVERS["rs1"]

    def flags():
        return real_listing(pool.ds1).splitlines()[3]

    # What is edited, the file, the weight of rs1, what the service's line says, and what the kernel is asked for.
    edits = [
        ("a weight", service(weight=7), 7, r" rr", [f"SET_DEST {rs1}"]),
        ("the scheduler", service(weight=7, scheduler="wrr"), 7, r" wrr", ["SET_SERVICE"]),
        ("persistence", service(weight=7, scheduler="wrr", extra="persistence_timeout 300"), 7,
         r" wrr persistent 300", ["SET_SERVICE"]),
        ("another persistence", service(weight=7, scheduler="wrr", extra="persistence_timeout 100"), 7,
         r" wrr persistent 100", ["SET_SERVICE"]),
        ("a sorry server", service(weight=7, scheduler="wrr", extra=f"persistence_timeout 100\nsorry_server {SERVERS['rs3']} 80"),
         7, r" wrr persistent 100", []),
        ("everything at once", service(weight=2, scheduler="wlc"), 2, r" wlc\s*$", [f"SET_DEST {rs1}", "SET_SERVICE"]),
    ]
    if strict:
        # The real one leaves thresholds as they were.
        edits.insert(1, ("thresholds", service(weight=7, first="uthreshold 100\nlthreshold 50"), 7, r" rr", [f"SET_DEST {rs1}"]))
        edits.insert(2, ("thresholds, away", service(weight=7), 7, r" rr", [f"SET_DEST {rs1}"]))
    with pool.customer() as customer:
        until(lambda: customer.requests > 5, "the client gets pages", 10)
        pool.connect()
        until(lambda: all(pool.counters().get(f"{address}:80", 0) for address in (VIP, rs1, SERVERS["rs2"])),
              "the kernel counts connections", 15, interval=0.3)
        counted = pool.counters()
        for what, text, weight, line, allowed in edits:
            lab.step(what)
            reload_and_expect(pool, text, {"rs1": weight, "rs2": 1}, writes, allowed)
            until(lambda: re.search(line, flags()), f"the service's line has {line}", 10, context=flags)
            if what == "thresholds":
                shown = pool.ds1.run(["ipvsadm", "-Ln", "--thresholds"]).stdout
                if not re.search(rf"{re.escape(rs1)}:80 +100 +50 ", shown):
                    raise Failure(f"the thresholds had to be 100 and 50:\n{shown}")
            talk.page()
            if pool.connection_entries().get(talk.local_port) != entry:
                raise Failure(f"the connection of port {talk.local_port} to {entry} is gone: {pool.connection_entries()}")
            after = pool.counters()
            for name in (f"{VIP}:80", f"{rs1}:80", f"{SERVERS['rs2']}:80"):
                if after.get(name, 0) < counted[name]:
                    raise Failure(f"{name} was made anew: it had counted {counted[name]} and has now {after.get(name)}")
            counted = after
            # While the kernel changes a service's scheduler the service has none for a moment (ip_vs_edit_service), and
            # refuses a connection that is new just then.
            customer.expect_no_failure(what, tolerated=2 if what in ("the scheduler", "everything at once") else 0)
    talk.page()


@scenario("a sorry server in use is replaced while the service stays", ipvs=True)
def sorry_server(lab):
    def service(sorry, weight=1):
        return virtual_server([real_server("rs1", weight=weight)], extra=f"sorry_server {SERVERS[sorry]} 80")

    pool = Pool(lab, service("rs3"), servers=("rs1", "rs2", "rs3"))
    strict = pool.director.kind == "martlet"
    writes = KernelWrites(pool.ds1) if strict else None
    pool.start(servers=[])
    pool.wait_for_pool({"rs3": 1}, timeout=30)
    counted = pool.connect()
    lab.step("another edit leaves it in use")
    reload_and_expect(pool, service("rs3", 5), {"rs3": 1}, writes, [])
    lab.step("another sorry server")
    reload_and_expect(pool, service("rs2", 5), {"rs2": 1}, writes, [f"NEW_DEST {SERVERS['rs2']}", f"DEL_DEST {SERVERS['rs3']}"])
    after = pool.counters()
    if after[f"{VIP}:80"] < counted[f"{VIP}:80"]:
        raise Failure(f"the service was made anew: it had counted {counted}, and has now {after}")
    lab.step("the server is well again")
    pool.listeners["rs1"].start()
    pool.wait_for_pool({"rs1": 5}, timeout=20)


@scenario("a service is added and one is removed while a client uses the third", ipvs=True)
def services_come_and_go(lab):
    kept = virtual_server([real_server("rs1"), real_server("rs2")])
    leaving = virtual_server([real_server("rs1", check=None)], port=8080)
    coming = virtual_server([real_server("rs2", check=None)], port=9090)
    pool = WebPool(lab, kept + leaving)
    strict = pool.director.kind == "martlet"
    writes = KernelWrites(pool.ds1) if strict else None
    pool.start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(r"TCP connection to .*10\.1\.80\.95.* success")
    talk = pool.conversation()
    talk.page()
    with pool.customer() as customer:
        until(lambda: customer.requests > 3, "the client gets pages", 10)
        if writes:
            writes.take()
        pool.director.reload_to(coming + kept)
        until(lambda: sorted(pool.table()) == [f"TCP {VIP}:80", f"TCP {VIP}:9090"], "8080 is gone and 9090 is there", 10,
              context=lambda: str(pool.table()))
        if writes:
            found = [write for write in writes.take() if write != f"DEL_DEST {SERVERS['rs1']}"]
            if sorted(found) != ["DEL_SERVICE", f"NEW_DEST {SERVERS['rs2']}", "NEW_SERVICE"]:
                raise Failure(f"only the two services had to be touched: {found}")
        talk.page()
        customer.expect_no_failure("while services came and went")


