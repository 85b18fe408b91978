"""Servers that do not do their part: for every kind of check, all of them at once, and what Martlet makes of it.

No table is written, so this runs on every kernel."""

import hashlib
import json
import os
import re
import socket
import threading
import time
from dataclasses import dataclass

import lab.hostile
from lab.dry_run import DryRun
from lab.pool import INTERFACE, indented
from lab.scenario import scenario
from lab.wait import Failure, until

HOSTILE, WELL = "10.1.80.93", "10.1.80.95"
# On the link, and nobody has it.
NOBODY = "10.1.80.250"
FIRST_PORT = 2001

# What a server does: see lab/hostile.py.
READ, HOLD, RESET, TLS = ["read"], ["hold"], ["reset"], ["tls"]


def say(text):
    return ["say", text]


def drip(text):
    return ["drip", text]


def flood(text):
    return ["flood", text]


def datagram(how):
    return ["datagram", how]


OK = "HTTP/1.1 200 OK\r\n"
CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n"
LONG = "x" * 1000
DIGEST = hashlib.md5(b"12345678").hexdigest()
TRUNCATED = datagram("DNS: truncated")


def page(kind, lines=""):
    return f"{kind} {{\n    url {{\n        path /health\n{indented(lines, 2)}\n    }}\n}}"


HTTP, SSL = page("HTTP_GET"), page("SSL_GET")
WITH_DIGEST = page("HTTP_GET", f"digest {DIGEST}")
WITH_PATTERN = page("HTTP_GET", 'regex "ready$"')
STRICT = page("SSL_GET", "tls_compliant")
SMTP = "SMTP_CHECK {\n}"
DNS = "DNS_CHECK {\n    type A\n    name www.example.org\n}"
REPLY = "UDP_CHECK {\n    require_reply 6f6b\n    min_reply_length 2\n}"
UDP = "UDP_CHECK {\n}"
TCP = "TCP_CHECK {\n}"
ELSEWHERE = f"connect_ip {NOBODY}"

# A page may be silent for a timeout of one second, and take ten of them as a whole.
SILENT = "no complete answer for /health within 1 s"
TOO_LONG = "no complete answer for /health within 10 s"
NO_HEADER = "no HTTP answer for /health: the connection ended before the end of a header"
BIG_HEADER = "the header is longer than 32768 bytes"
NO_CHUNK = "a chunk has no valid size"
BROKEN = "connection lost while fetching /health: Connection reset by peer"


@dataclass(frozen=True)
class Row:
    what: str
    check: str
    steps: tuple
    # A pattern of what the status has to say; None: the server is well.
    reason: str | None

    @property
    def timeout(self):
        """Of the check, in seconds: short where the reason is that it passes, long where a busy machine must not matter."""
        named = re.search(r"within (\d+) s", self.reason or "")
        if named is None:
            return 5
        # One that sends without end gets ten of them.
        return int(named.group(1)) // (10 if named.group(1).endswith("0") else 1)

    def place(self, port):
        """A pattern that its probe alone has in its name."""
        if self.check.startswith("MISC"):
            return re.escape(re.search('"(.*)"', self.check).group(1))
        return "^ping " if self.check.startswith("PING") else rf"\]:{port}\b"


def row(what, check, steps, reason):
    return Row(what, check, tuple(steps), reason)


