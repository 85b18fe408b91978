"""What checks cost: the CPU time of one, of fifty thousand targets, and the time until dead servers are gone."""

import time

import tables
from processes import Daemon, memory_kilobytes
from servers import PORT


class Checks:
    """Rows about checks, for a suite that has programs, options and rows."""

    def listener(self, check="TCP"):
        """The other end of the checks; gives a function that says how many have come."""
        return self.servers.listening(check)

    def wait_for_rate(self, accepted, nominal, seconds=60):
        """Waits until the checks come as often as configured, or gives up: the rate is printed with the result."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            before, began = accepted(), time.monotonic()
            time.sleep(4)
            if (accepted() - before) / (time.monotonic() - began) > 0.95 * nominal:
                return

    def cpu_per_tcp_check(self):
        self.cpu_per_check("TCP")

    def cpu_per_http_check(self):
        self.cpu_per_check("HTTP")

    def cpu_per_check(self, check):
        """CPU time of a check, everything else subtracted, at a paced rate."""
        servers, delay = self.options.check_servers, self.options.check_delay
        services = servers // 100
        sizes = {"check": check, "connect_port": PORT}
        busy = self.write("checks.conf", tables.configuration(services, 100, delay, **sizes))
        idle = self.write("idle.conf", tables.configuration(services, 100, 3600, **sizes))
        results, rates = {}, []
        with self.listener(check) as accepted:
            for name, program in self.programs().items():
                self.clear()
                with Daemon(program(idle), f"{self.work}/{name}.log") as daemon:
                    self.wait_until_loaded(daemon, services * 101)
                    used, window = daemon.cpu_over(10)
                    idle_share = used / window
                self.clear()
                with Daemon(program(busy), f"{self.work}/{name}.log") as daemon:
                    self.wait_until_loaded(daemon, services * 101, calm=False)
                    self.wait_for_rate(accepted, servers / delay)
                    before = accepted()
                    used, window = daemon.cpu_over(self.options.window)
                    checks = accepted() - before
                results[name] = round((used - idle_share * window) / max(checks, 1) * 1e6, 1)
                rates.append(f"{name} {checks / window:.0f}/s, idle {idle_share * 1000:.1f} ms/s")
        self.row(f"CPU per {check} check", results, "us", budget=0.6, note="; ".join(rates))

    def many_targets(self):
        """50,000 targets at 3 s: the processors that takes, and the memory."""
        servers, delay = self.options.targets, 3
        configuration = self.write(
            "targets.conf", tables.configuration(servers // 100, 100, delay, connect_port=PORT)
        )
        share, memory, rates = {}, {}, []
        with self.listener() as accepted:
            # keepalived may not get through its own start in time: what it takes is shown, what counts is the limit.
            for name, program in reversed(self.programs().items()):
                self.clear()
                with Daemon(program(configuration), f"{self.work}/{name}.log") as daemon:
                    self.wait_until_loaded(daemon, servers // 100 * 101, calm=False)
                    self.wait_for_rate(accepted, servers / delay)
                    before = accepted()
                    used, window = daemon.cpu_over(self.options.window)
                    share[name] = round(used / window, 3)
                    memory[name] = round(memory_kilobytes(daemon.pid) / 1024, 1)
                    rates.append(f"{name} {(accepted() - before) / window:.0f}/s")
        self.row(f"processors for {servers:,} targets at {delay} s", share, "", limit=1, note="; ".join(rates))
        self.row("resident memory of that", memory, "MiB", limit=200 * 1e6 / 2**20)

    def mass_failure(self):
        """10,000 servers die at the same moment: how long until the last one is out of the table."""
        servers, delay = self.options.failing_servers, self.options.failing_delay
        services = servers // 100
        configuration = self.write(
            "failing.conf", tables.configuration(services, 100, delay, connect_port=PORT, retries=0)
        )
        results, notes = {}, []
        for name, program in reversed(self.programs().items()):
            self.clear()
            with Daemon(program(configuration), f"{self.work}/{name}.log") as daemon:
                with self.listener() as accepted:
                    self.wait_for_table(services * 101, 600)
                    self.wait_for_rate(accepted, servers / delay, 8 * delay)
                    before, began = accepted(), time.monotonic()
                    time.sleep(delay)
                    notes.append(f"{name} at {(accepted() - before) / (time.monotonic() - began):.0f} checks/s")
                    died = time.monotonic()
                try:
                    gone = self.wait_for_table(services, self.options.failing_limit, falling=True)
                    results[name] = round(gone - died, 2)
                except RuntimeError:
                    notes.append(f"{name}: more than {self.options.failing_limit} s")
                daemon.require_running()
        self.row(
            f"{servers:,} servers die, checked every {delay} s", results, "s", limit=delay + 1, note="; ".join(notes)
        )
