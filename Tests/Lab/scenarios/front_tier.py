"""The walk-through of the LVS-DR front tier, screen by screen."""

import re

from lab.front_tier import BOTH, EMPTY, VIP, FrontTier, ONLY_RS2
from lab.director import without_connection_counts
from lab.scenario import scenario
from lab.wait import Failure, until


def advert(source, priority):
    """One advert as `tcpdump -vvv -n` prints it in the walk-through; newer ones leave a repetition and padding out."""
    return (rf"IP \(tos 0xc0, ttl 255, id \d+, offset 0, flags \[none\], proto VRRP \(112\), length 40\)\s+"
            rf"(?:{re.escape(source)} > 224\.0\.0\.18: vrrp )?{re.escape(source)} > 224\.0\.0\.18: VRRPv2, Advertisement, "
            rf"vrid 51, prio {priority}, authtype simple, intvl 1s, length 20, addrs: 10\.1\.80\.90 "
            rf'auth "1111(?:\^@)*"')


def expect_listing(tier, host, expected):
    found = tier.listing(host)
    if without_connection_counts(found) != without_connection_counts(expected):
        raise Failure(f"the table of {host.name} is\n{found}and had to be\n{expected}")


@scenario("every screen of the walk-through", ipvs=True, timeout=240)
def every_screen(lab):
    tier = FrontTier(lab)
    lab.step("the real servers and both directors start")
    tier.set_up_real_servers()
    capture = tier.capture()
    tier.start_directors()

    lab.step("master and backup have the same table, byte for byte as long as there were no connections")
    for host in (tier.ds1, tier.ds2):
        if (found := tier.listing(host)) != BOTH:
            raise Failure(f"the table of {host.name} is\n{found}and had to be\n{BOTH}")
    capture.wait_for(advert("10.1.80.91", 101))

    lab.step("two clients are served by the two real servers")
    pages = tier.pages()
    if set(pages.values()) != {"rs1", "rs2"}:
        raise Failure(f"both real servers had to serve one client each, but: {pages}")

    lab.step("nginx on rs1 stops")
    tier.stop_web(tier.rs1)
    for host in (tier.ds1, tier.ds2):
        tier.wait_for_listing(host, ONLY_RS2)
        expect_listing(tier, host, ONLY_RS2)
    pages = tier.pages()
    if set(pages.values()) != {"rs2"}:
        raise Failure(f"rs2 had to serve everything, but: {pages}")

    lab.step("nginx on rs1 starts again")
    tier.start_web(tier.rs1)
    for host in (tier.ds1, tier.ds2):
        tier.wait_for_listing(host, BOTH)
        expect_listing(tier, host, BOTH)

    lab.step("the director of ds1 stops")
    tier.stop_director("ds1")
    capture.wait_for(advert("10.1.80.91", 0))
    capture.wait_for(advert("10.1.80.92", 100))
    tier.wait_for_page()
    expect_listing(tier, tier.ds1, EMPTY)
    expect_listing(tier, tier.ds2, BOTH)

    lab.step("the director of ds1 starts again and takes the VIP back")
    tier.start_director("ds1")
    tier.wait_for_listing(tier.ds1, BOTH)
    tier.wait_for_page()

    lab.step("the director of ds1 is killed")
    tier.crash_director("ds1")
    tier.wait_for_page()
    expect_listing(tier, tier.ds1, BOTH)

    lab.step("the director of ds1 starts again and takes the VIP back")
    tier.start_director("ds1")
    tier.wait_for_listing(tier.ds1, BOTH)
    tier.wait_for_page()

    lab.step("both stop, and nothing is left")
    for name in ("ds1", "ds2"):
        tier.directors[name].stop()
    until(lambda: not tier.ds1.holds(VIP) and not tier.ds2.holds(VIP), f"nobody holds {VIP}", 5)
    for host in (tier.ds1, tier.ds2):
        expect_listing(tier, host, EMPTY)
