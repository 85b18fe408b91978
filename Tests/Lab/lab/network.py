"""The wires: one bridge per segment in a namespace of its own, hosts joined to it by veth pairs."""

from .host import Host
from .wait import until


class Lab:
    """The hosts and segments of one scenario. Everything is gone when it is closed."""

    def __init__(self, directory):
        self.directory = directory
        self.hosts = {}
        self.directors = []
        self._switch = None
        self._bridges = {}
        self._ports = 0

    @property
    def switch(self):
        if self._switch is None:
            self._switch = Host("switch", self.directory)
        return self._switch

    def add_hosts(self, interface, hosts, segment="lan", prefix=24, gateway=None):
        """Adds hosts and joins each to the segment: `hosts` maps a name to its addresses on `interface`.

        A host that exists gets one more interface. `gateway` is the default route of all of them.
        """
        bridge = self._bridges.get(segment)
        commands = []
        if bridge is None:
            bridge = f"br{len(self._bridges)}"
            self._bridges[segment] = bridge
            # No spanning tree, no snooping: what is sent to a group reaches every host at once.
            commands += [f"link add {bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                         f"link set {bridge} up"]
        for name, addresses in hosts.items():
            if name not in self.hosts:
                self.hosts[name] = Host(name, self.directory)
            port = f"p{self._ports}"
            self._ports += 1
            commands += [f"link add {port} type veth peer name {interface} netns {self.hosts[name].init}",
                         f"link set {port} master {bridge} up"]
        self.switch.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n", only_network=True)
        for name, addresses in hosts.items():
            listed = [addresses] if isinstance(addresses, str) else addresses
            lines = [f"link set {interface} up"]
            lines += [f"address add {address}/{128 if ':' in address else prefix} dev {interface}"
                      for address in listed]
            if gateway:
                lines.append(f"route add default via {gateway}")
            self.hosts[name].run(["ip", "-batch", "-"], input="\n".join(lines) + "\n")
        return [self.hosts[name] for name in hosts]

    def cut(self, host, interface):
        """Takes the wire off: the host's interface loses its carrier."""
        self._wire(host, interface, "down")

    def plug(self, host, interface):
        self._wire(host, interface, "up")

    def _wire(self, host, interface, state):
        index = host.run(["cat", f"/sys/class/net/{interface}/iflink"]).stdout.strip()
        for line in self.switch.run(["ip", "-o", "link"]).stdout.splitlines():
            if line.startswith(f"{index}: "):
                port = line.split(": ")[1].split("@")[0]
                self.switch.run(["ip", "link", "set", port, state])
                return

    def holder(self, address, hosts):
        """The one host of these that holds the address, or None if none or several do."""
        holders = [host for host in hosts if host.holds(address)]
        return holders[0] if len(holders) == 1 else None

    def wait_for_holder(self, address, host, others, timeout):
        """Until `host` alone holds the address; the seconds it took."""
        hosts = [host, *others]
        _, elapsed = until(
            lambda: self.holder(address, hosts) is host, f"{host.name} alone holds {address}", timeout,
            interval=0.02,
            context=lambda: "held by: " + (", ".join(h.name for h in hosts if h.holds(address)) or "nobody"))
        return elapsed

    def step(self, text):
        """Says what comes next; printed when the scenario fails."""
        print(f"* {text}", flush=True)

    def close(self):
        for host in [*self.hosts.values(), *([self._switch] if self._switch else [])]:
            host.close()
