"""The same outages for Martlet and for keepalived, at the same time: both take servers out and bring them back alike.

Two directors with the same file, each with a table of its own, check the same servers. The servers go bad in every way
that a check can see, for services with 0 to 3 retries, and come back. What has to hold:

- A server is taken out, and brought back, within the time that the file gives: not before `retry` times
  `delay_before_retry` have passed, and not later than one `delay_loop` (the phase of the check), all the tries and the
  pauses between them, and `SLACK`.
- A page that comes back has to be well twice, a `delay_loop` apart, before its server returns.
- The phases of two directors are their own, so the two differ by one tick at most, which is one `delay_loop`, and by what
  the failed tries themselves may differ, and `SLACK`.
- From its first failed try on, which the servers note, both take the same time within `SLACK`, and make `retry` + 1
  tries before they give a server up.
- At every sample, ten a second, both tables have the same servers, except for those whose time from above is running.
- What stops again before all tries are made takes nobody out.
"""

import hashlib
import time
from dataclasses import dataclass

from lab.director import Director
from lab.outages import GOOD_PAGE, Sampler, Server, Servers
from lab.pool import INTERFACE, indented
from lab.scenario import scenario
from lab.wait import Failure, until
from lab.web import GapMeter

DELAY_LOOP, DELAY_BEFORE_RETRY, TIMEOUT = 2.0, 1.0, 2.0
# What an emulated machine with two directors and forty servers needs, and the time between two samples.
SLACK = 0.7
RETRIES = (0, 1, 2, 3)
# Longer than the longest of these outages takes to be noticed.
OUTAGE = DELAY_LOOP + 3 * (DELAY_BEFORE_RETRY + TIMEOUT) + TIMEOUT + SLACK + 1.0
# Longer than the pause between two checks, so that each of them meets a gap, and shorter than the pause before a retry
# in `gaps`.
GAP, PAUSE_IN_GAPS = 2.5, 3.0

STAYS, GOES = "10.1.80.93", "10.1.80.95"
DIRECTORS = {"keepalived": "10.1.80.91", "martlet": "10.1.80.92"}

# What serves a check, and the check; `@` is where its timing goes.
GET = "HTTP_GET {\n    url {\n        path /health\n        %s\n    }\n@}"
CHECKS = {
    "TCP_CHECK": ("listener", "TCP_CHECK {\n@}"),
    "HTTP_GET status": ("page", GET % "status_code 200"),
    "HTTP_GET digest": ("page", GET % f"digest {hashlib.md5(GOOD_PAGE).hexdigest()}"),
    "HTTP_GET regex": ("page", GET % 'regex "state: ready"'),
    "SSL_GET": ("tls", "SSL_GET {\n    url {\n        path /health\n        status_code 200\n    }\n@}"),
    "SMTP_CHECK": ("mail", "SMTP_CHECK {\n@}"),
    "DNS_CHECK": ("name", "DNS_CHECK {\n    type SOA\n@}"),
    "UDP_CHECK": ("echo", "UDP_CHECK {\n    require_reply\n@}"),
    "PING_CHECK": (None, "PING_CHECK {\n@}"),
    "MISC_CHECK": (None, 'MISC_CHECK {\n    misc_path "/etc/keepalived/outage.sh"\n@}'),
}


@dataclass(frozen=True)
class Outage:
    """One kind of outage, seen by one kind of check."""

    check: str
    # closed: nobody listens. off: the host is not there. gaps: nobody listens for a moment, again and again.
    bad: str
    # How long a failed try takes, at least and at most.
    fails: tuple = (0.0, 0.0)
    # Whether the services with different retries ask the same server: Martlet has one probe for them all then.
    shared: bool = True
    retries: tuple = RETRIES

    @property
    def name(self):
        return f"{self.check}, {self.bad}"


