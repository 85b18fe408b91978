"""Two directors of different make elect one master, whichever of them is the better one."""

import time

from lab.director import default_director
from lab.scenario import scenario
from lab.vrrp import VIP, Pair, instance
from lab.wait import Failure, stays, until

# advert_int, version and authentication as a file writes them, and the advert interval in seconds.
FORMS = {
    "version 2 with a password": ({}, 1),
    "version 2 without a password": ({"password": None}, 1),
    "authentication headers": ({"authentication": "AH", "state": "BACKUP"}, 1),
    "unicast with authentication headers": ({"authentication": "AH", "state": "BACKUP", "unicast": True}, 1),
    "authentication headers over a virtual MAC address": (
        {"authentication": "AH", "state": "BACKUP", "extra": "use_vmac"}, 1),
    "authentication headers with vmac_xmit_base": (
        {"authentication": "AH", "state": "BACKUP", "extra": "use_vmac\nvmac_xmit_base"}, 1),
    "unicast with authentication headers and a virtual MAC address": (
        {"authentication": "AH", "state": "BACKUP", "unicast": True, "extra": "use_vmac"}, 1),
    "version 3 at 100 ms": ({"version": 3, "interval": "0.1", "password": None}, 0.1),
    "a multicast group of its own": ({"extra": "mcast_dst_ip 224.0.0.99"}, 1),
    "unicast": ({"unicast": True}, 1),
    "unicast with a time to live": ({"unicast": True, "extra": "unicast_ttl 5\ncheck_unicast_src"}, 1),
    "version 3 unicast": ({"unicast": True, "version": 3, "interval": "0.5", "password": None}, 0.5),
    "IPv6": ({"ipv6": True, "interval": "0.5"}, 0.5),
    "IPv6 unicast": ({"ipv6": True, "unicast": True, "interval": "0.5"}, 0.5),
}


def cases():
    found = {}
    for form, (settings, interval) in FORMS.items():
        for kinds in ((None, "keepalived"), ("keepalived", None)):
            names = [kind or default_director() for kind in kinds]
            found[f"{form}, {names[0]} over {names[1]}"] = {
                "kinds": kinds, "settings": settings, "interval": interval}
    return found


@scenario("one master", cases=cases())
def one_master(lab, kinds, settings, interval):
    pair = Pair(lab, kinds, **settings)
    lab.step("both start: the one with the higher priority is master, and stays the only one")
    pair.start()
    stays(lambda: lab.holder(pair.vip, [pair.ds1, pair.ds2]) is pair.ds1, f"ds1 alone holds {pair.vip}", 4 * interval)

    lab.step("the master stops: priority 0 hands over within the skew time")
    director = pair.directors["ds1"]
    if (status := director.stop()) != 0:
        raise Failure(f"the director of ds1 ended with status {status}")
    handover = lab.wait_for_holder(pair.vip, pair.ds2, [pair.ds1], 5)
    if handover > interval + 1:
        raise Failure(f"the hand-over took {handover:.2f} s, longer than the skew time allows")

    lab.step("it comes back and takes over again")
    director.start()
    lab.wait_for_holder(pair.vip, pair.ds1, [pair.ds2], 15)

    lab.step("the master is killed: the backup waits for the master down interval")
    started = time.monotonic()
    director.crash()
    until(lambda: pair.ds2.holds(pair.vip), f"ds2 takes {pair.vip}", 4 * interval + 3, interval=0.01)
    took = time.monotonic() - started
    # At least two whole intervals: the last advert was at most one old, and one lost advert is no failure.
    if took < 2 * interval:
        raise Failure(f"ds2 took over after {took:.2f} s, before the master down interval had passed")

    lab.step("it comes back once more")
    director.start()
    lab.wait_for_holder(pair.vip, pair.ds1, [pair.ds2], 15)

    lab.step("the wire is cut and mended: two masters become one")
    lab.cut(pair.ds2, "enp0s3")
    stays(lambda: pair.ds1.holds(pair.vip), f"ds1 holds {pair.vip}", 2 * interval)
    lab.plug(pair.ds2, "enp0s3")
    lab.wait_for_holder(pair.vip, pair.ds1, [pair.ds2], 15)
    stays(lambda: lab.holder(pair.vip, [pair.ds1, pair.ds2]) is pair.ds1, f"ds1 alone holds {pair.vip}", 4 * interval)


@scenario("a password that differs is heard by nobody", cases={
    f"{kinds[0] or default_director()} and {kinds[1] or default_director()}": {"kinds": kinds}
    for kinds in ((None, "keepalived"), ("keepalived", None))})
def different_passwords(lab, kinds):
    pair = Pair(lab, kinds)
    pair.directors["ds2"].configure(instance(100, password="2222"))
    for director in pair.directors.values():
        director.start()
    lab.step("each rejects the other's adverts, so both become master")
    until(lambda: pair.ds1.holds(VIP) and pair.ds2.holds(VIP), f"both hold {VIP}", 15)
    for director in pair.directors.values():
        director.wait_for_log(r"\(VI_1\) received an invalid passwd")
