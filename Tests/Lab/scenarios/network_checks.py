"""SMTP_CHECK, DNS_CHECK, UDP_CHECK, PING_CHECK and FILE_CHECK against real servers; their verdicts are read in the log."""

import socket
import threading
import time

from lab.pool import INTERFACE, Pool, real_server, virtual_server
from lab.scenario import scenario
from lab.services import DatagramService, MailServer, NameServer
from lab.wait import Failure, until

TIMING = "connect_timeout 1\n    retry 1\n    delay_before_retry 1"


def check(kind, *lines):
    return "\n".join([f"{kind} {{", *[f"    {line}" for line in (*lines, TIMING)], "}"])


def dry_pool(lab, checker, port, protocol, extra="", before=""):
    """A director that only says what it would do, and one server."""
    server = real_server("rs1", checker, port=port)
    return Pool(lab, before + virtual_server([server], port=port, protocol=protocol, extra=extra), servers=("rs1",),
                dry_run=True)


def goes_down(pool, reason, timeout=20):
    """The server is taken out, and the log says why."""
    pool.director.wait_for_log(rf"Removing service \[10\.1\.80\.93\].*{reason}", timeout)


def comes_back(pool, timeout=20):
    pool.director.wait_for_log(r"Adding service \[10\.1\.80\.93\]", timeout)


@scenario("SMTP_CHECK against a mail server", only="martlet")
def smtp(lab):
    pool = dry_pool(lab, check("SMTP_CHECK", "helo_name check.example.org"), 25, "TCP")
    server = MailServer(pool.servers["rs1"]).start()
    pool.start(servers=[])
    pool.director.wait_for_log(r"Remote SMTP server \[10\.1\.80\.93\]:tcp:25 succeed on service")
    lab.step("the server is stopped")
    pool.director.mark()
    server.stop()
    goes_down(pool, "Connection refused")
    pool.director.mark()
    server.start()
    comes_back(pool)


def hostile_mail_server(host, said):
    """Accepts connections, says this much of a dialogue and no more."""
    listener = host.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", 25))
    listener.listen(64)
    kept = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
                kept.append(connection)
                connection.sendall(said)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()


@scenario("SMTP_CHECK names what is wrong", only="martlet", cases={
    "no greeting": {"said": b"", "reason": "no greeting within 1 s"},
    "refusal": {"said": b"554-no\r\n554 service\r\n", "reason": "greeting 554 no"},
    "another protocol": {"said": b"SSH-2.0-OpenSSH_9.2\r\n", "reason": "no SMTP reply: 'SSH-2.0-OpenSSH_9.2'"},
    "no end": {"said": b"2" * 100_000, "reason": "a line of more than 1024 bytes"},
    "silence after the greeting": {"said": b"220 hello\r\n", "reason": "no answer to HELO within 1 s"},
})
def smtp_failures(lab, said, reason):
    pool = dry_pool(lab, check("SMTP_CHECK"), 25, "TCP")
    hostile_mail_server(pool.servers["rs1"], said)
    pool.start(servers=[])
    goes_down(pool, reason)


@scenario("DNS_CHECK against unbound", only="martlet")
def dns(lab):
    pool = dry_pool(lab, check("DNS_CHECK", "type A", "name www.example.org"), 53, "UDP")
    server = NameServer(pool.servers["rs1"]).start()
    pool.start(servers=[])
    time.sleep(3)
    if pool.director.logged("Removing service"):
        raise Failure(f"a server that answers was taken out:\n{pool.director.log}")
    lab.step("the server refuses")
    server.stop()
    server.start(policy="always_refuse")
    goes_down(pool, "answer REFUSED")
    lab.step("nobody listens")
    server.stop()
    pool.director.mark()
    server.start()
    comes_back(pool)
    pool.director.mark()
    server.stop()
    goes_down(pool, "Connection refused")


