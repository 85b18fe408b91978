"""What a scenario is, and playing many of them: each in a process of its own, with a limit on its time."""

import importlib.util
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field

from .director import REPOSITORY, default_director
from .network import Lab
from .wait import Failure


@dataclass
class Scenario:
    name: str
    play: object
    ipvs: bool
    alone: bool
    only: str | None
    timeout: float
    case: dict = field(default_factory=dict)


_registered = []
_area = None


def scenario(title, ipvs=False, alone=False, only=None, cases=None, timeout=180):
    """Registers a function `play(lab, **case)` as a scenario, or as one scenario per case.

    `ipvs`: needs a kernel with IPVS. `alone`: measures times, so nothing else plays meanwhile. `only`: the one
    director that it is about (for what the real keepalived does not do). `cases`: title suffix -> arguments.
    """
    def register(play):
        for suffix, case in (cases or {"": {}}).items():
            name = f"{_area}: {title}" + (f", {suffix}" if suffix else "")
            _registered.append(Scenario(name, play, ipvs, alone, only, timeout, case))
        return play

    return register


def load():
    """All scenarios: those of Tests/Lab/scenarios and the `lab_test.py` of each example."""
    global _area
    places = []
    folder = os.path.join(REPOSITORY, "Tests", "Lab", "scenarios")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            places.append((name[:-3].replace("_", " "), os.path.join(folder, name)))
    examples = os.path.join(REPOSITORY, "Examples")
    for name in sorted(os.listdir(examples) if os.path.isdir(examples) else []):
        path = os.path.join(examples, name, "lab_test.py")
        if os.path.exists(path):
            places.append((f"example {name}", path))
    _registered.clear()
    for _area, path in places:
        specification = importlib.util.spec_from_file_location(f"scenario_{len(_registered)}", path)
        specification.loader.exec_module(importlib.util.module_from_spec(specification))
    director = default_director()
    return [one for one in _registered if one.only in (None, director)]


# So many failures may come of a machine that was too busy for what was timed on it; more than that are no accident.
_SECOND_CHANCES = 4


class Player:
    """Plays scenarios, several at a time, and prints a line for each.

    What failed beside others is played once more when nothing else plays. A scenario that passes then is counted as
    passed and named as unsteady: either its limits are too tight for a busy machine or Martlet has a race.
    """

    def __init__(self, jobs, results_path, verbose=False):
        self.jobs = jobs
        self.results_path = results_path
        self.verbose = verbose
        self.failed = self.passed = 0
        self._to_repeat = []

    def play(self, scenarios):
        self._to_repeat = []
        self._play(self.jobs, [one for one in scenarios if not one.alone])
        self._play(1, [one for one in scenarios if one.alone])
        repeated, self._to_repeat = self._to_repeat, None
        if len(repeated) <= _SECOND_CHANCES:
            self._play(1, repeated)
        else:
            for one in repeated:
                print(f"   FAIL  {one.name} (one of too many to be an accident)", flush=True)
                self._count(one, False, 0)

    def _play(self, jobs, scenarios):
        waiting, running = list(scenarios), {}
        while waiting or running:
            while waiting and len(running) < jobs:
                one = waiting.pop(0)
                running[self._begin(one)] = one
            self._collect(running)

    def _begin(self, one):
        one.output = tempfile.NamedTemporaryFile("w+", prefix="martlet-lab-", suffix=".txt", delete=False).name
        one.started = time.monotonic()
        one.killed = False
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._in_child(one)
        return pid

    def _in_child(self, one):
        status = 1
        try:
            os.setpgid(0, 0)
            output = os.open(one.output, os.O_WRONLY | os.O_TRUNC)
            os.dup2(output, 1)
            os.dup2(output, 2)
            status = 0 if play_here(one) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _collect(self, running):
        for pid, one in list(running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            elapsed = time.monotonic() - one.started
            if done:
                del running[pid]
                self._report(one, os.waitstatus_to_exitcode(status) == 0, elapsed)
            elif elapsed > one.timeout and not one.killed:
                one.killed = True
                os.killpg(pid, signal.SIGKILL)
        time.sleep(0.02)

    def _report(self, one, passed, elapsed):
        with open(one.output, errors="replace") as file:
            output = file.read()
        os.unlink(one.output)
        if one.killed:
            output += f"\nthe scenario had not ended after {one.timeout:g} s\n"
        again = self._to_repeat is None
        verdict = ("ok   (unsteady)" if again else "ok  ") if passed else ("FAIL" if again else "fail")
        print(f"   {verdict}  {one.name} ({elapsed:.1f} s)" + ("" if passed or again else ", to be played again alone"),
              flush=True)
        if not passed or self.verbose:
            for line in output.splitlines():
                print(f"         | {line}", flush=True)
        if passed or again:
            self._count(one, passed, elapsed)
        else:
            self._to_repeat.append(one)

    def _count(self, one, passed, elapsed):
        self.passed += passed
        self.failed += not passed
        if self.results_path:
            with open(self.results_path, "a") as file:
                file.write(json.dumps({"name": one.name, "passed": passed, "seconds": round(elapsed, 1)}) + "\n")


def play_here(one):
    """Plays one scenario in this process; whether it passed. What a failure leaves to look at is printed."""
    directory = tempfile.mkdtemp(prefix="martlet-lab-")
    lab = Lab(directory)
    passed = False
    try:
        one.play(lab, **one.case)
        passed = True
    except Failure as failure:
        print(f"failed: {failure}")
        where = [frame for frame in traceback.extract_tb(failure.__traceback__) if "/Lab/lab/" not in frame.filename]
        for frame in where[-2:]:
            print(f"  at {os.path.relpath(frame.filename, REPOSITORY)}:{frame.lineno}: {frame.line}")
    except Exception:
        traceback.print_exc()
    finally:
        if not passed:
            _print_logs(lab)
        lab.close()
        shutil.rmtree(directory, ignore_errors=True)
    return passed


def _print_logs(lab):
    for host in lab.hosts.values():
        for process in host.processes:
            try:
                lines = process.log.splitlines()
            except OSError:
                continue
            if lines:
                print(f"--- {host.name}: {' '.join(process.arguments)} (the last of {len(lines)} lines)")
                print("\n".join(lines[-8 if process.arguments[0] == "tcpdump" else -40:]))
