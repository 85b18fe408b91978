"""What goes over the wire: signatures, IPv6, FRR as the peer, and tshark as the judge of every packet."""

import re
import socket
import struct
import time

from lab.capture import Capture
from lab.counters import counted, statistics
from lab.director import Director
from lab.frr import FRR
from lab.scenario import scenario
from lab.vrrp import (ADDRESSES, GLOBAL_6, INTERFACE, LINK_LOCAL, PROTOCOL, VIP, VIPS_6, Pair, add_ipv6, checksum,
                      instance)
from lab.wait import Failure, stays, until

KEYS = """auth_hmac {
    key 1 0123456789abcdef0123456789abcdef
    key 2 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
    active_key %d
}"""


class Eavesdropper:
    """A raw socket on the client that hears the frames of the segment and can send them again."""

    def __init__(self, host):
        self.socket = host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((INTERFACE, 3))

    def next_advert(self, timeout=10):
        """The next frame that carries an advert, as bytes that can be changed."""
        ends = time.monotonic() + timeout
        while time.monotonic() < ends:
            self.socket.settimeout(max(0.01, ends - time.monotonic()))
            frame = self.socket.recv(4096)
            if frame[12:14] == b"\x08\x00" and frame[23] == PROTOCOL:
                return bytearray(frame[:14 + struct.unpack("!H", frame[16:18])[0]])
            if frame[12:14] == b"\x86\xdd" and frame[20] == PROTOCOL:
                return bytearray(frame)
        raise Failure("the client hears no advert")

    def send(self, frame, times=3):
        for _ in range(times):
            self.socket.send(bytes(frame))


def payload_start(frame):
    return 34 if frame[12:14] == b"\x08\x00" else 54


@scenario("signed adverts: forged and replayed ones change nothing, and keys rotate", only="martlet", cases={
    "IPv4": {"ipv6": False}, "IPv6": {"ipv6": True}})
def signed(lab, ipv6):
    pair = Pair(lab, ipv6=ipv6, password=None, extra=KEYS % 1).start()
    backup = pair.directors["ds2"]
    ear = Eavesdropper(pair.client)

    def unchanged():
        return lab.holder(pair.vip, [pair.ds1, pair.ds2]) is pair.ds1

    def counts(what, counter, frame, number=3):
        lab.step(f"forged: {what}")
        before = counted(statistics(backup, "ds2"))
        ear.send(frame, number)
        stays(unchanged, f"ds1 alone holds {pair.vip} after {what}", 0.5)
        after = counted(statistics(backup, "ds2"))
        if after[counter] < before[counter] + number:
            raise Failure(f"{number} adverts with {what} had to be counted as {counter}: before {before}, after {after}")

    old = ear.next_advert()
    counts("one that was sent before", "Replay", old)
    better = bytearray(old)
    better[payload_start(old) + 2] = 255
    counts("another priority", "Invalid HMAC", better)
    plain = old[:-28]
    if ipv6:
        plain[18:20] = struct.pack("!H", len(plain) - 54)
    else:
        plain[16:18] = struct.pack("!H", len(plain) - 14)
        plain[24:26] = b"\0\0"
        plain[24:26] = struct.pack("!H", checksum(bytes(plain[14:34])))
    counts("no signature", "Missing", plain)
    unknown = bytearray(old)
    unknown[len(unknown) - 27] = 9
    counts("an unknown key", "Unknown Key", unknown)

    lab.step("the master signs with the other key, and is heard")
    configuration = pair.ds1.read("/etc/keepalived/keepalived.conf")
    pair.directors["ds1"].reload_to(configuration.replace("active_key 1", "active_key 2"))
    until(lambda: ear.next_advert()[-27] == 2, "ds1 signs with key 2", 5)
    stays(unchanged, f"ds1 alone holds {pair.vip}", 4)
    lab.step("the old advert is too old by now")
    time.sleep(2)
    counts("a clock that is behind", "Stale", old)


@scenario("the former checksum of unicast adverts", cases={
    "keepalived over martlet": {"kinds": ("keepalived", "martlet")},
    "martlet over keepalived": {"kinds": ("martlet", "keepalived")}}, only="martlet")
def former_checksum(lab, kinds):
    pair = Pair(lab, kinds, version=3, interval="0.5", password=None, unicast=True)
    for name, kind in zip(("ds1", "ds2"), kinds):
        if kind == "keepalived":
            host = getattr(pair, name)
            text = host.read("/etc/keepalived/keepalived.conf")
            pair.directors[name].configure(text.replace("    unicast_src_ip", "    old_unicast_checksum\n    unicast_src_ip"))
    lab.step("keepalived sends the former checksum and takes no other: Martlet hears it and answers alike")
    ds1, ds2 = pair.directors["ds1"], pair.directors["ds2"]
    keepalived = ds1 if kinds[0] == "keepalived" else ds2
    keepalived.start()
    until(lambda: keepalived.host.holds(VIP), "keepalived is master", 15)
    (ds2 if keepalived is ds1 else ds1).start()
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds1, f"ds1 alone holds {VIP}", 3)


