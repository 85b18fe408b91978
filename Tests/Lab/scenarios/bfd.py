"""BFD sessions with BIRD that decide about real servers and about instances."""

import json

from lab.pool import INTERFACE, SERVERS, Pool, indented, real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, Pair, instance
from lab.wait import Failure, stays, until

# What both sides send and expect: a packet every 200 ms, and five may be missing.
INTERVAL, MULTIPLIER = 200, 5
DETECTION = INTERVAL * MULTIPLIER / 1000
# For a busy machine, and for looking at the log.
SLACK = 1.0
VIP, OTHER_VIP = "10.1.80.88", "10.1.80.89"


class Bird:
    """BIRD with one session to the director."""

    def __init__(self, host, address):
        self.host = host
        host.write("/run/bird.conf", f"""router id {address};
protocol device {{}}
protocol bfd {{
    interface "{INTERFACE}" {{
        min rx interval {INTERVAL} ms; min tx interval {INTERVAL} ms; idle tx interval 1 s; multiplier {MULTIPLIER};
    }};
    neighbor 10.1.80.91 dev "{INTERFACE}" local {address};
}}
""")
        self.process = None

    def start(self):
        self.process = self.host.start(["bird", "-f", "-c", "/run/bird.conf", "-s", "/run/bird.control", "-P", "/run/bird.pid"],
                                       log="/var/log/bird.log")
        return self

    def kill(self):
        """It gets to say nothing."""
        self.process.kill_tree()


def session(name):
    return (f"bfd_instance {name} {{\n    neighbor_ip {SERVERS[name]}\n    source_ip 10.1.80.91\n    min_rx {INTERVAL}\n"
            f"    min_tx {INTERVAL}\n    multiplier {MULTIPLIER}\n}}\n")


def tracking(lines):
    return f"track_bfd {{\n{indented(lines)}\n}}"


@scenario("sessions with BIRD take servers and instances out within the detection time, and bring them back", ipvs=True,
          alone=True, only="martlet")
def bird(lab):
    checks = {name: f"BFD_CHECK {{\n    name {name}\n}}" for name in ("rs1", "rs2")}
    text = (session("rs1") + session("rs2")
            + instance(100, "MASTER", "VI_1", 51, vips=(VIP,), extra=tracking("rs1"))
            + instance(100, "MASTER", "VI_2", 52, vips=(OTHER_VIP,), extra=tracking("rs2 weight -20"))
            + virtual_server([real_server(name, check) for name, check in checks.items()]))
    pool = Pool(lab, text)
    birds = {name: Bird(host, SERVERS[name]).start() for name, host in pool.servers.items()}
    director = pool.start(servers=[]).director
    lab.step("both sessions come up: servers and addresses are there")
    for name in birds:
        director.wait_for_log(rf"BFD check of \[{name}\] .* is UP")
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    until(lambda: pool.ds1.holds(VIP) and pool.ds1.holds(OTHER_VIP), "both addresses are there", 20,
          context=lambda: director.log)

    def goes(name, cause, within, least=0.0):
        """The server is out, in time, for a reason."""
        line, elapsed = director.wait_for_log(rf"Removing service \[{SERVERS[name]}\].*{cause}")
        lab.step(f"after {elapsed:.2f} s: {line}")
        if not least <= elapsed <= within:
            raise Failure(f"{name} had to leave after {least:.1f} to {within:.1f} s and left after {elapsed:.2f} s")

    def returns(name):
        director.wait_for_log(rf"Adding service \[{SERVERS[name]}\]")
        pool.wait_for_pool({"rs1": 1, "rs2": 1})

    lab.step("one BIRD is killed: its server and the address of the instance that depends on it go")
    director.mark()
    birds["rs1"].kill()
    goes("rs1", f"nothing heard for {DETECTION * 1000:.0f} ms", DETECTION + SLACK, DETECTION - 2 * INTERVAL / 1000)
    pool.wait_for_pool({"rs2": 1})
    until(lambda: not pool.ds1.holds(VIP), "the address of the first instance is gone", 5, context=lambda: director.log)
    stays(lambda: pool.ds1.holds(OTHER_VIP), "the other instance keeps its address", 1)
    lab.step("and back")
    director.mark()
    birds["rs1"].start()
    returns("rs1")
    until(lambda: pool.ds1.holds(VIP), "the first instance has its address again", 20, context=lambda: director.log)

    lab.step("the other one's wire is cut: its server goes, and its instance has a lower priority")
    director.mark()
    lab.cut(pool.servers["rs2"], INTERFACE)
    goes("rs2", f"nothing heard for {DETECTION * 1000:.0f} ms", DETECTION + SLACK)
    director.wait_for_log(r"\(VI_2\) Changing effective priority from 100 to 80")
    pool.wait_for_pool({"rs1": 1})
    assert pool.ds1.holds(OTHER_VIP) and pool.ds1.holds(VIP)
    lab.step("and plugged in")
    director.mark()
    lab.plug(pool.servers["rs2"], INTERFACE)
    returns("rs2")
    director.wait_for_log(r"\(VI_2\) Changing effective priority from 80 to 100")

    lab.step("a reload leaves the sessions alone")
    director.mark()
    director.reload_to(text.replace("delay_loop 1", "delay_loop 2"))
    stays(lambda: pool.pool() == {f"{SERVERS[name]}:80": 1 for name in birds}, "both servers stay", 2, interval=0.2)
    assert not director.logged("is DOWN"), director.recent_log
    sessions = json.loads(director.command_of_martlet("status", "--json").stdout)["sessions"]
    assert [(one["name"], one["state"]) for one in sessions] == [("rs1", "Up"), ("rs2", "Up")], sessions
    assert director.stop() == 0
    assert pool.saved() == [] and not pool.ds1.holds(VIP), pool.saved()


# keepalived stops without a word to its neighbours.
@scenario("the neighbour of a tracked session stops orderly: that is no fault, and its end without a word is",
          only="martlet")
def withdrawn(lab):
    pair = Pair(lab)
    for name, other in (("ds1", "ds2"), ("ds2", "ds1")):
        block = (f"bfd_instance other {{\n    neighbor_ip {ADDRESSES[other]}\n    source_ip {ADDRESSES[name]}\n"
                 f"    min_rx {INTERVAL}\n    min_tx {INTERVAL}\n    multiplier {MULTIPLIER}\n}}\n")
        extra = "track_bfd {\n    other\n}" if name == "ds1" else ""
        pair.directors[name].configure(block + instance(101 if name == "ds1" else 100, extra=extra))
    pair.start(30)
    director = pair.directors["ds1"]
    director.mark()
    lab.step("the other director stops")
    assert pair.directors["ds2"].stop() == 0
    director.wait_for_log(r"\(other\) Entering Down state", 10)
    stays(lambda: pair.ds1.holds(pair.vip), "the address stays", 2, context=lambda: director.log)
    assert not director.logged("FAULT"), director.recent_log
    lab.step("it comes back, and is killed")
    pair.directors["ds2"].start()
    director.wait_for_log(r"Entering Up state", 20)
    director.mark()
    pair.directors["ds2"].crash()
    director.wait_for_log(r"\(VI_1\) Entering FAULT STATE", 10)
    until(lambda: not pair.ds1.holds(pair.vip), "the address is gone", 5, context=lambda: director.log)
