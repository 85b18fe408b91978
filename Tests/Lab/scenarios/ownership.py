"""Whose the entries of the kernel's table are: what others change is put right, what is theirs is left to them."""

import json
import time

from lab.pool import SERVERS, VIP, Pool, WebPool, real_server, virtual_server
from lab.scenario import scenario
from lab.wait import Failure, stays, until

SECOND = "10.1.80.89"


def services(*servers, weight=3, second=True):
    file = virtual_server([real_server(name, check=None, weight=weight) for name in servers])
    if second:
        file += virtual_server([real_server(name, check=None, port=443) for name in servers], vip=SECOND, port=443,
                               scheduler="wlc")
    return file


def table_now(host):
    """The table without its counters, read without starting a program: what is timed must not wait for one."""
    lines = []
    for line in host.proc_net("ip_vs").splitlines()[3:]:
        words = line.split()
        lines.append(" ".join(words[:4] if words[0] == "->" else words))
    # The order within a service is that of adding.
    return sorted(lines)


def status_of_table(pool):
    return json.loads(pool.director.command_of_martlet("status", "--json").stdout)["table"]


CHANGES = [
    ("a server is taken out", f"ipvsadm -d -t {VIP}:80 -r {SERVERS['rs1']}:80", 1),
    ("a weight is changed", f"ipvsadm -e -t {VIP}:80 -r {SERVERS['rs2']}:80 -g -w 77", 1),
    ("a server is added", f"ipvsadm -a -t {SECOND}:443 -r 10.1.80.200:443 -g", 1),
    ("a scheduler is changed", f"ipvsadm -E -t {SECOND}:443 -s sh", 1),
    ("a service is deleted", f"ipvsadm -D -t {VIP}:80", 1),
    # A repair that comes between the two leaves nothing to make.
    ("a service is made anew without its servers", f"ipvsadm -D -t {VIP}:80; ipvsadm -A -t {VIP}:80 -s rr || true", 1),
    ("everything is deleted", "ipvsadm -C", 2),
]


@scenario("what somebody else changes while traffic flows is put right within a second, a line for each service",
          ipvs=True, only="martlet", alone=True)
def drift(lab):
    pool = WebPool(lab, services("rs1", "rs2")).start()
    pool.ds1.run(["ip", "address", "add", f"{SECOND}/32", "dev", "enp0s3"])
    until(lambda: len(table_now(pool.ds1)) == 6, "both services are there", 40)
    pool.director.wait_for_log("Startup complete", 40)
    pool.ds1.shell("ipvsadm -A -f 99 -s rr")
    wanted = table_now(pool.ds1)
    looks = status_of_table(pool)["looks"]
    found = repaired = 0
    with pool.customer() as customer:
        for what, command, lines in CHANGES:
            pool.director.mark()
            pool.ds1.shell(command)
            if what == "everything is deleted":
                # That one takes the foreign service with it, which nobody puts back.
                wanted = [line for line in wanted if not line.startswith("FWM")]
            _, took = until(lambda: table_now(pool.ds1) == wanted, f"{what}: it is put right", 10, interval=0.01,
                            context=lambda: "\n".join(table_now(pool.ds1)))
            lab.step(f"{what}: put right after {took:.2f} s")
            if took > 1:
                raise Failure(f"{what}: it took {took:.2f} s")
            until(lambda: len(logged(pool)) >= lines, f"{what}: {lines} lines are logged", 5)
            # A change in two commands may be seen in two states.
            lines = max(lines, min(len(logged(pool)), command.count(";") + lines))
            found += lines
            stays(lambda: len(logged(pool)) == lines, f"{what}: {lines} lines are logged", 0.5,
                  context=lambda: pool.director.recent_log)
        gap, _ = customer.take()
        lab.step(f"the longest time without a page was {gap:.2f} s")
    table = status_of_table(pool)
    assert table["deviations"] == found, table
    assert table["repairs"] >= found and table["looks"] > looks, table
    lab.step(f"{table['looks']} looks took {table['lookSeconds']:.4f} s")


