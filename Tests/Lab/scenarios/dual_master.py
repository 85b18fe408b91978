"""Two masters at once: named on both sides, gone when they hear each other; and what a scan of the segment shows."""

import json
import re
import time

from lab.capture import Capture
from lab.director import Director, martlet_binary
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, LINK_LOCAL, VIP, VIPS_6, Pair, instance
from lab.wait import Failure, stays, until

FIFO = "global_defs {\n    vrrp_notify_fifo /run/events.fifo\n    vrrp_notify_dual_master\n}\n"


def dual(director):
    """What status says of the other master."""
    status = director.command_of_martlet("status", "--json")
    return json.loads(status.stdout)["instances"][0].get("rival") if status.returncode == 0 else None


@scenario("a master that another one does not hear names it; when both hear each other again there is one", only="martlet",
          cases={"martlet and martlet": {"kind": None}, "martlet and keepalived": {"kind": "keepalived"}})
def deaf(lab, kind):
    pair = Pair(lab, (None, kind), before=FIFO if kind is None else "")
    if kind:
        pair.directors["ds1"].configure(FIFO + instance(101, "MASTER"))
    pair.start()
    events = pair.ds1.start(["cat", "/run/events.fifo"], log="/run/events.log")
    director = pair.directors["ds1"]
    director.mark()
    lab.step("the firewall of ds2 drops adverts: it becomes master too")
    pair.ds2.run(["iptables", "-A", "INPUT", "-p", "112", "-j", "DROP"])
    until(lambda: pair.ds1.holds(VIP) and pair.ds2.holds(VIP), f"both hold {VIP}", 10)
    director.wait_for_log(rf"\(VI_1\) Dual master: {re.escape(ADDRESSES['ds2'])} is master too, with priority 100", 5)
    hardware = pair.ds2.hardware_address(INTERFACE)
    director.wait_for_log(rf"The other master {re.escape(ADDRESSES['ds2'])} has the hardware address {hardware}", 5)
    rival = dual(director)
    if not rival or (rival["address"], rival["hardwareAddress"], rival["priority"]) != (ADDRESSES["ds2"], hardware, 100):
        raise Failure(f"status had to name ds2, and has {rival}")
    text = director.command_of_martlet("status").stdout
    if f"DUAL MASTER: {ADDRESSES['ds2']} ({hardware})" not in text:
        raise Failure(f"status had to name ds2:\n{text}")
    until(lambda: f'INSTANCE "VI_1" DUAL_MASTER 101 {ADDRESSES["ds2"]} 100\n' in events.log, "the FIFO names it", 5,
          context=lambda: events.log)
    lab.step("the adverts pass again: one master, which announces the address")
    announcements = Capture(pair.client, INTERFACE, f"arp and arp src host {VIP} and ether src "
                            + pair.ds1.hardware_address(INTERFACE), "-e")
    pair.ds2.run(["iptables", "-F", "INPUT"])
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 5)
    until(lambda: len(announcements.packets()) >= 5, "ds1 announces the address", 5)
    director.wait_for_log(rf"\(VI_1\) Dual master over: {re.escape(ADDRESSES['ds2'])} is silent", 8)
    if dual(director):
        raise Failure("status still has another master")
    until(lambda: 'INSTANCE "VI_1" DUAL_MASTER_OVER 101\n' in events.log, "the FIFO says that it is over", 5)


@scenario("masters that refuse each other's adverts both name the other one, with the reason", only="martlet", cases={
    "another password": {"reason": "passwd", "ipv6": False, "other": {"password": "2222"}},
    "unicast on one side": {"reason": "cast packet", "ipv6": False,
                            "other": {"unicast": (ADDRESSES["ds2"], ADDRESSES["ds1"])}},
    "unicast on one side, IPv6": {"reason": "cast packet", "ipv6": True,
                                  "other": {"unicast": (LINK_LOCAL["ds2"], LINK_LOCAL["ds1"]), "vips": VIPS_6,
                                            "password": None}}})
