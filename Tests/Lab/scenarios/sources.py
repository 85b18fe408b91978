"""From where checks come: `bindto`, `bind_port`, `bind_if` and `fwmark` as the servers see them.

No table is written, so this runs on every kernel."""

import re
import socket
import ssl
import struct
import threading
from collections import defaultdict

from lab.dry_run import DryRun
from lab.pool import INTERFACE, indented
from lab.scenario import scenario
from lab.wait import Failure, until

OTHER_INTERFACE = "enp0s8"
# The director's addresses: the usual one, a second one on the same interface, and that of the other interface.
USUAL, SECOND, OTHER = "10.1.80.91", "10.1.80.77", "10.1.81.91"
MARK = 7

KINDS = {
    "TCP_CHECK": (7, ""),
    "HTTP_GET": (80, "url {\n    path /\n}"),
    "SSL_GET": (443, "url {\n    path /\n}"),
    "SMTP_CHECK": (25, ""),
    "DNS_CHECK": (53, "type A\nname www.example.org"),
    "UDP_CHECK": (5000, "require_reply"),
    "PING_CHECK": (9, ""),
}

# What the file says -> the address and the port (None: any) that a server sees. `{port}` is another one in every check.
SOURCES = {
    "": (USUAL, None),
    f"bindto {SECOND}": (SECOND, None),
    "bind_port {port}": (USUAL, "{port}"),
    f"bindto {SECOND}\nbind_port {{port}}": (SECOND, "{port}"),
    f"bind_if {OTHER_INTERFACE}": (OTHER, None),
    f"fwmark {MARK}": (OTHER, None),
    f"bindto {SECOND}\nfwmark {MARK}": (SECOND, None),
}

# The other interface is the worse way, unless a check asks for it.
ROUTES = f"""
ip address add {SECOND}/24 dev {INTERFACE}
ip route add 10.1.82.0/24 via 10.1.80.93
ip route add 10.1.82.0/24 via 10.1.81.93 dev {OTHER_INTERFACE} metric 10
ip route add 10.1.82.0/24 via 10.1.81.93 dev {OTHER_INTERFACE} table 100
ip rule add fwmark {MARK} table 100
for scope in all {INTERFACE} {OTHER_INTERFACE}; do echo 0 >/proc/sys/net/ipv4/conf/$scope/rp_filter; done
"""


def plain(address):
    """An address of a socket that takes both families, as people write it."""
    return address.removeprefix("::ffff:").partition("%")[0]


class Servers:
    """Well servers on every address of 10.1.82.0/24; they note who asks, and on which interface the packets come."""

    def __init__(self, host):
        self.seen = defaultdict(list)
        self._lock = threading.Lock()
        host.shell("ip route add local 10.1.82.0/24 dev lo")
        host.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                  "-keyout", "/run/key.pem", "-out", "/run/certificate.pem", "-days", "30", "-subj", "/CN=rs1"])
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(host.path("/run/certificate.pem"), host.path("/run/key.pem"))
        for port, talk in ((7, self._listen), (80, self._page), (443, self._page_inside_tls), (25, self._mail),
                           (53, self._name)):
            listener = host.socket(socket.AF_INET6)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.bind(("::", port))
            listener.listen(64)
            self._begin(self._accept, listener, talk)
        for port in (53, 5000):
            endpoint = host.socket(kind=socket.SOCK_DGRAM)
            # To answer from the address that was asked, and to know which one it was.
            endpoint.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO
            endpoint.bind(("0.0.0.0", port))
            self._begin(self._answer, endpoint)
        self._begin(self._watch_echoes, host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))

    def _begin(self, work, *arguments):
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _note(self, kind, asked, address, port):
        with self._lock:
            self.seen[kind, asked].append((address, port))

    def _accept(self, listener, talk):
        while True:
            connection, peer = listener.accept()
            asked = connection.getsockname()
            self._note("TCP", plain(asked[0]), plain(peer[0]), peer[1])
            self._begin(self._one, connection, talk)

    def _one(self, connection, talk):
        try:
            talk(connection)
        except OSError:
            pass
        finally:
            connection.close()

    # In each of these the peer is the one who closes.

    def _listen(self, connection):
        connection.recv(1)

    def _page(self, connection):
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.recv(1)

    def _page_inside_tls(self, connection):
        self._page(self._tls.wrap_socket(connection, server_side=True))

    def _mail(self, connection):
        for reply in (b"220 a\r\n", b"250 b\r\n", b"221 c\r\n"):
            connection.sendall(reply)
            connection.recv(65_536)

    def _name(self, connection):
        query = connection.recv(65_536)
        connection.sendall(query[:4] + b"\x81\x80" + query[6:])
        connection.recv(1)

    def _answer(self, endpoint):
        while True:
            query, extra, _, peer = endpoint.recvmsg(65_536, 64)
            asked = socket.inet_ntoa(extra[0][2][8:12])
            self._note("UDP", asked, *peer)
            # A name server whose answers do not fit: it is asked over TCP as well.
            answer = query[:2] + b"\x83\x80" + query[4:]
            source = struct.pack("=I4s4s", 0, socket.inet_aton(asked), bytes(4))
            endpoint.sendmsg([answer], [(socket.IPPROTO_IP, 8, source)], 0, peer)

    def _watch_echoes(self, raw):
        while True:
            packet, (address, _) = raw.recvfrom(2048)
            header = (packet[0] & 15) * 4
            if packet[header] == 8:
                self._note("ICMP", socket.inet_ntoa(packet[16:20]), address, None)


