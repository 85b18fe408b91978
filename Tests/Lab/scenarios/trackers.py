"""What moves a priority or takes an instance out: files, processes, interfaces, source addresses, delays."""

import os
import re
import shutil
import subprocess
import time

from lab.director import Director, default_director, martlet_binary
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, VIP, Pair, instance
from lab.wait import Failure, stays, until

FILE = """
track_file load {{
    file /run/load
    weight {weight}
    init_file 0
}}
"""


@scenario("track_file: the number in a file moves the priority, or is a fault", cases={
    "multiplied": {"weight": "-5", "number": "2", "said": r"Changing effective priority from 101 to 91"},
    "reversed": {"weight": "5 reverse", "number": "3", "said": r"Changing effective priority from 101 to 86"},
    "-254": {"weight": "1", "number": "-254", "said": r"Entering FAULT STATE"},
    "weight 0": {"weight": "0", "number": "1", "said": r"Entering FAULT STATE"}})
def track_file(lab, weight, number, said):
    pair = Pair(lab, before=FILE.format(weight=weight), extra="track_file {\n    load\n}")
    pair.directors["ds2"].configure(instance(100))
    pair.start()
    director = pair.directors["ds1"]
    if pair.ds1.read("/run/load").strip() != "0":
        raise Failure("init_file had to write 0")
    director.mark()
    lab.step("the number changes")
    pair.ds1.write("/run/load", f"{number}\n")
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    director.wait_for_log(rf"\(VI_1\) {said}")
    lab.step("and back")
    pair.ds1.write("/run/load", "0\n")
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 10)


# Where hosts have process numbers of their own, the real keepalived is told of no process.
@scenario("track_process: too few or too many processes, after their delay", only="martlet")
def track_process(lab):
    block = ("vrrp_track_process worker {\n    process /usr/bin/sleep 1000\n    quorum 2\n    quorum_max 2\n"
             "    delay 1.5\n    weight -10\n}\n")
    pair = Pair(lab, before=block, extra="track_process {\n    worker\n}")
    pair.directors["ds2"].configure(instance(100))
    workers = [pair.ds1.start(["/usr/bin/sleep", "1000"]) for _ in range(2)]
    # Another argument is another program.
    pair.ds1.start(["/usr/bin/sleep", "1001"])
    pair.start()
    director = pair.directors["ds1"]
    director.mark()
    lab.step("one of two ends: after the delay the quorum is lost")
    workers[0].popen.kill()
    started = time.monotonic()
    director.wait_for_log(r"Quorum lost for tracked process worker", 5)
    if time.monotonic() - started < 1.4:
        raise Failure("an end had to last for 1.5 s before it counts")
    director.wait_for_log(r"\(VI_1\) Changing effective priority from 101 to 91")
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    lab.step("a second one comes: the quorum is gained")
    pair.ds1.start(["/usr/bin/sleep", "1000"])
    director.wait_for_log(r"Quorum gained for tracked process worker", 5)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 10)
    director.mark()
    lab.step("a third one is one too many")
    pair.ds1.start(["/usr/bin/sleep", "1000"])
    director.wait_for_log(r"Quorum lost for tracked process worker", 5)


# The kernel reports processes to nobody but the first namespaces: this director is no host of the lab.
@scenario("track_process: the kernel's reports of processes", ipvs=True, only="martlet")
def process_connector(lab):
    folder = os.path.join(lab.directory, "first")
    os.makedirs(folder)
    program = os.path.join(folder, "lab-worker")
    shutil.copy("/usr/bin/sleep", program)
    with open(f"{folder}/conf", "w") as file:
        file.write(f"vrrp_track_process worker {{\n    process {program}\n    weight -10\n}}\n" + instance(
            100, interface="lab-first", vips=("10.99.0.90",), extra="track_process {\n    worker\n}"))
    subprocess.run(["ip", "-batch", "-"], text=True, check=True, input="link add lab-first type dummy\n"
                   "link set lab-first up\naddress add 10.99.0.1/24 dev lab-first\n")
    log = f"{folder}/log"
    processes = []

    def start(command, output):
        processes.append(subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder))
        return processes[-1]

    def said(pattern):
        with open(log) as file:
            return len(re.findall(pattern, file.read()))

    try:
        with open(log, "w") as output:
            start([martlet_binary(), "run", "-f", f"{folder}/conf"], output)
        until(lambda: said(r"Entering MASTER STATE"), "it is master", 30, context=lambda: open(log).read())
        if said("are looked for every second"):
            raise Failure(f"the kernel had to report processes:\n{open(log).read()}")
        for number in range(1, 4):
            lab.step("a process comes")
            worker = start([program, "1000"], subprocess.DEVNULL)
            until(lambda: said("Quorum gained for tracked process worker") == number, "the quorum is gained", 5,
                  context=lambda: open(log).read())
            lab.step("and goes")
            worker.kill()
            until(lambda: said("Quorum lost for tracked process worker") >= number, "the quorum is lost", 5)
    finally:
        for process in processes:
            process.kill()
            process.wait()
        subprocess.run(["ip", "link", "delete", "lab-first"], check=False)