ROWS = [
    row("TCP: nobody listens", TCP, [], "^Connection refused$"),
    row("TCP: nobody is there", TCP.replace("\n", f"\n    {ELSEWHERE}\n", 1), [], "^no connection within 1 s$"),
    row("TCP: a connection and a reset", TCP, [RESET], None),
    row("PING: nobody is there", f"PING_CHECK {{\n    {ELSEWHERE}\n}}", [], "^no echo reply within 1 s$"),

    row("HTTP: half-open", HTTP, [HOLD], SILENT),
    row("HTTP: half an answer", HTTP, [READ, say(OK), HOLD], SILENT),
    row("HTTP: one byte at a time", HTTP, [READ, drip(OK + "X: " + LONG)], TOO_LONG),
    row("HTTP: one byte of body at a time", HTTP, [READ, say(OK + "\r\n"), drip("x")], TOO_LONG),
    row("HTTP: an endless body", HTTP, [READ, say(OK + "\r\n"), flood(LONG)], TOO_LONG),
    row("HTTP: an endless body with a digest", WITH_DIGEST, [READ, say(OK + "\r\n"), flood(LONG)], TOO_LONG),
    row("HTTP: an endless body that is searched", WITH_PATTERN, [READ, say(OK + "\r\n"), flood("read")], TOO_LONG),
    row("HTTP: endless chunks", HTTP, [READ, say(CHUNKED), flood("3\r\nabc\r\n")], TOO_LONG),
    row("HTTP: a chunk without end", HTTP, [READ, say(CHUNKED + "7fffffffffffffff\r\n"), flood(LONG)], TOO_LONG),
    row("HTTP: endless trailers", HTTP, [READ, say(CHUNKED + "0\r\n"), flood("X: y\r\n")], TOO_LONG),
    row("HTTP: endless interim answers", HTTP, [READ, flood("HTTP/1.1 100 Continue\r\n\r\n")], TOO_LONG),
    row("HTTP: endless headers", HTTP, [READ, say(OK), flood("X: y\r\n")], BIG_HEADER),
    row("HTTP: an endless status line", HTTP, [READ, flood("HTTP/1.1 200 ")], BIG_HEADER),
    row("HTTP: an endless chunk size", HTTP, [READ, say(CHUNKED), flood("0")], NO_CHUNK),
    row("HTTP: an endless trailer line", HTTP, [READ, say(CHUNKED + "0\r\n"), flood("x")], "longer than 4096 bytes"),
    row("HTTP: a length below the body's", WITH_DIGEST, [READ, say(OK + "Content-Length: 4\r\n\r\n12345678")],
        "digest 81dc9bdb52d04dc20036dbd8313ed055 for /health"),
    row("HTTP: a length above the body's", WITH_DIGEST, [READ, say(OK + "Content-Length: 9\r\n\r\n1234567")],
        "digest fcea920f7412b5da7be0cf42b8c93759 for /health"),
    row("HTTP: a length above the body's, and no end", WITH_DIGEST,
        [READ, say(OK + "Content-Length: 9\r\n\r\n12345678"), HOLD], SILENT),
    row("HTTP: two lengths", WITH_DIGEST,
        [READ, say(OK + "Content-Length: 8\r\nContent-Length: 4\r\n\r\n12345678"), HOLD], SILENT),
    row("HTTP: a length that is no number", WITH_DIGEST,
        [READ, say(OK + "Content-Length: 99999999999999999999\r\n\r\n12345678"), HOLD], SILENT),
    row("HTTP: a negative chunk", HTTP, [READ, say(CHUNKED + "-3\r\nabc\r\n0\r\n\r\n")], NO_CHUNK),
    row("HTTP: a chunk of more bytes than there are", HTTP, [READ, say(CHUNKED + "fffffffffffffffff\r\n")], NO_CHUNK),
    row("HTTP: a chunk longer than it says", HTTP, [READ, say(CHUNKED + "1\r\nabc\r\n0\r\n\r\n")], NO_CHUNK),
    row("HTTP: an end instead of an answer", HTTP, [READ], NO_HEADER),
    row("HTTP: an end in the header", HTTP, [READ, say(OK + "X: y")], NO_HEADER),
    row("HTTP: a reset", HTTP, [READ, RESET], BROKEN),
    row("HTTP: a reset in the body", HTTP, [READ, say(OK + "Content-Length: 9\r\n\r\n1234"), RESET], BROKEN),
    row("HTTP: garbage", HTTP, [READ, say("".join(map(chr, range(256))) * 8)], NO_HEADER),
    row("HTTP: another protocol", HTTP, [say("SSH-2.0-OpenSSH_9.2\r\n\r\n"), HOLD], "is no HTTP status line"),
    row("HTTP: TLS", HTTP, [say("\x15\x03\x01\0\x02\x02\x28"), READ], NO_HEADER + "|" + BROKEN),

    row("TLS: half-open", SSL, [HOLD], "no TLS handshake for /health within 1 s"),
    row("TLS: a handshake, one byte at a time", SSL, [READ, say("\x16\x03\x03\x3f\xff\x02\0\x3f\0"), drip("x")],
        "no TLS handshake for /health within 1 s"),
    row("TLS: an endless handshake", SSL, [READ, flood("\x16\x03\x03\0\x04\x0b\xff\xff\xff")], "TLS failed for /health: "),
    row("TLS: endless alerts", SSL, [READ, flood("\x15\x03\x03\0\x02\x01\x64")], "TLS failed for /health: "),
    row("TLS: a record that is too long", SSL, [READ, say("\x16\x03\x03\xff\xff" + LONG), HOLD],
        "TLS failed for /health: the answer is broken TLS"),
    row("TLS: HTTP", SSL, [READ, say("HTTP/1.1 400 Bad\r\n\r\n"), HOLD], "TLS failed for /health: the answer is not TLS"),
    row("TLS: garbage", SSL, [READ, say(LONG), HOLD], "TLS failed for /health: the answer is not TLS"),
    row("TLS: an end in the handshake", SSL, [READ], "TLS failed for /health: the connection ended in the handshake"),
    row("TLS: a reset in the handshake", SSL, [READ, RESET], BROKEN),
    row("inside TLS: half-open", SSL, [TLS, HOLD], SILENT.replace("1 s", "2 s")),
    row("inside TLS: one byte at a time", SSL, [TLS, READ, drip(OK + "X: " + LONG)], TOO_LONG.replace("10 s", "20 s")),
    row("inside TLS: an endless body", SSL, [TLS, READ, say(OK + "\r\n"), flood(LONG)], TOO_LONG.replace("10 s", "20 s")),
    row("inside TLS: endless headers", SSL, [TLS, READ, say(OK), flood("X: y\r\n")], BIG_HEADER),
    row("inside TLS: an end instead of an answer", SSL, [TLS, READ], NO_HEADER),
    row("inside TLS: a reset in the body", SSL, [TLS, READ, say(OK + "Content-Length: 9\r\n\r\n1234"), RESET], BROKEN),
    row("inside TLS: an end that TLS does not know", STRICT, [TLS, READ, say(OK + "Content-Length: 2\r\n\r\nok")],
        "TLS connection ended without close_notify after /health"),

    row("SMTP: half-open", SMTP, [HOLD], "^no greeting within 1 s"),
    row("SMTP: one byte at a time", SMTP, [drip("220-" + LONG)], "^no greeting within 1 s"),
    row("SMTP: no answer", SMTP, [say("220 a\r\n"), HOLD], "^no answer to HELO within 1 s"),
    row("SMTP: no farewell", SMTP, [say("220 a\r\n"), READ, say("250 b\r\n"), HOLD], "^no answer to QUIT within 1 s"),
    row("SMTP: an endless line", SMTP, [flood("2")], "^greeting: a line of more than 1024 bytes"),
    row("SMTP: endless lines", SMTP, [flood("220-a\r\n")], "^greeting: a reply of more than 100 lines"),
    row("SMTP: endless lines of an answer", SMTP, [say("220 a\r\n"), READ, flood("250-b\r\n")],
        "^answer to HELO: a reply of more than 100 lines"),
    row("SMTP: two codes in one reply", SMTP, [say("220-a\r\n250 b\r\n"), HOLD],
        "^greeting: lines of one reply with codes 220 and 250"),
    row("SMTP: an end instead of a greeting", SMTP, [say("")], "^connection closed without greeting"),
    row("SMTP: an end in the greeting", SMTP, [say("220-a\r\n")], "^connection closed without greeting"),
    row("SMTP: an end instead of an answer", SMTP, [say("220 a\r\n"), READ], "^connection closed without answer to HELO"),
    row("SMTP: a reset", SMTP, [say("220 a\r\n"), READ, RESET], "^connection lost while waiting for answer to HELO: "),
    row("SMTP: garbage", SMTP, [say("\0\1\2\x7f\xff\xfe\n"), HOLD], "^greeting: no SMTP reply: "),

    row("DNS: nobody listens", DNS, [], "^Connection refused$"),
    row("DNS: silence", DNS, [datagram("silence")], "^no answer within 1 s$"),
    row("DNS: another id", DNS, [datagram("DNS: with another id")], "only 1 that belongs to other questions"),
    row("DNS: a flood of other ids", DNS, [datagram("DNS: many with other ids")], "only [0-9]+ that belong to other"),
    row("DNS: the query comes back", DNS, [datagram("DNS: the query itself")], "only 1 that belongs to other questions"),
    row("DNS: another question", DNS, [datagram("DNS: another question")], "only 1 that belongs to other questions"),
    row("DNS: garbage", DNS, [datagram("more than any link takes")], "only 1 that belongs to other questions"),
    row("DNS: half a header", DNS, [datagram("DNS: a header that ends early")], "no DNS answer: it ends too early"),
    row("DNS: a name that points to itself", DNS, [datagram("DNS: a name that points to itself")],
        "no DNS answer: a compressed name does not point back"),
    row("DNS: a name without end", DNS, [datagram("DNS: a name without end")], "no DNS answer: it has "),
    row("DNS: records that are not there", DNS, [datagram("DNS: more records than it has")],
        "no DNS answer: it ends too early"),
    row("DNS: no question", DNS, [datagram("DNS: no question")], "no DNS answer: it has 0 questions"),
    row("DNS: a failure", DNS, [datagram("DNS: server failure")], "^answer SERVFAIL$"),
    row("DNS over TCP: nobody listens", DNS, [TRUNCATED],
        "^truncated answer, and no TCP connection to ask again: Connection refused"),
    row("DNS over TCP: half-open", DNS, [TRUNCATED, HOLD], "^truncated answer, and none over TCP within 1 s$"),
    row("DNS over TCP: one byte at a time", DNS, [TRUNCATED, READ, drip("\xff\xff\0\0")],
        "^truncated answer, and none over TCP within 1 s$"),
    row("DNS over TCP: an endless message", DNS, [TRUNCATED, READ, flood("\0\x04abcd")],
        "^truncated answer, and none over TCP within 1 s, only [0-9]+ that belong to other questions"),
    row("DNS over TCP: an end", DNS, [TRUNCATED, READ], "the TCP connection was closed without another"),
    row("DNS over TCP: an end in the message", DNS, [TRUNCATED, READ, say("\0\x20ab")],
        "the TCP connection was closed without another"),
    row("DNS over TCP: a reset", DNS, [TRUNCATED, READ, RESET], "Connection reset by peer"),

    row("UDP: nobody listens", UDP, [], "^Connection refused$"),
    row("UDP: silence", REPLY, [datagram("silence")], "^no reply within 1 s$"),
    row("UDP: another reply", REPLY.replace("6f6b", "6fXX").replace("length 2", "length 1"), [datagram("one byte")],
        "^a reply of 1 bytes, at least 2 are expected"),
    row("UDP: an empty reply", REPLY, [datagram("no byte")], "^a reply of 0 bytes, at least 2 are expected"),
    row("UDP: a long reply", REPLY, [datagram("more than any link takes")], "^a reply of 60000 bytes, at most 255"),
    row("UDP: a flood", REPLY, [datagram("many")], "^byte 0 of the reply is 79"),

    row("MISC: a program that prints without end", 'MISC_CHECK {\n    misc_path "/usr/bin/yes"\n    misc_timeout 1\n}',
        [], "^still running after 1 s$"),
    row("MISC: a program that cannot be asked to end",
        'MISC_CHECK {\n    misc_path "/etc/keepalived/stay.sh"\n    misc_timeout 1\n}', [], "^still running after 1 s$"),
]


