"""Real servers of the protocols that checks speak: nginx, unbound, a mail server, a UDP service."""

import socket
import threading

from .host import wait_for_port

NGINX = """user root;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx-error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type text/plain;
    ssl_certificate /etc/nginx/certificate.pem;
    ssl_certificate_key /etc/nginx/key.pem;
    {servers}
}}
"""


def nginx_server(listen, name="_", extra="", root="/var/lib/nginx/html"):
    return f"server {{ listen {listen}; server_name {name}; root {root}; {extra} }}\n"


def certificate(host, folder, name):
    """A certificate that signs itself, and its key."""
    host.run(["mkdir", "-p", folder])
    host.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
              "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem", "-days", "30",
              "-subj", f"/CN={name}"])


class NameServer:
    """Unbound on one host, with a zone of its own and no way to others."""

    def __init__(self, host):
        self.host = host
        self.process = None

    def start(self, policy="static", tcp=True, port=53):
        text = " ".join(f'"{"x" * 200}"' for _ in range(6))
        self.host.write("/run/unbound.conf", f"""server:
    interface: 0.0.0.0@{port}
    access-control: 0.0.0.0/0 allow
    do-daemonize: no
    do-tcp: {"yes" if tcp else "no"}
    username: ""
    chroot: ""
    directory: "/run"
    pidfile: "/run/unbound.pid"
    use-syslog: no
    module-config: "iterator"
    local-zone: "example.org." {policy}
    local-data: "example.org. SOA ns.example.org. admin.example.org. 1 3600 600 86400 60"
    local-data: "www.example.org. A 192.0.2.1"
    local-data: 'long.example.org. TXT {text}'
remote-control:
    control-enable: no
""")
        self.process = self.host.start(["unbound", "-d", "-c", "/run/unbound.conf"], log="/var/log/unbound.log")
        if tcp:
            wait_for_port(self.host, "127.0.0.1", port)
        return self

    def stop(self):
        self.process.stop()


class MailServer:
    """A mail server of Python's aiosmtpd on one host."""

    def __init__(self, host):
        self.host = host
        self.process = None

    def start(self):
        self.process = self.host.start(["/usr/bin/python3", "-m", "aiosmtpd", "-n", "-l", "0.0.0.0:25",
                                        "-c", "aiosmtpd.handlers.Sink"], log="/var/log/smtp.log")
        # The port is bound before the first connection is served.
        wait_for_port(self.host, "127.0.0.1", 25)
        return self

    def stop(self):
        self.process.stop()


class DatagramService:
    """A UDP service that answers every datagram in the same way, or takes it and says nothing."""

    def __init__(self, host, port, answer=None):
        self.answer = answer
        self._socket = host.socket(kind=socket.SOCK_DGRAM)
        self._socket.bind(("0.0.0.0", port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            _, peer = self._socket.recvfrom(65_536)
            if self.answer is not None:
                self._socket.sendto(self.answer, peer)
