"""Virtual MAC addresses: what clients and switches see, and what a host has left of them afterwards."""

import re

from lab.capture import Capture
from lab.director import Director, default_director, martlet_binary
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, GLOBAL_6, INTERFACE, VIP, VIPS_6, Pair, add_ipv6, instance
from lab.wait import Failure, stays, until
from lab.web import WebServer, curl

VIRTUAL = "00:00:5e:00:01:33"
# Set on the interface below while a virtual one is there.
BASE_PARAMETERS = ("arp_ignore", "arp_announce", "arp_filter", "rp_filter", "accept_local")


def parameters(host, interface=INTERFACE):
    names = " ".join(f"/proc/sys/net/ipv4/conf/{interface}/{name}" for name in BASE_PARAMETERS)
    return host.run(["cat", *names.split()]).stdout.split()


def everything(host):
    """What a clean stop must leave as it was."""
    everywhere = parameters(host, "all")
    links = [line.split(": ")[1].split("@")[0] for line in host.run(["ip", "-o", "link"]).stdout.splitlines()]
    # keepalived 2.2.7 leaves behind what it has set.
    own = parameters(host) if default_director() == "martlet" else []
    return [own, everywhere, links,
            [line for line in host.addresses(INTERFACE) if line.startswith("inet ")],
            host.run(["nft", "list", "ruleset"]).stdout]


def neighbor(client, address):
    """The MAC address that the client has for an address."""
    found = re.search(r"lladdr ([0-9a-f:]+)", client.run(["ip", "neigh", "show", address]).stdout)
    return found.group(1) if found else None


def ping(host, address, *options, count=1, wait=1):
    return host.run(["ping", "-q", "-c", count, "-W", wait, "-i", "0.2", *options, address], check=False).returncode == 0


def expect_virtual(client, what):
    if (found := neighbor(client, VIP)) != VIRTUAL:
        raise Failure(f"{what}, the client has {found} for {VIP} and not the virtual MAC address")


KINDS = {f"{(one or default_director())} and {(other or default_director())}": {"kinds": (one, other)}
         for one, other in ((None, None), (None, "keepalived"), ("keepalived", None))}


@scenario("a client keeps the virtual MAC address over a failover", cases=KINDS)
def failover(lab, kinds):
    pair = Pair(lab, kinds, extra="use_vmac")
    before = {host.name: everything(host) for host in (pair.ds1, pair.ds2)}
    capture = Capture(pair.client, INTERFACE, "host 224.0.0.18", "-e")
    pair.start()
    lab.step("adverts bear the virtual MAC address and the host's own IP address")
    capture.wait_for(rf"{VIRTUAL} > 01:00:5e:00:00:12.*{ADDRESSES['ds1']} > 224\.0\.0\.18", 10)
    lab.step("the client learns it by asking, and the host's own address with the host's own MAC address")
    until(lambda: ping(pair.client, VIP), f"{VIP} answers", 10)
    # The real keepalived asks for clients in the name of the VIP, and teaches them the host's own MAC address by that.
    if pair.directors["ds1"].kind == "martlet":
        expect_virtual(pair.client, "after asking")
    if not ping(pair.client, ADDRESSES["ds1"]) or neighbor(pair.client, ADDRESSES["ds1"]) != (
            pair.ds1.hardware_address(INTERFACE)):
        raise Failure(f"the host's own address is at {neighbor(pair.client, ADDRESSES['ds1'])}")
    if kinds[0] is None and default_director() == "martlet":
        lab.step("a question on behalf of the VIP does not teach the client another address")
        pair.ds1.run(["ip", "neigh", "flush", "dev", INTERFACE])
        if not ping(pair.ds1, ADDRESSES["client"], "-I", VIP):
            raise Failure("the master cannot reach the client from the VIP")
        expect_virtual(pair.client, "after a packet from the VIP")
    lab.step("the client hears no announcement: its entry is fixed, and holds for the next master too")
    pair.client.run(["ip", "neigh", "replace", VIP, "lladdr", VIRTUAL, "dev", INTERFACE, "nud", "permanent"])
    pair.directors["ds1"].crash()
    pair.ds1.run(["ip", "link", "set", INTERFACE, "down"])
    until(lambda: pair.ds2.holds(VIP), f"ds2 takes {VIP}", 15)
    until(lambda: ping(pair.client, VIP), f"{VIP} answers from ds2", 5)
    lab.step("the better one comes back and takes over what its crash has left")
    pair.ds1.run(["ip", "link", "set", INTERFACE, "up"])
    pair.directors["ds1"].start()
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 20)
    until(lambda: ping(pair.client, VIP), f"{VIP} answers from ds1 again", 5)
    lab.step("nothing is left after a stop")
    for name, director in pair.directors.items():
        director.stop()
        host = lab.hosts[name]
        if director.kind == "martlet" and (after := everything(host)) != before[name]:
            raise Failure(f"{name} had {before[name]}\nand has {after}")


