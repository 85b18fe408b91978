"""What processes cost: CPU time and memory of a program together with its children, from /proc."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import namedtuple

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def family(pid):
    """The process and all its descendants."""
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    found += family(int(child))
    except FileNotFoundError:
        pass
    return found


def cpu_seconds(pid):
    """User and system time of the process and its descendants. The kernel scales it to the scheduler's exact sum."""
    ticks = 0
    for member in family(pid):
        try:
            with open(f"/proc/{member}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
        except FileNotFoundError:
            pass
    return ticks / TICKS_PER_SECOND


def memory_kilobytes(pid, field="Rss"):
    """Resident memory of the process and its descendants; `Pss` shares pages among their users."""
    total = 0
    for member in family(pid):
        with open(f"/proc/{member}/smaps_rollup") as rollup:
            for line in rollup:
                if line.startswith(field + ":"):
                    total += int(line.split()[1])
    return total


class Daemon:
    """A program under measurement that runs until it is told to stop."""

    def __init__(self, command, log):
        self.log = log
        self.started = time.monotonic()
        with open(log, "wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    @property
    def pid(self):
        return self.process.pid

    def require_running(self):
        if self.process.poll() is not None:
            with open(self.log, errors="replace") as log:
                raise RuntimeError(f"{self.process.args} ended with {self.process.returncode}:\n{log.read()[-2000:]}")

    def cpu_over(self, seconds):
        """CPU seconds used during a window, and the window's true length."""
        before, began = cpu_seconds(self.pid), time.monotonic()
        time.sleep(seconds)
        after, ended = cpu_seconds(self.pid), time.monotonic()
        self.require_running()
        return after - before, ended - began

    def wait_for_calm(self, seconds=1800, share=0.05):
        """Until it has used hardly any CPU time for a second."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            used, window = self.cpu_over(1)
            if used <= share * window:
                return
        raise RuntimeError(f"{self.process.args[0]} did not come to rest within {seconds} s")

    def wait_for_line(self, offset, pattern, seconds):
        """Until a line behind this offset of the log matches; the monotonic time of that, None after so many seconds."""
        deadline = time.monotonic() + seconds
        with open(self.log, "rb") as log:
            log.seek(offset)
            text = b""
            while time.monotonic() < deadline:
                text += log.read()
                if re.search(pattern, text):
                    return time.monotonic()
                self.require_running()
                time.sleep(0.005)
        return None

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Here:
    """This network, with what a host of the lab offers to a monitor."""

    name = "this network"

    def run(self, arguments):
        return subprocess.run(arguments, check=True)

    def socket(self, family, kind, protocol):
        return socket.socket(family, kind, protocol)


Run = namedtuple("Run", "wall cpu kilobytes")


# A process counts the memory of the one that it was started from, until it executes its program. So programs are started
# by a small one, which nothing that this suite holds makes larger.
STARTER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
"""


def peak_kilobytes(command, stdin=None):
    """The most memory that a program had until its end."""
    with open(stdin or os.devnull) as source:
        run = subprocess.run([sys.executable, "-I", "-S", "-c", STARTER, *command], stdin=source,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{command} ended with {run.returncode}: {run.stderr.strip()[-2000:]}")
    return int(run.stderr.splitlines()[-1])


def run_once(command, stdin=None):
    """Runs a program to its end; wall-clock seconds, CPU seconds and the most memory that one process of it had."""
    with open(stdin or os.devnull) as source, open(os.devnull, "w") as sink:
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.PIPE)
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}: {error.decode(errors='replace').strip()[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
