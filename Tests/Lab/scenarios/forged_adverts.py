"""Adverts that no router of the group sent change nothing, and are counted."""

import re

from lab.capture import Capture
from lab.counters import counted, statistics
from lab.scenario import scenario
from lab.vrrp import INTERFACE, VIP, ADDRESSES, Pair, advert, send_advert
from lab.wait import Failure, stays, until

SOURCE = ADDRESSES["client"]

# What is wrong with it: how it is made, how it is sent, and the counter that says so (None: it is for nobody here).
FORGERIES = {
    "a TTL of 254": (dict(), dict(ttl=254), "TTL"),
    "a wrong checksum": (dict(wrong_checksum=True), dict(), "Checksum"),
    "a wrong password": (dict(password=b"2222"), dict(), "Failure"),
    "no password": (dict(authentication=0, password=b""), dict(), "Type Mismatch"),
    "another virtual router": (dict(vrid=52), dict(), None),
    "another interval": (dict(interval=3), dict(), "Advertisement Interval"),
    "more addresses announced than carried": (dict(count=7), dict(), "Length"),
    "a type that is not an advert": (dict(kind=2), dict(), "Invalid Type"),
}
CUT_SHORT = (0, 1, 7, 8, 19)


@scenario("forged adverts change nothing", cases={
    "to the master": {"victim": "ds1"}, "to the backup": {"victim": "ds2"}})
def forged(lab, victim):
    pair = Pair(lab).start()
    capture = Capture(pair.client, INTERFACE, "host 224.0.0.18 and not src host 10.1.80.62")
    director = pair.directors[victim]
    capture.wait_for("prio 101")

    def unchanged():
        return lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds1

    for what, (made, sent, counter) in FORGERIES.items():
        lab.step(f"forged: {what}")
        before = counted(statistics(director))
        send_advert(pair.client, advert(source=SOURCE, **made), SOURCE, times=3, **sent)
        stays(unchanged, f"ds1 alone holds {VIP} after adverts with {what}", 0.5)
        after = counted(statistics(director))
        if counter and director.kind == "martlet" and after.get(counter, 0) != before.get(counter, 0) + 3:
            raise Failure(f"three adverts with {what} had to be counted as {counter}: before {before}, after {after}")
        if counter and not director.logged(r"\(VI_1\) .*(TTL|checksum|passwd|auth|interval|type|length|size|truncated|short)"):
            raise Failure(f"adverts with {what} left no line in the log:\n{director.recent_log}")
        if counter is None and after != before:
            raise Failure(f"adverts with {what} are no error of ours: before {before}, after {after}")
        director.mark()
    whole = advert(source=SOURCE)
    for length in CUT_SHORT:
        lab.step(f"forged: cut to {length} bytes")
        if length:
            send_advert(pair.client, whole[:length], SOURCE, times=3)
        stays(unchanged, f"ds1 alone holds {VIP} after adverts cut to {length} bytes", 0.3)
    # Nobody answered, resigned or became master meanwhile: ds1 was the only one to say anything.
    talkers = {match.group(1) for packet in capture.packets()
               if (match := re.search(r"(10\.1\.80\.\d+) > 224\.0\.0\.18: .*prio (?!101)", packet))}
    if talkers:
        raise Failure(f"forged adverts made these say something else than priority 101: {talkers}")
    lab.step("the same advert unharmed is believed: the forging was right in all else")
    send_advert(pair.client, whole, SOURCE, times=3)
    until(lambda: not pair.ds1.holds(VIP), f"ds1 gives {VIP} up to a priority of 255", 5)
