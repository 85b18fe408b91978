"""FRR's vrrpd as the peer of a director."""

import json

from .vrrp import INTERFACE
from .wait import until

_DAEMONS = "/usr/lib/frr"
_SOCKETS = "/run/frr"


class FRR:
    """zebra and vrrpd on a host; virtual addresses live on macvlan interfaces, as FRR wants them to be set up."""

    def __init__(self, host, vrid, priority, vip4=None, vip6=None):
        self.host = host
        self.vrid = vrid
        host.run(["mkdir", "-p", host.path(_SOCKETS)], only_network=True)
        lines = []
        for version, vip in ((4, vip4), (6, vip6)):
            if vip:
                name, hardware = f"vrrp{version}-2-1", f"00:00:5e:00:0{1 if version == 4 else 2}:{vrid:02x}"
                lines += [f"link add {name} link {INTERFACE} address {hardware} type macvlan mode bridge",
                          f"link set {name} addrgenmode {'none' if version == 4 else 'eui64'}",
                          f"address add {vip} dev {name}" + (" nodad" if version == 6 else ""), f"link set {name} up"]
        host.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n")
        settings = [f"vrrp {vrid} version 3", f"vrrp {vrid} priority {priority}",
                    f"vrrp {vrid} advertisement-interval 500"]
        settings += [f"vrrp {vrid} ip {vip4.split('/')[0]}"] if vip4 else []
        settings += [f"vrrp {vrid} ipv6 {vip6.split('/')[0]}"] if vip6 else []
        host.write("/run/frr/frr.conf", f"interface {INTERFACE}\n " + "\n ".join(settings) + "\n")
        # The daemons give their rights up once they run.
        host.run(["chown", "-R", "frr:frr", _SOCKETS])

    def start(self):
        for daemon in ("zebra", "vrrpd"):
            self.host.start([f"{_DAEMONS}/{daemon}", "-f", "/run/frr/frr.conf", "-i", f"{_SOCKETS}/{daemon}.pid",
                             "-z", f"{_SOCKETS}/zserv.api", "--vty_socket", _SOCKETS, "--log",
                             "stdout", "-A", "127.0.0.1", "-P", "0"])
            until(lambda: self.host.run(["test", "-S", f"{_SOCKETS}/{daemon}.vty"], check=False).returncode == 0,
                  f"FRR's {daemon} listens", 15)
        return self

    def state(self, version):
        """`Master`, `Backup` or `Initialize`; None before it says anything."""
        shown = self.host.run(["vtysh", "--vty_socket", _SOCKETS, "-c", "show vrrp json"], check=False).stdout
        try:
            return json.loads(shown)[0][f"v{version}"]["status"]
        except (ValueError, LookupError):
            return None

    def becomes(self, state, version, timeout=20):
        until(lambda: self.state(version) == state, f"FRR is {state} over IPv{version}", timeout, interval=0.2,
              context=lambda: self.host.run(["vtysh", "--vty_socket", _SOCKETS, "-c", "show vrrp"], check=False).stdout)
