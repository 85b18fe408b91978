"""`martlet status`, `martlet plan` and `martlet reload` beside a running director."""

import json
import re

from lab.director import CONFIGURATION, Director, real_listing, without_connection_counts
from lab.kernel_writes import KernelWrites
from lab.pool import SERVERS, VIP, Pool, WebPool, real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, instance
from lab.wait import Failure, until

FLOATING = "10.1.80.88"


def status(director):
    result = director.command_of_martlet("status", "--json")
    if result.returncode != 0:
        raise Failure(f"martlet status ended with {result.returncode}\n{result.stdout}{result.stderr}")
    return json.loads(result.stdout)


def expect(result, code, *patterns):
    """The exit status, and something of each pattern in what was printed."""
    output = result.stdout + result.stderr
    shown = " ".join(result.args[1:])
    if result.returncode != code:
        raise Failure(f"martlet {shown} had to end with {code} and ended with {result.returncode}\n{output}")
    for pattern in patterns:
        if not re.search(pattern, output, re.MULTILINE):
            raise Failure(f"martlet {shown} had to print something like /{pattern}/ and printed\n{output}")
    return output


@scenario("plan says what a reload would do and does nothing; reload does what plan said", ipvs=True, only="martlet", timeout=240)
def plan(lab):
    def text(*servers, weight=1, instances=2):
        routers = [instance(101, "MASTER", vips=(FLOATING,)),
                   instance(101, "MASTER", "VI_2", 52, vips=("10.1.80.89",))]
        return "".join(routers[:instances]) + virtual_server([real_server(name, weight=weight) for name in servers])

    pool = WebPool(lab, text("rs1", "rs2"), servers=("rs1", "rs2"))
    writes = KernelWrites(pool.ds1)
    pool.start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1}, timeout=45)
    until(lambda: pool.ds1.holds(FLOATING) and pool.ds1.holds("10.1.80.89"), "both addresses are there", 15)
    pool.director.wait_for_log(r"TCP connection to .*10\.1\.80\.95.* success")
    talk = pool.conversation()
    talk.page()
    until(lambda: pool.connection_entries().get(talk.local_port), "the director has the connection", 10)
    leaving = pool.connection_entries()[talk.local_port].rpartition(":")[0]
    staying = next(name for name, address in SERVERS.items() if name in pool.servers and address != leaving)
    table = without_connection_counts(real_listing(pool.ds1))
    writes.take()

    lab.step("the same file")
    expect(pool.director.command_of_martlet("plan", "--exit-code"), 0, r"(?i)nothing changes|no change")

    lab.step("a server with a connection goes, the other one's weight changes, an instance goes")
    pool.director.configure(text(staying, weight=6, instances=1))
    output = expect(pool.director.command_of_martlet("plan"), 0,
                    rf"real_server .*{re.escape(leaving)}.* removed", r"weight.*1.*6", r"VI_2.* removed",
                    r"VI_2.*(gives up|resigns|mastership)", rf"(?i)\b1 active.*{re.escape(leaving)}")
    if re.search(r"VI_1.*(gives up|removed)", output):
        raise Failure(f"VI_1 stays as it is:\n{output}")
    answer = json.loads(pool.director.command_of_martlet("plan", "--json", "--exit-code").stdout)
    typed = answer["plan"]
    if not answer["isPossible"] or typed["refusals"] or not typed["commands"]:
        raise Failure(f"the plan had to be possible: {answer}")
    if [(one["instance"], one["oldState"]) for one in typed["elections"] if one["instance"] == "VI_2"] != [("VI_2", "MASTER")]:
        raise Failure(f"VI_2 had to be seen to go: {typed['elections']}")
    expect(pool.director.command_of_martlet("plan", "--exit-code"), 2)
    lab.step("nothing of it happened")
    writes.expect_none("martlet plan")
    if (now := without_connection_counts(real_listing(pool.ds1))) != table:
        raise Failure(f"the table was\n{table}and is\n{now}")
    if not pool.ds1.holds("10.1.80.89"):
        raise Failure("martlet plan took an address away")
    talk.page()

    lab.step("reload does it and says so")
    expect(pool.director.command_of_martlet("reload"), 0)
    pool.wait_for_pool({staying: 6}, timeout=2)
    until(lambda: not pool.ds1.holds("10.1.80.89") and pool.ds1.holds(FLOATING), "VI_2 is gone and VI_1 is not", 3)
    expect(pool.director.command_of_martlet("plan"), 0, r"(?i)nothing changes|no change")

    lab.step("another file may be planned with")
    pool.ds1.write("/etc/keepalived/other.conf", text(staying, weight=9, instances=1))
    expect(pool.director.command_of_martlet("plan", "-f", "/etc/keepalived/other.conf"), 0, r"weight.*6.*9")

    lab.step("a file that cannot be used has no plan")
    writes.take()
    pool.director.configure(text(staying).replace("lb_algo rr", "lb_algo"))
    expect(pool.director.command_of_martlet("plan"), 1, r"lb_algo")
    writes.expect_none("the plan of a file that cannot be used")


