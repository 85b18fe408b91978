"""A director that works in a network namespace which its configuration or its command line names."""

import json

from lab.director import Director, real_listing
from lab.pool import real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, instance
from lab.wait import Failure, until

FLOATING = "10.1.80.88"


def namespace(host, name):
    """A namespace beside the host's own, with an interface of the name that the instances use."""
    host.shell(f"""
        ip netns add {name}
        ip -n {name} link set lo up
        ip -n {name} link add {INTERFACE} type veth peer name other0
        ip -n {name} link set other0 up
        ip -n {name} address add 10.1.80.91/24 dev {INTERFACE}
        ip -n {name} link set {INTERFACE} up
    """)


def holds(host, name):
    found = json.loads(host.run(["ip", "-n", name, "-j", "address", "show", "dev", INTERFACE]).stdout)
    return any(entry["local"] == FLOATING for entry in found[0]["addr_info"])


@scenario("net_namespace: the whole director works in the namespace that the file names", timeout=120)
def named_by_file(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    namespace(host, "blue")
    director = Director(host, "net_namespace blue\n" + instance(101, "MASTER", vips=(FLOATING,)))
    director.start()
    until(lambda: holds(host, "blue"), "the address is in the namespace", 20)
    if host.holds(FLOATING):
        raise Failure("the address is on the host itself")
    director.stop()
    until(lambda: not holds(host, "blue"), "the address is gone again", 10)


@scenario("net_namespace: two directors of one host, each in its own, and the command line counts before the file",
          only="martlet", timeout=120)
def two_of_one_host(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    for name in ("blue", "red"):
        namespace(host, name)
    first = Director(host, "net_namespace blue\n" + instance(101, "MASTER", vips=(FLOATING,)))
    first.start()
    until(lambda: holds(host, "blue"), "the first holds the address", 20)
    second = Director(host, None, options=["-s", "red"])
    second.start()
    until(lambda: holds(host, "red"), "the second holds it in another namespace", 20)
    for name in ("blue", "red"):
        answer = host.run([second.command[0], "status", "--control", f"/run/martlet/control_{name}.sock"])
        if "master" not in answer.stdout.lower():
            raise Failure(f"the director in {name} says\n{answer.stdout}{answer.stderr}")
    if not host.read("/run/keepalived/keepalived_red.pid").strip().isdigit():
        raise Failure("there is no pid file with the namespace in its name")
    second.stop()
    if not holds(host, "blue") or holds(host, "red"):
        raise Failure("the stop of one took the address of the other")
    first.stop()

    lab.step("a namespace that is not there")
    refused = Director(host, "net_namespace gone\n" + instance(101, "MASTER", vips=(FLOATING,)))
    answer = host.run(refused.command, check=False)
    if answer.returncode != 1 or "MR0668" not in answer.stderr or "ip netns" not in answer.stderr:
        raise Failure(f"status {answer.returncode}\n{answer.stdout}{answer.stderr}")


@scenario("net_namespace_ipvs: addresses in one namespace, the IPVS table of another", ipvs=True, only="martlet",
          timeout=120)
def table_elsewhere(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    for name in ("blue", "red"):
        namespace(host, name)
    text = instance(101, "MASTER", vips=(FLOATING,)) + virtual_server([real_server("rs1", check="")])

    def table(name):
        return host.run(["ip", "netns", "exec", name, "ipvsadm", "-Ln"]).stdout.count("->")

    for line, place in (("net_namespace_ipvs red", "red"), ("net_namespace_ipvs", None), ("", "blue")):
        lab.step(f"'{line}'")
        director = Director(host, f"net_namespace blue\n{line}\n{text}")
        director.start()
        until(lambda: holds(host, "blue"), "the address is in the namespace", 20)

        def counts():
            return {"red": table("red"), "blue": table("blue"), None: real_listing(host).count("->")}

        # One line names the columns.
        until(lambda: counts() == {name: 2 if name == place else 1 for name in counts()},
              f"the table of {place or 'the host'} has the server, the others have none", 20)
        director.stop()