@scenario("vmac_xmit_base sends adverts from the host's own MAC address", cases=KINDS)
def transmit_base(lab, kinds):
    pair = Pair(lab, kinds, extra="use_vmac\nvmac_xmit_base")
    capture = Capture(pair.client, INTERFACE, "host 224.0.0.18", "-e")
    pair.start()
    capture.wait_for(
        rf"{pair.ds1.hardware_address(INTERFACE)} > 01:00:5e:00:00:12.*{ADDRESSES['ds1']} > 224\.0\.0\.18", 10)
    until(lambda: ping(pair.client, VIP), f"{VIP} answers", 10)
    if pair.directors["ds1"].kind == "martlet":
        expect_virtual(pair.client, "after asking")
    if pair.directors["ds1"].kind == "keepalived":
        # It does not hear what comes from the virtual MAC address that an interface of its own has.
        return
    lab.step("a better one that sends from the virtual MAC address is heard as well")
    pair.directors["ds2"].stop()
    pair.directors["ds2"].configure(instance(200, extra="use_vmac"))
    pair.directors["ds2"].start()
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 15)
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds2, f"ds2 alone holds {VIP}", 3)


@scenario("two masters with one virtual MAC address hear each other", cases=KINDS)
def both_masters(lab, kinds):
    pair = Pair(lab, kinds, extra="use_vmac")
    pair.start()
    lab.step("both become master without hearing each other")
    lab.cut(pair.ds2, INTERFACE)
    pair.directors["ds2"].configure(instance(100, extra="use_vmac\ndont_track_primary"))
    pair.directors["ds2"].stop()
    pair.directors["ds2"].start()
    until(lambda: pair.ds2.holds(VIP), f"ds2 takes {VIP} too", 15)
    lab.plug(pair.ds2, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds1, f"ds1 alone holds {VIP}", 3)


@scenario("IPv6 with a virtual MAC address", cases={
    f"{(one or default_director())} and {(other or default_director())}": {"kinds": (one, other)}
    for one, other in ((None, None), (None, "keepalived"))})
def over_ipv6(lab, kinds):
    vip = "2001:db8::90"
    pair = Pair(lab, kinds, version=3, password=None, vips=("fe80::90", vip), extra="use_vmac", vrid=51)
    for host, number in ((pair.client, 62), (pair.ds1, 91), (pair.ds2, 92)):
        host.run(["ip", "address", "add", f"2001:db8::{number}/64", "dev", INTERFACE, "nodad"])
        until(lambda: "tentative" not in host.run(["ip", "address", "show", "dev", INTERFACE]).stdout,
              "addresses are ready", 10)
    capture = Capture(pair.client, INTERFACE, "ip6 proto 112", "-e")
    for director in pair.directors.values():
        director.start()
    lab.wait_for_holder(vip, pair.ds1, [pair.ds2], 15)
    capture.wait_for(r"00:00:5e:00:02:33 > 33:33:00:00:00:12", 10)
    until(lambda: ping(pair.client, vip), f"{vip} answers", 10)
    if (found := neighbor(pair.client, vip)) != "00:00:5e:00:02:33":
        raise Failure(f"the client has {found} for {vip}")
    pair.directors["ds1"].stop()
    lab.wait_for_holder(vip, pair.ds2, [pair.ds1], 10)
    until(lambda: ping(pair.client, vip), f"{vip} answers from ds2", 10)