@scenario("IPv6 addresses: usable at once, announced, and those of the other family with them")
def ipv6_addresses(lab):
    pair = Pair(lab, ipv6=True, extra="virtual_ipaddress_excluded {\n    10.1.80.77/32\n}")
    capture = Capture(pair.client, INTERFACE, "icmp6 and ip6[40] == 136 and dst host ff02::1", "-e")
    pair.start()
    until(lambda: pair.ds1.holds("10.1.80.77"), "the excluded IPv4 address is held too", 5)
    for vip, flags in ((VIPS_6[0] + "/128", "scope link"), (VIPS_6[1], "scope global")):
        line = next((one for one in pair.ds1.addresses(INTERFACE) if f"inet6 {vip} " in one), "nothing")
        if flags not in line or "tentative" in line:
            raise Failure(f"{vip} had to be there and usable: {line}")
    hardware = pair.ds1.hardware_address(INTERFACE)
    for vip in VIPS_6:
        own = vip.split("/")[0]
        capture.wait_for(rf"{hardware} > 33:33:00:00:00:01.*hlim 255.*{own} > ff02::1.*tgt is {own}, Flags \[.*override")
    lab.step("a stop takes them away")
    pair.directors["ds1"].stop()
    lab.wait_for_holder(pair.vip, pair.ds2, [pair.ds1], 10)
    if pair.ds1.holds("10.1.80.77"):
        raise Failure("ds1 still holds the excluded address")


@scenario("the same link-local address on two interfaces")
def twin_link_local(lab):
    ds1, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    lab.add_hosts("enp0s8", {"ds1": "192.168.7.1"}, segment="inside")
    ds1.run(["ip", "-batch", "-"], input="".join(
        f"address flush dev {name} scope link\naddress add fe80::91/64 dev {name} nodad\n" for name in (INTERFACE, "enp0s8")))
    director = Director(ds1, "".join(
        instance(100, name=name, vrid=51, interface=interface, interval="0.2", password=None, vips=("fe80::90",))
        for name, interface in (("OUT", INTERFACE), ("IN", "enp0s8")))).start()

    def held():
        return [name for name in (INTERFACE, "enp0s8")
                if any("inet6 fe80::90/128" in line for line in ds1.addresses(name))]

    until(lambda: len(held()) == 2, "both interfaces carry fe80::90", 15)
    lab.step("one cable goes: the other interface keeps the address")
    lab.cut(ds1, "enp0s8")
    director.wait_for_log(r"\(IN\) Entering FAULT STATE")
    until(lambda: held() == [INTERFACE], "enp0s8 has lost it, and enp0s3 has it", 5)
    lab.plug(ds1, "enp0s8")
    until(lambda: len(held()) == 2, "both carry it again", 10)


@scenario("FRR and a director elect one master", cases={"IPv4": {"version": 4}, "IPv6": {"version": 6}})
def frr(lab, version):
    client, ds1, ds2 = lab.add_hosts(INTERFACE, ADDRESSES)
    add_ipv6(client, ds1, ds2)
    vips = ("10.1.80.90/32",) if version == 4 else ("fe80::90", "2001:db8:80::90/64")
    peer = FRR(ds2, 51, 100, **({"vip4": "10.1.80.90/24"} if version == 4 else {"vip6": "2001:db8:80::90/64"}))
    peer.start()
    peer.becomes("Master", version)
    director = Director(ds1, instance(101, interval="0.5", version=3, password=None, vips=vips)).start()
    vip = vips[-1].split("/")[0]
    lab.step("the director has the higher priority: it takes over, and FRR gives way")
    until(lambda: ds1.holds(vip), f"ds1 holds {vip}", 15)
    peer.becomes("Backup", version)
    stays(lambda: peer.state(version) == "Backup", "FRR is Backup", 2, interval=0.3)
    lab.step("it stops: FRR takes over within the skew time")
    director.stop()
    peer.becomes("Master", version, 5)
    lab.step("with the lower priority it stays backup")
    director.configure(instance(99, interval="0.5", version=3, password=None, vips=vips))
    director.start()
    director.wait_for_log(r"\(VI_1\) Entering BACKUP STATE")
    stays(lambda: not ds1.holds(vip) and peer.state(version) == "Master", "FRR is Master alone", 3, interval=0.3)


