"""The kernel's table: shapes of services, reloads, crashes, and what belongs to others."""

from lab.director import martlet_binary, real_listing, same_listing
from lab.pool import VIP, Pool, SERVERS, real_server, virtual_server
from lab.scenario import scenario
from lab.wait import Failure, stays, until


def shapes():
    """Services of every everyday shape, without checks: the table is complete at once and stays so."""
    def server(name, **options):
        return real_server(name, check=None, **options)

    def two():
        return [server("rs1", weight=3), server("rs2", weight=5)]

    return "".join([
        virtual_server(two(), scheduler="wlc"),
        virtual_server(two(), port=443, scheduler="sh", extra="persistence_timeout 300"),
        virtual_server(two(), port=53, protocol="UDP", extra="ops"),
        virtual_server(two(), port=5060, protocol="SCTP", kind="NAT"),
        virtual_server(two(), port=8080, kind="TUN"),
        virtual_server(two(), vip="10.1.80.89", port=0, extra="persistence_timeout 60\npersistence_granularity 255.255.255.0"),
        virtual_server([server("2001:db8::93", weight=1), server("2001:db8::95", weight=2)], vip="2001:db8::90"),
        virtual_server(two(), vip="fwmark", port=7),
        virtual_server([server("rs1", extra="uthreshold 100\nlthreshold 50")], vip="10.1.80.88", scheduler="lc"),
    ])


@scenario("the same file gives the same table as the real keepalived", ipvs=True, only="martlet")
def same_table(lab):
    pool = Pool(lab, shapes(), kind="keepalived").start(servers=[])
    lines = 9 + 17
    until(lambda: len(pool.saved()) == lines, f"keepalived makes {lines} entries", 30,
          context=lambda: "\n".join(pool.saved()))
    expected, screen = pool.saved(), real_listing(pool.ds1)
    pool.director.stop()
    assert pool.saved() == [], pool.saved()
    pool.director.kind = "martlet"
    pool.director.start()
    until(lambda: pool.saved() == expected, "martlet makes the same entries", 30, interval=0.2,
          context=lambda: f"keepalived:\n{screen}\nmartlet:\n{real_listing(pool.ds1)}\n{pool.director.recent_log}")
    lab.step("and lists them as ipvsadm does, with each of its options")
    for options in ([], ["--stats"], ["--rate"], ["--thresholds"], ["--persistent-conn"], ["--stats", "--exact"],
                    ["--sort"], ["-t", f"{VIP}:443"], ["-f", "7"], ["--timeout"], ["--daemon"]):
        same_listing(pool.ds1, options=options)
    without_numeric = [pool.ds1.run([martlet_binary(), "list"]).stdout, pool.ds1.run(["ipvsadm", "-L"]).stdout]
    assert without_numeric[0] == without_numeric[1], "\n".join(without_numeric)


@scenario("a reload adds, removes and changes servers, and touches nothing else", ipvs=True)
def reload_changes(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", weight=1), real_server("rs2", weight=1)]),
                servers=("rs1", "rs2", "rs3")).start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    counted = pool.connect()

    lab.step("a third server")
    pool.director.configure(virtual_server([real_server(name, weight=1) for name in ("rs1", "rs2", "rs3")]))
    pool.director.reload()
    pool.wait_for_pool({"rs1": 1, "rs2": 1, "rs3": 1})
    lab.step("another weight")
    pool.director.configure(virtual_server([real_server("rs1", weight=7), real_server("rs2"), real_server("rs3")]))
    pool.director.reload()
    pool.wait_for_pool({"rs1": 7, "rs2": 1, "rs3": 1})
    lab.step("one server less")
    pool.director.configure(virtual_server([real_server("rs1", weight=7), real_server("rs3")]))
    pool.director.reload()
    pool.wait_for_pool({"rs1": 7, "rs3": 1})
    lab.step("another scheduler")
    pool.director.configure(virtual_server([real_server("rs1", weight=7), real_server("rs3")], scheduler="wlc"))
    pool.director.reload()
    until(lambda: " wlc" in real_listing(pool.ds1), "the scheduler is wlc", 10)
    after = pool.counters()
    for entry in (f"{VIP}:80", f"{SERVERS['rs1']}:80"):
        if after[entry] < counted[entry]:
            raise Failure(f"{entry} stayed in every file, but was made anew: it had counted {counted[entry]} connections "
                          f"and has now {after[entry]}")
    lab.step("the service goes")
    pool.director.configure(virtual_server([real_server("rs1")], port=81))
    pool.director.reload()
    until(lambda: list(pool.table()) == [f"TCP {VIP}:81"], "only the new service is there", 10,
          context=lambda: str(pool.table()))


