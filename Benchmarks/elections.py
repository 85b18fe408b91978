"""How fast addresses move when a master dies, what thousands of them take, and whether adverts go out in time."""

import contextlib
import json
import os
import random
import socket
import statistics
import struct
import subprocess
import tempfile
import time
from collections import namedtuple

from lab.director import CONFIGURATION, Director
from lab.network import Lab
from lab.vrrp import ADDRESSES, INTERFACE, VIP, instance
from lab.wait import until
from processes import cpu_seconds
from segment import Advert, Announcement, Witness


Window = namedtuple("Window", "adverts late longest median share counted stolen")


class Speaker(Director):
    """A director that takes part in elections, and logs no more than it does by itself."""

    @property
    def command(self):
        if self.kind == "keepalived":
            return ["keepalived", "-n", "-l", "-G", "-P", "-f", CONFIGURATION]
        return super().command


@contextlib.contextmanager
def segment():
    """A client and two hosts for directors on one wire."""
    with tempfile.TemporaryDirectory() as directory:
        lab = Lab(directory)
        try:
            lab.add_hosts(INTERFACE, ADDRESSES)
            yield lab
        finally:
            lab.close()


class Elections:
    """Rows about elections, for a suite that has options and rows."""

    def kinds(self):
        """Who is measured: the name of a result, and what the lab calls its program."""
        found = {"peer": "keepalived"}
        if self.options.martlet:
            os.environ["LAB_MARTLET"] = self.options.martlet
            found["martlet"] = "martlet"
        return found

    def definitions(self, extra=""):
        return f"global_defs {{\n    vrrp_rt_priority 50\n    vrrp_rlimit_rttime 1000000\n{extra}}}\n"

    # The master is killed.

    def takeover(self):
        """Version 3 at 100 ms, `kill -9` of the master: how much later than the master down interval the peer has it."""
        worst = {"address": {}, "announcement": {}}
        notes = {"address": [], "announcement": []}
        for name, kind in self.kinds().items():
            found = self.takeovers(kind, self.options.takeovers)
            for what, values in found.items():
                worst[what][name] = round(max(values), 2)
                notes[what].append(f"{name}: median {statistics.median(values):.2f} ms of {len(values)}")
        for what, label in (("address", "VIP"), ("announcement", "first GARP")):
            self.row(f"kill -9, 100 ms: {label} after master down", worst[what], "ms", limit=10,
                     note="; ".join(notes[what]))

    def takeovers(self, kind, count):
        """Milliseconds after the end of the master down interval, for each of so many takeovers."""
        with segment() as lab:
            first, second = lab.hosts["ds1"], lab.hosts["ds2"]
            settings = {"interval": "0.1", "version": 3, "password": None}
            directors = [Speaker(host, self.definitions() + instance(priority, **settings), kind)
                         for host, priority in ((first, 101), (second, 100))]
            for director in directors:
                director.start()
            lab.wait_for_holder(VIP, first, [second], 15)
            witness = Witness(second)
            for _ in range(count):
                lab.wait_for_holder(VIP, first, [second], 15)
                # Anywhere between two adverts.
                time.sleep(0.3 + random.random() / 10)
                directors[0].crash()
                until(lambda: second.holds(VIP), f"ds2 takes {VIP}", 5, interval=0.01)
                directors[0].start()
            lab.wait_for_holder(VIP, first, [second], 15)
            packets = witness.stop()
            return self.moments_of_takeover(packets, witness.additions, second.hardware_address(INTERFACE), count)

    def moments_of_takeover(self, packets, additions, hardware_address, count):
        down = 0.3 + 0.1 * (256 - 100) / 256
        found = {"address": [], "announcement": []}
        last = None
        for packet in packets:
            if not isinstance(packet, Advert):
                continue
            if packet.source == ADDRESSES["ds1"]:
                last = packet
            elif last is not None:
                # Its own resignation is no takeover of the other one, nor are two adverts that cross.
                if last.priority != 0 and packet.priority != 0 and packet.time - last.time > 0.2:
                    due = last.time + down
                    announced = next(p.time for p in packets if isinstance(p, Announcement) and p.time > last.time
                                     and p.source == hardware_address and p.address == VIP)
                    added = next(a.time for a in additions if a.time > last.time and a.address == VIP)
                    found["address"].append((added - due) * 1000)
                    found["announcement"].append((announced - due) * 1000)
                last = None
        # On a machine that is too busy the roles may change before the master is killed.
        if not 0.9 * count <= len(found["address"]) <= count:
            raise RuntimeError(f"{len(found['address'])} takeovers were seen, not {count}")
        return found

    # Two thousand addresses.

    def many_addresses(self):
        """A new master takes 2,000 addresses: from its first advert until they are on and announced."""
        addresses = [f"10.{16 + number // 250}.0.{number % 250 + 1}" for number in range(2000)]
        # An advert has room for 255; what it shows is the same for both.
        excluded = "\n".join(["virtual_ipaddress_excluded {", *[f"    {a}" for a in addresses[20:]], "}"])
        text = self.definitions() + instance(
            100, interval="0.1", version=3, password=None, vips=addresses[:20], extra=excluded)
        steps = ("first GARP", "an address is on and announced, on average", "all are on", "each has been announced",
                 "end of the first burst")
        found = {step: {name: [] for name in self.kinds()} for step in steps}
        for _ in range(self.options.repeat):
            for name, kind in self.kinds().items():
                with segment() as lab:
                    host = lab.hosts["ds1"]
                    director = Speaker(host, text, kind)
                    witness = Witness(host)
                    director.start()
                    until(lambda: len(witness.additions) >= len(addresses), "all addresses are on", 60)
                    # The repetition comes after 5 s.
                    time.sleep(2)
                    packets = witness.stop()
                    began = next(p.time for p in packets if isinstance(p, Advert))
                    announced = [p for p in packets if isinstance(p, Announcement) and p.time < began + 4]
                    first = {}
                    for packet in announced:
                        first.setdefault(packet.address, packet.time)
                    if len(first) != len(addresses):
                        raise RuntimeError(f"{kind} announced {len(first)} of {len(addresses)} addresses")
                    reached = [max(added.time, first[added.address]) for added in witness.additions[:len(addresses)]]
                    moments = (announced[0].time, statistics.mean(reached), witness.additions[len(addresses) - 1].time,
                               max(first.values()), announced[-1].time)
                    for step, moment in zip(steps, moments):
                        found[step][name].append((moment - began) * 1000)
        for step in steps:
            results = {name: round(statistics.median(values), 2) for name, values in found[step].items()}
            note = "; ".join(f"{name} at most {max(values):.2f} ms" for name, values in found[step].items())
            if step == "all are on":
                note += f"; the kernel by itself, in batches of 64: {self.kernel_alone(addresses):.2f} ms"
            allowed = {"first GARP": {"limit": 5}, steps[1]: {"budget": 0.5}}.get(step, {})
            self.row(f"takes 2,000 addresses: {step}", results, "ms", **allowed, note=note)

    def kernel_alone(self, addresses):
        """Milliseconds that the kernel takes to add the addresses when it is told of 64 at once, and nothing else is
        done: what no program can be faster than."""
        def request(sequence, address):
            packed = socket.inet_aton(address)
            body = struct.pack("=BBBBi", socket.AF_INET, 32, 0, 0, index)
            body += struct.pack("=HH", 8, 1) + packed + struct.pack("=HH", 8, 2) + packed
            return struct.pack("=IHHII", 16 + len(body), 20, 0x605, sequence, 0) + body

        with segment() as lab, lab.hosts["ds1"].socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
            index = int(lab.hosts["ds1"].run(["cat", f"/sys/class/net/{INTERFACE}/ifindex"]).stdout)
            batches = [[request(number, address) for number, address in enumerate(addresses[start:start + 64])]
                       for start in range(0, len(addresses), 64)]
            took = 0
            # With the same priority as the programs have.
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(50))
            for batch in batches:
                began = time.perf_counter()
                kernel.send(b"".join(batch))
                took += time.perf_counter() - began
                answered = 0
                while answered < len(batch):
                    answer = kernel.recv(65536)
                    while answer:
                        length, kind, _, _, _, error = struct.unpack_from("=IHHIIi", answer)
                        if kind != 2 or error:
                            raise RuntimeError(f"the kernel refused an address: {error}")
                        answered += 1
                        answer = answer[(length + 3) & ~3:]
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            return took * 1000

    # Two hundred and fifty-five instances.

    def full_segment(self):
        """255 instances at 10 ms on one processor, while others use all of them: adverts that came late at a peer."""
        instances = "".join(
            instance(200, name=f"V{vrid}", vrid=vrid, interval="0.01", version=3, password=None,
                     vips=(f"10.16.0.{vrid}",)) for vrid in range(1, 256))
        text = self.definitions("    vrrp_cpu_affinity 0\n    vrrp_garp_master_repeat 1\n") + instances
        found = {}
        for name, kind in self.kinds().items():
            with segment() as lab, busy_processors(self.options.busy):
                director = Speaker(lab.hosts["ds1"], text, kind)
                director.start()
                until(lambda: lab.hosts["ds1"].holds("10.16.0.255") and lab.hosts["ds1"].holds("10.16.0.1"),
                      "all are masters", 30)
                time.sleep(6)
                for _ in range(self.options.windows):
                    window = self.window_of_adverts(lab, director)
                    print(f"# {name}: {window.late} late, at most {window.longest} ms, the host took {window.stolen} ms",
                          flush=True)
                    if name not in found or window.stolen < found[name].stolen:
                        found[name] = window
                    if window.stolen == 0:
                        break

        def results(field):
            return {name: getattr(window, field) for name, window in found.items()}

        note = "; ".join(f"{name}: {window.adverts} adverts, median {window.median} ms, the host of this machine took its "
                         f"processor for {window.stolen} ms" for name, window in found.items())
        self.row("255 instances at 10 ms: adverts after 15 ms", results("late"), "", limit=0, note=note)
        self.row("longest silence of one of them", results("longest"), "ms", limit=15)
        if "martlet" in found:
            self.row("timers that it counts as late", {"martlet": found["martlet"].counted}, "", limit=0)
        self.row("processors of that", results("share"), "")

    def window_of_adverts(self, lab, director):
        counts = director.kind == "martlet"
        own = Witness(lab.hosts["ds1"], addresses=False) if self.options.own_capture else None
        witness = Witness(lab.hosts["ds2"], addresses=False)
        late, stolen = late_wake_ups(director) if counts else 0, stolen_milliseconds()
        before, began = cpu_seconds(director.process.pid), time.monotonic()
        time.sleep(self.options.window)
        share = (cpu_seconds(director.process.pid) - before) / (time.monotonic() - began)
        gaps = differences_of(witness.stop())
        stolen = stolen_milliseconds() - stolen
        counted = late_wake_ups(director) - late if counts else 0
        if own:
            left = differences_of(own.stop())
            print(f"# as they left it: {sum(g > 0.015 for g in left)} late, at most {max(left) * 1000:.2f} ms", flush=True)
        return Window(len(gaps), sum(gap > 0.015 for gap in gaps), round(max(gaps) * 1000, 2),
                      round(statistics.median(gaps) * 1000, 2), round(share, 3), counted, stolen)


def stolen_milliseconds():
    """For how long the host of a virtual machine has kept its first processor from running: what nobody here can help."""
    with open("/proc/stat") as file:
        line = next(line for line in file if line.startswith("cpu0 "))
    return int(line.split()[8]) * 1000 // os.sysconf("SC_CLK_TCK")


def late_wake_ups(director):
    """What Martlet says of itself."""
    return json.loads(director.command_of_martlet("status", "--json").stdout)["director"].get("lateWakeUps", 0)


def differences_of(packets):
    """Seconds between each advert and the one before it of the same instance."""
    last, found = {}, []
    for packet in packets:
        if isinstance(packet, Advert):
            if packet.vrid in last:
                found.append(packet.time - last[packet.vrid])
            last[packet.vrid] = packet.time
    if len(last) != 255:
        raise RuntimeError(f"{len(last)} of 255 instances were heard")
    return found


@contextlib.contextmanager
def busy_processors(each):
    """Keeps every processor busy with so many processes of ordinary priority."""
    processes = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(each * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