@scenario("an excluded address of the other family has its family's virtual MAC address", only="martlet")
def other_family(lab):
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    excluded = "2001:db8::90"
    client.run(["ip", "address", "add", "2001:db8::61/64", "dev", INTERFACE, "nodad"])
    ds1.run(["ip", "address", "add", "2001:db8::91/64", "dev", INTERFACE, "nodad"])
    before = everything(ds1)
    block = f"virtual_ipaddress_excluded {{\n    {excluded}/64\n}}"
    director = Director(ds1, instance(100, extra=f"use_vmac\n{block}")).start()
    kinds = ("", VIRTUAL), ("use_vmac_addr", "00:00:5e:00:02:33"), ("", VIRTUAL)
    for number, (addresses, hardware) in enumerate(kinds):
        lab.step(f"{addresses or 'without use_vmac_addr'}: {hardware}")
        if number:
            director.reload_to(instance(100, extra=f"use_vmac\n{addresses}\n{block}"))
        client.run(["ip", "neigh", "flush", "dev", INTERFACE])
        until(lambda: ping(client, excluded) and ping(client, VIP), f"{excluded} and {VIP} answer", 15)
        expect_virtual(client, "after asking")
        if (found := neighbor(client, excluded)) != hardware:
            raise Failure(f"the client has {found} for {excluded}")
    director.stop()
    if (after := everything(ds1)) != before:
        raise Failure(f"ds1 had {before}\nand has {after}")


@scenario("a reload gains and loses use_vmac, a removed interface comes back", only="martlet")
def reload_and_repair(lab):
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    before = everything(ds1)
    other = instance(100, name="VI_2", vrid=52, vips=("10.1.80.89",))
    director = Director(ds1, instance(100) + other).start()
    until(lambda: ds1.holds(VIP) and ds1.holds("10.1.80.89"), f"ds1 holds {VIP}", 15)
    capture = Capture(client, INTERFACE, "host 224.0.0.18")
    lab.step("use_vmac comes: the master stays one, its address moves")
    director.reload_to(instance(100, extra="use_vmac") + other)
    until(lambda: any(VIP in line for line in ds1.addresses("vrrp.51")), f"{VIP} is on vrrp.51", 5)
    if any(VIP in line for line in ds1.addresses(INTERFACE)):
        raise Failure(f"{VIP} is on {INTERFACE} still")
    client.run(["ip", "neigh", "flush", "dev", INTERFACE])
    until(lambda: ping(client, VIP), f"{VIP} answers", 5)
    expect_virtual(client, "after the reload")
    lab.step("somebody sets the interface down, then takes it away: it comes back with the address")
    ds1.run(["ip", "link", "set", "vrrp.51", "down"])
    until(lambda: ping(client, VIP), f"{VIP} answers", 5)
    ds1.run(["ip", "link", "delete", "vrrp.51"])
    until(lambda: ping(client, VIP), f"{VIP} answers", 10)
    until(lambda: any(VIP in line for line in ds1.addresses("vrrp.51")), f"{VIP} is on vrrp.51", 5)
    expect_virtual(client, "after the repair")
    if director.logged(r"\(VI_1\) Entering BACKUP"):
        raise Failure("the master gave up")
    lab.step("use_vmac goes: the interface goes with it, and what was changed below it is as before")
    director.reload_to(instance(100) + other)
    until(lambda: any(VIP in line for line in ds1.addresses(INTERFACE)), f"{VIP} is on {INTERFACE}", 5)
    client.run(["ip", "neigh", "flush", "dev", INTERFACE])
    until(lambda: ping(client, VIP), f"{VIP} answers", 5)
    if neighbor(client, VIP) != ds1.hardware_address(INTERFACE):
        raise Failure(f"the client has {neighbor(client, VIP)} for {VIP}")
    if director.logged(r"\(VI_2\)"):
        raise Failure("the other instance was touched")
    until(lambda: len(capture.adverts(vrid=52)) > 3, "the other instance's adverts go on", 5)
    director.stop()
    if (after := everything(ds1)) != before:
        raise Failure(f"ds1 had {before}\nand has {after}")


