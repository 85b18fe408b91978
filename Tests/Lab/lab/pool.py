"""One director with a pool of servers and no election: for checks, pools and the kernel's table."""

import re
import socket

from .director import Director, real_listing
from .wait import Failure, until
from .web import Conversation, GapMeter, WebServer

INTERFACE = "enp0s3"
VIP = "10.1.80.90"
SERVERS = {"rs1": "10.1.80.93", "rs2": "10.1.80.95", "rs3": "10.1.80.96"}

TCP_CHECK = "TCP_CHECK {\n    connect_timeout 1\n    retry 1\n    delay_before_retry 1\n}"


def indented(text, depth=1):
    return "\n".join("    " * depth + line if line else line for line in text.strip().splitlines())


def real_server(name, check=TCP_CHECK, port=80, weight=1, extra=""):
    address = SERVERS.get(name, name)
    return "\n".join(part for part in [f"real_server {address} {port} {{", f"    weight {weight}",
                                       indented(extra) if extra else "", indented(check) if check else "", "}"] if part)


def virtual_server(servers, vip=VIP, port=80, scheduler="rr", kind="DR", protocol="TCP", extra="", delay_loop="1"):
    parts = [f"virtual_server {vip} {port} {{", f"    delay_loop {delay_loop}", f"    lb_algo {scheduler}",
             f"    lb_kind {kind}", f"    protocol {protocol}", indented(extra) if extra else "",
             *[indented(server) for server in servers], "}", ""]
    return "\n".join(part for part in parts if part) + "\n"


class Listener:
    """A server that accepts connections and says nothing: all that TCP_CHECK asks for."""

    def __init__(self, host, address, port=80):
        self.host, self.address, self.port = host, address, port
        self._socket = None

    def start(self):
        self._socket = self.host.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((self.address, self.port))
        # Nobody accepts; the kernel does, and this many connections may wait.
        self._socket.listen(1024)
        return self

    def stop(self):
        self._socket.close()
        self._socket = None


class Pool:
    def __init__(self, lab, configuration=None, kind=None, servers=("rs1", "rs2"), dry_run=False):
        self.lab = lab
        hosts = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91", **{name: SERVERS[name] for name in servers}})
        self.ds1 = hosts[0]
        self.servers = dict(zip(servers, hosts[1:]))
        self.listeners = {name: Listener(host, SERVERS[name]) for name, host in self.servers.items()}
        self.director = Director(self.ds1, configuration, kind, dry_run=dry_run)

    def start(self, servers=None):
        for name in servers if servers is not None else self.listeners:
            self.listeners[name].start()
        self.director.start()
        return self

    # The table

    def table(self):
        """What the kernel has: service -> {server: weight}, as ipvsadm names them."""
        found, service = {}, None
        for line in real_listing(self.ds1).splitlines()[3:]:
            words = line.split()
            if not words:
                continue
            if words[0] == "->":
                found[service][words[1]] = int(words[3])
            else:
                service = f"{words[0]} {words[1]}"
                found[service] = {}
        return found

    def pool(self, service=f"TCP {VIP}:80"):
        """The servers of one service with their weights; None if there is no such service."""
        return self.table().get(service)

    def wait_for_pool(self, expected, timeout=20, service=f"TCP {VIP}:80"):
        """Until the service has exactly these servers: name or address:port -> weight."""
        wanted = {f"{SERVERS[name]}:80" if name in SERVERS else name: weight for name, weight in expected.items()}
        _, elapsed = until(lambda: self.pool(service) == wanted, f"the pool of {service} is {wanted}", timeout,
                           interval=0.15, context=lambda: f"it is {self.pool(service)}\n{self.director.recent_log}")
        return elapsed

    def saved(self):
        """The whole table as commands, sorted: what two directors can be compared by."""
        return sorted(self.ds1.run(["ipvsadm", "-Sn"]).stdout.splitlines())

    def counters(self):
        """Per service, the connections that the kernel has counted since the entry was made."""
        text = self.ds1.run(["ipvsadm", "-Ln", "--stats", "--exact"]).stdout
        return {words[1]: int(words[2]) for line in text.splitlines()[3:]
                if (words := line.split()) and re.match(r"(TCP|UDP|FWM|->)", words[0])}

    def connect(self, times=3, address=VIP, port=80):
        """Connections of the director itself to the service; the counters once they count (every two seconds)."""
        for _ in range(times):
            with self.ds1.socket() as attempt:
                attempt.settimeout(0.2)
                attempt.connect_ex((address, port))

        def counted():
            counters = self.counters()
            return counters if counters[f"{address}:{port}"] > 0 else None

        return until(counted, f"the kernel counts connections to {address}:{port}", 15, interval=0.3)[0]


CLIENT = "10.1.80.62"

# What makes a host answer for the VIP without telling the segment about it.
_REAL_SERVER = f"""
ip address add {VIP}/32 dev lo
for scope in lo all; do
    echo 1 >/proc/sys/net/ipv4/conf/$scope/arp_ignore
    echo 2 >/proc/sys/net/ipv4/conf/$scope/arp_announce
done
"""


class WebPool(Pool):
    """A pool whose servers serve pages through the director to a client; the VIP is simply there."""

    def __init__(self, lab, configuration=None, kind=None, servers=("rs1", "rs2"), serving=None):
        super().__init__(lab, configuration, kind, servers)
        self.client, = lab.add_hosts(INTERFACE, {"client": CLIENT})
        self.ds1.run(["ip", "address", "add", f"{VIP}/32", "dev", INTERFACE])
        self.web = {}
        for name, host in self.servers.items():
            host.shell(_REAL_SERVER)
            self.web[name] = WebServer(host)
            if serving is None or name in serving:
                self.web[name].start()

    def start(self, servers=()):
        return super().start(servers)

    def customer(self):
        """A client that asks all the time and waits for a late answer; for `with`."""
        return GapMeter(self.client, VIP, interval=0.1, patience=5)

    def conversation(self):
        return Conversation(self.client, VIP)

    def connection_entries(self):
        """Local ports of clients whose established connections the director forwards -> the server they have."""
        found = {}
        for line in self.ds1.run(["ipvsadm", "-Lnc"]).stdout.splitlines()[2:]:
            words = line.split()
            if len(words) >= 6 and words[2] == "ESTABLISHED":
                found[int(words[3].rpartition(":")[2])] = words[5]
        return found


__all__ = ["WebPool", "Failure", "Listener", "Pool", "SERVERS", "TCP_CHECK", "VIP", "indented", "real_server", "virtual_server"]
