"""Plays this example: hosts inside reach the provider's router by a gateway that moves."""

import os

from lab.director import Director
from lab.scenario import scenario
from lab.wait import Failure, stays, until

HERE = os.path.dirname(os.path.realpath(__file__))
GATEWAY, PROVIDER = "192.168.10.1", "203.0.113.1"


@scenario("the gateway moves when the way out is lost", timeout=240)
def way_out_lost(lab):
    gw1, gw2 = lab.add_hosts("eth0", {"gw1": "192.168.10.2", "gw2": "192.168.10.3"}, segment="inside")
    client, = lab.add_hosts("eth0", {"client": "192.168.10.62"}, segment="inside", gateway=GATEWAY)
    lab.add_hosts("eth1", {"gw1": "203.0.113.2", "gw2": "203.0.113.3"}, segment="outside")
    provider, = lab.add_hosts("eth0", {"provider": PROVIDER}, segment="outside")
    directors = {}
    for host in (gw1, gw2):
        for name, mode in (("keepalived.conf", 0o644), ("check_way_out.sh", 0o755)):
            with open(os.path.join(HERE, host.name, name)) as file:
                host.write(f"/etc/keepalived/{name}", file.read(), mode)
        host.shell("echo 1 >/proc/sys/net/ipv4/ip_forward")
        directors[host.name] = Director(host, None).start()

    def reaches(way_back):
        """A ping from inside to the provider, whose way back leads through the router that has the gateway."""
        provider.run(["ip", "route", "replace", "192.168.10.0/24", "via", way_back])
        return until(lambda: client.run(["ping", "-n", "-c", "1", "-W", "1", PROVIDER], check=False).returncode == 0,
                     f"the client reaches {PROVIDER}", 15)

    lab.wait_for_holder(GATEWAY, gw1, [gw2], 20)
    reaches("203.0.113.2")
    if not any(f"{GATEWAY}/24" in line and line.rstrip().endswith("eth0:gw") for line in gw1.addresses("eth0")):
        raise Failure(f"the gateway had to be there with its prefix and label: {gw1.addresses('eth0')}")

    lab.step("gw1 loses its way out")
    directors["gw1"].mark()
    lab.cut(gw1, "eth1")
    lab.wait_for_holder(GATEWAY, gw2, [gw1], 30)
    directors["gw1"].wait_for_log(r"\(VI_1\) Changing effective priority from 100 to 80")
    reaches("203.0.113.3")

    lab.step("it is back")
    lab.plug(gw1, "eth1")
    lab.wait_for_holder(GATEWAY, gw1, [gw2], 30)
    reaches("203.0.113.2")

    lab.step("the provider fails: the gateway stays")
    for director in directors.values():
        director.mark()
    lab.cut(provider, "eth0")
    directors["gw1"].wait_for_log(r"\(VI_1\) Changing effective priority from 100 to 80", 30)
    directors["gw2"].wait_for_log(r"\(VI_1\) Changing effective priority from 90 to 70", 30)
    stays(lambda: gw1.holds(GATEWAY) or gw2.holds(GATEWAY), "one of them holds the gateway", 5)
    lab.wait_for_holder(GATEWAY, gw1, [gw2], 20)