@scenario("an interface that vanishes and returns takes its virtual one along", only="martlet")
def dynamic_interfaces(lab):
    pair = Pair(lab, before="global_defs {\n    dynamic_interfaces\n}\n", extra="use_vmac")
    pair.start()
    lab.step("the interface of the master goes, and its virtual one with it")
    index = pair.ds1.run(["cat", f"/sys/class/net/{INTERFACE}/iflink"]).stdout.strip()
    port = next(line.split(": ")[1].split("@")[0] for line in lab.switch.run(["ip", "-o", "link"]).stdout.splitlines()
                if line.startswith(f"{index}: "))
    pair.ds1.run(["ip", "link", "delete", INTERFACE])
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    lab.step("one of that name comes, of another kind at first")
    pair.ds1.run(["ip", "link", "add", INTERFACE, "type", "bridge"])
    pair.ds1.run(["ip", "link", "delete", INTERFACE])
    lab.switch.run(["ip", "link", "add", port, "type", "veth", "peer", "name", INTERFACE, "netns", str(pair.ds1.init)],
                   only_network=True)
    lab.switch.run(["ip", "link", "set", port, "master", "br0", "up"])
    pair.ds1.run(["ip", "link", "set", INTERFACE, "up"])
    pair.ds1.run(["ip", "address", "add", f"{ADDRESSES['ds1']}/24", "dev", INTERFACE])
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 20)
    until(lambda: ping(pair.client, VIP), f"{VIP} answers", 5)
    expect_virtual(pair.client, "after the return")


def firewalled(lab, accept, extra=""):
    """A client, a director that forwards, and a server behind it."""
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    inside, = lab.add_hosts("enp0s8", {"inside": "192.168.7.2"}, segment="inside")
    lab.add_hosts("enp0s8", {"ds1": "192.168.7.1"}, segment="inside")
    inside.run(["ip", "route", "add", "default", "via", "192.168.7.1"])
    client.run(["ip", "route", "add", "192.168.7.0/24", "via", VIP])
    ds1.run(["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"])
    ds1.shell("nft 'add table ip firewall; add chain ip firewall input { type filter hook input priority 0; }'")
    return client, ds1, Director(ds1, instance(100, extra=f"{accept}\n{extra}"))


@scenario("what a crash leaves of an instance that the file has no more goes at the next start", only="martlet")
def abandoned(lab):
    _, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    other = "10.1.80.89"
    before = everything(ds1)
    director = Director(ds1, instance(100, extra="use_vmac")
                        + instance(100, name="VI_2", vrid=52, vips=(other,), extra="use_vmac")).start()
    until(lambda: ds1.holds(VIP) and ds1.holds(other), f"ds1 holds {VIP} and {other}", 15)
    lab.step("a crash, and beside what it leaves an interface whose process is alive")
    director.crash()
    ds1.run(["ip", "link", "add", "another", "link", INTERFACE, "type", "macvlan"])
    ds1.run(["ip", "link", "set", "another", "alias", f"martlet {INTERFACE} pid=1 arp_ignore=0"])
    director.configure(instance(100, name="VI_2", vrid=52, vips=(other,)))
    director.start()
    until(lambda: any(other in line for line in ds1.addresses(INTERFACE)), f"{other} is on {INTERFACE}", 15)
    links = ds1.run(["ip", "-o", "link"]).stdout
    if "vrrp." in links or "another" not in links:
        raise Failure(f"the interfaces of the crash had to go, and no other:\n{links}")
    director.stop()
    ds1.run(["ip", "link", "delete", "another"])
    if (after := everything(ds1)) != before:
        raise Failure(f"the host was\n{before}\nand is\n{after}")


def on_interface(host, vip, interface):
    return vip in host.run(["ip", "-o", "address", "show", "dev", interface], check=False).stdout


