"""Who is told of what happens: scripts, FIFOs and mail, the same as the real keepalived tells."""

import re

from lab.director import Director
from lab.mail import MailSink
from lab.pool import real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import INTERFACE, VIP, instance
from lab.wait import Failure, until

GLOBAL = """
global_defs {
    router_id lab
    notify_fifo /run/events
    notify_fifo_script "/etc/keepalived/reader.sh all"
    vrrp_notify_fifo /run/events-vrrp
    vrrp_notify_fifo_script "/etc/keepalived/reader.sh vrrp"
    notification_email {
        one@example.org
        two@example.org
    }
    notification_email_from lb@example.org
    smtp_server 127.0.0.1
    smtp_connect_timeout 5
}
"""
READER = '#!/bin/sh\nexec cat "$2" >>"/run/seen-$1"\n'
SCRIPT = '#!/bin/sh\necho "$*" >>/run/notified\n'
NOTIFY = "notify /etc/keepalived/notify.sh"


def group(name, *members):
    lines = [f"vrrp_sync_group {name} {{", "    group {", *[f"        {member}" for member in members], "    }",
             "    smtp_alert", f"    {NOTIFY}", "}", ""]
    return "\n".join(lines)


class Told:
    """A director on a host of its own, and what it has told."""

    def __init__(self, lab, kind):
        self.lab = lab
        self.host, = lab.add_hosts(INTERFACE, {kind: "10.1.80.91"}, segment=f"outside-{kind}")
        lab.add_hosts("enp0s8", {kind: "192.168.7.1"}, segment=f"inside-{kind}")
        self.host.write("/etc/keepalived/reader.sh", READER, mode=0o755)
        self.host.write("/etc/keepalived/notify.sh", SCRIPT, mode=0o755)
        self.mail = MailSink(self.host).start()
        extra = f"smtp_alert\n{NOTIFY}"
        self.director = Director(
            self.host, GLOBAL + group("G1", "OUT", "IN") + instance(100, "BACKUP", "OUT", 51, extra=extra)
            + instance(100, "BACKUP", "IN", 52, "enp0s8", vips=("192.168.7.90",), extra=extra), kind)

    def lines(self, name):
        try:
            return self.host.read(f"/run/{name}").splitlines()
        except FileNotFoundError:
            return []

    def wait_for(self, line, count=1):
        until(lambda: self.lines("seen-all").count(line) >= count, f"{self.host.name} tells {line}", 20,
              context=lambda: "\n".join(self.lines("seen-all")) + "\n" + self.director.log[-3000:])

    def play(self):
        """Master, fault of one member, master again, stop."""
        self.director.start()
        self.wait_for('GROUP "G1" MASTER 0')
        self.lab.cut(self.host, "enp0s8")
        self.wait_for('GROUP "G1" FAULT 0')
        self.lab.plug(self.host, "enp0s8")
        self.wait_for('GROUP "G1" MASTER 0', 2)
        self.wait_for('INSTANCE "OUT" MASTER 100', 2)
        self.wait_for('INSTANCE "IN" MASTER 100', 2)
        until(lambda: len([one for one in self.mail.subjects if "MASTER" in one]) == 6, "all mails came", 20,
              context=lambda: "\n".join(self.mail.subjects) + "\n" + self.director.log[-3000:])
        self.director.stop()
        # The real one ends the reader before it has read what the stop tells.
        if self.director.kind == "martlet":
            self.wait_for('INSTANCE "OUT" STOP 100')
            self.wait_for('INSTANCE "IN" STOP 100')


def by_subject(lines, pattern):
    """What was told about each instance and group, in order."""
    found = {}
    for line in lines:
        match = re.match(pattern, line)
        if not match:
            raise Failure(f"an unexpected line: {line!r}")
        found.setdefault(match.group(1), []).append(match.group(2))
    return found


@scenario("notifications: FIFO, scripts and mail tell what the real keepalived tells")
def same_as_keepalived(lab):
    told = {}
    for kind in ("keepalived", "martlet"):
        lab.step(kind)
        told[kind] = Told(lab, kind)
        told[kind].play()
    differences = []
    for what, source, pattern in (
            ("FIFO", lambda one: one.lines("seen-all"), r"((?:INSTANCE|GROUP) \"\w+\") (.*)"),
            ("VRRP FIFO", lambda one: one.lines("seen-vrrp"), r"((?:INSTANCE|GROUP) \"\w+\") (.*)"),
            ("script", lambda one: one.lines("notified"), r"((?:INSTANCE|GROUP) \w+) (.*)"),
            ("subject", lambda one: one.mail.subjects, r"\[lab\] (VRRP (?:Instance|Group) \w+) - (.*)"),
            ("text", lambda one: [f"{subject} | {text}" for (headers, text) in one.mail.mails
                                  for subject in [headers["Subject"]]],
             r"\[lab\] (VRRP (?:Instance|Group) \w+) - (.*)")):
        found = {kind: by_subject(source(one), pattern) for kind, one in told.items()}
        for subjects in found.values():
            for states in subjects.values():
                while states and re.search("STOP|[Ss]topping", states[-1]):
                    states.pop()
        if what == "script":
            # It starts them side by side, so that their order is nobody's.
            found = {kind: {name: sorted(states) for name, states in one.items()} for kind, one in found.items()}
        if found["martlet"] != found["keepalived"]:
            differences.append(f"{what}:\n  keepalived {found['keepalived']}\n  martlet    {found['martlet']}")
    if differences:
        raise Failure("\n".join(differences))
    headers = {kind: list(one.mail.mails[0][0]) for kind, one in told.items()}
    if headers["martlet"] != headers["keepalived"]:
        raise Failure(f"the headers differ: {headers}")
    lab.step("the FIFOs went with the director")
    if left := [name for name in ("events", "events-vrrp") if told["martlet"].host.shell(
            f"test -e /run/{name}", check=False).returncode == 0]:
        raise Failure(f"left behind: {left}")


