"""keepalived.data, keepalived.stats and keepalived.json on keepalived's signals, beside the real ones."""

import json
import os
import re
import signal
import time

from lab.director import Director
from lab.dumps import keepalived
from lab.scenario import scenario
from lab.vrrp import INTERFACE, VIP, instance
from lab.wait import Failure, until

JSON, STATS_CLEAR = signal.SIGRTMIN + 2, signal.SIGRTMAX - 1

CONFIGURATION = """
global_defs {
    router_id LB1
}
vrrp_script chk {
    script "/usr/bin/true"
    interval 2
    weight 5
    rise 2
    fall 3
}
track_file tf {
    file /run/tf
    weight 2
    init_file 1
}
vrrp_sync_group G1 {
    group {
        VI_2
        VI_3
    }
    notify "/usr/bin/true group"
}
""" + instance(101, "MASTER", vips=(f"{VIP}/24 dev {INTERFACE} label {INTERFACE}:1", "10.1.80.89"), extra="""
virtual_ipaddress_excluded {
    10.1.80.88
}
track_script {
    chk
}
track_file {
    tf
}
track_interface {
    enp0s8 weight 4
}
notify_master "/usr/bin/true master"
notify "/usr/bin/true any"
""") + instance(90, name="VI_2", vrid=52, version=3, interval="0.2", password=None, vips=("10.1.80.80",),
                unicast=("10.1.80.91", "10.1.80.92"), extra="nopreempt") + instance(
    90, name="VI_3", vrid=53, interface="enp0s8", password=None, vips=("192.168.7.80",), extra="preempt_delay 5")

# Lines about descriptors and threads, which Martlet has none of, and about the build of keepalived.
ONLY_KEEPALIVED = re.compile(
    r"fd_in|Number of config faults|Read timeout|Last transition|Password|Interval =|Timeout =|Result =|Insecure"
    r"|VRRP instances :|State = idle|Unicast checksum|Promote_secondaries counter")


def part(text, title):
    """The lines of one part of a dump, without what only keepalived has."""
    lines, inside = [], False
    for line in text.splitlines():
        if line.startswith("------<"):
            inside = title in line
        elif inside and not ONLY_KEEPALIVED.search(line):
            lines.append(line.rstrip())
    return lines


def dumps(host, director, names=("keepalived.data", "keepalived.stats", "keepalived.json")):
    """What each signal writes, after an older file that anybody could read was there."""
    found = {}
    for name, number in zip(names, (signal.SIGUSR1, signal.SIGUSR2, JSON)):
        try:
            os.remove(host.path(f"/run/{name}"))
        except FileNotFoundError:
            pass
        director.process.signal(number)
        until(lambda: os.path.exists(host.path(f"/run/{name}")) and host.read(f"/run/{name}").endswith(("\n", "]", "}")),
              f"{name} is written", 5)
        mode = os.stat(host.path(f"/run/{name}")).st_mode & 0o777
        if mode != 0o600:
            raise Failure(f"{name} has the mode {mode:o}")
        found[name.split(".")[1]] = host.read(f"/run/{name}")
    return found


def run_and_dump(lab, kind):
    host, = lab.add_hosts(INTERFACE, {kind: "10.1.80.91"}, segment=f"lan {kind}")
    lab.add_hosts("enp0s8", {kind: "192.168.7.1"}, segment=f"inside {kind}")
    director = Director(host, CONFIGURATION, kind).start()
    until(lambda: host.holds(VIP) and host.holds("10.1.80.80") and host.holds("192.168.7.80"), "all are master", 15)
    return host, director, dumps(host, director)


@scenario("field by field what the real keepalived writes", only="martlet")
def field_by_field(lab):
    _, _, theirs = run_and_dump(lab, "keepalived")
    host, director, ours = run_and_dump(lab, "martlet")
    lab.step("keepalived.data: what instances, groups and trackers mean")
    expected, found = keepalived(theirs["data"]), keepalived(ours["data"])
    for name in expected:
        # A timeout that the file does not name is printed as 0 by keepalived, which then uses the interval.
        if not name.endswith("/timeout") and expected[name] != found.get(name):
            raise Failure(f"{name}: keepalived has {expected[name]}, Martlet {found.get(name)}")
    for title in ("VRRP Topology", "VRRP Sync groups", "VRRP Scripts", "VRRP Track files"):
        missing = [line for line in part(theirs["data"], title) if line not in part(ours["data"], title)]
        if missing:
            raise Failure(f"lines of '{title}' that Martlet does not write:\n" + "\n".join(missing)
                          + "\n--- Martlet's\n" + "\n".join(part(ours["data"], title)))
    lab.step("keepalived.stats: the same lines, whatever the numbers are")
    def names(text):
        return [re.sub(r"\d+$", "N", line) for line in text.splitlines()]
    missing = [line for line in names(theirs["stats"]) if line not in names(ours["stats"])]
    if missing:
        raise Failure("lines of keepalived.stats that Martlet does not write:\n" + "\n".join(missing))
    lab.step("keepalived.json: the same members in the same order, with the same values")
    compare_json(json.loads(theirs["json"]), json.loads(ours["json"]))

    lab.step("STATS_CLEAR writes the counters and begins anew")
    director.process.signal(STATS_CLEAR)
    def cleared():
        written = dumps(host, director)["stats"]
        return "Became master: 0" in written and "Became master: 1" not in written
    until(cleared, "the counters are 0", 5)

    lab.step("the files go where the configuration says, and layout 2 has the processes beside the instances")
    named = "    json_version 2\n" + "".join(
        f"    {keyword}_dump_file /run/own.{suffix}\n"
        for keyword, suffix in (("state", "data"), ("stats", "stats"), ("json", "json")))
    director.reload_to(CONFIGURATION.replace("    router_id LB1\n", "    router_id LB1\n" + named))
    again = dumps(host, director, ("own.data", "own.stats", "own.json"))
    second = json.loads(again["json"])
    if sorted(second) != ["track_process", "vrrp"] or len(second["vrrp"]) != 3:
        raise Failure(f"layout 2 had to be an object: {again['json'][:200]}")


