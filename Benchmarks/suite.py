#!/usr/bin/env python3
"""Runs Martlet and Debian's keepalived and ipvsadm side by side and prints ratios.

Needs root and a kernel with ip_vs; `Benchmarks/run` sees to both. Absolute figures depend on the machine; only the
ratios of one run mean something.
"""

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import namedtuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "Tests", "Lab"))

import tables  # noqa: E402
from checks import Checks  # noqa: E402
from elections import Elections  # noqa: E402
from lab.kernel_writes import KernelWrites  # noqa: E402
from processes import Daemon, Here, cpu_seconds, memory_kilobytes, peak_kilobytes, run_once  # noqa: E402
from servers import PORT, Servers  # noqa: E402

Row = namedtuple("Row", "what martlet peer unit budget limit")


class Bench(Checks, Elections):
    def __init__(self, options):
        self.options = options
        self.work = options.work
        os.makedirs(self.work, exist_ok=True)
        self.rows = []
        # Where nothing is asked of IPVS, the servers are on another host.
        self.servers = Servers(options.helpers, options.work, elsewhere=options.stand_in)

    # What is run.

    def keepalived(self, configuration, *, checkers_only=True):
        # No syslog: without a daemon behind it, every line would go to the console of the machine.
        command = ["keepalived", "-n", "-l", "-G", "-f", configuration]
        for option, name in (("-p", "parent"), ("-c", "checker"), ("-r", "vrrp")):
            command += [option, f"{self.work}/keepalived.{name}.pid"]
        if self.options.stand_in:
            command = ["env", f"LD_PRELOAD={self.options.helpers}/ipvs-stand-in.so", *command]
        return [*self.servers.program_prefix, *command, *(["-C"] if checkers_only else [])]

    def martlet(self, configuration):
        command = [self.options.martlet, "run", "-f", configuration, *(["--dry-run"] if self.options.stand_in else [])]
        return [*self.servers.program_prefix, *command]

    def programs(self):
        found = {"peer": self.keepalived}
        if self.options.martlet:
            found["martlet"] = self.martlet
        return found

    # Small helpers.

    def write(self, name, text):
        path = f"{self.work}/{name}"
        with open(path, "w") as file:
            file.write(text)
        return path

    def clear(self):
        if not self.options.stand_in:
            subprocess.run(["ipvsadm", "-C"], check=True)

    def wait_for_table(self, lines, seconds=180, *, falling=False):
        command = [f"{self.options.helpers}/table-waiter", str(lines), str(seconds), *(["falling"] if falling else [])]
        waiter = subprocess.run(command, capture_output=True, text=True)
        if waiter.returncode != 0:
            raise RuntimeError(f"the table did not reach {lines} lines in {seconds} s")
        return float(waiter.stdout)

    def wait_until_loaded(self, daemon, lines, *, calm=True):
        """Until the program has loaded its table, and where it is to have nothing to do, has come to rest."""
        if not self.options.stand_in:
            self.wait_for_table(lines, 600)
        if calm:
            time.sleep(2)
            daemon.wait_for_calm()

    def reading(self):
        """600,000 lines read and judged; nothing of it is applied, so this needs no IPVS."""
        services, servers = self.options.read_services, 16
        text = tables.configuration(services, servers, 6)
        lines = text.count("\n")
        configuration = self.write("reading.conf", text)
        commands = {"peer": ["keepalived", "-t", "-f", configuration]}
        if self.options.martlet:
            commands["martlet"] = [self.options.martlet, "keepalived", "-n", "-l", "-t", "-f", configuration]
            commands["check"] = [self.options.martlet, "check", "-f", configuration]
            commands["check --other-host"] = [self.options.martlet, "check", "--other-host", "-f", configuration]
        runs = {name: [] for name in commands}
        for _ in range(self.options.repeat):
            for name, command in commands.items():
                runs[name].append(run_once(command))
        wall, cpu, memory = (
            {name: round(statistics.median(getattr(run, field) for run in found) / divisor, digits)
             for name, found in runs.items()}
            for field, divisor, digits in (("wall", 1, 3), ("cpu", 1, 3), ("kilobytes", 1024, 1)))
        for name in commands:
            if name != "peer":
                shown = "keepalived -t" if name == "martlet" else name
                self.row(f"read {lines:,} lines, {shown}", {"martlet": wall[name], "peer": wall["peer"]}, "s", budget=1.0,
                         note=f"CPU {cpu[name]} s against {cpu['peer']} s")
                self.row(f"peak memory of it, {shown}", {"martlet": memory[name], "peer": memory["peer"]}, "MiB")
        if not self.options.martlet:
            self.row(f"read {lines:,} lines", {"peer": wall["peer"]}, "s", budget=1.0)

    def reload(self):
        """A reload with nothing changed: 2,300 services of 16 servers, each with a check that is due once an hour."""
        services, servers = self.options.reload_services, 16
        configuration = self.write("reload.conf", tables.configuration(services, servers, 3600, connect_port=PORT))
        wall, cpu, written = {}, {}, {}
        with self.listener():
            # The quicker one first: should the other one take longer than there is time, its figures are known.
            for name, program in reversed(self.programs().items()):
                self.clear()
                with Daemon(program(configuration), f"{self.work}/{name}.log") as daemon:
                    loaded = self.wait_for_table(services * (servers + 1), 1800) - daemon.started
                    print(f"# {name} has loaded its table after {loaded:.1f} s", flush=True)
                    daemon.wait_for_calm()
                    print(f"# {name} has come to rest after {time.monotonic() - daemon.started:.1f} s", flush=True)
                    runs = [self.one_reload(daemon) for _ in range(self.options.repeat if name == "martlet" else 1)]
                    wall[name] = round(statistics.median(run[0] for run in runs), 3)
                    cpu[name] = round(statistics.median(run[1] for run in runs), 3)
                    print(f"# {name}: reloads took {[run[0] for run in runs]} s, CPU {[run[1] for run in runs]} s",
                          flush=True)
                    if name == "martlet":
                        with KernelWrites(Here()) as writes:
                            daemon.wait_for_calm()
                            writes.take()
                            self.one_reload(daemon)
                            written[name] = len(writes.take())
        size = f"{services:,} x {servers}"
        self.row(f"reload {size}, nothing changed", wall, "s", budget=0.2)
        self.row("CPU of it", cpu, "s", budget=0.2)
        self.row("changes that it asks the kernel for", written, "", limit=0)

    def one_reload(self, daemon):
        """Seconds from SIGHUP to the line that says it is done, and CPU seconds until the program is calm again.

        Both are what has gone by at the limit where it is not done by then: at least that much.
        """
        before, began = cpu_seconds(daemon.pid), time.monotonic()
        mark = os.path.getsize(daemon.log)
        daemon.process.send_signal(signal.SIGHUP)
        done = daemon.wait_for_line(mark, rb"Reload (complete|finished)", self.options.reload_limit)
        if done is None:
            print(f"# not done after {self.options.reload_limit} s: its figures are what it takes at least", flush=True)
            done = time.monotonic()
        else:
            daemon.wait_for_calm()
        return round(done - began, 3), round(cpu_seconds(daemon.pid) - before, 3)

    def row(self, what, results, unit, *, budget=None, limit=None, note=""):
        """Keeps a result: `budget` is what the ratio to the peer may be, `limit` what Martlet may take by itself."""
        self.rows.append(Row(what, results.get("martlet"), results.get("peer"), unit, budget, limit))
        print(f"# {what}: {json.dumps(results)} {unit} {note}", flush=True)

    # The measurements.

    def load(self):
        """From the start of the program to the last destination in the kernel, nothing checked."""
        services, servers = 1000, 10
        lines = services * (servers + 1)
        configuration = self.write("load.conf", tables.configuration(services, servers, 60, checked=False))
        rules = self.write("load.rules", tables.rules(services, servers))
        times = {name: [] for name in ("ipvsadm", *self.programs())}
        for _ in range(self.options.repeat):
            self.clear()
            times["ipvsadm"].append(run_once(["ipvsadm", "-R"], stdin=rules).wall)
            for name, program in self.programs().items():
                self.clear()
                with Daemon(program(configuration), f"{self.work}/{name}.log") as daemon:
                    times[name].append(self.wait_for_table(lines) - daemon.started)
        middle = {name: round(statistics.median(values), 3) for name, values in times.items()}
        for peer in ("ipvsadm", "peer"):
            label = "ipvsadm -R" if peer == "ipvsadm" else "keepalived's start"
            results = {"peer": middle[peer]}
            if "martlet" in middle:
                results["martlet"] = middle["martlet"]
            self.row(f"load 1,000 x 10, against {label}", results, "s", budget=0.33)

    def restore(self):
        """The same rules through both programs' `-R`."""
        services, servers = 1000, 10
        rules = self.write("restore.rules", tables.rules(services, servers))
        commands = {"peer": ["ipvsadm", "-R"]}
        if self.options.martlet:
            commands["martlet"] = [self.options.martlet, "ipvsadm", "-R"]
        times, saved = {name: [] for name in commands}, {}
        for _ in range(self.options.repeat):
            for name, command in commands.items():
                self.clear()
                times[name].append(run_once(command, stdin=rules))
                saved[name] = subprocess.run(["ipvsadm", "-Sn"], capture_output=True, check=True).stdout
        if len(set(saved.values())) != 1:
            raise RuntimeError("the restored tables differ")
        results = {name: round(statistics.median(run.wall for run in found), 3) for name, found in times.items()}
        cpu = {name: round(statistics.median(run.cpu for run in found), 3) for name, found in times.items()}
        self.row("restore 1,000 x 10", results, "s", budget=0.33, note=f"CPU {json.dumps(cpu)} s")

    def table_size(self):
        """Peak memory of a restore and of a listing, for ten times the destinations."""
        if not self.options.martlet:
            return
        peaks, times = {}, {}
        for servers in (10, 100):
            rules = self.write("size.rules", tables.rules(1000, servers))
            self.clear()
            for what, command, source in (("restore", ["ipvsadm", "-R"], rules), ("list", ["list", "-n"], None),
                                          ("list --json", ["list", "--json"], None)):
                run = run_once([self.options.martlet, *command], stdin=source)
                times[what, servers] = round(run.wall, 2)
                if what == "restore":
                    self.clear()
                peaks[what, servers] = round(peak_kilobytes([self.options.martlet, *command], stdin=source) / 1024, 1)
        theirs = run_once(["ipvsadm", "-Ln"])
        their_peak = round(peak_kilobytes(["ipvsadm", "-Ln"]) / 1024, 1)
        for what in ("restore", "list", "list --json"):
            note = f"{times[what, 10]} s and {times[what, 100]} s"
            if what == "list":
                note += f"; ipvsadm -Ln of 100,000: {their_peak} MiB, {theirs.wall:.2f} s"
            self.row(f"peak memory, {what}, 100,000 against 10,000",
                     {"martlet": peaks[what, 100], "peer": peaks[what, 10]}, "MiB", budget=1.25, note=note)

    def listing(self):
        """12,000 lines to /dev/null."""
        services, servers = 1000, 11
        rules = self.write("list.rules", tables.rules(services, servers))
        self.clear()
        run_once(["ipvsadm", "-R"], stdin=rules)
        commands = {"peer": ["ipvsadm", "-Ln"]}
        if self.options.martlet:
            commands["martlet"] = [self.options.martlet, "list", "-n"]
            outputs = [subprocess.run(command, capture_output=True, check=True).stdout for command in commands.values()]
            if outputs[0] != outputs[1]:
                raise RuntimeError("the listings differ")
        times = {name: [] for name in commands}
        for _ in range(2 * self.options.repeat + 1):
            for name, command in commands.items():
                times[name].append(run_once(command))
        results = {name: round(statistics.median(run.wall for run in values), 3) for name, values in times.items()}
        cpu = {name: round(statistics.median(run.cpu for run in values), 3) for name, values in times.items()}
        self.row("list 12,000 lines", results, "s", budget=0.5, note=f"CPU {json.dumps(cpu)} s")
        if self.options.martlet:
            self.clear()
            wall = statistics.median(run_once([self.options.martlet, "list", "-n"]).wall for _ in range(5))
            print(f"# martlet list of an empty table: {wall:.3f} s", flush=True)

    def probes(self):
        """Probes that reach 50 servers which 500 services share."""
        services, servers, delay = 500, 50, 30
        configuration = self.write(
            "probes.conf", tables.configuration(services, servers, delay, shared=True, connect_port=PORT)
        )
        results = {}
        with self.listener() as accepted:
            for name, program in self.programs().items():
                self.clear()
                with Daemon(program(configuration), f"{self.work}/{name}.log") as daemon:
                    self.wait_for_table(services * (servers + 1), 400)
                    time.sleep(2 * delay)
                    before = accepted()
                    time.sleep(2 * delay)
                    daemon.require_running()
                    results[name] = accepted() - before
        self.row("probes in 60 s, 500 services on 50 servers", results, "", budget=1 / 500)

    def memory(self):
        """Resident memory of a director: two instances, ten servers."""
        subprocess.run(["ip", "link", "add", "bench0", "type", "dummy"], check=True)
        subprocess.run(["ip", "addr", "add", "10.77.0.1/24", "dev", "bench0"], check=True)
        subprocess.run(["ip", "link", "set", "bench0", "up"], check=True)
        configuration = self.write("pair.conf", tables.pair("bench0", 10))
        results, shares = {}, {}
        try:
            with self.listener():
                for name, program in self.programs().items():
                    self.clear()
                    extra = {"checkers_only": False} if name == "peer" else {}
                    with Daemon(program(configuration, **extra), f"{self.work}/{name}.log") as daemon:
                        self.wait_for_table(11)
                        time.sleep(20)
                        daemon.require_running()
                        results[name] = round(memory_kilobytes(daemon.pid) / 1024, 1)
                        shares[name] = round(memory_kilobytes(daemon.pid, "Pss") / 1024, 1)
        finally:
            subprocess.run(["ip", "link", "del", "bench0"], check=False)
        self.row("resident memory, 2 instances, 10 servers", results, "MiB", budget=1.5, note=f"proportional {json.dumps(shares)}")

    # The end.

    def report(self):
        print()
        print(f"{'what':<46} {'martlet':>9} {'peer':>9} {'':<4} {'ratio':>7} {'allowed':>8}")
        exceeded = False
        for row in self.rows:
            ratio = row.martlet / row.peer if row.martlet is not None and row.peer else None
            # One probe more or less in a window is not a broken promise.
            measured, allowed = (ratio, row.budget * 1.05) if row.budget is not None else (row.martlet, row.limit)
            within = measured is None or allowed is None or measured <= allowed
            exceeded |= not within
            cells = [f"{value:g}" if value is not None else "-" for value in (row.martlet, row.peer)]
            state = "-" if measured is None or allowed is None else "ok" if within else "over"
            shown = f"{ratio:.3g}" if ratio is not None else "-"
            promised = (
                f"{row.budget:.3g}x" if row.budget is not None else f"{row.limit:.3g}" if row.limit is not None else "-"
            )
            print(f"{row.what:<46} {cells[0]:>9} {cells[1]:>9} {row.unit:<4} {shown:>7} {promised:>8} {state}")
        return 1 if exceeded else 0