# As many services as the kernel lists in one piece, see `members`.
OUTAGES = [
    Outage("TCP_CHECK", "closed"),
    Outage("TCP_CHECK", "off", (0.0, TIMEOUT)),
    Outage("TCP_CHECK", "gaps"),
    Outage("HTTP_GET status", "closed", retries=(1, 3)),
    Outage("HTTP_GET status", "off", (0.0, TIMEOUT), retries=(0, 2)),
    Outage("HTTP_GET status", "slow", (TIMEOUT, TIMEOUT), shared=False),
    Outage("HTTP_GET status", "status", shared=False),
    Outage("HTTP_GET status", "gaps"),
    Outage("HTTP_GET digest", "page", retries=(0, 2)),
    Outage("HTTP_GET regex", "page", retries=(0, 3)),
    Outage("SSL_GET", "status", retries=(0, 2)),
    Outage("SMTP_CHECK", "code", retries=(1, 3)),
    Outage("DNS_CHECK", "code", retries=(1, 3)),
    Outage("UDP_CHECK", "closed", retries=(0, 3)),
    Outage("PING_CHECK", "off", (0.0, TIMEOUT), retries=(0, 3)),
    Outage("MISC_CHECK", "exit status", retries=(0, 2)),
]


class Row:
    """One virtual service."""

    def __init__(self, number, outage, retry, address, port, server):
        self.outage, self.retry, self.server = outage, retry, server
        self.address, self.port = address, port
        self.vip = f"10.9.0.{number}"
        self.member = (self.vip, 80, address, port)
        self.name = f"{outage.name}, retry {retry}"
        self.pause = PAUSE_IN_GAPS if outage.bad == "gaps" else DELAY_BEFORE_RETRY

    @property
    def text(self):
        timing = f"    retry {self.retry}\n    delay_before_retry {self.pause:.0f}\n"
        timing += "    misc_timeout 5\n" if self.outage.check == "MISC_CHECK" else f"    connect_timeout {TIMEOUT:.0f}\n"
        check = CHECKS[self.outage.check][1].replace("@", timing)
        protocol = "UDP" if self.outage.check in ("DNS_CHECK", "UDP_CHECK") else "TCP"
        return (f"virtual_server {self.vip} 80 {{\n    delay_loop {DELAY_LOOP:.0f}\n    lb_algo rr\n    lb_kind NAT\n"
                f"    protocol {protocol}\n    real_server {self.address} {self.port} {{\n        weight 1\n"
                f"{indented(check, 2)}\n    }}\n}}\n")

    def window(self, goes, edge):
        """When it may leave after it went bad, or return after it was well again: not before, not after."""
        began, ended = edge
        shortest, longest = self.outage.fails
        if goes:
            return (began + shortest + self.retry * (self.pause + shortest),
                    ended + DELAY_LOOP + longest + self.retry * (self.pause + longest) + SLACK)
        # A try that has begun comes to its end first.
        return began + self.second_look, ended + longest + DELAY_LOOP + self.second_look + SLACK

    @property
    def second_look(self):
        """A page that has failed is asked for once more, one interval later, before it is believed."""
        return DELAY_LOOP if self.outage.check.startswith(("HTTP", "SSL")) else 0.0

    def expected(self, edges):
        """What has to happen in this order: [(whether it goes, the edge)]."""
        if self.outage.bad == "gaps" and self.retry > 0:
            return []
        return edges["gaps" if self.outage.bad == "gaps" else "off" if self.outage.bad == "off" else "others"]


def rows():
    made, servers = [], []
    for outage in OUTAGES:
        address = GOES if outage.bad == "off" else STAYS
        server = None
        for retry in outage.retries:
            if server is None or not outage.shared:
                kind = CHECKS[outage.check][0]
                bad = "closed" if outage.bad == "gaps" else outage.bad
                server = Server(kind, address, 5000 + len(made), bad)
                if kind:
                    servers.append(server)
            made.append(Row(len(made) + 1, outage, retry, address, server.port, server))
    return made, servers


