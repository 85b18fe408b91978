"""Plays this example: two virtual addresses on two balancers, real nginx in front of two real application servers."""

import os

from lab.director import Director
from lab.scenario import scenario
from lab.wait import Failure, stays, until
from lab.web import WebServer, curl

HERE = os.path.dirname(os.path.realpath(__file__))
VIP1, VIP2 = "10.5.96.7", "10.5.96.8"


@scenario("each balancer has one address, and both when the other fails", timeout=240)
def each_has_one(lab):
    lb1, lb2, app1, app2, client = lab.add_hosts("eth1", {
        "lb1": "10.5.96.3", "lb2": "10.5.96.4", "app1": "10.5.96.5", "app2": "10.5.96.6", "client": "10.5.96.62"})
    for host in (app1, app2):
        WebServer(host, port=8080, page=f"{host.name}\n").start()
    directors = {}
    for host in (lb1, lb2):
        for name, place, mode in (("keepalived.conf", "/etc/keepalived/keepalived.conf", 0o644),
                                  ("nginx.sh", "/etc/keepalived/nginx.sh", 0o755),
                                  ("nginx.conf", "/etc/nginx/nginx.conf", 0o644)):
            with open(os.path.join(HERE, host.name, name)) as file:
                host.write(place, file.read(), mode)
        host.run(["nginx"])
        directors[host.name] = Director(host, None).start()

    def expect(holder1, holder2, timeout=30):
        for vip, holder in ((VIP1, holder1), (VIP2, holder2)):
            lab.wait_for_holder(vip, holder, [host for host in (lb1, lb2) if host is not holder], timeout)

    def expect_service():
        """Both addresses answer, with pages of both application servers."""
        for vip in (VIP1, VIP2):
            pages = set()
            until(lambda vip=vip, pages=pages: pages.add(curl(client, f"http://{vip}/")) or pages >= {"app1\n", "app2\n"},
                  f"{vip} brings pages of app1 and app2", 15, context=lambda pages=pages: f"pages so far: {pages}")

    expect(lb1, lb2)
    expect_service()
    stays(lambda: lb1.holds(VIP1) and lb2.holds(VIP2), "each keeps its own address", 3)

    lab.step("the director of lb1 stops")
    directors["lb1"].stop()
    expect(lb2, lb2)
    expect_service()
    directors["lb1"].start()
    expect(lb1, lb2)

    lab.step("nginx on lb1 stops")
    directors["lb1"].mark()
    lb1.run(["nginx", "-s", "stop"])
    expect(lb2, lb2)
    directors["lb1"].wait_for_log(r"\(VI_1\) Changing effective priority from 120 to 100")
    expect_service()
    lb1.run(["nginx"])
    expect(lb1, lb2)
    expect_service()

    lab.step("lb2 loses its wire")
    lab.cut(lb2, "eth1")
    expect(lb1, lb1)
    lab.plug(lb2, "eth1")
    expect(lb1, lb2)
    expect_service()
    if not all(director.running for director in directors.values()):
        raise Failure("a director ended on the way")
