"""A mail server on a host of the lab that takes everything and keeps it."""

from .host import wait_for_port

_SINK = r'''
import socketserver

class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        try:
            self.talk()
        except ConnectionError:
            pass

    def talk(self):
        self.say("220 sink")
        while True:
            line = self.rfile.readline()
            if not line:
                return
            word = line.split(b":")[0].split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                mail = []
                while True:
                    line = self.rfile.readline()
                    if not line:
                        return
                    if line == b".\r\n":
                        break
                    mail.append(line)
                with open("/run/mail", "ab") as file:
                    file.write(b"".join(mail).replace(b"\r\n", b"\n") + b"\0")
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

Server(("127.0.0.1", 25), Session).serve_forever()
'''


class MailSink:
    """Listens on port 25 of the host's loopback."""

    def __init__(self, host):
        self.host = host
        self.process = None

    def start(self):
        self.process = self.host.start(["/usr/bin/python3", self.host.write("/run/sink.py", _SINK)])
        wait_for_port(self.host, "127.0.0.1", 25)
        return self

    def stop(self):
        self.process.stop()

    @property
    def mails(self):
        """Headers and text of each mail, in the order in which they came."""
        try:
            text = self.host.read("/run/mail")
        except FileNotFoundError:
            return []
        found = []
        for mail in text.split("\0")[:-1]:
            head, _, body = mail.partition("\n\n")
            headers = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
            found.append((headers, body.strip()))
        return found

    @property
    def subjects(self):
        return [headers.get("Subject", "") for headers, _ in self.mails]
