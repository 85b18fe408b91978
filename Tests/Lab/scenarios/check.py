"""`martlet check` and `martlet keepalived -t` on a host: exit statuses, and the real keepalived beside them."""

import os
import re
import textwrap

from lab.director import CONFIGURATION, REPOSITORY, martlet_binary
from lab.pool import real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import INTERFACE, instance
from lab.wait import Failure

FIXTURE = os.path.join(REPOSITORY, "Tests", "KeepalivedConfigTests", "Fixtures", "WalkThrough.swift")


def walk_throughs():
    """The files of the walk-throughs, name -> text, from where the unit tests have them."""
    with open(FIXTURE) as file:
        found = re.findall(r'static let (\w+) = """\n(.*?)^ *"""', file.read(), re.DOTALL | re.MULTILINE)
    return {name: textwrap.dedent(text) for name, text in found}


def host_for(lab, text):
    """A host that has the interfaces of the file, and the scripts that it can have."""
    interfaces = sorted(set(re.findall(r"^\s*interface (\S+)", text, re.MULTILINE))) or [INTERFACE]
    for number, interface in enumerate(interfaces):
        host, = lab.add_hosts(interface, {"ds1": f"192.168.{number + 1}.11"}, segment=interface)
    for path in set(re.findall(r'"(/etc/keepalived/\S+\.sh)"', text)):
        host.write(path, "#!/bin/sh\nexit 0\n", mode=0o755)
    host.write(CONFIGURATION, text)
    return host


def run(host, *arguments, path=CONFIGURATION):
    return host.run([*arguments, "-f", path], check=False, timeout=30)


# The mistakes that the walk-throughs have: a file's name -> what is said of it.
MISTAKES = {
    "nginxPairMaster": [r"nopreempt"],
    "unfinishedMaster": [r"virtual_router_id", r"priority", r"advert_int", r"auth_pass"],
    "unfinishedBackup": [r"mcast_src_ip=", r"virtual_router_id", r"priority", r"advert_int", r"auth_pass"],
}


@scenario("the walk-throughs' files", only="martlet", cases={name: {"name": name} for name in walk_throughs()})
def walk_through(lab, name):
    text = walk_throughs()[name]
    host = host_for(lab, text)
    result = run(host, martlet_binary(), "check")
    output = result.stdout + result.stderr
    unusable = name.startswith("unfinished")
    if result.returncode != (1 if unusable else 0):
        raise Failure(f"martlet check ended with {result.returncode}\n{output}")
    for said in MISTAKES.get(name, []):
        if not re.search(said, output):
            raise Failure(f"martlet check had to name {said}:\n{output}")
    strict = run(host, martlet_binary(), "check", "--strict")
    wanted = 1 if unusable else 2 if "warning" in output else 0
    if strict.returncode != wanted:
        raise Failure(f"martlet check --strict had to end with {wanted} and ended with {strict.returncode}\n{output}")
    if not unusable:
        lab.step("the real keepalived does not refuse it either")
        real = run(host, "keepalived", "-t")
        if real.returncode not in (0, 5, 6):
            raise Failure(f"keepalived -t ended with {real.returncode}\n{real.stderr}")


GOOD = instance(100)
SERVICE = virtual_server([real_server("rs1")])
SECURE = "global_defs {\n    enable_script_security\n    script_user root\n}\n"
SCRIPT = 'vrrp_script c {\n    script "/etc/keepalived/c.sh"\n    interval 1\n}\n'
TRACKED = instance(100, extra="track_script {\n    c\n}")


def without_argument(text, keyword):
    return re.sub(rf"^(\s*{keyword}) .*$", r"\1", text, flags=re.MULTILINE)


# What is in the file (None: there is none), the status of keepalived 2.2.7, and ours where it differs on purpose.
STATUSES = {
    "a good file": (GOOD + SERVICE, 0, None),
    "an unknown keyword": ("no_such_keyword yes\n" + GOOD, 5, None),
    "an unknown keyword in a block": (GOOD.replace("    priority", "    prioritee 3\n    priority"), 5, None),
    "a keyword with an equals sign": (GOOD.replace("    priority", "    mcast_src_ip=10.1.80.91\n    priority"), 5, None),
    "a truncated password": (instance(100, password="123456789"), 5, None),
    "no address": (instance(100, vips=()), 5, None),
    "nopreempt and MASTER": (instance(100, "MASTER", extra="nopreempt"), 5, None),
    "a missing argument": (without_argument(GOOD, "virtual_router_id"), 2, None),
    "a missing argument of a service": (without_argument(SERVICE, "lb_algo"), 2, None),
    "an include that matches nothing": (GOOD + "include /etc/keepalived/none.conf\n", 0, None),
    "scripts without their security": (SCRIPT + TRACKED, 6, None),
    "scripts with their security": (SECURE + SCRIPT + TRACKED, 0, None),
    "a priority out of range": (instance(999), 5, None),
    "a virtual router id out of range": (instance(100, vrid=256), 5, None),
    "an invalid address": (instance(100, vips=("10.1.80.300",)), 5, None),
    "a scheduler that does not exist": (SERVICE.replace("lb_algo rr", "lb_algo nosuch"), 5, None),
    "two instances of one virtual router": (GOOD + instance(100, name="VI_2", vips=("10.1.80.89",)), 5, None),
    "two instances of one name": (GOOD + instance(100, vrid=52, vips=("10.1.80.89",)), 5, None),
    "a service twice": (SERVICE + SERVICE, 0, None),
    "a brace too few": (GOOD.rstrip().removesuffix("}"), 5, None),
    "a brace too many": (GOOD + "}\n", 5, None),
    "an empty file": ("", 0, None),
    # What keepalived documents otherwise than it does.
    "an interface that is not there": (instance(100, interface="enp9s9"), 5, 4),
    "an include that has to match": (GOOD + "includea /etc/keepalived/none.conf\n", 6, 4),
    "no file": (None, 0, 4),
}


@scenario("keepalived -t ends as the real one does, or as it is written down", only="martlet")
def statuses(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write("/etc/keepalived/c.sh", "#!/bin/sh\nexit 0\n", mode=0o755)
    wrong = []
    for what, (text, real, ours) in STATUSES.items():
        if text is None:
            host.run(["rm", "-f", CONFIGURATION])
        else:
            host.write(CONFIGURATION, text)
        wanted = real if ours is None else ours
        found = run(host, "keepalived", "-t").returncode
        own = run(host, martlet_binary(), "keepalived", "-t")
        lab.step(f"{what}: keepalived {found}, martlet {own.returncode}")
        if found != real:
            wrong.append(f"{what}: keepalived -t ended with {found} and not with {real}")
        if own.returncode != wanted:
            wrong.append(f"{what}: martlet keepalived -t ended with {own.returncode} and not with {wanted}\n{own.stderr}")
    if wrong:
        raise Failure("\n".join(wrong))
