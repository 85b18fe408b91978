"""A process that does not get its time, and what comes late at a start."""

import os
import re
import signal
import threading
import time

from lab.capture import Capture
from lab.director import Director
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, VIP, Pair, instance
from lab.wait import Failure, stays, until


class HolderWatch:
    """How long both directors held the address at once, looked at every few milliseconds; for `with`."""

    def __init__(self, address, hosts):
        self.address, self.hosts = address, hosts
        self.both = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _look(self):
        last = time.monotonic()
        while not self._ended.wait(0.005):
            holders = sum(host.holds(self.address) for host in self.hosts)
            now = time.monotonic()
            if holders > 1:
                self.both += now - last
            last = now


@scenario("a master that is stopped for 5 s: no second master beyond one advert", only="martlet", cases={
    "it takes over again": {"extra": ""},
    "with nopreempt the other one stays": {"extra": "nopreempt"},
    "timer_expired_backup": {"extra": "nopreempt\ntimer_expired_backup 50"}})
def stopped_master(lab, extra):
    pair = Pair(lab, state="BACKUP", extra=extra)
    pair.directors["ds1"].start()
    until(lambda: pair.ds1.holds(VIP), "ds1 becomes master", 10)
    pair.directors["ds2"].start()
    pair.directors["ds2"].wait_for_log(r"\(VI_1\) Entering BACKUP STATE")
    time.sleep(1.2)
    director = pair.directors["ds1"]
    director.mark()
    capture = Capture(pair.client, INTERFACE, "proto 112", "-v")
    lab.step("the process of ds1 stands still: ds2 takes over")
    director.process.signal(signal.SIGSTOP)
    stopped = time.monotonic()
    until(lambda: pair.ds2.holds(VIP), "ds2 takes over", 6)
    time.sleep(max(0, 5 - (time.monotonic() - stopped)))
    with HolderWatch(VIP, [pair.ds1, pair.ds2]) as watch:
        lab.step("it goes on: one of them gives up at once")
        director.process.signal(signal.SIGCONT)
        stays_with = pair.ds2 if extra else pair.ds1
        lab.wait_for_holder(VIP, stays_with, [pair.ds1 if extra else pair.ds2], 3)
        stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is stays_with, f"{stays_with.name} alone holds {VIP}", 4.5)
    if watch.both > 1:
        raise Failure(f"both held {VIP} for {watch.both:.2f} s after the process went on")
    adverts = [packet for packet in capture.stop() if re.search(r"10\.1\.80\.91 > ", packet)]
    if not adverts and not extra:
        raise Failure("ds1 had to send adverts again")
    status = director.command_of_martlet("status").stdout
    if not re.search(r"timers late by up to [45]\.\d+ s", status):
        raise Failure(f"status had to tell of the lateness:\n{status}")


@scenario("a backup that is stopped listens before it acts", only="martlet")
def stopped_backup(lab):
    pair = Pair(lab).start()
    director = pair.directors["ds2"]
    director.mark()
    director.process.signal(signal.SIGSTOP)
    time.sleep(5)
    director.process.signal(signal.SIGCONT)
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds1, f"ds1 alone holds {VIP}", 4.5)
    if director.logged("Entering MASTER"):
        raise Failure("ds2 took its own sleep for the silence of the master")


@scenario("what comes late at a start is waited for in words, and then there is no false election", only="martlet")
def late_interface(lab):
    ds1, ds2 = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"], "ds2": ADDRESSES["ds2"]})
    master = Director(ds2, instance(100, state="MASTER")).start()
    until(lambda: ds2.holds(VIP), "ds2 is master", 10)
    own = "10.1.80.191"
    text = "global_defs {\n    dynamic_interfaces\n}\n" + instance(90, interface="late0", extra=f"mcast_src_ip {own}\n"
                                                                "track_src_ip")
    director = Director(ds1, text).start()
    director.wait_for_log(r"\(VI_1\) Entering FAULT STATE")

    def waits_for(words):
        def said():
            return re.search(rf"waits for {words}, \d+ s", director.command_of_martlet("status").stdout)
        until(said, f"status says 'waits for {words}'", 5,
              context=lambda: director.command_of_martlet("status").stdout)

    lab.step("no interface yet")
    waits_for("interface late0 to appear")
    waits_for(f"address {own} on late0")
    lab.step("an interface that is not set up, then one without a carrier")
    ds1.run(["ip", "link", "add", "late0", "type", "veth", "peer", "name", "late1"])
    waits_for(r"interface late0 to be set up \('ip link set late0 up'\)")
    ds1.run(["ip", "link", "set", "late0", "up"])
    waits_for("a carrier on late0")
    lab.step("its wire is plugged in, then comes its address")
    ds1.run(["ip", "-batch", "-"], input=f"""link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
link set {INTERFACE} master br0
link set late1 master br0 up
link set br0 up
""")
    until(lambda: "waits for a carrier" not in director.command_of_martlet("status").stdout, "the carrier is there", 10)
    waits_for(f"address {own} on late0")
    director.mark()
    ds1.run(["ip", "address", "add", f"{own}/24", "dev", "late0"])
    director.wait_for_log(r"\(VI_1\) Entering BACKUP STATE", 5)
    lab.step("it hears the master that there is and leaves it alone")
    stays(lambda: lab.holder(VIP, [ds1, ds2]) is ds2, f"ds2 alone holds {VIP}", 4.5)
    lab.step("and takes over when that one goes")
    master.stop()
    lab.wait_for_holder(VIP, ds1, [ds2], 6)