def main():
    parts = {
        "here": ["reading"],
        "hosts": ["takeover", "many_addresses", "full_segment"],
        "network": ["cpu_per_tcp_check", "cpu_per_http_check", "many_targets"],
        "kernel": ["reload", "mass_failure", "load", "restore", "listing", "table_size", "probes", "memory"],
    }
    names = [name for part in parts.values() for name in part]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--martlet", help="the release build; without it only the peers are measured")
    parser.add_argument("--helpers", default="", help="folder of the compiled helpers")
    parser.add_argument("--work", default="/run/martlet-benchmarks")
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    parser.add_argument("--part", choices=[*parts, "all"], default="all",
                        help="of those, only what needs nothing, hosts of the lab, a network of its own, or IPVS")
    parser.add_argument("--stand-in", action="store_true",
                        help="there is no IPVS: keepalived gets a stand-in for it, Martlet runs dry")
    parser.add_argument("--names", action="store_true", help="print what would be measured and measure nothing")
    parser.add_argument("--read-services", type=int, default=5085, help="118 lines each")
    parser.add_argument("--reload-services", type=int, default=2300)
    parser.add_argument("--reload-limit", type=float, default=600, help="seconds after which a reload is given up")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--window", type=float, default=20, help="seconds over which CPU time is taken")
    parser.add_argument("--check-servers", type=int, default=2000)
    parser.add_argument("--check-delay", type=int, default=1)
    parser.add_argument("--targets", type=int, default=50000)
    parser.add_argument("--failing-servers", type=int, default=10000)
    parser.add_argument("--failing-delay", type=int, default=10)
    parser.add_argument("--failing-limit", type=float, default=180, help="seconds after which a program is given up")
    parser.add_argument("--takeovers", type=int, default=50, help="how often the master is killed")
    parser.add_argument("--busy", type=int, default=2, help="other processes for each processor")
    parser.add_argument("--windows", type=int, default=5,
                        help="of 255 instances, windows until one in which the host of this machine took no time")
    parser.add_argument("--own-capture", action="store_true", help="of 255 instances, look at what leaves them too")
    options = parser.parse_args()
    chosen = [name for name in options.only if options.part == "all" or name in parts[options.part]]
    if options.names:
        print(" ".join(chosen))
        return
    bench = Bench(options)
    failed = False
    with bench.servers if options.part not in ("here", "hosts") else contextlib.nullcontext():
        for name in chosen:
            try:
                getattr(bench, name)()
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print(f"# {name} was not measured: {error}", flush=True)
                failed = True
    over = bench.report()
    sys.exit(2 if failed else over)


if __name__ == "__main__":
    main()