@scenario("an interface with the virtual MAC address that is in the way is taken over or waited for", only="martlet")
def in_the_way(lab):
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    before = everything(ds1)
    lab.step("keepalived was killed and has left its own")
    keepalived = Director(ds1, instance(100, extra="use_vmac"), kind="keepalived").start()
    until(lambda: ds1.holds(VIP), f"ds1 holds {VIP}", 15)
    keepalived.crash()
    director = Director(ds1, instance(100, extra="use_vmac va")).start()
    until(lambda: director.logged("Entering MASTER STATE") and on_interface(ds1, VIP, "va"), f"{VIP} is on va", 15)
    until(lambda: ping(client, VIP), f"{VIP} answers", 5)
    expect_virtual(client, "after keepalived")
    lab.step("somebody sets it down and gives it another name")
    ds1.run(["ip", "link", "set", "va", "down"])
    ds1.run(["ip", "link", "set", "va", "name", "vx"])
    until(lambda: on_interface(ds1, VIP, "va"), f"{VIP} is on va", 5)
    until(lambda: ping(client, VIP), f"{VIP} answers", 5)
    director.stop()
    lab.step("another one, which is not of a director, has the address: the instance waits, and says for what")
    ds1.run(["ip", "link", "add", "foo", "link", INTERFACE, "address", VIRTUAL, "type", "macvlan", "mode", "bridge"])
    ds1.run(["ip", "link", "set", "foo", "up"])
    director.start()
    director.wait_for_log(r"\(VI_1\) entering FAULT state \(interface va cannot be used: foo has its MAC address")
    status = director.command_of_martlet("status").stdout
    if "waits for interface va to be of use (foo has" not in status:
        raise Failure(f"the status does not say what the instance waits for:\n{status}")
    ds1.run(["ip", "link", "delete", "foo"])
    until(lambda: ping(client, VIP), f"{VIP} answers", 15)
    lab.step("it comes up in the moment in which the master's is down: the master resigns until it is gone")
    ds1.run(["ip", "link", "add", "foo", "link", INTERFACE, "address", VIRTUAL, "type", "macvlan", "mode", "bridge"])

    def overtaken():
        ds1.run(["ip", "-force", "-batch", "-"], input="link set va down\nlink set foo up\n", check=False)
        return re.search(r"foo@.*[<,]UP", ds1.run(["ip", "link", "show", "foo"]).stdout)

    until(overtaken, "foo is up", 10)
    director.wait_for_log(r"\(VI_1\) Entering FAULT STATE \(cause: interface va cannot be used: foo has")
    ds1.run(["ip", "link", "delete", "foo"])
    until(lambda: ping(client, VIP), f"{VIP} answers", 15)
    director.stop()
    # Parameters and nftables are as keepalived has left them.
    if (after := everything(ds1)[2:4]) != before[2:4]:
        raise Failure(f"the host was\n{before[2:4]}\nand is\n{after}")