@scenario("tshark finds nothing wrong with any packet", only="martlet")
def tshark(lab):
    client, ds1 = lab.add_hosts(INTERFACE, {"client": ADDRESSES["client"], "ds1": ADDRESSES["ds1"]})
    add_ipv6(client, ds1)
    recorder = client.start(["tcpdump", "--immediate-mode", "-i", INTERFACE, "-U", "-w", "/run/adverts.pcap",
                             "proto 112 or ip6 proto 112 or arp or icmp6"])
    until(lambda: "listening on" in recorder.log, "tcpdump listens", 20)
    director = Director(ds1, "".join([
        instance(100, name="V2", vrid=1, vips=("10.1.80.81",)),
        instance(100, name="V2_PLAIN", vrid=2, password=None, vips=("10.1.80.82", "10.1.80.83")),
        instance(100, name="V3", vrid=3, version=3, interval="0.1", password=None, vips=("10.1.80.84",)),
        instance(100, name="V3_UNICAST", vrid=4, version=3, interval="0.1", password=None, vips=("10.1.80.85",),
                 unicast=(ADDRESSES["ds1"], ADDRESSES["client"])),
        instance(100, name="V6", vrid=5, interval="0.1", password=None, vips=("fe80::81", "2001:db8:80::81")),
        instance(100, name="V6_UNICAST", vrid=6, interval="0.1", password=None, vips=("fe80::82",),
                 unicast=(GLOBAL_6["ds1"], GLOBAL_6["client"])),
    ])).start()
    until(lambda: ds1.holds("10.1.80.81") and ds1.holds("fe80::82"), "ds1 is master of all", 15)
    time.sleep(1.5)
    director.stop()
    time.sleep(0.2)
    recorder.stop()
    reading = ["tshark", "-r", "/run/adverts.pcap", "-n", "-o", "ip.check_checksum:TRUE"]
    wrong = client.run([*reading, "-Y", "(vrrp or arp or icmpv6) and (_ws.malformed or _ws.expert.severity >= 6291456 "
                        "or vrrp.checksum.status == 0 or ip.checksum.status == 0 or icmpv6.checksum.status == 0)"]).stdout
    wrong = [line for line in wrong.splitlines() if ADDRESSES["ds1"] in line or "fe80::91" in line or "VRRP" in line]
    if wrong:
        raise Failure("tshark complains about\n" + "\n".join(wrong[:10]))
    seen = client.run([*reading, "-Y", "vrrp and not icmp and not icmpv6", "-T", "fields", "-e", "vrrp.virt_rtr_id", "-e", "vrrp.prio",
                       "-e", "ip.ttl", "-e", "ipv6.hlim", "-e", "ip.src", "-e", "ipv6.src"]).stdout.splitlines()
    for vrid in range(1, 7):
        own = [line.split("\t") for line in seen if line.split("\t")[0] == str(vrid)]
        if not {"100", "0"} <= {line[1] for line in own}:
            raise Failure(f"router {vrid} had to say priority 100 and at the end 0: {own[:5]}")
        if any(line[2] + line[3] != "255" for line in own):
            raise Failure(f"router {vrid} sent with another time to live than 255: {own[:5]}")
    source = {line.split("\t")[5] for line in seen if line.split("\t")[0] == "5"}
    if source != {LINK_LOCAL["ds1"]}:
        raise Failure(f"multicast over IPv6 comes from a link-local address, not from {source}")


# keepalived takes the host's only address away, and its instance is in FAULT for ever.
@scenario("an instance whose virtual address is all that its interface has waits for another one, and takes nothing away",
          only="martlet")
def owner(lab):
    own = ADDRESSES["ds1"]
    for priority in (255, 100):
        (ds1,) = lab.add_hosts(INTERFACE, {"ds1": own}) if priority == 255 else (ds1,)
        director = Director(ds1, instance(priority, vips=(f"{own}/24",))).start()
        director.wait_for_log(r"\(VI_1\) Entering FAULT STATE")
        stays(lambda: ds1.holds(own), "the host keeps its address", 1)
        assert "MR0654" in director.command_of_martlet("check").stderr, "check has to tell"
        lab.step("it gets another one")
        ds1.run(["ip", "address", "add", "10.1.80.191/24", "dev", INTERFACE])
        director.wait_for_log(r"\(VI_1\) Entering MASTER STATE", 8)
        ds1.run(["ip", "address", "delete", "10.1.80.191/24", "dev", INTERFACE])
        director.wait_for_log(r"\(VI_1\) Entering FAULT STATE", 8)
        director.stop()
        ds1.run(["ip", "address", "replace", f"{own}/24", "dev", INTERFACE])


@scenario("a master whose sending address goes resigns from it: the other one need not wait for its silence",
          cases={"martlet": {"kind": "martlet"}, "keepalived": {"kind": "keepalived"}})
def last_words(lab, kind):
    pair = Pair(lab, kinds=(None, kind), interval="2").start()
    pair.directors["ds2"].mark()
    started = time.monotonic()
    pair.ds1.run(["ip", "address", "delete", f"{ADDRESSES['ds1']}/24", "dev", INTERFACE])
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 6)
    took = time.monotonic() - started
    lab.step(f"the other one has the address after {took:.2f} s")
    if took > 1.5:
        raise Failure(f"it had to take over within its skew of 0.6 s, not after {took:.2f} s")
