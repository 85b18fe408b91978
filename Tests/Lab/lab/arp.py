"""ARP as a client of the segment sees it, over a packet socket of its own."""

import socket
import struct
import time

ETH_P_ARP = 0x0806


def _packed(hardware):
    return bytes(int(part, 16) for part in hardware.split(":"))


def owners(host, interface, address, source, wait=0.6):
    """The hardware addresses of everybody who answers for the address, each once."""
    own = _packed(host.hardware_address(interface))
    question = (b"\xff" * 6 + own + struct.pack("!HHHBBH", ETH_P_ARP, 1, 0x0800, 6, 4, 1)
                + own + socket.inet_aton(source) + b"\0" * 6 + socket.inet_aton(address))
    found = []
    with host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP)) as packets:
        packets.bind((interface, 0))
        for _ in range(2):
            packets.send(question)
            ends = time.monotonic() + wait / 2
            while (left := ends - time.monotonic()) > 0:
                packets.settimeout(left)
                try:
                    frame = packets.recv(2048)
                except TimeoutError:
                    break
                if len(frame) < 42 or struct.unpack("!HHHBBH", frame[12:22]) != (ETH_P_ARP, 1, 0x0800, 6, 4, 2):
                    continue
                if frame[28:32] == socket.inet_aton(address):
                    sender = ":".join(f"{byte:02x}" for byte in frame[22:28])
                    if sender not in found:
                        found.append(sender)
    return found
