"""VRRP as text and as bytes: configurations of a pair, and adverts that no router would send."""

import ipaddress
import socket
import struct

from .director import Director

GROUP = "224.0.0.18"
PROTOCOL = 112
INTERFACE = "enp0s3"
VIP = "10.1.80.90"
ADDRESSES = {"client": "10.1.80.62", "ds1": "10.1.80.91", "ds2": "10.1.80.92"}
# IPv6: what the kernel makes of link-local addresses waits for duplicate detection, these do not.
VIPS_6 = ("fe80::90", "2001:db8:80::90/64")
LINK_LOCAL = {"client": "fe80::62", "ds1": "fe80::91", "ds2": "fe80::92"}
GLOBAL_6 = {"client": "2001:db8:80::62", "ds1": "2001:db8:80::91", "ds2": "2001:db8:80::92"}


def instance(priority, state="BACKUP", name="VI_1", vrid=51, interface=INTERFACE, interval="1", version=None,
             password="1111", vips=(VIP,), unicast=None, extra="", authentication="PASS"):
    """A vrrp_instance block. `unicast`: (own address, peer's address); `authentication`: what the password is for."""
    lines = [f"vrrp_instance {name} {{", f"    state {state}", f"    interface {interface}",
             f"    virtual_router_id {vrid}", f"    priority {priority}", f"    advert_int {interval}"]
    if version:
        lines.append(f"    version {version}")
    if unicast:
        own, peer = unicast
        lines += [f"    unicast_src_ip {own}", "    unicast_peer {", f"        {peer}", "    }"]
    if password:
        lines += ["    authentication {", f"        auth_type {authentication}", f"        auth_pass {password}", "    }"]
    lines += ["    virtual_ipaddress {", *[f"        {vip}" for vip in vips], "    }"]
    lines += [f"    {line}" if line else "" for line in extra.strip().splitlines()]
    return "\n".join([*lines, "}", ""])


class Pair:
    """Two directors that take part in elections and do nothing else. ds1 has the higher priority.

    `unicast`: to each other rather than to the group. `ipv6`: adverts over IPv6, the virtual addresses VIPS_6.
    """

    def __init__(self, lab, kinds=(None, None), priorities=(101, 100), before="", unicast=False, ipv6=False, **settings):
        self.lab = lab
        self.client, self.ds1, self.ds2 = lab.add_hosts(INTERFACE, ADDRESSES)
        self.vip = VIP
        if ipv6:
            settings = {"vips": VIPS_6, "password": None, **settings}
            self.vip = VIPS_6[0]
            add_ipv6(self.client, self.ds1, self.ds2)
        addresses = GLOBAL_6 if ipv6 else ADDRESSES
        self.directors = {}
        for host, other, kind, priority, state in (
                (self.ds1, "ds2", kinds[0], priorities[0], "MASTER"),
                (self.ds2, "ds1", kinds[1], priorities[1], "BACKUP")):
            own = (addresses[host.name], addresses[other]) if unicast else None
            chosen = {"state": state, **settings}
            self.directors[host.name] = Director(
                host, before + "\n" + instance(priority, unicast=own, **chosen), kind)

    def start(self, timeout=15):
        for director in self.directors.values():
            director.start()
        self.lab.wait_for_holder(self.vip, self.ds1, [self.ds2], timeout)
        return self


def add_ipv6(*hosts):
    """IPv6 addresses that are usable at once, in place of those that the kernel made."""
    for host in hosts:
        host.run(["ip", "-batch", "-"], input="\n".join([
            f"address flush dev {INTERFACE} scope link",
            f"address add {LINK_LOCAL[host.name]}/64 dev {INTERFACE} nodad",
            f"address add {GLOBAL_6[host.name]}/64 dev {INTERFACE} nodad", ""]))


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def advert(priority=255, vrid=51, version=2, kind=1, vips=(VIP,), password=b"1111", authentication=1, interval=1,
           source=None, target=GROUP, count=None, wrong_checksum=False):
    """The bytes of an advert after the IP header. `interval`: seconds in version 2, centiseconds in version 3."""
    addresses = b"".join(ipaddress.ip_address(vip).packed for vip in vips)
    count = len(vips) if count is None else count
    if version == 3:
        header = struct.pack("!BBBBH", 3 << 4 | kind, vrid, priority, count, interval)
        body = addresses
        pseudo = (socket.inet_aton(source) + socket.inet_aton(target)
                  + struct.pack("!BBH", 0, PROTOCOL, len(header) + 2 + len(body)))
    else:
        header = struct.pack("!BBBBBB", version << 4 | kind, vrid, priority, count, authentication, interval)
        body = addresses + password.ljust(8, b"\0")[:8]
        pseudo = b""
    value = checksum(pseudo + header + b"\0\0" + body)
    return header + struct.pack("!H", value ^ 0x5555 if wrong_checksum else value) + body


def send_advert(host, data, address, target=GROUP, ttl=255, times=1):
    """Sends it from the host as it is, to the group or to one director."""
    with host.socket(socket.AF_INET, socket.SOCK_RAW, PROTOCOL) as raw:
        raw.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
        raw.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        raw.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        for _ in range(times):
            raw.sendto(data, (target, 0))
