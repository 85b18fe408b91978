"""A director under test: Martlet or the real keepalived, behind one face."""

import os
import re
import signal
import time

from .wait import Failure, until

REPOSITORY = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
CONFIGURATION = "/etc/keepalived/keepalived.conf"

# What a director says when a reload is done.
RELOADED = r"Reload (complete|finished)"


def martlet_binary():
    """The binary to play: LAB_MARTLET, or what the last build made."""
    named = os.environ.get("LAB_MARTLET")
    if named:
        return named
    kind = "release" if os.environ.get("LAB_RELEASE") == "1" else "debug"
    return os.path.join(REPOSITORY, ".build", kind, "martlet")


def default_director():
    """Which director a scenario drives unless it says so itself."""
    return os.environ.get("LAB_DIRECTOR", "martlet")


class Director:
    """One run after another of a director on one host; the log goes on through restarts."""

    def __init__(self, host, configuration, kind=None, options=(), check_starts=True, dry_run=False):
        self.host = host
        self.kind = kind or default_director()
        self.options = list(options)
        # Checks and says what it would do; needs no IPVS.
        self.dry_run = dry_run
        self.process = None
        self.log_path = f"/var/log/{self.kind}.log"
        self._mark = 0
        if configuration is not None:
            self.configure(configuration)

    def configure(self, text):
        self.host.write(CONFIGURATION, text)

    @property
    def command(self):
        if self.kind == "keepalived":
            return ["keepalived", "-n", "-l", "-D", "-f", CONFIGURATION, *self.options]
        if self.kind == "martlet" and not self.options:
            return [martlet_binary(), "run", "-f", CONFIGURATION, *(["--dry-run"] if self.dry_run else [])]
        if self.kind == "martlet":
            return [martlet_binary(), "keepalived", "-n", "-l", "-D", "-f", CONFIGURATION, *self.options]
        raise Failure(f"there is no director called {self.kind}: say martlet or keepalived")

    def start(self):
        if not os.path.exists(martlet_binary()) and self.kind == "martlet":
            raise Failure(f"{martlet_binary()} does not exist: run make build")
        self._mark = len(self.log)
        # What keepalived writes into /tmp goes where every host has its own.
        self.process = self.host.start(self.command, log=self.log_path, environment={"TMPDIR": "/run"})
        return self

    def stop(self, timeout=20):
        """A clean stop; the exit status."""
        return self.process.stop(timeout)

    def crash(self):
        """SIGKILL to every process of the director: it gets to say nothing."""
        self.process.kill_tree()

    def reload(self):
        self._mark = len(self.log)
        self.process.signal(signal.SIGHUP)

    def reload_to(self, text, timeout=20):
        """Puts this file in place and reloads; returns when the director says that it is through with it."""
        self.configure(text)
        self.reload()
        self.wait_for_log(RELOADED, timeout)

    @property
    def running(self):
        return self.process is not None and self.process.running

    def command_of_martlet(self, name, *arguments):
        """`martlet NAME` on the director's host; the result, whatever the status is."""
        return self.host.run([martlet_binary(), name, *arguments], check=False)

    def resources(self):
        """Kilobytes of memory that is its own, and open descriptors, of all its processes.

        Pages of the program's file are left out: they come as the code is first used, and go as the kernel likes.
        """
        kilobytes = descriptors = 0
        for pid in self.process.tree():
            try:
                with open(f"/proc/{pid}/status") as file:
                    resident = re.search(r"RssAnon:\s+(\d+)", file.read())
                kilobytes += int(resident.group(1)) if resident else 0
                descriptors += len(os.listdir(f"/proc/{pid}/fd"))
            except FileNotFoundError:
                continue
        return kilobytes, descriptors

    # The log

    @property
    def log(self):
        try:
            return self.host.read(self.log_path)
        except FileNotFoundError:
            return ""

    def mark(self):
        """From here on `wait_for_log` looks only at what comes."""
        self._mark = len(self.log)

    @property
    def recent_log(self):
        return self.log[self._mark:]

    def logged(self, pattern):
        return re.search(pattern, self.recent_log, re.MULTILINE)

    def wait_for_log(self, pattern, timeout=20):
        """Until a line since the last mark matches; the line and the seconds it took."""
        found, elapsed = until(
            lambda: self.logged(pattern), f"{self.host.name} logs a line like /{pattern}/", timeout,
            context=lambda: f"its log since then:\n{self.recent_log}")
        line = [text for text in self.recent_log.splitlines() if re.search(pattern, text)][0]
        return line, elapsed


# Listings

def real_listing(host, *options):
    """What Debian's ipvsadm prints on the host."""
    return host.run(["ipvsadm", "-L", "-n", *options]).stdout


def own_listing(host, *options):
    """What `martlet list` prints on the host."""
    return host.run([martlet_binary(), "list", "-n", *options]).stdout


def without_connection_counts(listing):
    """A listing with the two counters of connections left out: they change between two looks."""
    return re.sub(r"^(  -> \S+ +\S+ +\d+) +\d+ +\d+ *$", r"\1", listing, flags=re.MULTILINE)


def same_listing(host, timeout=15, options=(), counts=True):
    """The listing, after `martlet list -n` and `ipvsadm -Ln` printed the same bytes.

    Connections come and go by themselves, and the kernel may skip an entry of a dump while the table of another
    namespace changes (it counts through one hash table for all of them). So the real listing is taken before and
    after ours, and what counts is a moment in which both of those agree. Under traffic there is none: then `counts`
    is off and the two counters of connections are not compared.
    """
    comparable = (lambda listing: listing) if counts else without_connection_counts
    ends = time.monotonic() + timeout
    while True:
        before = real_listing(host, *options)
        own = own_listing(host, *options)
        after = real_listing(host, *options)
        if comparable(before) == comparable(own) == comparable(after):
            return own
        if time.monotonic() > ends:
            shown = " ".join(["-n", *options])
            raise Failure(f"on {host.name}, martlet list {shown} and ipvsadm -L {shown} differ\n--- ipvsadm\n{after}"
                          f"--- martlet\n{own}")
