"""Virtual services in full: every kind of service beside the real keepalived, pools as servers come and go, ha_suspend."""

import re
import struct
from collections import Counter

from lab.director import Director, real_listing, same_listing
from lab.kernel_writes import KernelWrites
from lab.mail import MailSink
from lab.pool import INTERFACE, SERVERS, VIP, Pool, indented, real_server, virtual_server
from lab.scenario import scenario
from lab.wait import Failure, stays, until

# Debian's kernel has no ip_vs_twos.
SCHEDULERS = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq"]
FLAGS = [("sh", "sh-port"), ("sh", "sh-fallback"), ("sh", "sh-port\nsh-fallback"), ("mh", "mh-port"),
         ("mh", "mh-fallback\nmh-port"), ("rr", "flag-1"), ("wlc", "flag-1\nflag-2\nflag-3")]
PERSISTENCE = [("TCP", "persistence_timeout 50"), ("TCP", "persistence_timeout"),
               ("TCP", "persistence_timeout 99\npersistence_granularity 255.255.0.0"),
               ("TCP", "persistence_granularity 255.255.255.0"),
               ("UDP", "persistence_timeout 60\npersistence_engine sip"), ("UDP", "ops"), ("SCTP", "")]
METHODS = ["NAT", "DR", "TUN", "TUN type ipip", "TUN type gue port 6080", "TUN type gue port 6080 csum",
           "TUN type gue port 6080 remcsum", "TUN type gre", "TUN type gre csum"]


class File:
    """A configuration that grows, and how many lines of `ipvsadm -Sn` it makes."""

    def __init__(self, text=""):
        self.text = text
        self.lines = 0

    def service(self, servers, services=1, **options):
        self.text += virtual_server(servers, **options)
        self.lines += services * (1 + len(servers))


def server(name, **options):
    return real_server(name, check=None, **options)


def group(name, *entries):
    return f"virtual_server_group {name} {{\n" + "".join(f"    {entry}\n" for entry in entries) + "}\n"


def every_kind():
    """One file with services of every kind that Debian's kernel and keepalived 2.2.7 know, without checks."""
    file = File("global_defs {\n    lvs_timeouts tcp 1000 tcpfin 100 udp 200\n}\n"
                + group("WEB", "10.1.81.1-4 80", "10.1.82.254 8080", "fwmark 21")
                + group("SIX", "2001:db8:1::9-c 80", "fwmark 22 inet6") + group("MARKS", "fwmark 23", "fwmark 24"))
    two = [server("rs1", weight=3), server("rs2", weight=5)]
    for number, scheduler in enumerate(SCHEDULERS):
        file.service(two, port=1000 + number, scheduler=scheduler)
    for number, (scheduler, flags) in enumerate(FLAGS):
        file.service(two, port=1100 + number, scheduler=scheduler, extra=flags)
    for number, (protocol, lines) in enumerate(PERSISTENCE):
        file.service(two, port=1200 + number, protocol=protocol, extra=lines)
    file.service(two, port=0, extra="persistence_timeout 70")
    file.service([real_server(f"10.1.80.{100 + number}", None, extra=f"lvs_method {method}")
                  for number, method in enumerate(METHODS)], port=1300, kind="NAT")
    file.service([server("rs1", extra="uthreshold 100\nlthreshold 50"), server("rs2", extra="uthreshold 7"),
                  server("rs3", weight=0), server("10.1.80.97", weight=65535)], port=1400)
    file.service([server("rs1", port=8080), server("rs2", port=8443)], port=1401, kind="NAT")
    file.service([server("rs1"), server("rs2")], port=1402,
                 extra="quorum 2\nhysteresis 1\nsorry_server 10.1.80.99 80\nsorry_server_lvs_method TUN type gre")
    # It starts below quorum + hysteresis: with the sorry server alone.
    file.lines -= 1
    file.service([server("rs1", extra="inhibit_on_failure")], port=1403, extra="alpha\nomega\nquorum 9")
    six = [server("2001:db8::93", weight=2), server("2001:db8::95")]
    for number, kind in enumerate(("NAT", "DR", "TUN", "TUN type gue port 7777 csum")):
        file.service(six, vip="2001:db8::90", port=80 + number, kind=kind)
    file.service(six, vip="2001:db8::90", port=90, extra="persistence_timeout 40\npersistence_granularity 64")
    # What carries one family in the other is a tunnel.
    file.service([server("2001:db8::93"), server("rs1")], port=1500, kind="TUN")
    file.service([server("rs1"), server("2001:db8::93")], vip="2001:db8::90", port=1501, kind="TUN")
    for mark, servers, extra in ((11, two, ""), (12, two, "ops"), (13, six, ""), (14, six, "ip_family inet6"),
                                 (15, two, "persistence_timeout 30")):
        file.service(servers, vip="fwmark", port=mark, extra=extra)
    file.service(two, services=6, vip="group", port="WEB")
    file.service(six, services=5, vip="group", port="SIX")
    file.service(two, services=2, vip="group", port="MARKS")
    # `protocol` has no effect on a mark, and the real one says so.
    file.text = re.sub(r"(virtual_server (?:fwmark \d+|group MARKS) \{[^}]*?)    protocol TCP\n", r"\1", file.text)
    return file