def mixed(weights):
    found = {}
    for name, case in weights.items():
        for kinds in ((None, "keepalived"), ("keepalived", None)):
            names = [kind or default_director() for kind in kinds]
            found[f"{name}, {names[0]} over {names[1]}"] = {"kinds": kinds, **case}
    return found


@scenario("track_interface with a weight", cases=mixed({
    "-5": {"weight": "-5", "priorities": (101, 100), "changes": (101, 96)},
    "5": {"weight": "5", "priorities": (98, 100), "changes": (103, 98)},
    "5 reverse": {"weight": "5 reverse", "priorities": (108, 100), "changes": (103, 108)}}))
def track_interface(lab, kinds, weight, priorities, changes):
    pair = Pair(lab, kinds, priorities=priorities, extra=f"track_interface {{\n    enp0s8 weight {weight}\n}}")
    lab.add_hosts("enp0s8", {"ds1": "192.168.7.1"}, segment="inside")
    pair.directors["ds2"].configure(instance(priorities[1]))
    pair.start()
    director = pair.directors["ds1"]
    director.mark()
    lab.cut(pair.ds1, "enp0s8")
    director.wait_for_log(rf"\(VI_1\) Changing effective priority from {changes[0]} to {changes[1]}")
    if "reverse" not in weight:
        lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    director.mark()
    lab.plug(pair.ds1, "enp0s8")
    director.wait_for_log(rf"\(VI_1\) Changing effective priority from {changes[1]} to {changes[0]}")
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 10)


@scenario("interface_up_down_delays: a short outage of a link is none, a longer one counts; polled links too")
def delays(lab):
    pair = Pair(lab, before=f"interface_up_down_delays {{\n    {INTERFACE} 2 1\n}}\n"
                "linkbeat_interfaces {\n    enp0s8 ETHTOOL\n}\n", extra="track_interface {\n    enp0s8\n}")
    lab.add_hosts("enp0s8", {"ds1": "192.168.7.1", "ds2": "192.168.7.2"}, segment="inside")
    pair.start()
    director = pair.directors["ds1"]
    director.mark()
    lab.step("down for a second: nothing happens")
    lab.cut(pair.ds1, INTERFACE)
    time.sleep(1)
    lab.plug(pair.ds1, INTERFACE)
    stays(lambda: pair.ds1.holds(VIP) and not director.logged("FAULT STATE"), "ds1 is master", 2)
    lab.step("down for longer: a fault after two seconds")
    started = time.monotonic()
    lab.cut(pair.ds1, INTERFACE)
    director.wait_for_log(r"\(VI_1\) Entering FAULT STATE", 5)
    if not 1.8 < time.monotonic() - started < 3.5:
        raise Failure(f"the fault came after {time.monotonic() - started:.1f} s")
    lab.plug(pair.ds1, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)
    director.mark()
    lab.step("a link that is polled")
    lab.cut(pair.ds1, "enp0s8")
    director.wait_for_log(r"\(VI_1\) Entering FAULT STATE", 4)
    lab.plug(pair.ds1, "enp0s8")
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)


# keepalived 2.2.7 stays master here when the address goes that mcast_src_ip names.
@scenario("track_src_ip and dont_track_primary", only="martlet")
def source_address(lab):
    own = "10.1.80.191"
    pair = Pair(lab, extra=f"mcast_src_ip {own}\ntrack_src_ip")
    pair.directors["ds2"].configure(instance(100, extra="dont_track_primary"))
    pair.ds1.run(["ip", "address", "add", f"{own}/24", "dev", INTERFACE])
    pair.start()
    director = pair.directors["ds1"]
    director.mark()
    pair.ds1.run(["ip", "address", "del", f"{own}/24", "dev", INTERFACE])
    director.wait_for_log(r"\(VI_1\) Entering FAULT STATE", 5)
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    if director.kind == "martlet":
        status = director.command_of_martlet("status").stdout
        if f"address {own} on {INTERFACE}" not in status:
            raise Failure(f"status had to say what is waited for:\n{status}")
    lab.step("the address is back")
    pair.ds1.run(["ip", "address", "add", f"{own}/24", "dev", INTERFACE])
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)
    lab.step("without its primary interface tracked, ds2 stays what it is")
    pair.directors["ds2"].mark()
    lab.cut(pair.ds2, INTERFACE)
    until(lambda: pair.ds2.holds(VIP), "ds2 hears nobody and becomes master", 6)
    if pair.directors["ds2"].logged("FAULT"):
        raise Failure("an interface that is not tracked is no fault")