class WellServer:
    """Takes connections and notes when they come."""

    def __init__(self, host, ports):
        self.times = {port: [] for port in ports}
        for port in ports:
            listener = host.socket()
            listener.bind((WELL, port))
            listener.listen(64)
            threading.Thread(target=self._serve, args=(listener, port), daemon=True).start()

    def _serve(self, listener, port):
        while True:
            connection, _ = listener.accept()
            self.times[port].append(time.monotonic())
            connection.close()

    def longest_pause(self, since):
        """The longest time between two connections to one of the ports, up to now."""
        now = time.monotonic()
        return max(late - early for times in self.times.values()
                   for early, late in zip([since, *[at for at in times if at > since]],
                                          [*[at for at in times if at > since], now]))


def service(address, port, check, interval, timeout=1):
    protocol = "UDP" if check.startswith(("DNS", "UDP")) else "TCP"
    timing = f"delay_loop {interval}\nwarmup 0\nretry 0\n"
    if not check.startswith("MISC"):
        timing += f"connect_timeout {timeout}\n"
    return (f"virtual_server 10.9.0.1 {port} {{\n    lb_algo rr\n    lb_kind NAT\n    protocol {protocol}\n"
            f"{indented(timing)}\n    real_server {address} {port} {{\n{indented(check, 2)}\n    }}\n}}\n")


