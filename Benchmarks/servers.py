"""Where the servers of a benchmark are: on this host, or on another one across a wire."""

import contextlib
import os
import struct
import subprocess
import time

PORT = 8081
NETWORK = "172.16.0.0/12"


class Servers:
    """Real servers that all answer through one listener (`accept-counter`).

    On another host, a network namespace, the packets that either side receives are taken in by another processor than
    the program's (RPS), as those of another machine are by an interrupt: on loopback the servers' share of every
    connection would be billed to the checker.
    """

    name = "martlet-bench-servers"
    program_processor, other_processor = 0, 1

    def __init__(self, helpers, work, elsewhere):
        self.helpers, self.work, self.elsewhere = helpers, work, elsewhere

    def __enter__(self):
        if not self.elsewhere:
            ip("route", "replace", "local", NETWORK, "dev", "lo")
            return self
        subprocess.run(["ip", "netns", "del", self.name], stderr=subprocess.DEVNULL, check=False)
        ip("netns", "add", self.name)
        ip("link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", self.name)
        for there, address in ((False, "10.255.0.1/30"), (True, "10.255.0.2/30")):
            inside = ["-n", self.name] if there else []
            ip(*inside, "link", "set", "lo", "up")
            ip(*inside, "address", "add", address, "dev", "wire")
            ip(*inside, "link", "set", "wire", "up")
            # A view of the network's devices, which `ip netns exec` brings.
            prefix = ["ip", "netns", "exec", self.name] if there else ["unshare", "--mount"]
            mount = "" if there else "mount -t sysfs devices /sys && "
            script = f"{mount}echo {1 << self.other_processor:x} > /sys/class/net/wire/queues/rx-0/rps_cpus"
            subprocess.run([*prefix, "sh", "-c", script], check=True)
        ip("route", "add", NETWORK, "via", "10.255.0.2")
        ip("-n", self.name, "route", "add", "local", NETWORK, "dev", "lo")
        settings = ["net.core.somaxconn=65535", "net.ipv4.tcp_max_syn_backlog=65535"]
        subprocess.run(["ip", "netns", "exec", self.name, "sysctl", "-q", "-w", *settings], check=True)
        return self

    def __exit__(self, *_):
        if self.elsewhere:
            subprocess.run(["ip", "link", "del", "wire"], check=False)
            subprocess.run(["ip", "netns", "del", self.name], check=False)

    @property
    def program_prefix(self):
        """In front of a program that is measured."""
        return ["taskset", "-c", str(self.program_processor)] if self.elsewhere else []

    @contextlib.contextmanager
    def listening(self, check="TCP"):
        """The servers run; yields a function that says how many checks have come."""
        counter = f"{self.work}/accepted"
        with contextlib.suppress(FileNotFoundError):
            os.remove(counter)
        prefix = []
        if self.elsewhere:
            prefix = ["ip", "netns", "exec", self.name, "taskset", "-c", str(self.other_processor)]
        pages = ["pages"] if check == "HTTP" else []
        process = subprocess.Popen([*prefix, f"{self.helpers}/accept-counter", str(PORT), counter, *pages])
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


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)
