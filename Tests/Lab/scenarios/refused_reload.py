"""Files that cannot take force: the director says why and goes on with what it had, elections and table and all."""

import re

from lab.capture import Capture
from lab.director import CONFIGURATION, Director, real_listing, without_connection_counts
from lab.kernel_writes import KernelWrites
from lab.pool import SERVERS, VIP, Listener, real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, instance
from lab.wait import Failure, stays, until

PART = "/etc/keepalived/part.conf"
SERVICE = virtual_server([real_server("rs1"), real_server("rs2")])


def without_argument(text, keyword):
    return re.sub(rf"^(\s*{keyword}) .*$", r"\1", text, flags=re.MULTILINE)


def files(text):
    """What is put in place of the good file, by name: files to write, and what has to be said."""
    return {
        "a missing argument": ({CONFIGURATION: without_argument(text, "virtual_router_id")}, r"virtual_router_id"),
        "a missing argument of a service": ({CONFIGURATION: without_argument(text, "delay_loop")}, r"delay_loop"),
        "an interface that is not there": ({CONFIGURATION: text.replace(INTERFACE, "enp9s9")}, r"enp9s9"),
        "an included file with a mistake": (
            {CONFIGURATION: text.replace(SERVICE, f"include {PART}\n"), PART: without_argument(SERVICE, "lb_algo")},
            r"part\.conf"),
        "an include of nothing": (
            {CONFIGURATION: text + "includea /etc/keepalived/none.conf\n"}, r"none\.conf"),
        "a brace too few": ({CONFIGURATION: text.rstrip().removesuffix("}")}, r"\}|brace|closed"),
        "an empty file": ({CONFIGURATION: ""}, r"(?i)empty|nothing"),
        "no file": ({CONFIGURATION: None}, r"keepalived\.conf"),
    }


class Subject:
    """A master with a table that another director listens to, and everything about it that must stay."""

    def __init__(self, lab, text):
        self.lab = lab
        self.text = text
        self.client, self.ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
        rs1, _ = lab.add_hosts(INTERFACE, {name: SERVERS[name] for name in ("rs1", "rs2")})
        self.listener = Listener(rs1, SERVERS["rs1"]).start()
        self.writes = KernelWrites(self.ds1)
        self.director = Director(self.ds1, text).start()
        until(lambda: self.ds1.holds(VIP), f"ds1 holds {VIP}", 45)
        self.director.wait_for_log(r"Removing service \[10\.1\.80\.95\]", 30)
        self.adverts = Capture(self.client, INTERFACE, "host 224.0.0.18")
        self.adverts.wait_for("prio 101")
        self.table = self.look()

    def look(self):
        return without_connection_counts(real_listing(self.ds1))

    def put(self, texts):
        for path, text in texts.items():
            if text is None:
                self.ds1.run(["rm", "-f", path])
            else:
                self.ds1.write(path, text)

    def expect_unharmed(self, what, address=VIP):
        """The director runs, and neither the table nor the address nor the kernel was touched."""
        self.writes.expect_none(what)
        if not self.director.running:
            raise Failure(f"{what} ended the director\n{self.director.recent_log}")
        if not self.ds1.holds(address) or self.look() != self.table:
            raise Failure(f"{what} changed something: the table was\n{self.table}and is\n{self.look()}")
        if match := self.director.logged(r"Entering (MASTER|BACKUP|FAULT)"):
            raise Failure(f"{what} moved an instance: {match.group(0)}\n{self.director.recent_log}")

    def expect_alive(self):
        """Checks and adverts go on with the configuration from before."""
        self.director.mark()
        self.listener.stop()
        self.director.wait_for_log(r"Removing service \[10\.1\.80\.93\]", 20)
        self.listener.start()
        self.director.wait_for_log(r"Adding service \[10\.1\.80\.93\]", 20)


def refuse(subject, said, what, code=1):
    """`martlet reload` ends with a status and the reason."""
    result = subject.director.command_of_martlet("reload")
    output = result.stdout + result.stderr
    if result.returncode != code:
        raise Failure(f"{what}: martlet reload had to end with {code} and ended with {result.returncode}\n{output}")
    if not re.search(said, output):
        raise Failure(f"{what}: martlet reload had to say something like /{said}/ and said\n{output}")
    return output


