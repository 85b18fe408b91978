#!/usr/bin/python3
"""Servers that do not do their part, one on each port, as a program for a host of the lab.

    hostile.py FILE     FILE: JSON, port -> what the server there does

A server is a list of steps, each of them a list: what is done, and with what.

    read            waits for something that the peer says
    say TEXT        sends it (latin-1: one character is one byte)
    drip TEXT       sends it again and again, one byte at a time
    flood TEXT      sends it again and again, about three megabytes a second
    hold            says nothing more until the peer closes
    tls             a TLS handshake; all that follows is inside
    reset           closes with RST

After the last step the connection is closed. With `datagram HOW` as a step the port also takes UDP; see `answers`.
"""

import functools
import json
import socket
import ssl
import struct
import sys
import threading
import time

_PIECE = 60_000
_PAUSE = 0.02
_DRIP = 0.15


@functools.cache
def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/run/certificate.pem", "/run/key.pem")
    return context


def play(connection, steps):
    for step, *arguments in steps:
        if step == "read":
            connection.recv(65_536)
        elif step == "say":
            connection.sendall(arguments[0].encode("latin-1"))
        elif step == "drip":
            while True:
                for character in arguments[0]:
                    connection.sendall(character.encode("latin-1"))
                    time.sleep(_DRIP)
        elif step == "flood":
            text = arguments[0].encode("latin-1")
            piece = text * max(1, _PIECE // len(text))
            while True:
                connection.sendall(piece)
                time.sleep(_PAUSE)
        elif step == "hold":
            while connection.recv(65_536):
                pass
        elif step == "tls":
            connection = tls().wrap_socket(connection, server_side=True, suppress_ragged_eofs=True)
        elif step == "reset":
            # The TLS object has taken the descriptor over: it is the one to close.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return
    connection.close()


def serve(listener, steps):
    def one(connection):
        try:
            play(connection, steps)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=one, args=(connection,), daemon=True).start()


def header(query, flags=0x8180, questions=1, answers=0):
    return query[:2] + struct.pack("!HHHHH", flags, questions, answers, 0, 0)


def answers(how, query):
    """The datagrams that answer one."""
    other = bytes(byte ^ 0xFF for byte in query[:2])
    name = b"\x05wrong\x00" + query[-4:]
    return {
        "silence": [],
        "DNS: with another id": [other + header(query)[2:] + query[12:]],
        "DNS: many with other ids": [other + header(query)[2:] + query[12:]] * 500,
        "DNS: the query itself": [query],
        "DNS: another question": [header(query) + name],
        "DNS: a header that ends early": [query[:2] + b"\x81\x80\0"],
        "DNS: a name that points to itself": [header(query) + b"\xc0\x0c" + query[-4:]],
        "DNS: a name without end": [header(query) + b"\x3f" + b"x" * 63 + (b"\x3f" + b"x" * 63) * 20],
        "DNS: more records than it has": [header(query, answers=65_535) + query[12:]],
        "DNS: no question": [header(query, questions=0)],
        "DNS: server failure": [header(query, flags=0x8182) + query[12:]],
        "DNS: truncated": [header(query, flags=0x8380) + query[12:]],
        "one byte": [b"x"],
        "no byte": [b""],
        "more than any link takes": [b"x" * 60_000],
        "many": [b"y" * 200] * 500,
    }[how]


def serve_datagrams(endpoint, how):
    while True:
        query, peer = endpoint.recvfrom(65_536)
        for answer in answers(how, query):
            endpoint.sendto(answer, peer)


def main():
    with open(sys.argv[1]) as file:
        servers = json.load(file)
    for port, steps in servers.items():
        for how in [step[1] for step in steps if step[0] == "datagram"]:
            endpoint = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            endpoint.bind(("0.0.0.0", int(port)))
            threading.Thread(target=serve_datagrams, args=(endpoint, how), daemon=True).start()
        steps = [step for step in steps if step[0] != "datagram"]
        if steps:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("0.0.0.0", int(port)))
            listener.listen(64)
            threading.Thread(target=serve, args=(listener, steps), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