@scenario("a reload of a file that cannot be used leaves everything as it is and says why", ipvs=True, only="martlet",
          cases={
              "an invalid address": {"broken": "virtual_server 10.1.80.300 80 {\n}\n", "said": r"10\.1\.80\.300"},
              "a missing brace": {"broken": "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n", "said": r"not closed"},
              "nothing": {"broken": "", "said": r"(?i)empty|nothing"},
              "noise": {"broken": bytes(range(256)) * 20, "said": r"keepalived\.conf"}})
def reload_broken(lab, broken, said):
    good = virtual_server([real_server("rs1"), real_server("rs2")])
    pool = Pool(lab, good).start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.configure(broken)
    pool.director.reload()
    pool.director.wait_for_log(said)
    stays(lambda: pool.pool() == {f"{SERVERS['rs1']}:80": 1, f"{SERVERS['rs2']}:80": 1}, "the pool stays", 2, interval=0.2)
    if not pool.director.running:
        raise Failure(f"the director ended\n{pool.director.log}")
    lab.step("checks go on with the configuration from before")
    pool.listeners["rs1"].stop()
    pool.wait_for_pool({"rs2": 1})
    lab.step("a good file is taken again")
    pool.director.configure(virtual_server([real_server("rs2", weight=9)]))
    pool.director.reload()
    pool.wait_for_pool({"rs2": 9})


@scenario("after a crash the table stays, and the next start repairs it without making it anew", ipvs=True)
def adoption(lab):
    configuration = virtual_server([real_server("rs1"), real_server("rs2")])
    pool = Pool(lab, configuration, servers=("rs1", "rs2", "rs3")).start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    counted = pool.connect()
    pool.director.crash()
    assert pool.pool() == {f"{SERVERS['rs1']}:80": 1, f"{SERVERS['rs2']}:80": 1}, pool.table()
    pool.director.start()
    pool.director.wait_for_log(r"(TCP connection to|Activating).*10\.1\.80\.93", 20)
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    after = pool.counters()
    if after[f"{VIP}:80"] < counted[f"{VIP}:80"]:
        raise Failure(f"the service was made anew: it had counted {counted}, and has now {after}")


@scenario("a crash, then a start with another file: only the difference is repaired", ipvs=True, only="martlet")
def adoption_of_changes(lab):
    pool = Pool(lab, virtual_server([real_server("rs1"), real_server("rs2")]), servers=("rs1", "rs2", "rs3")).start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    counted = pool.connect()
    pool.director.crash()
    pool.director.configure(virtual_server([real_server("rs2", weight=4), real_server("rs3")]))
    pool.director.start()
    pool.wait_for_pool({"rs2": 4, "rs3": 1})
    after = pool.counters()
    if after[f"{VIP}:80"] < counted[f"{VIP}:80"]:
        raise Failure(f"the service was made anew: it had counted {counted}, and has now {after}")


@scenario("services of other tools are never touched", ipvs=True)
def foreign_services(lab):
    pool = Pool(lab, virtual_server([real_server("rs1"), real_server("rs2")]))
    pool.ds1.shell("ipvsadm -A -t 10.1.80.99:99 -s wlc -p 120; ipvsadm -a -t 10.1.80.99:99 -r 10.1.80.93:99 -m -w 3; "
                   "ipvsadm -A -f 99 -s rr")
    foreign = pool.saved()
    pool.start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})

    def kept():
        return set(foreign) <= set(pool.saved())

    assert kept(), pool.saved()
    pool.director.configure(virtual_server([real_server("rs1")]))
    pool.director.reload()
    pool.wait_for_pool({"rs1": 1})
    assert kept(), pool.saved()
    pool.director.stop()
    assert pool.saved() == foreign, pool.saved()