def timeouts(host):
    return host.run(["ipvsadm", "-L", "--timeout"]).stdout


@scenario("every kind of service is in the table as the real keepalived puts it there", ipvs=True, only="martlet")
def every_service(lab):
    file = every_kind()
    pool = Pool(lab, file.text, kind="keepalived", servers=())
    originally = timeouts(pool.ds1)
    listings = ([], ["--thresholds"], ["--persistent-conn"])
    pool.start()
    until(lambda: len(pool.saved()) == file.lines, f"keepalived makes {file.lines} entries", 120, interval=0.5,
          context=lambda: f"it made {len(pool.saved())}\n" + "\n".join(pool.saved()))
    expected = pool.saved(), sorted(timeouts(pool.ds1)), [sorted(real_listing(pool.ds1, *options).splitlines())
                                                           for options in listings]
    pool.director.stop()
    assert pool.saved() == [], pool.saved()
    pool.director.kind = "martlet"
    pool.director.start()

    def found():
        return pool.saved(), sorted(timeouts(pool.ds1)), [sorted(real_listing(pool.ds1, *options).splitlines())
                                                           for options in listings]

    def difference():
        ours = pool.saved()
        return "\n".join([f"- {line}" for line in expected[0] if line not in ours]
                         + [f"+ {line}" for line in ours if line not in expected[0]]) + "\n" + pool.director.recent_log

    until(lambda: found() == expected, "martlet makes the same entries", 40, interval=0.3, context=difference)
    for options in listings:
        same_listing(pool.ds1, options=options)
    lab.step("the stop leaves nothing, and the timeouts that were there before")
    pool.director.stop()
    assert pool.saved() == [], pool.saved()
    assert timeouts(pool.ds1) == originally, timeouts(pool.ds1)


class TableWrites(KernelWrites):
    """Every request that changes the IPVS table as (name, address and port of the service, server, weight)."""

    @staticmethod
    def _table_change(name, body):
        one = KernelWrites.attributes(body)
        service, destination = KernelWrites.attributes(one.get(1, b"")), KernelWrites.attributes(one.get(2, b""))
        port = struct.unpack("!H", service[4][:2])[0] if 4 in service else None
        weight = struct.unpack("=i", destination[4][:4])[0] if 4 in destination else None
        return name, (KernelWrites.address(service.get(3, b"")), port), KernelWrites.address(destination[1]) if 1 in destination else None, weight


def expect_no_gap(writes):
    """Replays what the kernel was asked for: a pool that has a server to send to is never without one again."""
    pools, served = {}, set()
    for name, service, address, weight in writes:
        pool = pools.setdefault(service, {})
        if name in ("NEW_DEST", "SET_DEST"):
            pool[address] = weight
        elif name == "DEL_DEST":
            pool.pop(address, None)
        elif name == "DEL_SERVICE":
            raise Failure(f"the service {service} was deleted")
        if any(weight > 0 for weight in pool.values()):
            served.add(service)
        # The first service has no sorry server.
        elif service in served and service[1] != PLAIN:
            raise Failure(f"after {name} {address} {weight} nobody took the traffic of {service}: {pool}\n{writes}")


