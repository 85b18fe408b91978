"""What the programs of a host ask its kernel to change: netlink requests, seen by a monitoring interface."""

import socket
import struct
import subprocess
import threading
import time

from .wait import Failure

INTERFACE = "nlmon0"

_ETH_P_ALL = 3
_ROUTE, _GENERIC = 0, 16
_REQUEST = 1

_ROUTE_WRITES = {16: "RTM_NEWLINK", 17: "RTM_DELLINK", 19: "RTM_SETLINK", 20: "RTM_NEWADDR", 21: "RTM_DELADDR",
                 24: "RTM_NEWROUTE", 25: "RTM_DELROUTE", 28: "RTM_NEWNEIGH", 29: "RTM_DELNEIGH",
                 32: "RTM_NEWRULE", 33: "RTM_DELRULE"}
_IPVS_WRITES = {1: "NEW_SERVICE", 2: "SET_SERVICE", 3: "DEL_SERVICE", 5: "NEW_DEST", 6: "SET_DEST", 7: "DEL_DEST",
                9: "NEW_DAEMON", 10: "DEL_DAEMON", 13: "SET_CONFIG", 16: "ZERO", 17: "FLUSH"}
_IPVS_SERVICE, _SERVICE_MARK = 1, 5
_IPVS_DESTINATION, _DESTINATION_ADDRESS = 2, 1


def _attributes(data):
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


def _address(packed):
    """IPVS pads an IPv4 address to 16 bytes."""
    if len(packed) == 16 and any(packed[4:]):
        return socket.inet_ntop(socket.AF_INET6, packed)
    return socket.inet_ntoa(packed[:4]) if len(packed) >= 4 else "?"


class KernelWrites:
    """Every request of the host's programs that changes addresses, links, routes, rules or the IPVS table.

    Make it before the programs start: the monitoring interface is one more interface that appears.
    """

    def __init__(self, host):
        self.host = host
        subprocess.run(["modprobe", "-q", "nlmon"], check=False)
        host.run(["ip", "link", "add", INTERFACE, "type", "nlmon"])
        host.run(["ip", "link", "set", INTERFACE, "up"])
        self._ipvs = self._family("IPVS")
        self._socket = host.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._socket.bind((INTERFACE, _ETH_P_ALL))
        self._lock = threading.Lock()
        self._writes = []
        self._messages = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._try_out()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.host.run(["ip", "link", "del", INTERFACE])

    def _family(self, name):
        """The number that generic netlink gave to a family; None where there is no such family."""
        with self.host.socket(socket.AF_NETLINK, socket.SOCK_RAW, _GENERIC) as control:
            control.settimeout(5)
            text = name.encode() + b"\0"
            attribute = struct.pack("=HH", 4 + len(text), 2) + text + b"\0" * (-len(text) % 4)
            body = struct.pack("=BBH", 3, 1, 0) + attribute
            control.send(struct.pack("=IHHII", 16 + len(body), 16, _REQUEST, 1, 0) + body)
            answer = control.recv(65536)
        if struct.unpack_from("=H", answer, 4)[0] != 16:
            return None
        return struct.unpack("=H", _attributes(answer[20:])[1][:2])[0]

    def _try_out(self):
        """A monitor that sees nothing would pass every scenario."""
        self.host.run(["ip", "address", "add", "127.9.9.9/32", "dev", "lo"])
        self.host.run(["ip", "address", "del", "127.9.9.9/32", "dev", "lo"])
        ends = time.monotonic() + 10
        while len(self.all()) < 2:
            if time.monotonic() > ends:
                raise Failure("the netlink monitor does not see what ip asks for")
            time.sleep(0.05)
        self.take()

    def _read(self):
        while True:
            try:
                data, address = self._socket.recvfrom(1 << 20)
            except OSError:
                return
            # The place of the protocol has the netlink family.
            writes = list(self._changes(data, address[1]))
            with self._lock:
                self._messages += 1
                self._writes += writes

    def _changes(self, data, family):
        while len(data) >= 16:
            length, kind, flags = struct.unpack_from("=IHH", data)
            if length < 16:
                return
            body = data[16:length]
            if flags & _REQUEST and family == _ROUTE and kind in _ROUTE_WRITES:
                yield self._route_change(_ROUTE_WRITES[kind], body)
            elif flags & _REQUEST and family == _GENERIC and kind == self._ipvs and body[:1] and body[0] in _IPVS_WRITES:
                if not self._is_question(body[4:]):
                    yield self._table_change(_IPVS_WRITES[body[0]], body[4:])
            data = data[(length + 3) & ~3:]

    @staticmethod
    def attributes(data):
        """Type -> value of the attributes that stand one behind the other."""
        return _attributes(data)

    @staticmethod
    def address(packed):
        """An address of IPVS as text."""
        return _address(packed)

    @staticmethod
    def _is_question(body):
        """A service with the greatest mark is how Martlet asks for a scheduler: the kernel refuses it in any case."""
        return _attributes(_attributes(body).get(_IPVS_SERVICE, b"")).get(_SERVICE_MARK) == b"\xff" * 4

    @staticmethod
    def _route_change(name, body):
        if not name.endswith("ADDR") or len(body) < 8:
            return name
        packed = _attributes(body[8:]).get(2) or _attributes(body[8:]).get(1, b"")
        return f"{name} {socket.inet_ntop(body[0], packed)}" if len(packed) in (4, 16) else name

    @staticmethod
    def _table_change(name, body):
        destination = _attributes(_attributes(body).get(_IPVS_DESTINATION, b""))
        return f"{name} {_address(destination[_DESTINATION_ADDRESS])}" if _DESTINATION_ADDRESS in destination else name

    def all(self):
        """The changes since the last `take`, as `NEW_DEST 10.1.80.93` or `RTM_DELADDR 10.1.80.90`."""
        with self._lock:
            return list(self._writes)

    def take(self):
        """The same, and from here on only what comes. What was asked for a moment ago is among them."""
        time.sleep(0.1)
        with self._lock:
            found, self._writes = self._writes, []
        return found

    def expect_none(self, what):
        if found := self.take():
            raise Failure(f"{what} had to leave the kernel alone, and {self.host.name} asked for: {', '.join(found)}")
