"""tcpdump on a host, as the walk-through runs it."""

import re
import signal
from dataclasses import dataclass

from .wait import until


@dataclass(frozen=True)
class Advert:
    """One VRRP advert as it was seen; `time` in seconds since midnight."""

    time: float
    source: str
    vrid: int
    priority: int


class Capture:
    """A running `tcpdump -vvv -n`; its text grows while it runs."""

    def __init__(self, host, interface, expression, *options):
        self.host = host
        self.process = host.start(
            ["tcpdump", "-vvv", "-n", "-l", "--immediate-mode", *options, "-i", interface, *expression.split()])
        until(lambda: "listening on" in self.process.log, f"tcpdump listens on {host.name}", 20)

    @property
    def text(self):
        return self.process.log

    def packets(self):
        """One string per packet: a packet's further lines are indented."""
        packets = []
        for line in self.text.splitlines():
            if re.match(r"\d\d:\d\d:\d\d", line):
                packets.append(line)
            elif packets and line.startswith((" ", "\t")):
                packets[-1] += "\n" + line
        return packets

    def adverts(self, source=None, vrid=None):
        """The adverts seen so far, in order, of one source or one virtual router if that is asked for."""
        found = []
        for packet in self.packets():
            parts = re.match(r"(\d\d):(\d\d):(\d\d\.\d+) .*?(\d+\.\d+\.\d+\.\d+) > \S+ .*?vrid (\d+), prio (\d+)", packet, re.DOTALL)
            if parts:
                hours, minutes, seconds, sender, router, priority = parts.groups()
                one = Advert(int(hours) * 3600 + int(minutes) * 60 + float(seconds), sender, int(router), int(priority))
                if source in (None, one.source) and vrid in (None, one.vrid):
                    found.append(one)
        return found

    def wait_for(self, pattern, timeout=20):
        """Until a packet matches; the packet and the seconds it took."""
        def found():
            return next((packet for packet in self.packets() if re.search(pattern, packet, re.DOTALL)), None)

        return until(found, f"tcpdump on {self.host.name} shows a packet like /{pattern}/", timeout,
                     context=lambda: self.text[-3000:])

    def stop(self):
        self.process.signal(signal.SIGINT)
        self.process.wait(10)
        return self.packets()