PLAIN, QUORUM, ALL_INHIBITED, SERVERS_INHIBITED, SORRY_INHIBITED, ALPHA, GROUP = 80, 81, 82, 83, 84, 85, 86
SORRY = "10.1.80.99"
WEIGHTS = {"rs1": 1, "rs2": 2, "rs3": 3}
CHECK = "TCP_CHECK {\n    connect_port 80\n    connect_timeout 1\n    retry 0\n}"

POOLS_GLOBAL = """
global_defs {
    router_id lab
    lvs_notify_fifo /run/events
    lvs_notify_fifo_script "/etc/keepalived/reader.sh lvs"
    notification_email {
        admins@example.org
    }
    notification_email_from lb@example.org
    smtp_server 127.0.0.1
    smtp_connect_timeout 5
    smtp_alert_checker off
}
"""


def pools_file():
    def service(port, extra="", inhibits=False, mail=False, **options):
        own = "\n".join((["inhibit_on_failure"] if inhibits else []) + (["smtp_alert"] if mail else []))
        servers = [real_server(name, CHECK, weight=weight, extra=own) for name, weight in WEIGHTS.items()]
        # Nobody wants to wait for the first checks to be spread over a minute.
        return virtual_server(servers, port=port, kind="NAT", extra=f"warmup 0\n{extra}", delay_loop="0.7", **options)

    sorry = f"sorry_server {SORRY} 80"
    return (POOLS_GLOBAL + group("G", f"{VIP} {GROUP}", f"10.1.80.88 {GROUP}") + service(PLAIN, "omega")
            + service(QUORUM, f"quorum 4\nhysteresis 1\n{sorry}\nsmtp_alert", mail=True)
            + service(ALL_INHIBITED, f"{sorry}\nsorry_server_inhibit", inhibits=True)
            + service(SERVERS_INHIBITED, sorry, inhibits=True)
            + service(SORRY_INHIBITED, f"{sorry}\nsorry_server_inhibit") + service(ALPHA, f"alpha\n{sorry}")
            + service("G", f"quorum 4\n{sorry}", vip="group"))


# Which servers answer, and what is in the pools then. The quorum of the second is 4 with hysteresis 1.
def expected_pools(answering, has_quorum):
    up = {name: WEIGHTS[name] for name in answering}
    down = {name: 0 for name in WEIGHTS if name not in up}
    total = sum(up.values())
    return {
        PLAIN: up,
        QUORUM: up if has_quorum else {SORRY: 1},
        ALL_INHIBITED: {**up, **down, SORRY: 0 if up else 1},
        SERVERS_INHIBITED: {**up, **down} if up else {**down, SORRY: 1},
        SORRY_INHIBITED: {**up, SORRY: 0 if up else 1},
        ALPHA: up if up else {SORRY: 1},
        GROUP: up if total >= 4 else {SORRY: 1},
    }


# A server that stops or starts, and whether the service with hysteresis has its quorum then.
STEPS = [("rs3", False, True), ("rs2", False, False), ("rs1", False, False), ("rs3", True, False), ("rs2", True, True),
         ("rs1", True, True)]