@scenario("DNS_CHECK asks over TCP when the answer is too long for a datagram", only="martlet")
def dns_truncated(lab):
    pool = dry_pool(lab, check("DNS_CHECK", "type TXT", "name long.example.org"), 53, "UDP")
    host = pool.servers["rs1"]
    server = NameServer(host).start()
    pool.start(servers=[])

    # Whoever closes a connection first keeps its ports for a while.
    until(lambda: "10.1.80.93:53" in pool.ds1.run(["ss", "-Htan"]).stdout, "the director has asked over TCP", 20,
          context=lambda: pool.director.log)
    time.sleep(2)
    if pool.director.logged("Removing service"):
        raise Failure(f"a server that answers was taken out:\n{pool.director.log}")
    lab.step("TCP is closed")
    pool.director.mark()
    server.stop()
    server.start(tcp=False)
    goes_down(pool, "truncated answer, and no TCP connection to ask again")


@scenario("UDP_CHECK tells a quiet service from a host that is off", only="martlet")
def udp_off(lab):
    pool = dry_pool(lab, check("UDP_CHECK"), 5000, "UDP")
    host = pool.servers["rs1"]
    DatagramService(host, 5000)
    pool.start(servers=[])
    pool.director.wait_for_log(r"UDP connection to \[10\.1\.80\.93\]:udp:5000 success")
    lab.step("the host is off")
    pool.director.mark()
    host.run(["ip", "link", "set", INTERFACE, "down"])
    # Two tries of one second each with a second between them, after at most one interval.
    goes_down(pool, "(no longer answers to ping|No route to host)", timeout=10)
    lab.step("and on again")
    pool.director.mark()
    host.run(["ip", "link", "set", INTERFACE, "up"])
    comes_back(pool)


@scenario("UDP_CHECK with a required reply", only="martlet")
def udp_reply(lab):
    pool = dry_pool(lab, check("UDP_CHECK", "payload 0102", "require_reply 6fX6", "max_reply_length 10"), 5000, "UDP")
    service = DatagramService(pool.servers["rs1"], 5000, b"\x6f\x76")
    pool.start(servers=[])
    pool.director.wait_for_log(r"UDP connection to \[10\.1\.80\.93\]:udp:5000 success")
    lab.step("another reply")
    pool.director.mark()
    service.answer = b"\x6f\x77"
    goes_down(pool, "byte 1 of the reply is 77")


@scenario("PING_CHECK follows the host", only="martlet")
def ping(lab):
    pool = dry_pool(lab, check("PING_CHECK"), 80, "TCP")
    host = pool.servers["rs1"]
    setting = ["cat", "/proc/sys/net/ipv4/ping_group_range"]
    before = pool.ds1.run(setting).stdout
    pool.start(servers=[])
    pool.director.wait_for_log(r"ICMP connection to \[10\.1\.80\.93\]:tcp:80 success")
    pool.director.mark()
    host.run(["ip", "link", "set", INTERFACE, "down"])
    goes_down(pool, "(no echo reply within 1 s|No route to host)")
    pool.director.mark()
    host.run(["ip", "link", "set", INTERFACE, "up"])
    comes_back(pool)
    if pool.ds1.run(setting).stdout != before:
        raise Failure("the check has changed who may ping")


@scenario("FILE_CHECK follows the number at once", only="martlet")
def file(lab):
    blocks = "track_file load {\n    file /run/load\n    weight -2\n}\ntrack_file off {\n    file /run/off\n    weight 0\n}\n"
    checks = "FILE_CHECK {\n    track_file load\n}\nFILE_CHECK {\n    track_file off\n}"
    server = real_server("rs1", checks, weight=50)
    pool = Pool(lab, blocks + virtual_server([server], scheduler="wrr"), servers=("rs1",), dry_run=True)
    pool.ds1.write("/run/load", "5\n")
    pool.start(servers=[])
    pool.director.wait_for_log(r"Changing weight from 50 to 40 for active service \[10\.1\.80\.93\]:tcp:80")
    pool.director.mark()
    pool.ds1.write("/run/load", "20\n")
    pool.director.wait_for_log(r"Changing weight from 40 to 10 ", timeout=3)
    lab.step("a file takes the server down")
    pool.director.mark()
    pool.ds1.write("/run/off", "1\n")
    goes_down(pool, "1 in /run/off", timeout=3)
    pool.director.mark()
    pool.ds1.run(["rm", "/run/off"])
    comes_back(pool, timeout=3)


