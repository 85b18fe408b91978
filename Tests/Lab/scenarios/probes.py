"""One probe per target: how often the servers are asked, and what `martlet status` says of it."""

import json
import re
import socket
import threading
import time

from lab import dry_run
from lab.director import CONFIGURATION, martlet_binary
from lab.pool import INTERFACE, TCP_CHECK, indented, real_server, virtual_server
from lab.scenario import scenario
from lab.wait import until

SERVERS = [f"10.1.80.{last}" for last in range(101, 111)]
SOCKET = "/run/martlet-lab.sock"


class Counter:
    """Servers on all addresses of a host that take connections and count them."""

    def __init__(self, host, addresses, port=80):
        self.counts = dict.fromkeys(addresses, 0)
        self._sockets = {}
        for address in addresses:
            listener = host.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(256)
            self._sockets[address] = listener
            threading.Thread(target=self._serve, args=(address, listener), daemon=True).start()

    def _serve(self, address, listener):
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return
            self.counts[address] += 1

    def total(self):
        return sum(self.counts.values())

    def stop(self, address):
        # The thread in accept() holds the socket open; only a shutdown ends both.
        self._sockets[address].shutdown(socket.SHUT_RDWR)
        self._sockets[address].close()


def configuration(services, interval, check=TCP_CHECK, settings=""):
    servers = [f"real_server {address} 80 {{\n    weight 1\n{indented(check)}\n}}" for address in SERVERS]
    return f"global_defs {{\n{settings}\n}}\n" + "".join(
        virtual_server(servers, vip=f"10.9.{number // 250}.{number % 250 + 1}", delay_loop=interval)
        for number in range(services))


class DryRun:
    """Martlet without a table: it probes, and says what it would do."""

    def __init__(self, lab, text):
        self.ds1, self.servers = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91", "servers": "10.1.80.100"})
        for address in SERVERS:
            self.servers.run(["ip", "address", "add", f"{address}/24", "dev", INTERFACE])
        self.counter = Counter(self.servers, SERVERS)
        self.ds1.write(CONFIGURATION, text)
        self.process = None

    def start(self):
        self.process = self.ds1.start(
            [martlet_binary(), "run", "--dry-run", "--control", SOCKET, "-f", CONFIGURATION], log="/var/log/martlet.log")
        until(lambda: "Startup complete" in self.log, "martlet has started", 30, context=lambda: self.log)
        return self

    @property
    def log(self):
        return self.ds1.read("/var/log/martlet.log")

    def status(self):
        return json.loads(self.ds1.run([martlet_binary(), "status", "--json", "--control", SOCKET]).stdout)

    def probes(self):
        return self.status()["probes"]


@scenario("100 services over the same 10 servers: 10 probes an interval", only="martlet")
def hundred_services(lab):
    run = DryRun(lab, configuration(services=100, interval=2)).start()
    until(lambda: all(probe["runs"] > 1 for probe in run.probes()), "every probe has run twice", 30)
    before, started = run.counter.total(), time.monotonic()
    time.sleep(20)
    count, intervals = run.counter.total() - before, (time.monotonic() - started) / 2
    lab.step(f"{count} connections in {intervals:.1f} intervals")
    assert 9 * intervals - 10 <= count <= 10 * intervals + 10, (count, intervals)
    probes = run.probes()
    assert [probe["target"] for probe in probes] == sorted(f"TCP [{address}]:80" for address in SERVERS), probes
    assert all(len(probe["users"]) == 100 and probe.get("isUp") for probe in probes), probes

    lab.step("a server goes: one probe tells all services")
    run.counter.stop(SERVERS[3])
    gone = f"TCP [{SERVERS[3]}]:80"
    until(lambda: len(re.findall(rf"Would delete destination \[{re.escape(SERVERS[3])}\]:80", run.log)) == 100,
          "all services lose the server", 20, context=lambda: run.log[-3000:])
    down = [probe for probe in run.probes() if not probe.get("isUp")]
    assert [probe["target"] for probe in down] == [gone] and down[0]["reason"] == "Connection refused", down
    text = run.ds1.run([martlet_binary(), "status", "--control", SOCKET]).stdout
    assert re.search(rf"{re.escape(gone)} +FAILED +100 users .*Connection refused", text), text