@scenario("notifications: a reader that hangs and a mail server that is away hold up nothing")
def nothing_blocks(lab):
    told = Told(lab, "martlet")
    told.host.write("/etc/keepalived/reader.sh", '#!/bin/sh\nexec sleep 1000\n', mode=0o755)
    told.host.write("/etc/keepalived/notify.sh", '#!/bin/sh\necho "$*" >>/run/notified\nexec sleep 1000\n', mode=0o755)
    told.mail.stop()
    director = told.director.start()
    until(lambda: told.host.holds(VIP), "it is master all the same", 15)
    director.wait_for_log(r"Mail not sent yet: \[lab\] VRRP")
    lab.step("the mail comes when the server is back")
    told.mail.start()
    until(lambda: "[lab] VRRP Instance OUT - Entering MASTER state" in told.mail.subjects, "the mail came", 60)
    lab.step("who reads the FIFO late gets what is in it")
    text = told.host.shell("timeout 2 cat /run/events || true").stdout
    if 'INSTANCE "OUT" MASTER 100\n' not in text:
        raise Failure(f"the FIFO had {text!r}")
    lab.step("and a stop tells the last states beside the scripts that hang, and takes no more than seconds")
    status = director.stop(timeout=8)
    if status != 0:
        raise Failure(f"it ended with status {status}")
    for name in ("OUT", "IN"):
        if f"INSTANCE {name} STOP 100" not in told.lines("notified"):
            raise Failure(f"{name} was told {told.lines('notified')}:\n" + director.log[-3000:])


# Says when it ran and whether the address was there; the second word is how long it takes, the third its status.
OCCASION = f"""#!/bin/sh
ip -o address show dev {INTERFACE} | grep -q '{VIP}' && held=held || held=free
echo "$1 $held" >>/run/occasions
sleep "$2"
echo "$1 ended" >>/run/occasions
exit "$3"
"""


@scenario("startup_script and shutdown_script run before the first address and after the last, within their time",
          cases={"martlet": {"kind": "martlet"}, "keepalived": {"kind": "keepalived"}}, timeout=120)
def occasions(lab, kind):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write("/etc/keepalived/occasion.sh", OCCASION, mode=0o755)

    def text(first, last):
        return f"""
            global_defs {{
                script_user root
                startup_script "/etc/keepalived/occasion.sh start {first}"
                startup_script_timeout 2
                shutdown_script "/etc/keepalived/occasion.sh stop {last}"
                shutdown_script_timeout 2
            }}
        """ + instance(100, "MASTER", vips=(VIP,))

    def lines():
        return host.read("/run/occasions").splitlines()

    lab.step("scripts that succeed; the address comes after the first has ended")
    director = Director(host, text("1 0", "0 0"), kind)
    director.start()
    until(lambda: host.holds(VIP), "the address is there", 20)
    if lines() != ["start free", "start ended"]:
        raise Failure(f"before the address came there was {lines()}")
    director.stop()
    if lines()[2:] != ["stop free", "stop ended"]:
        raise Failure(f"after the stop there is {lines()}")

    lab.step("one that takes too long, and one that fails: neither keeps the director")
    host.write("/run/occasions", "")
    director.configure(text("30 0", "0 3"))
    director.start()
    until(lambda: host.holds(VIP), "the address is there", 20)
    director.stop()
    if lines() != ["start free", "stop free", "stop ended"]:
        raise Failure(f"there is {lines()}")
    if kind == "martlet":
        for pattern in (r"startup script .* failed .*timed out", r"shutdown script .* failed .*status 3"):
            if not director.logged(pattern):
                raise Failure(f"the log has no line like /{pattern}/\n{director.log}")


@scenario("notifications: scripts of services that hang hold up no election", ipvs=True)
def hanging_services(lab):
    host, = lab.add_hosts(INTERFACE, {"martlet": "10.1.80.91"})
    host.write("/etc/keepalived/hang.sh", '#!/bin/sh\necho x >>/run/hung\nexec sleep 1000\n', mode=0o755)
    host.write("/etc/keepalived/notify.sh", SCRIPT, mode=0o755)
    services = "".join(
        virtual_server([real_server("10.1.80.91", port=number, extra='notify_down "/etc/keepalived/hang.sh"')],
                       vip="10.1.80.90", port=number)
        for number in range(1000, 1090))
    director = Director(host, services + instance(100, "BACKUP", "OUT", 51, extra=NOTIFY), "martlet").start()
    until(lambda: host.holds(VIP), "it is master", 30)
    until(lambda: "MASTER" in host.shell("cat /run/notified 2>/dev/null || true").stdout, "the election is told", 60)
    until(lambda: host.shell("cat /run/hung 2>/dev/null || true").stdout.count("x") == 90,
          "every script has begun, however many hang", 60)
    director.stop()
