"""The files that docs/health-checks.md shows, each run as it stands there: its server is well, fails, and is well again."""

import json
import os
import re
from dataclasses import dataclass

from lab.director import CONFIGURATION, REPOSITORY, martlet_binary
from lab.host import wait_for_port
from lab.pool import INTERFACE, SERVERS
from lab.scenario import scenario
from lab.services import NGINX, DatagramService, MailServer, NameServer, certificate, nginx_server
from lab.wait import Failure, until

SOCKET = "/run/martlet-lab.sock"
PAGE = os.path.join(REPOSITORY, "docs", "health-checks.md")
ROOT = "/var/lib/nginx/html"
# The one that keeps sessions needs a director with a table of the kernel.
NEEDS_TABLE = "BFD_CHECK"


def shown_files():
    """What the page shows under the heading of each check."""
    with open(PAGE) as file:
        parts = re.split(r"^### (\S+)$", file.read(), flags=re.MULTILINE)
    return {name: re.search(r"^```keepalived\n(.*?)^```$", text, re.MULTILINE | re.DOTALL).group(1)
            for name, text in zip(parts[1::2], parts[2::2])}


class Example:
    """A director with one of the files."""

    def __init__(self, host, text, options=("--dry-run",)):
        self.host = host
        host.write(CONFIGURATION, text)
        self.process = host.start([martlet_binary(), "run", "--control", SOCKET, "-f", CONFIGURATION, *options],
                                  log="/var/log/martlet.log")

    def server(self):
        """The only server of the only service, as status has it; None before there is a status."""
        result = self.host.run([martlet_binary(), "status", "--json", "--control", SOCKET], check=False)
        return json.loads(result.stdout)["services"][0]["servers"][0] if result.returncode == 0 else None

    def has_checked(self):
        """Whether the check has been made once, and the server is up after it."""
        status = self.host.run([martlet_binary(), "status", "--json", "--control", SOCKET], check=False)
        if status.returncode != 0:
            return False
        status = json.loads(status.stdout)
        runs = [probe["runs"] for probe in status["probes"]]
        return status["services"][0]["servers"][0]["isUp"] and all(runs)

    def wait(self, what, condition, timeout):
        until(condition, f"the server of {self.host.name} {what}", timeout, interval=0.5,
              context=lambda: f"{self.server()}\n{self.host.read('/var/log/martlet.log')}")

    def wait_until_up(self, timeout=40):
        self.wait("is up", self.has_checked, timeout)

    def wait_until_down(self, reason, timeout=40):
        def is_down():
            server = self.server()
            return server and not server["isUp"] and re.search(reason, " ".join(server["reasons"]))
        self.wait(f"is down because of /{reason}/", is_down, timeout)


@dataclass
class Servers:
    """Everything that the files ask for, on one host."""

    host: object

    def start(self):
        certificate(self.host, "/etc/nginx", "shop.example")
        self.host.write(f"{ROOT}/health", "well\n")
        self.host.write(f"{ROOT}/version", "release 7\n")
        pages = nginx_server("80") + nginx_server("443 ssl")
        self.host.write("/etc/nginx/nginx.conf", NGINX.format(servers=pages))
        self.mail = MailServer(self.host)
        self.names = NameServer(self.host)
        self.datagrams = DatagramService(self.host, 1812)
        self.mend()

    def break_all(self):
        self.nginx.stop()
        self.mail.stop()
        self.names.stop()
        self.datagrams.answer = None
        self._answer_ping(False)

    def mend(self):
        self.nginx = self.host.start(["nginx", "-g", "daemon off;"], log="/var/log/nginx.log")
        wait_for_port(self.host, "127.0.0.1", 443)
        self.mail.start()
        self.names.start()
        self.datagrams.answer = b"\x02\x01\x00\x14"
        self._answer_ping(True)

    def _answer_ping(self, answers):
        self.host.shell(f"echo {0 if answers else 1} >/proc/sys/net/ipv4/icmp_echo_ignore_all")


# What status says when everything is broken.
REASONS = {
    "TCP_CHECK": "Connection refused",
    "HTTP_GET": "Connection refused",
    "SSL_GET": "Connection refused",
    "SMTP_CHECK": "Connection refused",
    "DNS_CHECK": "Connection refused",
    "UDP_CHECK": "no reply within 2 s",
    "PING_CHECK": "no echo reply within 1 s",
    "MISC_CHECK": "status 1",
    "FILE_CHECK": "1 in /run/drain-rs1",
}


@scenario("every file of the page on health checks", only="martlet")
def health_checks(lab):
    files = shown_files()
    if set(files) != {*REASONS, NEEDS_TABLE}:
        raise Failure(f"the page shows files for {', '.join(files)}")
    names = {name.lower().replace("_", "-"): name for name in REASONS}
    directors = lab.add_hosts(INTERFACE, {name: f"10.1.80.{101 + number}" for number, name in enumerate(names)})
    servers = Servers(lab.add_hosts(INTERFACE, {"rs1": SERVERS["rs1"]})[0])
    servers.start()
    examples = {names[host.name]: Example(host, files[names[host.name]]) for host in directors}
    for example in examples.values():
        example.wait_until_up()
    lab.step("everything fails")
    servers.break_all()
    examples["MISC_CHECK"].host.write("/run/maintenance", "")
    examples["FILE_CHECK"].host.write("/run/drain-rs1", "1\n")
    for name, reason in REASONS.items():
        examples[name].wait_until_down(reason)
    lab.step("and is well again")
    servers.mend()
    examples["MISC_CHECK"].host.run(["rm", "/run/maintenance"])
    examples["FILE_CHECK"].host.write("/run/drain-rs1", "0\n")
    for example in examples.values():
        example.wait_until_up()


BIRD = f"""router id 10.1.80.93;
protocol device {{}}
protocol bfd {{
    interface "{INTERFACE}" {{ min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }};
    neighbor 10.1.80.91 dev "{INTERFACE}" local {SERVERS["rs1"]};
}}
"""


@scenario("the file with a BFD session", only="martlet", ipvs=True)
def bfd(lab):
    director, server = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91", "rs1": SERVERS["rs1"]})
    server.write("/run/bird.conf", BIRD)

    def speak():
        return server.start(["bird", "-f", "-c", "/run/bird.conf", "-s", "/run/bird.ctl"], log="/var/log/bird.log")

    bird = speak()
    example = Example(director, shown_files()[NEEDS_TABLE], options=())

    def has_session():
        status = director.run([martlet_binary(), "status", "--json", "--control", SOCKET], check=False)
        return status.returncode == 0 and json.loads(status.stdout)["sessions"][0]["state"] == "Up"

    example.wait("has a session", has_session, 20)
    example.wait_until_up()
    lab.step("the server dies without a word")
    bird.kill_tree()
    example.wait_until_down(".", timeout=5)
    bird = speak()
    example.wait_until_up()