@scenario("checks with other retries share the probe and count for themselves", only="martlet")
def own_retries(lab):
    def service(number, retry):
        check = f"TCP_CHECK {{\n    connect_timeout 1\n    retry {retry}\n    delay_before_retry 1\n}}"
        server = f"real_server {SERVERS[0]} 80 {{\n{indented(check)}\n}}"
        return virtual_server([server], vip=f"10.9.0.{number}", delay_loop=3)

    run = DryRun(lab, service(1, 0) + service(2, 3)).start()
    until(lambda: [probe.get("isUp") for probe in run.probes()] == [True], "the server is up", 20)
    assert run.probes()[0]["policies"] == 2
    run.counter.stop(SERVERS[0])

    def lost(vip):
        return re.search(rf"Would delete destination .* of service \[{re.escape(vip)}\]", run.log)

    until(lambda: lost("10.9.0.1"), "the service without retries loses the server", 10, context=lambda: run.log)
    first = time.monotonic()
    assert not lost("10.9.0.2"), run.log
    until(lambda: lost("10.9.0.2"), "the service with three retries does, too", 10, context=lambda: run.log)
    assert 2.5 <= time.monotonic() - first <= 4.5, time.monotonic() - first


@scenario("no more probes at one moment than the file allows", only="martlet")
def capped(lab):
    check = TCP_CHECK.replace("connect_timeout 1", "connect_timeout 3")
    run = DryRun(lab, configuration(1, 1, check, settings="    checker_max_probes 2\n    checker_threads 1"))
    # Nobody answers: each probe lasts for its whole timeout.
    run.servers.run(["ip", "link", "set", INTERFACE, "down"])
    for address in SERVERS:
        run.ds1.run(["ip", "neighbour", "replace", address, "lladdr", "02:00:00:00:00:01", "dev", INTERFACE])
    run.start()
    until(lambda: any(probe["isWaiting"] for probe in run.probes()), "probes wait for their turn", 20)
    for _ in range(20):
        assert sum(probe["isRunning"] for probe in run.probes()) <= 2
        time.sleep(0.1)
    until(lambda: all(probe["runs"] > 0 for probe in run.probes()), "every probe gets its turn", 40)


@scenario("scripts that hang hold up the others for seconds, and status says who waits", only="martlet")
def hanging_scripts(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write("/etc/keepalived/hang.sh", "#!/bin/sh\nexec sleep 1000\n", mode=0o755)

    def check(path):
        return f'MISC_CHECK {{\n    misc_path "{path}"\n    misc_timeout 60\n    delay_loop 60\n    warmup 0\n}}'

    hanging = [real_server("10.1.80.101", check(f"/etc/keepalived/hang.sh {number}"), port=number)
               for number in range(1, 401)]
    run = dry_run.DryRun(host, virtual_server(hanging, kind="NAT")).start()

    def count(member):
        return sum(1 for probe in run.probes() if probe[member])

    until(lambda: count("isRunning") >= 256, "as many run as may", 30)
    until(lambda: count("isRunning") == 400 and count("isWaiting") == 0, "the others have not waited for their end", 20)
    lab.step("a script that is well finds its place")
    run.reload_to(virtual_server([*hanging, real_server("10.1.80.101", check("/bin/true"), port=999)], kind="NAT"))
    until(lambda: any(probe["target"].startswith("script /bin/true") and probe.get("isUp") for probe in run.probes()),
          "it has run", 10, context=lambda: run.log[-2000:])
    run.stop()


@scenario("scripts that are refused keep their names and say why", only="martlet")
def refused_scripts(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write("/etc/keepalived/open.sh", "#!/bin/sh\nexit 0\n", mode=0o755)
    host.shell("chmod 0777 /etc/keepalived/open.sh")
    checks = [f'MISC_CHECK {{\n    misc_path "/etc/keepalived/open.sh {number}" root\n    warmup 0\n}}'
              for number in (1, 2)]
    run = dry_run.DryRun(host, "global_defs {\n    enable_script_security\n    script_user root\n}\n" + virtual_server(
        [real_server("10.1.80.101", check, port=number) for number, check in enumerate(checks, 80)], kind="NAT")).start()
    until(lambda: all(probe["runs"] > 0 for probe in run.probes()), "both are judged", 15)
    probes = run.probes()
    assert [probe["target"] for probe in probes] == [f"script /etc/keepalived/open.sh {number}" for number in (1, 2)], probes
    assert all("/etc/keepalived/open.sh" in probe["reason"] and "o+w" in probe["reason"] for probe in probes), probes
    assert not any("latency" in probe for probe in probes), probes
    assert re.search(r"Removing service .*o\+w", run.log), run.log
    run.stop()