class Play:
    """The hosts, the servers, and everything that happened, with its time."""

    def __init__(self, lab):
        self.lab = lab
        hosts = lab.add_hosts(INTERFACE, {**DIRECTORS, "stays": STAYS, "goes": GOES})
        self.hosts = dict(zip([*DIRECTORS, "stays", "goes"], hosts))
        # Each datagram for a port on which nobody listens is refused, and not one a second.
        self.hosts["stays"].shell("echo 0 >/proc/sys/net/ipv4/icmp_ratelimit")
        self.rows, self.all_servers = rows()
        self.servers = Servers({STAYS: self.hosts["stays"], GOES: self.hosts["goes"]})
        for server in self.all_servers:
            self.servers.add(server)
        self.servers.start()
        text = "global_defs {\n    enable_script_security\n    script_user root\n}\n" + "".join(row.text for row in self.rows)
        self.directors = []
        for name in DIRECTORS:
            self.hosts[name].write("/etc/keepalived/outage.sh", "#!/bin/sh\nread status </run/outage\nexit $status\n", 0o755)
            self.directors.append(Director(self.hosts[name], text, name))
        # Whose answers tell whether the machine keeps up.
        canary = Server("page", STAYS, 4999, "never")
        self.servers.add(canary)
        self.meter = GapMeter(self.hosts["keepalived"], STAYS, canary.port, interval=0.2, patience=TIMEOUT)
        self.begin()

    def begin(self):
        """What was before does not count."""
        self.sampler = Sampler([self.hosts[name] for name in DIRECTORS])
        self.sampler.start()
        for server in self.all_servers:
            server.asked.clear()
        # Group of rows -> [(whether it goes, (the moment before, the moment after))]
        self.edges = {"gaps": [], "off": [], "others": []}

    def scripts(self, status):
        for name in DIRECTORS:
            self.hosts[name].write("/run/outage", f"{status}\n")

    def turn(self, bad):
        """Everything but the gaps goes bad, or becomes well."""
        changed = [server for server in self.all_servers if server.bad != "off" and server not in self._gaps]
        began, ended = self.servers.set(changed, bad)
        self.scripts(int(bad))
        self.edges["others"].append((bad, (began, time.monotonic())))
        began = time.monotonic()
        (self.lab.cut if bad else self.lab.plug)(self.hosts["goes"], INTERFACE)
        self.edges["off"].append((bad, (began, time.monotonic())))

    @property
    def _gaps(self):
        return {row.server for row in self.rows if row.outage.bad == "gaps"}

    def gap(self):
        """Nobody listens for a moment."""
        self.edges["gaps"].append((True, self.servers.set(self._gaps, True)))
        time.sleep(GAP)
        self.edges["gaps"].append((False, self.servers.set(self._gaps, False)))

    def same_tables(self, what):
        """Both tables are the same to the last option; how many lines they have."""
        if differ := self.differences(what):
            raise Failure("\n".join(differ))
        return len(self.hosts["martlet"].run(["ipvsadm", "-Sn"]).stdout.splitlines())

    def differences(self, what):
        """What only one of the tables has."""
        saved = [set(self.hosts[name].run(["ipvsadm", "-Sn"]).stdout.splitlines()) for name in DIRECTORS]
        return [f"{what}, only {'keepalived' if line in saved[0] else 'Martlet'} has {line}"
                for line in sorted(saved[0] ^ saved[1])]


@scenario("the same outages for keepalived and for Martlet, at the same time", ipvs=True, alone=True, only="martlet",
          timeout=300)
def outages(lab):
    play = Play(lab)
    play.scripts(0)
    for director in play.directors:
        director.start()
    everybody = {row.member for row in play.rows}
    until(lambda: play.sampler.samples and all(table == everybody for table in play.sampler.samples[-1][2]),
          "both tables are complete", 60,
          context=lambda: "\n".join(str(sorted(everybody ^ table)[:10]) for table in play.sampler.samples[-1][2]))
    # The first check runs after a second and a random part of delay_loop; the first failure would count without retries.
    until(lambda: all({peer for _, peer, _ in server.asked} == set(DIRECTORS.values()) for server in play.all_servers),
          "every server is asked by both", 20,
          context=lambda: "\n".join(f"{server}" for server in play.all_servers))
    with play.meter:
        for attempt in range(3):
            time.sleep(1 + DELAY_LOOP)
            wrong, late = play_once(play)
            lab.step(f"the slowest answer to somebody who asks all the time took {late:.2f} s")
            # A machine that does not keep up, for somebody who asks or for keepalived, says nothing about Martlet.
            is_fit = late < SLACK and not any(": keepalived " in line for line in wrong)
            if not wrong or is_fit:
                break
            lab.step("this machine is too busy to judge by, once more:\n" + "\n".join(wrong))
    if wrong:
        for director in play.directors:
            print(f"--- {director.kind}\n{director.log[-20000:]}")
        said = [] if is_fit else ["no play of three was one to judge by, as keepalived or somebody who asks shows"]
        raise Failure("\n".join(said + wrong))
    for director in play.directors:
        director.stop()
    assert not any(play.hosts[name].run(["ipvsadm", "-Sn"]).stdout for name in DIRECTORS)


