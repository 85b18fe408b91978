"""The few system calls that Python 3.11 does not offer: unshare, setns, mount, prctl; and an interface's up flag."""

import contextlib
import ctypes
import fcntl
import os
import socket
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

_PR_SET_PDEATHSIG = 1
_PR_SET_THP_DISABLE = 41
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(name, result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare(kinds):
    """Gives the calling process (for a PID namespace: its future children) new namespaces."""
    _checked("unshare", _libc.unshare(kinds))


def setns(descriptor, kind):
    """Moves the calling thread (for a PID namespace: its future children) into a namespace."""
    _checked("setns", _libc.setns(descriptor, kind))


def mount(source, target, kind=None, flags=0):
    encoded = [part.encode() if part is not None else None for part in (source, target, kind)]
    _checked(f"mount on {target}", _libc.mount(*encoded, ctypes.c_ulong(flags), None))


def die_with_parent(signal_number):
    """Sends this signal to the calling process when the thread that started it ends."""
    _checked("prctl", _libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0))


def use_no_huge_pages():
    """For the calling process and what it becomes: its memory grows by what it uses and not by 2 MB at a time."""
    _checked("prctl", _libc.prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0))


def set_interface_up(name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", name.encode(), 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", name.encode(), flags | _IFF_UP))


@contextlib.contextmanager
def entered(target, own, kind):
    """Runs a block with this thread in the namespace `target`, then goes back to `own`."""
    setns(target, kind)
    try:
        yield
    finally:
        setns(own, kind)
