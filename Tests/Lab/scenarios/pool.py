"""Quorum, sorry server, inhibited servers: what a pool does when its servers come and go."""

from lab.pool import VIP, Pool, real_server, virtual_server
from lab.scenario import scenario
from lab.wait import stays

SORRY = "10.1.80.99:80"
SCRIPT = "#!/bin/sh\necho \"$1\" >>/run/notified\n"


@scenario("quorum lost: the sorry server takes over; quorum gained: it goes", ipvs=True)
def quorum_and_sorry_server(lab):
    extra = "\n".join(["quorum 2", "sorry_server 10.1.80.99 80",
                       'quorum_up "/etc/keepalived/notify.sh gained"', 'quorum_down "/etc/keepalived/notify.sh lost"'])
    pool = Pool(lab, virtual_server([real_server("rs1"), real_server("rs2")], extra=extra))
    pool.ds1.write("/etc/keepalived/notify.sh", SCRIPT, mode=0o755)
    pool.start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(r"Gained quorum 2\+0=2 <= 2 for VS \[10\.1\.80\.90\]:tcp:80")

    lab.step("one of two servers fails")
    pool.director.mark()
    pool.listeners["rs2"].stop()
    pool.wait_for_pool({SORRY: 1})
    pool.director.wait_for_log(r"Lost quorum 2-0=2 > 1 for VS \[10\.1\.80\.90\]:tcp:80")
    pool.director.wait_for_log(r"Adding sorry server \[10\.1\.80\.99\]:tcp:80 to VS \[10\.1\.80\.90\]:tcp:80")

    lab.step("it returns")
    pool.director.mark()
    pool.listeners["rs2"].start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(r"Removing sorry server \[10\.1\.80\.99\]:tcp:80 from VS \[10\.1\.80\.90\]:tcp:80")
    pool.ds1.shell("for i in $(seq 100); do [ $(wc -l </run/notified) -ge 3 ] && exit; sleep 0.1; done; exit 1")
    assert pool.ds1.read("/run/notified").split() == ["gained", "lost", "gained"], pool.ds1.read("/run/notified")


@scenario("inhibit_on_failure: a failed server stays with weight 0", ipvs=True)
def inhibited(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", weight=3), real_server("rs2", weight=5,
                                                                               extra="inhibit_on_failure")]))
    pool.start()
    pool.wait_for_pool({"rs1": 3, "rs2": 5})
    pool.listeners["rs2"].stop()
    pool.wait_for_pool({"rs1": 3, "rs2": 0})
    pool.director.wait_for_log(r"Disabling service \[10\.1\.80\.95\]:tcp:80 of VS \[10\.1\.80\.90\]:tcp:80")
    pool.listeners["rs2"].start()
    pool.wait_for_pool({"rs1": 3, "rs2": 5})
    lab.step("a stop takes the service with everything in it")
    pool.director.stop()
    assert pool.table() == {}, pool.table()


@scenario("all servers down and no sorry server: the service stays", ipvs=True)
def all_down(lab):
    pool = Pool(lab, virtual_server([real_server("rs1"), real_server("rs2")])).start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    for listener in pool.listeners.values():
        listener.stop()
    pool.wait_for_pool({})
    stays(lambda: pool.pool() == {}, "the service is there without servers", 2, interval=0.2)
    for listener in pool.listeners.values():
        listener.start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})


@scenario("alpha: servers wait for their first check", ipvs=True)
def alpha(lab):
    pool = Pool(lab, virtual_server([real_server("rs1"), real_server("rs2")], extra="alpha"))
    pool.start(servers=["rs1"])
    pool.wait_for_pool({"rs1": 1})
    stays(lambda: pool.pool() == {"10.1.80.93:80": 1}, "the server that does not answer stays out", 3, interval=0.2)
    pool.listeners["rs2"].start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})


@scenario("one server behind two services is in or out of both", ipvs=True)
def shared_server(lab):
    other = "10.1.80.89"
    pool = Pool(lab, virtual_server([real_server("rs1"), real_server("rs2")])
                + virtual_server([real_server("rs1"), real_server("rs2")], vip=other))
    pool.start()
    services = (f"TCP {VIP}:80", f"TCP {other}:80")
    for service in services:
        pool.wait_for_pool({"rs1": 1, "rs2": 1}, service=service)
    pool.listeners["rs1"].stop()
    for service in services:
        pool.wait_for_pool({"rs2": 1}, service=service)
    pool.listeners["rs1"].start()
    for service in services:
        pool.wait_for_pool({"rs1": 1, "rs2": 1}, service=service)


@scenario("a reload that changes the quorum is carried out as it is announced", ipvs=True)
def quorum_by_reload(lab):
    def text(*servers, quorum=1):
        return virtual_server([real_server(server) for server in servers],
                              extra=f"quorum {quorum}\nsorry_server 10.1.80.99 80")

    pool = Pool(lab, text("rs1", "rs2"))
    pool.start(servers=["rs1"])
    pool.wait_for_pool({"rs1": 1})
    lab.step("the last live server is taken out")
    pool.director.reload_to(text("rs2"))
    pool.wait_for_pool({SORRY: 1})
    pool.director.wait_for_log(r"Adding sorry server \[10\.1\.80\.99\]:tcp:80")
    lab.step("it comes back")
    pool.director.reload_to(text("rs1", "rs2"))
    pool.wait_for_pool({"rs1": 1})
    lab.step("the quorum is raised above what lives, and lowered again")
    pool.director.reload_to(text("rs1", "rs2", quorum=2))
    pool.wait_for_pool({SORRY: 1})
    pool.director.reload_to(text("rs1", "rs2"))
    pool.wait_for_pool({"rs1": 1})
    lab.step("its weight becomes 0")
    pool.director.reload_to(text("rs1", "rs2").replace("weight 1", "weight 0", 1))
    pool.wait_for_pool({SORRY: 1})


@scenario("a service that a reload adds tells what is known of its servers", ipvs=True)
def learned_by_reload(lab):
    other = "10.1.80.89"
    first = virtual_server([real_server("rs1"), real_server("rs2")])
    pool = Pool(lab, first)
    pool.ds1.write("/etc/keepalived/notify.sh", SCRIPT, mode=0o755)
    pool.start(servers=["rs1"])
    pool.wait_for_pool({"rs1": 1})
    pool.director.reload_to(first + virtual_server(
        [real_server("rs1", extra="alpha"), real_server("rs2", extra='notify_down "/etc/keepalived/notify.sh rs2"')],
        vip=other))
    pool.wait_for_pool({"rs1": 1}, service=f"TCP {other}:80")
    pool.director.wait_for_log(rf"Removing service \[10\.1\.80\.95\]:tcp:80 from VS \[{other}\]:tcp:80")
    pool.director.wait_for_log(rf"Adding service \[10\.1\.80\.93\]:tcp:80 to VS \[{other}\]:tcp:80")
    pool.ds1.shell("for i in $(seq 100); do [ -s /run/notified ] && exit; sleep 0.1; done; exit 1")
    assert pool.ds1.read("/run/notified").split() == ["rs2"], pool.ds1.read("/run/notified")