def service(number, address, port, kind, lines):
    protocol = "UDP" if kind in ("DNS_CHECK", "UDP_CHECK") else "TCP"
    return (f"virtual_server 10.9.0.{number} {port} {{\n    delay_loop 1\n    lb_algo rr\n    lb_kind NAT\n"
            f"    protocol {protocol}\n    real_server {address} {port} {{\n        {kind} {{\n"
            f"{indented(lines, 3)}\n            connect_timeout 2\n            retry 0\n        }}\n    }}\n}}\n")


@scenario("every check comes from where the file says, one after another", only="martlet")
def sources(lab):
    ds1, rs1 = lab.add_hosts(INTERFACE, {"ds1": USUAL, "rs1": "10.1.80.93"})
    lab.add_hosts(OTHER_INTERFACE, {"ds1": OTHER, "rs1": "10.1.81.93"}, segment="other")
    ds1.shell(ROUTES)
    # The server answers the second address on the interface on which that is. Without time stamps no kernel lets a pair of
    # ports be used again in the minute after its connection.
    rs1.shell(f"for scope in all {INTERFACE} {OTHER_INTERFACE}; do echo 0 >/proc/sys/net/ipv4/conf/$scope/rp_filter; done\n"
              "echo 0 >/proc/sys/net/ipv4/tcp_timestamps")
    servers = Servers(rs1)
    expected, text = {}, ""
    for kind, (port, lines) in KINDS.items():
        for source, (address, own_port) in SOURCES.items():
            if kind == "PING_CHECK" and "bind_port" in source:
                continue
            number = len(expected) + 1
            own = 40_000 + number
            asked = f"10.1.82.{number}"
            text += service(number, asked, port, kind, f"{lines}\n{source.format(port=own)}".strip())
            expected[asked] = (kind, source.format(port=own).replace("\n", ", "), address, own if own_port else None)
    local = re.search(r"fe80::[0-9a-f:]+", "\n".join(rs1.addresses(INTERFACE))).group(0)
    text += service(200, "10.1.82.200", 7, "TCP_CHECK", f"connect_ip {local}\nbind_if {INTERFACE}")
    for host in (ds1, rs1):
        until(lambda: "tentative" not in "".join(host.addresses(INTERFACE)), f"{host.name} may use its addresses", 10)
    director = DryRun(ds1, text).start()

    def all_asked():
        return [probe for probe in director.probes() if probe["runs"] < 4] == []

    until(all_asked, "every server is asked four times", 40, interval=0.3,
          context=lambda: "\n".join(f"{probe['target']}: {probe['runs']} runs, {probe.get('reason')}"
                                    for probe in director.probes() if probe["runs"] < 4) + director.log[-3000:])
    wrong = [f"{probe['target']} is not well: {probe.get('reason')}" for probe in director.probes() if not probe.get("isUp")]
    if re.search("could not run", director.log):
        wrong += [line for line in director.log.splitlines() if "could not run" in line][:20]
    for asked, (kind, source, address, port) in expected.items():
        ways = {"PING_CHECK": ["ICMP"], "UDP_CHECK": ["UDP"], "DNS_CHECK": ["UDP", "TCP"]}.get(kind, ["TCP"])
        for way in ways:
            seen = servers.seen[way, asked]
            if len(seen) < 4 or {one[0] for one in seen} != {address} or port and {one[1] for one in seen} != {port}:
                wrong.append(f"{kind} with '{source}' had to come from {address} port {port or 'any'} over {way}, and came "
                             f"from {sorted(set(seen), key=str)[:4]}, {len(seen)} times")
    seen = servers.seen["TCP", local]
    if not seen or not all(address.startswith("fe80:") for address, _ in seen):
        wrong.append(f"the check of {local} had to come from a link-local address and came from {seen[:3]}")
    if wrong:
        raise Failure("\n".join(wrong))
    assert director.stop(timeout=10) == 0