@scenario("virtual interfaces get other names by a reload and over a crash", only="martlet")
def names(lab):
    other = "10.2.80.90"
    second = "enp0s8"
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    lab.add_hosts(second, {"client": "10.2.80.61", "ds1": "10.2.80.91"}, segment="second")
    before = everything(ds1)

    def both(first, last, vips=(VIP,)):
        return (instance(100, vips=vips, extra=f"use_vmac {first}")
                + instance(100, name="VI_2", vips=(other,), interface=second, extra=f"use_vmac {last}"))

    director = Director(ds1, both("va", "vb")).start()
    until(lambda: on_interface(ds1, VIP, "va") and on_interface(ds1, other, "vb"), "ds1 holds both", 15)
    until(lambda: ping(client, VIP) and ping(client, other), "both answer", 5)
    # Nothing is lost: one packet every 20 ms.
    watch = client.start(["ping", "-q", "-i", "0.02", "-c", "200", VIP])
    lab.step("another name")
    director.reload_to(both("", "vb"))
    until(lambda: on_interface(ds1, VIP, "vrrp.51"), f"{VIP} is on vrrp.51", 5)
    lab.step("the names change places, and a virtual address comes")
    director.reload_to(both("va", "vb"))
    director.reload_to(both("vb", "va", (VIP, "10.1.80.89")))
    until(lambda: on_interface(ds1, VIP, "vb") and on_interface(ds1, other, "va"), "the names have changed places", 5)
    until(lambda: ping(client, "10.1.80.89"), "the new address answers", 5)
    lab.step("one goes, the other gets its name")
    director.reload_to(instance(100, extra="use_vmac va"))
    until(lambda: on_interface(ds1, VIP, "va"), f"{VIP} is on va", 5)
    watch.wait(30)
    if " 0% packet loss" not in watch.log:
        raise Failure(f"packets were lost:\n{watch.log}")
    if director.logged("STATE.*FAULT|Cannot|removed by somebody"):
        raise Failure("something went wrong on the way")
    lab.step("a crash, and another name: nothing is left at the end")
    director.crash()
    director.configure(instance(100, extra="use_vmac"))
    director.start()
    until(lambda: on_interface(ds1, VIP, "vrrp.51") and ping(client, VIP), f"{VIP} answers", 15)
    director.crash()
    director.configure(instance(100, vrid=52, extra="use_vmac"))
    director.start()
    until(lambda: on_interface(ds1, VIP, "vrrp.52") and ping(client, VIP), f"{VIP} answers", 15)
    director.stop()
    if (after := everything(ds1)) != before:
        raise Failure(f"the host was\n{before}\nand is\n{after}")


@scenario("no_accept drops what is meant for the VIP and forwards the rest", cases={
    "on the interface": {"extra": ""}, "with use_vmac": {"extra": "use_vmac"}})
def no_accept(lab, extra):
    client, ds1, director = firewalled(lab, "no_accept", extra)
    before = everything(ds1)
    director.start()
    until(lambda: ds1.holds(VIP), f"ds1 holds {VIP}", 15)
    if not ping(client, "192.168.7.2"):
        raise Failure("what is behind the VIP cannot be reached")
    if ping(client, VIP):
        raise Failure(f"{VIP} answers although it is not to accept packets")
    if not ping(client, ADDRESSES["ds1"]):
        raise Failure("the host's own address does not answer")
    rules = ds1.run(["nft", "list", "table", "ip", "keepalived"]).stdout
    if not re.search(rf"elements = \{{ {re.escape(VIP)} \}}", rules):
        raise Failure(f"the table has not got {VIP}:\n{rules}")
    if default_director() == "martlet":
        lab.step("a reload to accept takes the rules away, one back brings them")
        director.reload_to(instance(100, extra=f"accept\n{extra}"))
        until(lambda: ping(client, VIP), f"{VIP} answers", 5)
        director.reload_to(instance(100, extra=f"no_accept\n{extra}"))
        until(lambda: not ping(client, VIP), f"{VIP} answers no more", 5)
        lab.step("a crash leaves the rules, the next start takes them over")
        director.crash()
        director.start()
        until(lambda: director.logged(r"Entering MASTER STATE"), "ds1 is master again", 15)
        if ping(client, VIP) or not ping(client, "192.168.7.2"):
            raise Failure("the rules do not hold after a crash")
        lab.step("a crash, and a start that accepts: nothing drops packets any more")
        director.crash()
        director.configure(instance(100, extra=f"accept\n{extra}"))
        director.start()
        until(lambda: ping(client, VIP), f"{VIP} answers", 15)
    director.stop()
    if (after := everything(ds1)) != before:
        raise Failure(f"ds1 had {before}\nand has {after}")


@scenario("no_accept of a file with chains of iptables and sets: by nftables, in the directions that have a chain", cases={
    "in and out": {"chains": "vips_in vips_out"}, "in": {"chains": "vips_in"}})
