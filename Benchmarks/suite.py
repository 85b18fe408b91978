#!/usr/bin/env python3
"""Runs Martlet and Debian's keepalived and ipvsadm side by side and prints ratios.

Needs root and a kernel with ip_vs; `Benchmarks/run` sees to both. Absolute figures depend on the machine; only the
ratios of one run mean something.
"""

import argparse
import contextlib
import json
import os
import statistics
import struct
import subprocess
import sys
import time

import tables
from processes import Daemon, memory_kilobytes, run_once

PORT = 8081


class Bench:
    def __init__(self, options):
        self.options = options
        self.work = options.work
        os.makedirs(self.work, exist_ok=True)
        self.rows = []

    # What is run.

    def keepalived(self, configuration, *, checkers_only=True):
        command = ["keepalived", "-n", "-l", "-f", configuration]
        for option, name in (("-p", "parent"), ("-c", "checker"), ("-r", "vrrp")):
            command += [option, f"{self.work}/keepalived.{name}.pid"]
        return command + (["-C"] if checkers_only else [])

    def martlet(self, configuration):
        return [self.options.martlet, "run", "-f", configuration]

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
        subprocess.run(["ipvsadm", "-C"], check=True)

    def wait_for_table(self, lines, seconds=180):
        waiter = subprocess.run(
            [f"{self.options.helpers}/table-waiter", str(lines), str(seconds)], capture_output=True, text=True
        )
        if waiter.returncode != 0:
            raise RuntimeError(f"the table did not reach {lines} lines in {seconds} s")
        return float(waiter.stdout)

    def wait_for_rate(self, accepted, nominal, seconds=60):
        """Waits until the checks come as often as configured, or gives up: the rate is printed with the result."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            before, began = accepted(), time.monotonic()
            time.sleep(4)
            if (accepted() - before) / (time.monotonic() - began) > 0.95 * nominal:
                return

    @contextlib.contextmanager
    def listener(self):
        counter = f"{self.work}/accepted"
        process = subprocess.Popen([f"{self.options.helpers}/accept-counter", str(PORT), counter])
        try:
            deadline = time.monotonic() + 10
            while not (os.path.exists(counter) and os.path.getsize(counter) == 8):
                if time.monotonic() > deadline:
                    raise RuntimeError("the listener did not start")
                time.sleep(0.05)
            yield lambda: struct.unpack("Q", open(counter, "rb").read())[0]
        finally:
            process.kill()
            process.wait()

    def row(self, what, results, unit, budget, note=""):
        martlet, peer = results.get("martlet"), results.get("peer")
        ratio = martlet / peer if martlet is not None and peer else None
        self.rows.append((what, martlet, peer, unit, ratio, budget, note))
        print(f"# {what}: {json.dumps(results)} {unit} {note}", flush=True)

    # The measurements.

    def cpu_per_check(self):
        """CPU time of a TCP check, everything else subtracted, at a paced rate."""
        servers, delay = self.options.check_servers, self.options.check_delay
        services = servers // 100
        busy = self.write("checks.conf", tables.configuration(services, 100, delay, connect_port=PORT))
        idle = self.write("idle.conf", tables.configuration(services, 100, 3600, connect_port=PORT))
        results, rates = {}, []
        with self.listener() as accepted:
            for name, program in self.programs().items():
                self.clear()
                with Daemon(program(idle), f"{self.work}/{name}.log") as daemon:
                    self.wait_for_table(services * 101)
                    time.sleep(5)
                    used, window = daemon.cpu_over(10)
                    idle_share = used / window
                self.clear()
                with Daemon(program(busy), f"{self.work}/{name}.log") as daemon:
                    self.wait_for_table(services * 101)
                    self.wait_for_rate(accepted, servers / delay)
                    before = accepted()
                    used, window = daemon.cpu_over(self.options.window)
                    checks = accepted() - before
                results[name] = round((used - idle_share * window) / max(checks, 1) * 1e6, 1)
                rates.append(f"{name} {checks / window:.0f}/s, idle {idle_share * 1000:.1f} ms/s")
        self.row("CPU per TCP check", results, "us", 0.6, "; ".join(rates))

    def load(self):
        """From the start of the program to the last destination in the kernel, nothing checked."""
        services, servers = 1000, 10
        lines = services * (servers + 1)
        configuration = self.write("load.conf", tables.configuration(services, servers, 60, checked=False))
        rules = self.write("load.rules", tables.rules(services, servers))
        times = {name: [] for name in ("ipvsadm", *self.programs())}
        for _ in range(self.options.repeat):
            self.clear()
            times["ipvsadm"].append(run_once(["ipvsadm", "-R"], stdin=rules)[0])
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
            self.row(f"load 1,000 x 10, against {label}", results, "s", 0.33)

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
        results = {name: round(statistics.median(wall for wall, _ in values), 3) for name, values in times.items()}
        cpu = {name: round(statistics.median(used for _, used in values), 3) for name, values in times.items()}
        self.row("list 12,000 lines", results, "s", 0.5, f"CPU {json.dumps(cpu)} s")
        if self.options.martlet:
            self.clear()
            wall = statistics.median(run_once([self.options.martlet, "list", "-n"])[0] for _ in range(5))
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
        self.row("probes in 60 s, 500 services on 50 servers", results, "", 1 / 500)

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
        self.row("resident memory, 2 instances, 10 servers", results, "MiB", 1.5, f"proportional {json.dumps(shares)}")

    # The end.

    def report(self):
        print()
        print(f"{'what':<46} {'martlet':>9} {'peer':>9} {'':<4} {'ratio':>7} {'budget':>7}")
        exceeded = False
        for what, martlet, peer, unit, ratio, budget, _ in self.rows:
            # One probe more or less in a window is not a broken promise.
            within = ratio is not None and ratio <= budget * 1.05
            exceeded |= ratio is not None and not within
            cells = [f"{value:g}" if value is not None else "-" for value in (martlet, peer)]
            state = "-" if ratio is None else "ok" if within else "over"
            shown = f"{ratio:.3g}" if ratio is not None else "-"
            print(f"{what:<46} {cells[0]:>9} {cells[1]:>9} {unit:<4} {shown:>7} {budget:>7.3g} {state}")
        return 1 if exceeded else 0


def main():
    names = ["cpu_per_check", "load", "listing", "probes", "memory"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--martlet", help="the release build; without it only the peers are measured")
    parser.add_argument("--helpers", required=True, help="folder of the compiled helpers")
    parser.add_argument("--work", default="/run/martlet-benchmarks")
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--window", type=float, default=20, help="seconds over which CPU time is taken")
    parser.add_argument("--check-servers", type=int, default=2000)
    parser.add_argument("--check-delay", type=int, default=1)
    bench = Bench(parser.parse_args())
    failed = False
    for name in bench.options.only:
        try:
            getattr(bench, name)()
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"# {name} was not measured: {error}", flush=True)
            failed = True
    over = bench.report()
    sys.exit(2 if failed else over)


if __name__ == "__main__":
    main()