@scenario("a file that cannot be used", ipvs=True, only="martlet", timeout=240)
def refused(lab):
    text = instance(101, "MASTER") + SERVICE
    subject = Subject(lab, text)
    for what, (texts, said) in files(text).items():
        lab.step(what)
        subject.put(texts)
        subject.writes.take()
        subject.director.reload()
        subject.director.wait_for_log(said)
        refuse(subject, said, what)
        subject.expect_unharmed(what)
        # What has no file yet is put where the next one finds it.
        subject.put({CONFIGURATION: text})
    stays(lambda: subject.ds1.holds(VIP), f"ds1 holds {VIP}", 2)
    pauses = subject.adverts.adverts("10.1.80.91", 51)
    late = [later for earlier, later in zip(pauses, pauses[1:]) if later.time - earlier.time > 1.8]
    if late or any(one.priority == 0 for one in pauses):
        raise Failure(f"adverts paused or a master resigned: {late}")
    lab.step("checks go on, and the good file is taken again")
    subject.expect_alive()
    result = subject.director.command_of_martlet("reload")
    if result.returncode != 0:
        raise Failure(f"martlet reload of the good file ended with {result.returncode}\n{result.stdout}{result.stderr}")


def missing_scheduler(host):
    """A scheduler that the language knows and this kernel does not have."""
    release = host.run(["uname", "-r"]).stdout.strip()
    for name in ("twos", "ovf", "fo", "mh", "nq"):
        path = f"/lib/modules/{release}/kernel/net/netfilter/ipvs"
        if host.run(["bash", "-c", f"ls {path}/ip_vs_{name}.ko*"], check=False).returncode != 0:
            return name
    raise Failure("this kernel has every scheduler: there is none that it could refuse")


@scenario("a scheduler that the kernel does not have: nothing of the file takes force", ipvs=True, only="martlet")
def refused_by_kernel(lab):
    text = instance(101, "MASTER") + SERVICE
    subject = Subject(lab, text)
    scheduler = missing_scheduler(subject.ds1)
    counted = subject.ds1.run(["ipvsadm", "-Sn"]).stdout
    # More than one thing changes, of which only one is impossible.
    broken = (instance(120, "MASTER", vips=(VIP, "10.1.80.88"))
              + virtual_server([real_server("rs1", weight=9), real_server("rs3", check=None)])
              + virtual_server([real_server("rs1", check=None)], port=8080)
              + virtual_server([real_server("rs1", check=None)], port=9090, scheduler=scheduler))
    subject.director.configure(broken)
    subject.director.mark()
    refuse(subject, rf"\b{scheduler}\b", f"the scheduler {scheduler}")
    subject.director.wait_for_log(rf"\b{scheduler}\b")
    stays(lambda: subject.ds1.holds(VIP) and not subject.ds1.holds("10.1.80.88"), "the addresses are those from before", 3)
    if subject.look() != subject.table or subject.ds1.run(["ipvsadm", "-Sn"]).stdout != counted:
        raise Failure(f"the table was\n{subject.table}and is\n{subject.look()}")
    if match := subject.director.logged(r"Entering (BACKUP|FAULT)|prio(rity)? (from )?.*120"):
        raise Failure(f"part of the refused file took force: {match.group(0)}\n{subject.director.recent_log}")
    if any(one.priority != 101 for one in subject.adverts.adverts("10.1.80.91")):
        raise Failure("part of the refused file took force: adverts with another priority than 101")
    lab.step("checks go on with the file from before")
    subject.expect_alive()
    lab.step("without the impossible part the same file is taken")
    subject.director.configure(broken.replace(f"lb_algo {scheduler}", "lb_algo rr"))
    result = subject.director.command_of_martlet("reload")
    if result.returncode != 0:
        raise Failure(f"martlet reload ended with {result.returncode}\n{result.stdout}{result.stderr}")
    until(lambda: subject.ds1.holds("10.1.80.88") and ":9090" in subject.look(), "the new file is in force", 10)


@scenario("a server that the kernel does not take: what was done before it is undone", ipvs=True, only="martlet",
          timeout=240)
def rolled_back(lab):
    text = instance(101, "MASTER") + SERVICE
    subject = Subject(lab, text)
    # The segment's broadcast address is a fine address for a file; the kernel has no server there.
    impossible = "10.1.80.255"
    broken = (instance(120, "MASTER", vips=(VIP, "10.1.80.88"))
              + virtual_server([real_server("rs1", check=None)], port=8080)
              + virtual_server([real_server("rs1", weight=9), real_server("rs2")])
              + virtual_server([real_server(impossible, check=None)], port=9090))
    subject.director.configure(broken)
    subject.director.mark()
    refuse(subject, re.escape(impossible), "a server that the kernel refuses", code=3)
    until(lambda: subject.look() == subject.table, "the table is as before", 5,
          context=lambda: f"it was\n{subject.table}and is\n{subject.look()}")
    stays(lambda: subject.ds1.holds(VIP) and not subject.ds1.holds("10.1.80.88") and subject.look() == subject.table,
          "everything is as before", 3, interval=0.2)
    if any(one.priority != 101 for one in subject.adverts.adverts("10.1.80.91")):
        raise Failure("part of the refused file took force: adverts with another priority than 101")
    lab.step("checks go on with the file from before")
    subject.expect_alive()