def logged(pool):
    return [line for line in pool.director.recent_log.splitlines() if "was changed by somebody else" in line]


@scenario("looking after a table of hundreds of services takes a bounded part of the time", ipvs=True, only="martlet",
          alone=True)
def large_table(lab):
    count, servers = 300, 10
    parts = [f"virtual_server 10.20.{number // 250}.{number % 250 + 1} 80 {{\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n"
             + "".join(f"    real_server 10.1.80.{100 + server} 80 {{\n    }}\n" for server in range(servers)) + "}\n"
             for number in range(count)]
    pool = Pool(lab, "".join(parts), servers=("rs1",))
    pool.start(servers=[])
    pool.director.wait_for_log("Startup complete", 120)
    until(lambda: len(table_now(pool.ds1)) == count * (servers + 1), "the table is complete", 60)
    wanted = table_now(pool.ds1)
    before, started = status_of_table(pool), time.monotonic()
    time.sleep(5)
    after, ended = status_of_table(pool), time.monotonic()
    looks = after["looks"] - before["looks"]
    seconds = after["lookSeconds"] - before["lookSeconds"]
    share = seconds / (ended - started)
    lab.step(f"{looks} looks in {ended - started:.1f} s took {seconds / max(looks, 1) * 1000:.1f} ms each, {share * 100:.1f} % of the time")
    assert looks > 0 and share < 0.1, (looks, share)
    for what, command in (("a weight is changed", "ipvsadm -e -t 10.20.0.77:80 -r 10.1.80.104:80 -g -w 9"),
                          ("a service is deleted", "ipvsadm -D -t 10.20.1.9:80"), ("everything is deleted", "ipvsadm -C")):
        pool.ds1.shell(command)
        _, took = until(lambda: table_now(pool.ds1) == wanted, f"{what}: it is put right", 60, interval=0.05)
        lab.step(f"{what}: put right after {took:.2f} s")


@scenario("a table that cannot be put right is not hammered, and is put right when it can be", ipvs=True, only="martlet")
def not_hammered(lab):
    pool = Pool(lab, services("rs1", second=False))
    pool.start(servers=[])
    pool.wait_for_pool({"rs1": 3}, timeout=40)
    pool.director.wait_for_log("Startup complete", 40)
    lab.step("somebody has it changed all the time")
    before = status_of_table(pool)
    script = f"while sleep 0.3; do ipvsadm -e -t {VIP}:80 -r {SERVERS['rs1']}:80 -g -w 9; done"
    pool.director.mark()
    rival = pool.ds1.start(["bash", "-c", script])
    until(lambda: status_of_table(pool)["deviations"] - before["deviations"] >= 7, "seven changes are put right", 60,
          interval=0.5)
    assert len(logged(pool)) == 5 and "only counted" in logged(pool)[-1], pool.director.recent_log
    rival.popen.kill()
    pool.wait_for_pool({"rs1": 3})


@scenario("what belongs to others survives start, reload, crash, restart and stop; what both want is reported",
          ipvs=True, only="martlet")