@scenario("servers that do not do their part: all are named, nothing hangs or grows", only="martlet")
def hostile(lab_):
    ds1, rs1, rs2 = lab_.add_hosts(INTERFACE, {"ds1": "10.1.80.91", "rs1": HOSTILE, "rs2": WELL})
    # Nobody answers there, and ARP has nothing to say about it.
    ds1.run(["ip", "neighbour", "add", NOBODY, "lladdr", "02:00:00:00:00:01", "dev", INTERFACE])
    rs1.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", "/run/key.pem", "-out", "/run/certificate.pem", "-days", "30", "-subj", "/CN=hostile"])
    ports = {FIRST_PORT + number: one for number, one in enumerate(ROWS)}
    table = {port: list(one.steps) for port, one in ports.items() if one.steps}
    rs1.write("/run/servers.json", json.dumps(table))
    program = rs1.start(["/usr/bin/python3", os.path.realpath(lab.hostile.__file__), "/run/servers.json"])
    until(lambda: "ready" in program.log, "the servers listen", 20, context=lambda: program.log)
    ds1.write("/etc/keepalived/stay.sh", "#!/bin/bash\ntrap '' TERM\nwhile :; do sleep 1; done\n", mode=0o755)

    # Each of the hostile ones is asked once; the others every second, and that has to go on.
    well_ports = range(80, 90)
    well = WellServer(rs2, well_ports)
    director = DryRun(ds1, "global_defs {\n    script_user root\n}\n" + "".join(
        service(HOSTILE, port, one.check, 60, one.timeout) for port, one in ports.items())
        + "".join(service(WELL, port, TCP, 1) for port in well_ports)).start()
    memory, descriptors = director.resources()
    most, slowest, found = memory, 0.0, {}
    until(lambda: all(well.times.values()), "the other servers are asked", 10)
    since = time.monotonic()
    ends = since + 60
    while True:
        before = time.monotonic()
        probes = director.probes()
        slowest = max(slowest, time.monotonic() - before)
        most = max(most, director.resources()[0])
        for probe in probes:
            if probe["runs"]:
                found[probe["target"]] = probe
        if sum(probe["runs"] > 0 for probe in probes) == len(probes) or time.monotonic() > ends:
            break
        time.sleep(0.2)
    took = time.monotonic() - since
    pause = well.longest_pause(since)
    lab_.step(f"{len(ROWS)} servers judged after {took:.1f} s, memory {memory} and at most {most} kB, "
              f"longest pause of the others {pause:.2f} s, slowest status {slowest:.2f} s")

    wrong = []
    for port, one in ports.items():
        target = next((target for target in found if re.search(one.place(port), target)), None)
        if target is None:
            wrong.append(f"{one.what}: not judged after {took:.0f} s")
            continue
        probe = found[target]
        reason = probe.get("reason")
        if one.reason is None and not probe.get("isUp"):
            wrong.append(f"{one.what}: had to be up and is down: {reason}")
        if one.reason is not None and (probe.get("isUp") is not False or not re.search(one.reason, reason or "")):
            wrong.append(f"{one.what}: had to be down for /{one.reason}/ and is {probe.get('isUp')}: {reason}")
    if wrong:
        raise Failure("\n".join(wrong))
    # Ten timeouts of two seconds are the longest that anybody gets.
    assert took < 30, f"the last server was judged after {took:.1f} s"
    # Some thirty or sixty megabytes have come from each that sends without end.
    assert most - memory < 20_000, f"memory grew from {memory} to {most} kB"
    assert pause < 2.5, f"another server was not asked for {pause:.2f} s"
    assert slowest < 3, f"martlet status took {slowest:.2f} s"
    until(lambda: director.resources()[1] <= descriptors + len(well_ports), "the connections are closed", 10, interval=0.2,
          context=lambda: f"{director.resources()[1]} descriptors, {descriptors} at the start")
    assert director.stop(timeout=10) == 0
