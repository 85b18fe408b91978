"""Real nginx on the lab's hosts, and what clients see of it."""

import http.client
import socket
import threading
import time

from .host import wait_for_port
from .wait import Failure

PAGE = """<!DOCTYPE html>
<html>
<head><title>Welcome to tengine!</title></head>
<body>
<h1>Welcome to tengine! I'm {name}</h1>
</body>
</html>
"""

SERVER = """user root;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx-error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    server {{
        listen {port};
        root /var/lib/nginx/html;
    }}
}}
"""


class WebServer:
    """nginx on one host, serving one page that says who it is."""

    def __init__(self, host, configuration=None, page=None, port=80):
        self.host = host
        self.port = port
        self.process = None
        host.write("/etc/nginx/nginx.conf", configuration or SERVER.format(port=port))
        host.write("/var/lib/nginx/html/index.html", page or PAGE.format(name=host.name))

    def start(self, address="127.0.0.1"):
        self.process = self.host.start(["nginx", "-g", "daemon off;"], log="/var/log/nginx.log")
        wait_for_port(self.host, address, self.port)
        return self

    def stop(self):
        self.process.stop()


def fetch(host, address, port=80, source=None, timeout=5, path="/"):
    """One page, as curl on that host would get it. The connection is new and closes after it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = http.client.HTTPConnection(address, port, timeout=timeout)
    with host.socket(family) as raw:
        raw.settimeout(timeout)
        if source:
            raw.bind((source, 0))
        raw.connect((address, port))
        connection.sock = raw
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().read().decode(errors="replace")


def served_by(page):
    """The name that a page of `WebServer` carries."""
    for line in page.splitlines():
        if "I'm " in line:
            return line.split("I'm ")[1].split("<")[0]
    raise Failure(f"this is not one of the lab's pages:\n{page}")


class Conversation:
    """One connection of a client that is kept open: page after page over it, as a browser or a pooled client does."""

    def __init__(self, host, address, port=80, source=None, timeout=5):
        self._raw = host.socket()
        self._raw.settimeout(timeout)
        if source:
            self._raw.bind((source, 0))
        self._raw.connect((address, port))
        self._connection = http.client.HTTPConnection(address, port, timeout=timeout)
        self._connection.sock = self._raw
        self.local_port = self._raw.getsockname()[1]

    def page(self):
        """The next page; a failure says that the connection did not live."""
        try:
            self._connection.request("GET", "/", headers={"Connection": "keep-alive"})
            return self._connection.getresponse().read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise Failure(f"a connection that was open before does not answer any more: {error!r}") from None

    def close(self):
        self._connection.close()


def curl(host, url, *options):
    """The same with the real curl: body, or None if curl says that it failed."""
    result = host.run(["curl", "-sS", "--max-time", "5", *options, url], check=False)
    return result.stdout if result.returncode == 0 else None


class GapMeter:
    """A client that asks for a page all the time, and knows for how long it got none."""

    def __init__(self, host, address, port=80, source=None, interval=0.05, patience=0.25):
        self.host, self.address, self.port, self.source = host, address, port, source
        self.interval, self.patience = interval, patience
        self.requests = self.failures = 0
        self.longest = 0.0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._last = time.monotonic()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self):
        self._last = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def expect_no_failure(self, what, tolerated=0):
        """Requests were made since the last call, and every one of them was answered, up to so many."""
        with self._lock:
            requests, failures = self.requests, self.failures
            self.requests = self.failures = 0
        if failures > tolerated or not requests:
            raise Failure(f"{what}: {failures} of {requests} requests were not answered")

    def take(self):
        """The longest time without a page since the last call, in seconds, and how many requests failed in it."""
        with self._lock:
            gap = max(self.longest, time.monotonic() - self._last)
            failures = self.failures
            self.longest, self.failures = 0.0, 0
        return gap, failures

    def _ask(self):
        while not self._ended.is_set():
            started = time.monotonic()
            try:
                fetch(self.host, self.address, self.port, self.source, self.patience)
                good = True
            except (OSError, http.client.HTTPException):
                good = False
            now = time.monotonic()
            with self._lock:
                self.requests += 1
                if good:
                    self.longest = max(self.longest, now - self._last)
                    self._last = now
                else:
                    self.failures += 1
            self._ended.wait(max(0.0, self.interval - (now - started)))