@scenario("unicast_fault_no_peer: without peers an instance is in FAULT, and waits for a reload that names one")
def no_peer(lab):
    ds1, ds2 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("ds1", "ds2")})
    own, peer = ADDRESSES["ds1"], ADDRESSES["ds2"]
    text = instance(100, extra=f"unicast_src_ip {own}\nunicast_fault_no_peer")
    director = Director(ds1, text).start()
    director.wait_for_log(r"\(VI_1\) Cannot use unicast without any peers - going to fault state")
    stays(lambda: not ds1.holds(VIP), f"ds1 does not hold {VIP}", 5)
    if director.kind == "martlet":
        status = director.command_of_martlet("status").stdout
        if "waits for a unicast_peer in the configuration" not in status:
            raise Failure(f"status had to say what is waited for:\n{status}")
    director.reload_to(instance(100, unicast=(own, peer), extra="unicast_fault_no_peer"))
    until(lambda: ds1.holds(VIP), f"ds1 holds {VIP}", 10)


@scenario("max_auto_priority: after a late wake-up the thread gets a higher real-time priority", only="martlet")
def automatic_priority(lab):
    ds1, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    text = "global_defs {\n    max_auto_priority 2\n    min_auto_priority_delay 500000\n}\n" + instance(100)
    director = Director(ds1, text).start()
    until(lambda: ds1.holds(VIP), f"ds1 holds {VIP}", 10)

    def sleep_for(seconds):
        director.mark()
        director.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        director.process.signal(signal.SIGCONT)

    def priorities():
        found = set()
        for task in os.listdir(f"/proc/{director.process.pid}/task"):
            with open(f"/proc/{director.process.pid}/task/{task}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            # The fields rt_priority and policy; 2 is SCHED_RR.
            found.add(int(fields[37]) if fields[38] == "2" else 0)
        return found

    for priority in (1, 2):
        sleep_for(1.8)
        director.wait_for_log(rf"The VRRP thread has real-time priority {priority} now", 3)
        if priorities() != {0, priority}:
            raise Failure(f"the priorities of the threads are {priorities()}")
    lab.step("beyond what is allowed it does not go")
    sleep_for(1.8)
    stays(lambda: not director.logged("real-time priority"), "no priority is changed", 1.5)


@scenario("dynamic_interfaces allow_if_changes: an interface that comes back as one of another kind is used as it is")
def changed_interface(lab):
    ds1, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    veth = "link add work0 type veth peer name work1\nlink set work1 up"
    # A bridge has the carrier of its ports.
    bridge = "link add work0 type bridge\nlink add port0 type veth peer name port1\nlink set port1 up\n" + (
        "link set port0 master work0 up")

    def make(commands):
        ds1.run(["ip", "-batch", "-"],
                input=f"{commands}\nlink set work0 up\naddress add 192.168.7.91/24 dev work0\n")

    make(veth)
    vip = "192.168.7.90"
    director = Director(ds1, "global_defs {\n    dynamic_interfaces allow_if_changes\n}\n"
                        + instance(100, interface="work0", vips=(vip,))).start()
    until(lambda: ds1.holds(vip), f"ds1 holds {vip}", 15)
    for kind in (f"link add link {INTERFACE} name work0 type macvlan mode bridge", bridge, veth):
        lab.step(f"it goes, and comes back: {kind}")
        director.mark()
        ds1.run(["ip", "link", "delete", "work0"])
        director.wait_for_log(r"\(VI_1\) Entering FAULT STATE", 10)
        make(kind)
        until(lambda: ds1.holds(vip), f"ds1 holds {vip} again", 15, context=lambda: director.recent_log)