def foreign(lab):
    pool = Pool(lab, services("rs1", "rs2"))
    pool.ds1.shell(f"ipvsadm -A -t 10.1.80.99:99 -s wlc -p 120; ipvsadm -a -t 10.1.80.99:99 -r 10.1.80.93:99 -m -w 3; "
                   f"ipvsadm -A -f 99 -s rr; ipvsadm -A -t {SECOND}:443 -s rr; ipvsadm -a -t {SECOND}:443 -r 10.1.80.99 -g")
    theirs = [line for line in pool.saved() if SECOND not in line]
    assert len(theirs) == 3, theirs

    def kept():
        saved = pool.saved()
        return all(line in saved for line in theirs)

    pool.start(servers=[])
    pool.wait_for_pool({"rs1": 3, "rs2": 3}, timeout=40)
    line, = [line for line in pool.director.recent_log.splitlines() if "not known to be ours" in line]
    assert f"[{SECOND}]:tcp:443" in line, line
    pool.wait_for_pool({f"{SERVERS['rs1']}:443": 1, f"{SERVERS['rs2']}:443": 1}, service=f"TCP {SECOND}:443")
    pool.director.wait_for_log("Startup complete")
    table = status_of_table(pool)
    assert table["adopted"] == 1 and table["foreignServices"] == 2, table
    assert kept(), pool.saved()

    lab.step("a reload that drops one of ours")
    pool.director.reload_to(services("rs1", second=False))
    until(lambda: f"TCP {SECOND}:443" not in pool.table(), "the second service goes", 10)
    assert kept(), pool.saved()
    pool.director.reload_to(services("rs1"))
    until(lambda: f"TCP {SECOND}:443" in pool.table(), "the second service comes back", 10)

    lab.step("a crash, and a start with a file that has one of ours no longer")
    pool.director.crash()
    pool.director.configure(services("rs1", second=False))
    pool.director.start()
    until(lambda: f"TCP {SECOND}:443" not in pool.table(), "what the crashed director has left is removed", 20,
          context=lambda: pool.director.recent_log)
    pool.director.wait_for_log(rf"\[{SECOND}\]:tcp:443 of a director that did not stop cleanly")
    assert "not known to be ours" not in pool.director.recent_log, pool.director.recent_log
    assert kept(), pool.saved()

    lab.step("their changes of their own service are theirs")
    pool.ds1.shell("ipvsadm -e -t 10.1.80.99:99 -r 10.1.80.93:99 -m -w 8")
    theirs = [line.replace("-w 3", "-w 8") for line in theirs]
    stays(kept, "their weight stays", 1.5, interval=0.3)

    lab.step("a clean stop leaves theirs, and nothing to remember")
    pool.director.stop()
    assert pool.saved() == sorted(theirs), pool.saved()
    assert pool.ds1.shell("ls /run/martlet | grep services- || true").stdout == ""


@scenario("kill -9 under load and a restart: no request fails on connections that were open, counters go on",
          ipvs=True, only="martlet")
def crash_under_load(lab):
    pool = WebPool(lab, services("rs1", "rs2", second=False)).start()
    pool.wait_for_pool({"rs1": 3, "rs2": 3}, timeout=40)
    conversations = [pool.conversation() for _ in range(6)]
    for conversation in conversations:
        conversation.page()
    requests = 120
    curl = pool.client.start(
        ["curl", "-sS", "--no-progress-meter", "--rate", "20/s", "--max-time", "60", "-o", "/dev/null", "-w",
         "%{http_code} %{num_connects}\\n", f"http://{VIP}/?[1-{requests}]"])
    until(lambda: curl.log.count("200") >= 10, "curl gets pages", 30)
    with pool.customer() as customer:
        bytes_before = until(lambda: statistics(pool), "the kernel counts bytes", 15, interval=0.3)[0]
        pool.director.crash()
        for conversation in conversations:
            conversation.page()
        time.sleep(1)
        pool.director.start()
        pool.director.wait_for_log(r"Startup complete", 30)
        for _ in range(3):
            for conversation in conversations:
                conversation.page()
        customer.expect_no_failure("during crash and restart")
    bytes_after = statistics(pool)
    if curl.wait(60) != 0:
        raise Failure(f"curl ended with {curl.popen.returncode}\n{curl.log}")
    answers = curl.log.split("\n")[:requests]
    assert answers[0] == "200 1" and set(answers[1:]) == {"200 0"}, curl.log
    for entry, (connections, incoming) in bytes_before.items():
        now = bytes_after.get(entry, (0, 0))
        if now[0] < connections or now[1] <= incoming:
            raise Failure(f"{entry} was made anew: {connections} connections, {incoming} bytes before, {now} after")
    assert not logged(pool), pool.director.recent_log


def statistics(pool):
    """Connections and bytes from clients of every entry; empty while the kernel has not counted any."""
    text = pool.ds1.run(["ipvsadm", "-Ln", "--stats", "--exact"]).stdout
    found = {words[1]: (int(words[2]), int(words[5])) for line in text.splitlines()[3:] if (words := line.split())}
    return found if all(count[1] for count in found.values()) else {}