class Played:
    """A director that saw its servers come and go, and what it told."""

    def __init__(self, lab, pool, kind):
        self.pool, self.kind = pool, kind
        self.host = pool.ds1
        self.segments = []
        pool.director = Director(self.host, None, kind)
        self.host.write("/run/seen-lvs", "")
        self.host.write("/run/mail", "")

    def lines(self):
        """What the FIFO told since the last segment."""
        return [line for line in self.host.read("/run/seen-lvs").replace("\0", "").splitlines()][
            sum(map(len, self.segments)):]

    def wait_for_pools(self, answering, has_quorum):
        wanted = {}
        for port, servers in expected_pools(answering, has_quorum).items():
            for address in (VIP, "10.1.80.88") if port == GROUP else (VIP,):
                wanted[f"TCP {address}:{port}"] = {f"{SERVERS.get(name, name)}:80": weight
                                                   for name, weight in servers.items()}
        until(lambda: self.pool.table() == wanted, f"{self.kind}: with {answering} the table is right", 20, interval=0.1,
              context=lambda: "\n".join(f"{name}: {found}, wanted {wanted.get(name)}"
                                        for name, found in self.pool.table().items() if found != wanted.get(name))
              + "\n" + self.pool.director.recent_log[-3000:])

    def end_segment(self, expected=None):
        """What was told belongs to the step that ended; `expected` is what another one told then."""
        if expected is None:
            # The real one has told it all as soon as the table is right; the reader may be a moment late.
            stays(lambda: True, "", 0.5)
        else:
            until(lambda: len(self.lines()) >= len(expected), f"{self.kind} tells {expected}", 15,
                  context=lambda: "\n".join(self.lines()))
        self.segments.append(self.lines())


def by_service(lines):
    """The lines of each service, in order."""
    found = {}
    for line in lines:
        words = line.split()
        found.setdefault(words[1] if words[0] == "VS" else words[2], []).append(line)
    return found


@scenario("pools as the real keepalived has them while servers go and come, with what it tells", ipvs=True, only="martlet")
def pools_step_by_step(lab):
    pool = Pool(lab, servers=tuple(WEIGHTS))
    pool.ds1.write("/etc/keepalived/reader.sh", '#!/bin/sh\nexec cat "$2" >>"/run/seen-$1"\n', mode=0o755)
    mail = MailSink(pool.ds1).start()
    for listener in pool.listeners.values():
        listener.start()
    told, mails = {}, {}
    for kind in ("keepalived", "martlet"):
        lab.step(kind)
        played = told[kind] = Played(lab, pool, kind)
        writes = TableWrites(pool.ds1) if kind == "martlet" else None
        pool.director.configure(pools_file())
        pool.director.start()
        other = told["keepalived"].segments if kind == "martlet" else None
        answering = dict.fromkeys(WEIGHTS)
        played.wait_for_pools(answering, True)
        pool.director.wait_for_log(r"TCP connection to \[10\.1\.80\.96\].* success")
        played.end_segment(other[0] if other else None)
        for number, (name, starts, has_quorum) in enumerate(STEPS, 1):
            lab.step(f"{name} {'starts' if starts else 'stops'}")
            if starts:
                pool.listeners[name].start()
                answering[name] = None
            else:
                pool.listeners[name].stop()
                answering.pop(name)
            played.wait_for_pools(answering, has_quorum)
            played.end_segment(other[number] if other else None)
        if writes:
            expect_no_gap(writes.take())
        count = len(mails.get("keepalived", []))
        if kind == "martlet":
            until(lambda: len(mail.mails) >= count, f"{count} mails came", 20, context=lambda: str(mail.subjects))
        mails[kind] = sorted((headers["Subject"], text) for headers, text in mail.mails)
        pool.director.stop()
        assert pool.table() == {}, pool.table()
    for number, (theirs, ours) in enumerate(zip(told["keepalived"].segments, told["martlet"].segments)):
        step = STEPS[number - 1] if number else "the start"
        # At the start the first checks of the servers come in any order.
        same = by_service(theirs) == by_service(ours) if number else Counter(theirs) == Counter(ours)
        if not same:
            raise Failure(f"{step}: the FIFO tells other things\nkeepalived {theirs}\nmartlet {ours}")
    if mails["keepalived"] != mails["martlet"] or not mails["martlet"]:
        raise Failure(f"the mails differ\nkeepalived {mails['keepalived']}\nmartlet {mails['martlet']}")
    lab.step("with omega the stop tells of what was up, of nothing else")
    name = f"[{VIP}]:tcp:{PLAIN}"
    until(lambda: Counter(told["martlet"].lines()) == Counter(
        [f"RS [{SERVERS[one]}]:tcp:80 {name} DOWN" for one in WEIGHTS] + [f"VS {name} DOWN"]),
        "the stop tells the service with omega and its servers", 10, context=lambda: str(told["martlet"].lines()))