def refusing(lab, reason, ipv6, other):
    pair = Pair(lab, ipv6=ipv6)
    pair.directors["ds2"].configure(instance(100, **other))
    addresses = LINK_LOCAL if ipv6 else ADDRESSES
    for director in pair.directors.values():
        director.start()
    until(lambda: pair.ds1.holds(pair.vip) and pair.ds2.holds(pair.vip), f"both hold {pair.vip}", 10)
    for name, peer, priority in (("ds1", "ds2", 100), ("ds2", "ds1", 101)):
        director = pair.directors[name]
        director.wait_for_log(rf"Dual master: {re.escape(addresses[peer])} is master too, with priority {priority}", 5)
        until(lambda: (dual(director) or {}).get("hardwareAddress"), f"{name} knows the hardware address", 5)
        if reason not in dual(director).get("refusal", ""):
            raise Failure(f"{name} had to say why: {dual(director)}")


@scenario("a partition that heals: the one that stays announces its addresses, whoever heard the other first", only="martlet")
def healed(lab):
    pair = Pair(lab).start()
    # Whose advert comes first is chance, so it is tried twice.
    for _ in range(2):
        pair.ds2.run(["iptables", "-A", "INPUT", "-p", "112", "-j", "DROP"])
        pair.ds1.run(["iptables", "-A", "INPUT", "-p", "112", "-j", "DROP"])
        until(lambda: pair.ds1.holds(VIP) and pair.ds2.holds(VIP), f"both hold {VIP}", 10)
        time.sleep(1.5)
        announcements = Capture(pair.client, INTERFACE, f"arp and arp src host {VIP} and ether src "
                                + pair.ds1.hardware_address(INTERFACE), "-e")
        pair.ds2.run(["iptables", "-F", "INPUT"])
        pair.ds1.run(["iptables", "-F", "INPUT"])
        lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 5)
        until(lambda: len(announcements.packets()) >= 5, "ds1 announces the address", 3)
        announcements.stop()


@scenario("martlet vrrp scan lists what is heard", only="martlet")
def scan(lab):
    pair = Pair(lab, (None, "keepalived")).start()
    ds1, ds2 = pair.ds1, pair.ds2
    Director(pair.client, instance(200, vrid=60, version=3, interval="0.1", password=None, vips=("10.1.80.70",))).start()
    until(lambda: pair.client.holds("10.1.80.70"), "the client is master of another router", 5)
    lab.step("as a table and as JSON")
    def run(host, *options):
        return host.run([martlet_binary(), "vrrp", "scan", "--interface", INTERFACE, "--seconds", "1.5", *options]).stdout
    text = run(ds2)
    expected = [rf"51 +2 +10\.1\.80\.91 +{ds1.hardware_address(INTERFACE)} +101 +1\.0 s +PASS +10\.1\.80\.90",
                rf"60 +3 +10\.1\.80\.62 +{pair.client.hardware_address(INTERFACE)} +200 +0\.1 s +none +10\.1\.80\.70",
                r"free ids: 1, 2, 3"]
    for pattern in expected:
        if not re.search(pattern, text):
            raise Failure(f"the scan had to have /{pattern}/:\n{text}")
    found = json.loads(run(ds1, "--json"))["segments"][0]
    own = [speaker["isThisHost"] for speaker in found["speakers"]]
    if own != [True, False] or found["contested"] or 51 in found["freeVirtualRouterIDs"]:
        raise Failure(f"the scan has {found}")
    lab.step("two masters of one id are named")
    ds2.run(["iptables", "-A", "INPUT", "-p", "112", "-j", "DROP"])
    until(lambda: ds2.holds(VIP), "ds2 is master too", 8)
    text = run(pair.client)
    if "vrid 51 has more than one sender" not in text:
        raise Failure(f"the scan had to name two senders:\n{text}")
