"""The walk-through's front tier: two directors, LVS-DR, two real servers with nginx, one client.

Each method is one thing that an admin does there, and returns only when what has to follow has followed. The demo
narrates them, the scenario asserts them.
"""

import os
import time

from .capture import Capture
from .director import REPOSITORY, Director, default_director, martlet_binary, own_listing, real_listing, same_listing
from .director import without_connection_counts
from .wait import Failure, until
from .web import WebServer, curl, fetch, served_by

VIP = "10.1.80.90"
INTERFACE = "enp0s3"
ADDRESSES = {
    # Two addresses, because persistence ties one of them to one real server.
    "client": ["10.1.80.62", "10.1.80.63"],
    "ds1": "10.1.80.91",
    "ds2": "10.1.80.92",
    "rs1": "10.1.80.93",
    "rs2": "10.1.80.95",
}
EXAMPLE = os.path.join(REPOSITORY, "Examples", "lvs-dr-front-tier")

HEADER = (
    "IP Virtual Server version 1.2.1 (size=4096)\n"
    "Prot LocalAddress:Port Scheduler Flags\n"
    "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
)
SERVICE = "TCP  10.1.80.90:80 wrr persistent 5\n"
EMPTY = HEADER

# What `lvs_rs.sh start` of the walk-throughs does, for a tier whose director brings no `realserver` command.
REAL_SERVER_SCRIPT = f"""
ip address add {VIP}/32 dev lo
for scope in lo all; do
    echo 1 >/proc/sys/net/ipv4/conf/$scope/arp_ignore
    echo 2 >/proc/sys/net/ipv4/conf/$scope/arp_announce
done
"""


def destination(address, connections="0          0         "):
    return f"  -> {address + ':80':<28} Route   100    {connections}\n"


BOTH = HEADER + SERVICE + destination("10.1.80.93") + destination("10.1.80.95")
ONLY_RS2 = HEADER + SERVICE + destination("10.1.80.95")


class FrontTier:
    def __init__(self, lab, kinds=None):
        self.lab = lab
        self.client, self.ds1, self.ds2, self.rs1, self.rs2 = lab.add_hosts(INTERFACE, ADDRESSES)
        kinds = kinds or {}
        self.directors = {}
        for host in (self.ds1, self.ds2):
            with open(os.path.join(EXAMPLE, host.name, "keepalived.conf")) as file:
                self.directors[host.name] = Director(host, file.read(), kinds.get(host.name))
        self.web = {host.name: WebServer(host) for host in (self.rs1, self.rs2)}

    @property
    def martlet_is_director(self):
        return default_director() == "martlet"

    # Setting up

    def set_up_real_servers(self):
        for host in (self.rs1, self.rs2):
            if self.martlet_is_director:
                host.run([martlet_binary(), "realserver", "apply", VIP])
            else:
                host.shell(REAL_SERVER_SCRIPT)
            self.web[host.name].start()

    def start_directors(self):
        """Starts both; returns when ds1 holds the VIP and both tables are complete."""
        for director in self.directors.values():
            director.start()
        self.lab.wait_for_holder(VIP, self.ds1, [self.ds2], 30)
        for host in (self.ds1, self.ds2):
            self.wait_for_listing(host, BOTH, 30)
        # The first checks are over once nothing is about to change the table by itself.
        for director in self.directors.values():
            director.wait_for_log(r"(Activating healthchecker|TCP connection to .* success|Entering (MASTER|BACKUP))", 30)

    # Looking

    def listing(self, host, counts=True):
        """The table as the real ipvsadm prints it, after `martlet list` printed the same bytes."""
        if self.martlet_is_director:
            return same_listing(host, counts=counts)
        return real_listing(host)

    def wait_for_listing(self, host, expected, timeout=20):
        """Until the table is as expected (connection counters aside); the seconds it took."""
        _, elapsed = until(
            lambda: without_connection_counts(real_listing(host)) == without_connection_counts(expected),
            f"the table of {host.name} is\n{expected}", timeout, interval=0.2,
            context=lambda: f"it is\n{real_listing(host)}")
        return elapsed

    def page(self, source="10.1.80.62"):
        """Who serves the client's next page, by real curl."""
        body = curl(self.client, f"http://{VIP}/", "--interface", source)
        if body is None:
            raise Failure(f"the client {source} gets no page from {VIP}")
        return served_by(body)

    def pages(self):
        """Who serves each of the client's addresses."""
        return {source: self.page(source) for source in ADDRESSES["client"]}

    def wait_for_page(self, timeout=10):
        def served():
            try:
                return served_by(fetch(self.client, VIP, timeout=1))
            except OSError:
                return None

        return until(served, f"the client gets a page from {VIP}", timeout)

    def capture(self):
        return Capture(self.ds2, INTERFACE, "host 224.0.0.18")

    # Doing

    def stop_web(self, host):
        """Stops nginx; the log lines of ds1, and the seconds until the server was out of ds1's table."""
        director = self.directors["ds1"]
        director.mark()
        self.web[host.name].stop()
        started = time.monotonic()
        address = ADDRESSES[host.name].replace(".", r"\.")
        lines = [director.wait_for_log(rf"(TCP connection to|TCP_CHECK on service) \[{address}\]:tcp:80 failed", 30)[0],
                 director.wait_for_log(rf"Removing service \[{address}\]:tcp:80 from VS \[10\.1\.80\.90\]:tcp:80", 30)[0]]
        elapsed = time.monotonic() - started
        return lines, elapsed

    def start_web(self, host):
        director = self.directors["ds1"]
        director.mark()
        self.web[host.name].start()
        started = time.monotonic()
        address = ADDRESSES[host.name].replace(".", r"\.")
        lines = [director.wait_for_log(rf"TCP connection to \[{address}\]:tcp:80 success", 30)[0],
                 director.wait_for_log(rf"Adding service \[{address}\]:tcp:80 to VS \[10\.1\.80\.90\]:tcp:80", 30)[0]]
        return lines, time.monotonic() - started

    def stop_director(self, name):
        """A clean stop; the seconds until the other one held the VIP."""
        other = self.ds2 if name == "ds1" else self.ds1
        started = time.monotonic()
        self.directors[name].process.signal(15)
        until(lambda: other.holds(VIP), f"{other.name} takes {VIP}", 15, interval=0.02)
        elapsed = time.monotonic() - started
        status = self.directors[name].process.wait(20)
        if status != 0:
            raise Failure(f"the director of {name} ended with status {status}\n{self.directors[name].recent_log}")
        self.lab.wait_for_holder(VIP, other, [self.lab.hosts[name]], 10)
        return elapsed

    def crash_director(self, name):
        """SIGKILL; the seconds until the other one held the VIP. The dead one's kernel keeps address and table."""
        other = self.ds2 if name == "ds1" else self.ds1
        started = time.monotonic()
        self.directors[name].crash()
        until(lambda: other.holds(VIP), f"{other.name} takes {VIP}", 20, interval=0.02)
        return time.monotonic() - started

    def start_director(self, name):
        """Starts it again; the seconds until it alone held the VIP."""
        host = self.lab.hosts[name]
        other = self.ds2 if name == "ds1" else self.ds1
        started = time.monotonic()
        self.directors[name].start()
        self.lab.wait_for_holder(VIP, host, [other], 30)
        return time.monotonic() - started


__all__ = ["ADDRESSES", "BOTH", "EMPTY", "FrontTier", "ONLY_RS2", "VIP", "own_listing"]