@scenario("lvs_flush and lvs_flush_on_stop take what they say", ipvs=True)
def flush(lab):
    pool = Pool(lab, servers=())
    foreign = ["-A -t 10.1.80.99:99 -s wlc"]
    service = virtual_server([server("rs1"), server("rs2")])
    writes = KernelWrites(pool.ds1) if pool.director.kind == "martlet" else None
    for words, at_start, at_stop in (("lvs_flush", False, False), ("lvs_flush_on_stop VS", True, True),
                                     ("lvs_flush_on_stop", True, False)):
        lab.step(words)
        pool.ds1.run(["ipvsadm", "-C"])
        pool.ds1.run(["ipvsadm", *foreign[0].split()])
        pool.director.configure(f"global_defs {{\n{indented(words)}\n}}\n{service}")
        pool.director.start()
        pool.wait_for_pool({"rs1": 1, "rs2": 1})
        assert (set(foreign) <= set(pool.saved())) == at_start, pool.saved()
        if writes:
            writes.take()
        pool.director.stop()
        assert pool.saved() == (foreign if at_stop else []), pool.saved()
        if writes:
            wanted, found = ["FLUSH"] if words == "lvs_flush_on_stop" else ["DEL_SERVICE"], writes.take()
            if found != wanted:
                raise Failure(f"the stop had to ask for {wanted} alone, and asked for {found}")


@scenario("ha_suspend checks only while the address is here", ipvs=True, only="martlet")
def ha_suspend(lab):
    check = "TCP_CHECK {\n    connect_timeout 1\n    retry 0\n}"
    text = virtual_server([real_server("rs1", check), real_server("rs2", check)], extra="ha_suspend\nwarmup 0",
                          delay_loop="0.5")
    pool = Pool(lab, text).start(servers=["rs1"])
    for listener in pool.listeners.values():
        if listener._socket:
            listener._socket.setblocking(False)

    def connections():
        """How many checks came to rs1 since the last call."""
        count = 0
        while True:
            try:
                pool.listeners["rs1"]._socket.accept()[0].close()
                count += 1
            except BlockingIOError:
                return count

    pool.director.wait_for_log(r"Suspending healthchecker for service \[10\.1\.80\.93\]:tcp:80 for VS \[10\.1\.80\.90\]")
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    stays(lambda: pool.pool() == {"10.1.80.93:80": 1, "10.1.80.95:80": 1}, "servers are used unchecked", 2, interval=0.3)
    assert connections() == 0, "nobody checks"
    lab.step("the address comes: rs2, which does not answer, goes")
    pool.ds1.run(["ip", "address", "add", f"{VIP}/32", "dev", INTERFACE])
    pool.director.wait_for_log(r"Activating healthchecker for service \[10\.1\.80\.95\]:tcp:80 for VS \[10\.1\.80\.90\]")
    pool.wait_for_pool({"rs1": 1})
    until(lambda: connections() > 0, "rs1 is checked", 10)
    lab.step("the address goes: what was found stays, and nobody checks any more")
    pool.director.mark()
    pool.ds1.run(["ip", "address", "del", f"{VIP}/32", "dev", INTERFACE])
    pool.director.wait_for_log(r"Suspending healthchecker for service \[10\.1\.80\.93\]")
    pool.listeners["rs2"].start()
    connections()
    stays(lambda: pool.pool() == {"10.1.80.93:80": 1}, "the pool stays as it is", 2, interval=0.3)
    assert connections() == 0, "nobody checks"
    lab.step("it comes again: rs2 is back")
    pool.ds1.run(["ip", "address", "add", f"{VIP}/32", "dev", INTERFACE])
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    lab.step("a reload without ha_suspend checks always")
    pool.director.reload_to(text.replace("    ha_suspend\n", ""))
    pool.ds1.run(["ip", "address", "del", f"{VIP}/32", "dev", INTERFACE])
    connections()
    for _ in range(2):
        until(lambda: connections() > 0, "rs1 is checked all the same", 10)
