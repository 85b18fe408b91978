"""Plays this example. Every screen of it is asserted by Tests/Lab/scenarios/front_tier.py; here the pair is a mixed one:
Martlet and keepalived side by side, as while a front tier is being moved from one to the other."""

from lab.director import default_director
from lab.front_tier import BOTH, ONLY_RS2, FrontTier
from lab.scenario import scenario


@scenario("one director at a time is moved", ipvs=True, timeout=240, cases={
    f"{default_director()} first on ds1": {"kinds": {"ds2": "keepalived"}},
    f"{default_director()} first on ds2": {"kinds": {"ds1": "keepalived"}}})
def moved_one_at_a_time(lab, kinds):
    tier = FrontTier(lab, kinds)
    tier.set_up_real_servers()
    tier.start_directors()
    assert set(tier.pages().values()) == {"rs1", "rs2"}, tier.pages()
    lab.step("both see the same failure")
    tier.stop_web(tier.rs1)
    for host in (tier.ds1, tier.ds2):
        tier.wait_for_listing(host, ONLY_RS2)
    tier.start_web(tier.rs1)
    for host in (tier.ds1, tier.ds2):
        tier.wait_for_listing(host, BOTH)
    lab.step("each takes over from the other")
    tier.stop_director("ds1")
    tier.wait_for_page()
    tier.start_director("ds1")
    tier.wait_for_page()
