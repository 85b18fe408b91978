"""Servers that go bad and come back at a given moment, and what two directors make of it, sample by sample."""

import functools
import os
import re
import selectors
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

from .wait import Failure

GOOD_PAGE, OTHER_PAGE = b"state: ready\n", b"state: other\n"


def page(status, body):
    return b"HTTP/1.0 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


GOOD = page(b"200 OK", GOOD_PAGE)
# What a bad one answers; None: nothing, and the connection stays open.
ANSWERS = {"slow": None, "status": page(b"503 No", GOOD_PAGE), "page": page(b"200 OK", OTHER_PAGE)}


@dataclass(eq=False)
class Server:
    """One server on one port. `bad`: what is wrong with it while it is bad, see `Servers.set`."""

    kind: str
    address: str
    port: int
    bad: str
    is_bad: bool = False
    # When it was asked by whom, and whether it was bad then.
    asked: list = field(default_factory=list)
    endpoint: object = None


class Servers(threading.Thread):
    """Many servers in one thread: pages, bare listeners, name servers and UDP services; mail servers and pages in TLS have
    a thread for each conversation."""

    def __init__(self, host_of):
        super().__init__(daemon=True)
        self._host_of = host_of
        self._selector = selectors.DefaultSelector()
        self._orders, self._lock = [], threading.Lock()
        self._bell, self._button = os.pipe()
        self._selector.register(self._bell, selectors.EVENT_READ, self._take_orders)

    def add(self, server):
        self._open(server)

    def set(self, servers, is_bad):
        """All of these at once: bad or good. Returns the moments between which it happened."""
        done = threading.Event()
        before = time.monotonic()
        with self._lock:
            self._orders.append((list(servers), is_bad, done))
        os.write(self._button, b"x")
        if not done.wait(10):
            raise Failure("the servers do not answer")
        return before, time.monotonic()

    def run(self):
        while True:
            for key, _ in self._selector.select():
                try:
                    key.data(key.fileobj)
                except OSError:
                    self._close(key.fileobj)

    def _take_orders(self, bell):
        os.read(bell, 1)
        with self._lock:
            orders, self._orders = self._orders, []
        for servers, is_bad, done in orders:
            for server in servers:
                server.is_bad = is_bad
                if server.bad == "closed":
                    if is_bad:
                        self._close(server.endpoint)
                    else:
                        self._open(server)
            done.set()

    def _open(self, server):
        is_stream = server.kind in ("page", "listener", "mail", "tls")
        server.endpoint = self._host_of[server.address].socket(kind=socket.SOCK_STREAM if is_stream else socket.SOCK_DGRAM)
        server.endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.endpoint.bind((server.address, server.port))
        if is_stream:
            server.endpoint.listen(256)
        server.endpoint.setblocking(False)
        act = self._accept if is_stream else self._answer
        self._selector.register(server.endpoint, selectors.EVENT_READ, lambda endpoint: act(server, endpoint))

    def _close(self, endpoint):
        try:
            self._selector.unregister(endpoint)
        except (KeyError, ValueError):
            pass
        endpoint.close()

    def _accept(self, server, endpoint):
        connection, (peer, _) = endpoint.accept()
        if server.kind == "listener":
            server.asked.append((time.monotonic(), peer, False))
            connection.close()
            return
        if server.kind in _CONVERSATIONS:
            server.asked.append((time.monotonic(), peer, server.is_bad))
            threading.Thread(target=_converse, args=(server, connection), daemon=True).start()
            return
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ, lambda one: self._page(server, one, peer))

    def _page(self, server, connection, peer):
        request = connection.recv(4096)
        # The end of one that was left waiting is no request.
        if request:
            server.asked.append((time.monotonic(), peer, server.is_bad))
            answer = ANSWERS.get(server.bad, GOOD) if server.is_bad else GOOD
            if answer is None:
                return
            connection.send(answer)
        self._close(connection)

    def _answer(self, server, endpoint):
        query, peer = endpoint.recvfrom(4096)
        server.asked.append((time.monotonic(), peer[0], server.is_bad))
        if server.kind == "echo":
            endpoint.sendto(query, peer)
        else:
            code = b"\x81\x82" if server.is_bad else b"\x81\x80"
            endpoint.sendto(query[:2] + code + query[4:], peer)


def _converse(server, connection):
    connection.settimeout(5)
    try:
        with connection:
            _CONVERSATIONS[server.kind](connection, server.is_bad)
    except OSError:
        # The other end may leave whenever it likes.
        pass


def _mail(connection, is_bad):
    connection.send(b"220 ready\r\n")
    while word := connection.recv(512)[:4]:
        connection.send({b"QUIT": b"221 bye\r\n", b"HELO": b"451 no\r\n" if is_bad else b"250 ok\r\n"}.get(word, b"500 what\r\n"))
        if word == b"QUIT":
            return


def _tls_page(connection, is_bad):
    with _tls_context().wrap_socket(connection, server_side=True) as stream:
        if stream.recv(4096):
            stream.sendall(ANSWERS["status"] if is_bad else GOOD)


_CONVERSATIONS = {"mail": _mail, "tls": _tls_page}


@functools.lru_cache(maxsize=1)
def _tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=outages", "-keyout", key, "-out", certificate],
                       check=True, stderr=subprocess.DEVNULL)
        context.load_cert_chain(certificate, key)
    return context


def members(host):
    """The servers of the host's table, as the kernel has them: {(virtual address, its port, address, port)}.

    Read without starting a program, from /proc/net/ip_vs. That is right only for as much as the kernel gives in one piece:
    where it goes on with the next one, it counts the services of other hosts, too, and leaves out as many of this one's.
    """
    text = _table(host)
    if len(text) >= _PIECE:
        raise Failure(f"{host.name} has more servers than can be read in one piece")
    return _members(text)


_PIECE = 4096


def _table(host):
    try:
        return host.proc_net("ip_vs")
    except FileNotFoundError:
        # Nobody has asked for IPVS yet.
        return ""


@functools.lru_cache(maxsize=4)
def _members(text):
    found, service = set(), None
    for line in text.splitlines()[3:]:
        if match := re.match(r"\w+ +([0-9A-F]{8}):([0-9A-F]{4}) ", line):
            service = match.groups()
        elif (match := re.match(r" +-> ([0-9A-F]{8}):([0-9A-F]{4}) ", line)) and service:
            found.add(tuple(_number(part) for part in (*service, *match.groups())))
    return frozenset(found)


def _number(text):
    return ".".join(str(byte) for byte in bytes.fromhex(text)) if len(text) == 8 else int(text, 16)


class Sampler(threading.Thread):
    """Looks at the tables of several hosts again and again."""

    def __init__(self, hosts, interval=0.1):
        super().__init__(daemon=True)
        self.hosts, self.interval = hosts, interval
        # (when the look began, when it ended, one set of members for each host)
        self.samples = []
        self._ended = threading.Event()

    def run(self):
        while not self._ended.is_set():
            began = time.monotonic()
            tables = [members(host) for host in self.hosts]
            self.samples.append((began, time.monotonic(), tables))
            self._ended.wait(max(0.0, self.interval - (time.monotonic() - began)))

    def stop(self):
        self._ended.set()
        self.join()

    def changes(self, index, member):
        """When a member came or went in one host's table: [(not before, not after, whether it is there now)]."""
        found, before = [], None
        for began, ended, tables in self.samples:
            present = member in tables[index]
            if before is not None and present != before[1]:
                found.append((before[0], ended, present))
            before = (began, present)
        return found