def play_once(play):
    """One outage of everything, and its end: what was wrong, and how long the machine let somebody wait."""
    play.sampler.stop()
    play.lab.step(f"{play.same_tables('before')} lines in each table; the outage begins")
    play.begin()
    play.meter.take()
    play.turn(True)
    ends = time.monotonic() + OUTAGE
    play.gap()
    # Every retry has been made by then.
    time.sleep(PAUSE_IN_GAPS + GAP)
    play.gap()
    time.sleep(max(0.0, ends - time.monotonic()))
    wrong = play.differences("in the outage")
    play.lab.step("the outage ends")
    play.turn(False)
    time.sleep(2 * DELAY_LOOP + TIMEOUT + SLACK + 1.0)
    wrong += play.differences("after it")
    play.sampler.stop()
    gap, _ = play.meter.take()
    wrong += [line for row in play.rows for line in judge(play, row)] + judge_samples(play)
    return wrong, gap - play.meter.interval


def judge(play, row):
    """What is wrong with how the two treated one service."""
    expected = row.expected(play.edges)
    delays = []
    for index, (name, address) in enumerate(DIRECTORS.items()):
        changes = play.sampler.changes(index, row.member)
        zero = expected[0][1][0] if expected else play.edges["gaps"][0][1][0]
        said = [f"{'back' if present else 'out'} at {after - zero:.2f} s" for _, after, present in changes]
        if [present for _, _, present in changes] != [not goes for goes, _ in expected]:
            wanted = ["out" if goes else "back" for goes, _ in expected] or ["nothing"]
            yield f"{row.name}: {name} had to do {wanted} and did {said or 'nothing'}"
            return
        own = []
        for (goes, edge), (before, after, _) in zip(expected, changes):
            earliest, latest = row.window(goes, edge)
            if after < earliest or before > latest:
                yield (f"{row.name}: {name} took the server {'out' if goes else 'back'} after {after - edge[0]:.2f} s, and "
                       f"had to after {earliest - edge[0]:.2f} to {latest - edge[0]:.2f} s")
            own.append(after - edge[1])
        delays.append((name, address, own, changes))
    if len(delays) < 2 or not expected:
        return
    for (goes, _), one, other in zip(expected, delays[0][2], delays[1][2]):
        shortest, longest = row.outage.fails
        # Failed tries may take unlike times; at the end of the outage one of the two may be in the middle of one.
        tick = DELAY_LOOP + SLACK + ((row.retry + 1) * (longest - shortest) if goes else longest)
        if abs(one - other) > tick:
            yield (f"{row.name}: Martlet took the server {'out' if goes else 'back'} after {other:.2f} s and keepalived after "
                   f"{one:.2f} s")
    yield from judge_tries(row, delays)
    play.lab.step(f"{row.name}: " + ", ".join(
        f"{name} " + " ".join(f"{delay:.2f}" for delay in own) for name, _, own, _ in delays) + " s")


def judge_tries(row, delays):
    """From the first failed try to the end, and how many tries there were, where the server has seen them."""
    if row.outage.bad not in ("slow", "status", "page", "code") or row.outage.shared:
        return
    for name, address, _, changes in delays:
        before, after, _ = changes[0]
        tries = [at for at, peer, was_bad in row.server.asked if was_bad and peer == address and at < after]
        shortest, longest = row.outage.fails
        least = shortest + row.retry * (row.pause + shortest)
        if len(tries) != row.retry + 1:
            yield f"{row.name}: {name} gave the server up after {len(tries)} tries"
        elif after - tries[0] < least - 0.05 or before - tries[0] > least + SLACK:
            yield (f"{row.name}: {name} gave the server up {after - tries[0]:.2f} s after the first failed try, and had to "
                   f"after {least:.2f} s")


def judge_samples(play):
    """Samples in which the two tables differ in a server whose time is not running."""
    windows = {}
    for row in play.rows:
        edges = row.expected(play.edges)
        # From the edge on it may be either way, until it has to be done.
        windows[row.member] = (row, [(edge[0], row.window(goes, edge)[1]) for goes, edge in edges])
    wrong, unequal = [], 0
    for began, ended, (one, other) in play.sampler.samples:
        differ = one ^ other
        unequal += bool(differ)
        for member in differ:
            row, times = windows[member]
            if not any(first <= ended and began <= last for first, last in times):
                wrong.append(f"{row.name}: at {began - play.edges['others'][0][1][0]:.2f} s only "
                             f"{'keepalived' if member in one else 'Martlet'} has the server")
    play.lab.step(f"{len(play.sampler.samples)} samples, {unequal} in which a time was running and the tables differed")
    return wrong[:20]
