"""What is to be seen on a segment and in the kernel of a host on it, with the times at which it happened."""

import os
import select
import signal
import socket
import struct
import threading
import time
from collections import namedtuple

from lab.vrrp import INTERFACE
from lab.wait import until

Advert = namedtuple("Advert", "time source vrid priority")
Announcement = namedtuple("Announcement", "time source address")
Addition = namedtuple("Addition", "time address")

CAPTURE = "/run/segment.pcap"

# An ARP packet about nothing, from a locally administered address: the last that a capture has to show.
LAST = bytes.fromhex("ffffffffffff02004c4153540806000108000604000102004c4153540000000000000000000000000001")


class Witness:
    """Captures adverts and gratuitous ARPs at a host's interface, and notes when it gets addresses.

    The packets carry the kernel's times. Of the addresses there are only the kernel's notifications, which are read on
    a real-time thread: what they say is an upper bound.
    """

    def __init__(self, host, *, addresses=True):
        self.host = host
        self.additions = []
        self._ends = threading.Event()
        self._reader = None
        if addresses:
            self._notifications = host.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
            # SO_RCVBUFFORCE: thousands of notifications come within milliseconds.
            self._notifications.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
            self._notifications.bind((0, 0x10))
            self._reader = threading.Thread(target=self._read, daemon=True)
            self._reader.start()
        self._capture = host.start(
            ["chrt", "-f", "20", "tcpdump", "-n", "-p", "-s", "64", "-B", str(128 << 10), "-i", INTERFACE, "-U",
             "-w", CAPTURE, "ip proto 112 or arp"])
        until(lambda: "listening on" in self._capture.log, f"tcpdump listens on {host.name}", 20)

    def _read(self):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(30))
        while not self._ends.is_set():
            if not select.select([self._notifications], [], [], 0.1)[0]:
                continue
            message = self._notifications.recv(65536)
            now = time.time()
            kind, = struct.unpack_from("=H", message, 4)
            if kind == 20:
                self.additions.append(Addition(now, _local_address(message[24:])))

    def stop(self):
        """Ends it; the packets in order. Fails if any were missed."""
        # The kernel hands tcpdump what it has once a second, and what waits at the end is lost: not before it shows what
        # is sent now has it everything.
        with self.host.socket(socket.AF_PACKET, socket.SOCK_RAW) as last:
            last.bind((INTERFACE, 0))
            last.send(LAST)
        until(self._shows_last, f"tcpdump on {self.host.name} has everything", 20)
        self._capture.signal(signal.SIGINT)
        self._capture.wait(60)
        self._ends.set()
        if self._reader:
            self._reader.join()
            self._notifications.close()
        if "\n0 packets dropped by kernel" not in self._capture.log:
            raise RuntimeError(f"the capture is not complete: {self._capture.log}")
        with open(self.host.path(CAPTURE), "rb") as file:
            return list(_packets(file.read()))

    def _shows_last(self):
        with open(self.host.path(CAPTURE), "rb") as file:
            # What came meanwhile stands behind it.
            file.seek(max(0, file.seek(0, os.SEEK_END) - (32 << 20)))
            return LAST in file.read()


def _local_address(attributes):
    while len(attributes) >= 4:
        length, kind = struct.unpack_from("=HH", attributes)
        if kind == 2 and length == 8:
            return socket.inet_ntoa(attributes[4:8])
        if length < 4:
            break
        attributes = attributes[(length + 3) & ~3:]
    return None


def _packets(data):
    """The adverts and gratuitous ARPs of a capture file with microseconds, in this machine's byte order."""
    offset = 24
    while offset + 16 <= len(data):
        seconds, microseconds, length, _ = struct.unpack_from("=IIII", data, offset)
        frame = data[offset + 16:offset + 16 + length]
        offset += 16 + length
        moment = seconds + microseconds / 1e6
        if frame[12:14] == b"\x08\x06":
            if frame[28:32] == frame[38:42]:
                yield Announcement(moment, frame[22:28].hex(":"), socket.inet_ntoa(frame[28:32]))
        elif frame[12:14] == b"\x08\x00":
            payload = frame[14 + 4 * (frame[14] & 15):]
            if len(payload) >= 4:
                yield Advert(moment, socket.inet_ntoa(frame[26:30]), payload[1], payload[2])