def no_accept_for_iptables(lab, chains):
    vip6 = VIPS_6[1].split("/")[0]
    client, ds1, director = firewalled(lab, "no_accept")
    add_ipv6(client, ds1)
    for family in ("ip", "ip6"):
        ds1.shell(f"nft 'add table {family} filter; add chain {family} filter vips_in; add chain {family} filter vips_out; "
                  f"add chain {family} filter INPUT {{ type filter hook input priority 0; }}; "
                  f"add rule {family} filter INPUT jump vips_in'")
    before = everything(ds1)
    director.configure(
        f"global_defs {{\n    vrrp_iptables {chains}\n    vrrp_ipsets vips vips6 vips_if6\n}}\n"
        + instance(100, extra="no_accept")
        + instance(100, name="VI_6", vrid=56, version=3, password=None, vips=VIPS_6, extra="no_accept"))
    director.start()
    until(lambda: ds1.holds(VIP) and ds1.holds(vip6), f"ds1 holds {VIP} and {vip6}", 15)
    lab.step("who asks where an address is gets an answer, and for a packet none")
    for address in (VIP, vip6, f"{VIPS_6[0]}%{INTERFACE}"):
        if ping(client, address):
            raise Failure(f"{address} answers although it is not to accept packets")
        if (found := neighbor(client, address.split("%")[0])) != ds1.hardware_address(INTERFACE):
            raise Failure(f"the client has {found} for {address}")
    if not ping(client, ADDRESSES["ds1"]) or not ping(client, GLOBAL_6["ds1"]):
        raise Failure("the host's own addresses do not answer")
    if default_director() == "martlet":
        lab.step("what comes from an address leaves where there is no chain for it")
        capture = Capture(client, INTERFACE, f"icmp and src {VIP}")
        ping(ds1, ADDRESSES["client"], "-I", VIP)
        if len(chains.split()) == 1:
            capture.wait_for(rf"{VIP} > {ADDRESSES['client']}", 5)
        elif VIP in capture.text:
            raise Failure(f"a packet from {VIP} left")
    lab.step("the chains of the firewall are what they were, and nothing is left after a stop")
    for family in ("ip", "ip6"):
        if "drop" in ds1.run(["nft", "list", "table", family, "filter"]).stdout:
            raise Failure("a rule was added to the firewall's chains")
    director.stop()
    if (after := everything(ds1)) != before:
        raise Failure(f"ds1 had {before}\nand has {after}")


@scenario("use_ipvlan: addresses on an interface with the host's MAC address", ipvs=True)
def ipvlan(lab):
    # Not of IPVS, but the lab kernel has the driver.
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    ds1.run(["modprobe", "ipvlan"], check=False)
    before = everything(ds1)
    director = Director(ds1, instance(100, extra="use_ipvlan ipv51 10.1.80.99/24 bridge")).start()
    capture = Capture(client, INTERFACE, "host 224.0.0.18")
    # In the emulated kernel the interface takes its time to be there.
    until(lambda: ds1.holds(VIP), f"ds1 holds {VIP}", 60)
    if not any(VIP in line for line in ds1.addresses("ipv51")):
        raise Failure(f"{VIP} is not on ipv51")
    capture.wait_for(r"10\.1\.80\.99 > 224\.0\.0\.18", 10)
    until(lambda: ping(client, VIP), f"{VIP} answers", 10)
    director.stop()
    if (after := everything(ds1)) != before:
        raise Failure(f"ds1 had {before}\nand has {after}")


@scenario("no_accept leaves the virtual services of the address alone", ipvs=True, only="martlet")
def no_accept_with_services(lab):
    client, ds1, rs1 = lab.add_hosts(INTERFACE, {**{name: ADDRESSES[name] for name in ("client", "ds1")},
                                                 "rs1": "10.1.80.93"})
    rs1.run([martlet_binary(), "realserver", "apply", VIP])
    web = WebServer(rs1)
    web.start()
    service = f"""
virtual_server {VIP} 80 {{
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 10.1.80.93 80 {{
        TCP_CHECK {{
        }}
    }}
}}
"""
    director = Director(ds1, instance(100, extra="no_accept\nuse_vmac") + service).start()
    until(lambda: ds1.holds(VIP), f"ds1 holds {VIP}", 30)
    until(lambda: curl(client, f"http://{VIP}/") is not None, "the client gets a page", 30)
    if ping(client, VIP):
        raise Failure(f"{VIP} answers although it is not to accept packets")
    director.stop()