@scenario("status shows the file in force, and the reload that was refused", ipvs=True, only="martlet", timeout=240)
def refused_in_status(lab):
    good = instance(101, "MASTER", vips=(FLOATING,)) + virtual_server([real_server("rs1"), real_server("rs2")])
    pool = Pool(lab, good).start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1}, timeout=45)
    until(lambda: pool.ds1.holds(FLOATING), "the address is there", 15)
    first = status(pool.director)
    if first["configuration"]["path"] != CONFIGURATION or first["configuration"]["changedFiles"]:
        raise Failure(f"the file in force is {CONFIGURATION}, unchanged: {first['configuration']}")
    if [(one["name"], one["state"]) for one in first["instances"]] != [("VI_1", "MASTER")]:
        raise Failure(f"VI_1 is master: {first['instances']}")

    lab.step("a refused reload")
    pool.director.configure(good.replace("virtual_router_id 51", "virtual_router_id"))
    expect(pool.director.command_of_martlet("reload"), 1, r"virtual_router_id")
    second = status(pool.director)
    if second["lastReload"]["verdict"] != "refused" or "virtual_router_id" not in json.dumps(second["lastReload"]):
        raise Failure(f"the refused reload had to be shown with its reason: {second['lastReload']}")
    if second["configuration"]["digest"] != first["configuration"]["digest"]:
        raise Failure("the digest of the configuration in force changed though nothing took force")
    if CONFIGURATION not in second["configuration"]["changedFiles"]:
        raise Failure(f"{CONFIGURATION} is not what is in force, which had to be shown: {second['configuration']}")
    kept = second["configuration"]["lastGood"]
    if not kept or "virtual_router_id 51" not in pool.ds1.run(["cat", kept]).stdout:
        raise Failure(f"the last good file had to be kept, and status shows {kept}")
    if f"sha256:{pool.ds1.run(['sha256sum', kept]).stdout.split()[0]}" != second["configuration"]["digest"]:
        raise Failure(f"sha256sum of {kept} is not {second['configuration']['digest']}")
    if "virtual_router_id 51" not in pool.director.command_of_martlet("status", "--configuration").stdout:
        raise Failure("status --configuration had to print what is in force")
    expect(pool.director.command_of_martlet("status"), 0, r"(?i)refused", r"virtual_router_id")

    lab.step("the file is gone: what is in force is still known")
    pool.ds1.run(["rm", CONFIGURATION])
    expect(pool.director.command_of_martlet("reload"), 1, r"keepalived\.conf")
    if status(pool.director)["configuration"]["digest"] != first["configuration"]["digest"]:
        raise Failure("the digest of the configuration in force changed though nothing took force")

    lab.step("a good file clears it")
    pool.director.configure(good.replace("weight 1", "weight 4"))
    expect(pool.director.command_of_martlet("reload"), 0)
    pool.wait_for_pool({"rs1": 4, "rs2": 4}, timeout=3)
    third = status(pool.director)
    if third["lastReload"]["verdict"] != "applied" or third["configuration"]["changedFiles"]:
        raise Failure(f"the new file is in force: {third['lastReload']} {third['configuration']}")
    if third["configuration"]["digest"] == first["configuration"]["digest"]:
        raise Failure("the digest has to be that of the new text")

    lab.step("the same file again")
    expect(pool.director.command_of_martlet("reload"), 0)
    if (last := status(pool.director)["lastReload"])["verdict"] != "unchanged":
        raise Failure(f"nothing changed, and status says {last}")

    lab.step("after a bad edit and a restart, the last good file runs what ran before")
    pool.director.configure("")
    pool.director.stop()
    pool.director.configure(pool.ds1.run(["cat", kept]).stdout)
    pool.director.start()
    pool.wait_for_pool({"rs1": 4, "rs2": 4})


@scenario("status and reload without a director: one sentence, and status 4", only="martlet")
def nobody_there(lab):
    ds1, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    director = Director(ds1, instance(100))
    for command in ("reload", "status"):
        result = director.command_of_martlet(command)
        output = result.stdout + result.stderr
        if result.returncode != 4 or len(output.strip().splitlines()) > 3 or "/run/martlet" not in output:
            raise Failure(f"martlet {command} ended with {result.returncode} and said\n{output}")