def compare_json(theirs, ours):
    if [one["data"]["iname"] for one in theirs] != [one["data"]["iname"] for one in ours]:
        raise Failure("other instances")
    for expected, found in zip(theirs, ours):
        name = expected["data"]["iname"]
        for block in ("data", "stats"):
            members = [member for member in found[block] if member in expected[block]]
            if members != list(expected[block]):
                raise Failure(f"{name}: members of '{block}' differ:\n{list(expected[block])}\n{list(found[block])}")
        for member, value in expected["data"].items():
            # Passwords are not shown, and both started at another time.
            if member not in ("auth_data", "last_transition") and found["data"][member] != value:
                raise Failure(f"{name}: {member} is {value!r} and here {found['data'][member]!r}")


SERVICES = """
virtual_server_group G1 {
    10.1.80.30-32 80
    fwmark 7
}
virtual_server 10.1.80.90 80 {
    delay_loop 6
    lb_algo wlc
    lb_kind DR
    protocol TCP
    persistence_timeout 50
    quorum 2
    hysteresis 1
    sorry_server 10.1.80.99 80
    quorum_up "/usr/bin/true up"
    real_server 127.0.0.1 80 {
        weight 3
        notify_up "/usr/bin/true a"
        TCP_CHECK {
            connect_timeout 3
            retry 2
            delay_before_retry 1
        }
    }
    real_server 10.1.80.94 80 {
        weight 1
        inhibit_on_failure
        HTTP_GET {
            url {
                path /a
                status_code 200
            }
            connect_timeout 3
        }
        MISC_CHECK {
            misc_path "/usr/bin/true"
            misc_dynamic
        }
    }
}
virtual_server group G1 {
    delay_loop 6
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 10.1.80.93 80 {
        PING_CHECK {
        }
    }
}
virtual_server fwmark 5 {
    delay_loop 6
    lb_algo sh
    sh-port
    lb_kind TUN
    real_server 10.1.80.93 0 {
        DNS_CHECK {
            connect_port 53
            name example.com
            type A
        }
        UDP_CHECK {
            connect_port 53
            require_reply
        }
        SMTP_CHECK {
            connect_port 25
            helo_name x
        }
    }
}
"""

# What keepalived keeps for its own reloads, and its defaults of blocks, which servers and checkers have inherited here.
ONLY_CHECKERS_OF_KEEPALIVED = re.compile(
    r"reloaded|connection timeout|previous effective_weight|compiled with LVS|Retries iterations|Default delay|Last ran"
    r"|Last status|timeout = 0$|uid:gid|Delay loop = [\d.]+$|^   Inhibit on failure is OFF$|Failed URL")


@scenario("keepalived_check.data: what the real keepalived writes of services, servers and checkers", ipvs=True,
          only="martlet")
def checkers(lab):
    found = {}
    for kind in ("keepalived", "martlet"):
        host, = lab.add_hosts(INTERFACE, {kind: "10.1.80.91"}, segment=f"lan {kind}")
        director = Director(host, SERVICES, kind).start()
        director.wait_for_log("Gained quorum")
        time.sleep(2)
        path = host.path("/run/keepalived_check.data")

        def written():
            if os.path.exists(path):
                os.remove(path)
            director.process.signal(signal.SIGUSR1)
            until(lambda: os.path.exists(path) and os.path.exists(host.path("/run/keepalived_parent.data")),
                  "the dumps are written", 10)
            # The last line may be on its way.
            time.sleep(0.5)
            return host.read("/run/keepalived_check.data")

        # Everything has been checked: one server is up, another is down.
        until(lambda: written().count("Has run = yes") >= 7, f"every checker of {kind} has run", 60, interval=1,
              context=lambda: host.read("/run/keepalived_check.data"))
        found[kind] = written()
        parent = host.read("/run/keepalived_parent.data")
        if "Global definitions" not in parent or "LVS Topology" in parent:
            raise Failure(f"keepalived_parent.data of {kind} is\n{parent}")
        director.stop()
    expected, ours = keepalived(found["keepalived"]), keepalived(found["martlet"])
    for name, value in expected.items():
        # keepalived says 0 of a MISC_CHECK without misc_timeout, which then has its delay_loop.
        if not name.endswith("misc_timeout") and value != ours.get(name):
            raise Failure(f"{name}: keepalived has {value}, Martlet {ours.get(name)}\n{found['martlet']}")

    def lines(text):
        # What one wrote of group entries depends on how many services use them.
        return [re.sub(r", uid:gid .*", "", line.rstrip()) for line in text.split("LVS Topology")[1].splitlines()
                if not ONLY_CHECKERS_OF_KEEPALIVED.search(line)]
    missing = [line for line in lines(found["keepalived"]) if line not in lines(found["martlet"])]
    if missing:
        raise Failure("lines that Martlet does not write:\n" + "\n".join(missing) + f"\n--- Martlet's\n{found['martlet']}")
