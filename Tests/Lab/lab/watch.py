"""Watching what must not stop: an address that has to answer, and the addresses of a host as they come and go."""

import os
import re
import socket
import struct
import threading
import time

from .vrrp import checksum
from .wait import Failure, until


class Pinger:
    """Pings an address all the time and knows for how long it got no answer; for `with`."""

    def __init__(self, host, address, interval=0.05):
        self.address, self.interval = address, interval
        self.longest = 0.0
        self.answers = 0
        self._identifier = (os.getpid() ^ hash(address)) & 0xFFFF
        self._socket = host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self._socket.settimeout(interval)
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._threads = [threading.Thread(target=loop, daemon=True) for loop in (self._send, self._receive)]

    def __enter__(self):
        self._last = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def take(self):
        """The longest time without an answer since the last call, in seconds."""
        with self._lock:
            gap = max(self.longest, time.monotonic() - self._last)
            self.longest = 0.0
        return gap

    def expect_gap_below(self, seconds, what):
        gap = self.take()
        if gap > seconds:
            raise Failure(f"{what}: {self.address} did not answer for {gap:.2f} s, and at most {seconds:g} s were allowed")

    def _send(self):
        sequence = 0
        while not self._ended.is_set():
            sequence = (sequence + 1) & 0xFFFF
            body = struct.pack("!BBHHH", 8, 0, 0, self._identifier, sequence)
            packet = struct.pack("!BBHHH", 8, 0, checksum(body), self._identifier, sequence)
            try:
                self._socket.sendto(packet, (self.address, 0))
            except OSError:
                pass
            self._ended.wait(self.interval)

    def _receive(self):
        while not self._ended.is_set():
            try:
                data, (source, _) = self._socket.recvfrom(2048)
            except OSError:
                continue
            header = (data[0] & 15) * 4
            kind, _, _, identifier, _ = struct.unpack_from("!BBHHH", data, header)
            if kind == 0 and identifier == self._identifier and source == self.address:
                now = time.monotonic()
                with self._lock:
                    self.answers += 1
                    self.longest = max(self.longest, now - self._last)
                    self._last = now


class AddressMonitor:
    """`ip monitor address` on a host: every address that came or went since."""

    def __init__(self, host):
        self.host = host
        self._process = host.start(["ip", "-o", "monitor", "address"])
        # It says nothing when it is ready: an address of our own shows it.
        def listening():
            host.shell("ip address add 127.8.8.8/32 dev lo; ip address del 127.8.8.8/32 dev lo")
            return "127.8.8.8" in self._process.log

        until(listening, f"ip monitor listens on {host.name}", 10, interval=0.2)
        self._mark = len(self._process.log)

    def changes(self):
        """`(came, gone)`: two lists of addresses, in order, since the last `mark`."""
        came, gone = [], []
        for line in self._process.log[self._mark:].splitlines():
            if match := re.search(r"inet6? ([0-9a-f.:]+)", line):
                if match.group(1) != "127.8.8.8":
                    (gone if line.startswith("Deleted") else came).append(match.group(1))
        return came, gone

    def mark(self):
        self._mark = len(self._process.log)

    def expect(self, came=(), gone=(), what="", within=3):
        """Exactly these came and went, in any order. What has to come or go may take a moment after the scenario saw
        its effect on another host; what must not is judged at once."""
        wanted = (sorted(came), sorted(gone))

        def found():
            return tuple(sorted(addresses) for addresses in self.changes())

        deadline = time.monotonic() + (within if came or gone else 0)
        while found() != wanted and time.monotonic() < deadline:
            time.sleep(0.05)
        if found() != wanted:
            raise Failure(f"{what}: on {self.host.name} {wanted[0]} had to come and {wanted[1]} had to go, "
                          f"and {found()[0]} came and {found()[1]} went")
