"""What a master holds beside its election: addresses, routes and rules, as keepalived holds them, and put back."""

import re
import time

from lab.capture import Capture
from lab.director import Director, default_director
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, VIP, Pair, instance
from lab.wait import Failure, stays, until
from lab.watch import AddressMonitor

# Lines that this kernel and keepalived 2.2.7 take. Every option of a line is in some of them.
ROUTES = """
192.0.2.0/24 via 10.1.80.1 dev enp0s3
192.0.3.0/24 dev enp0s3
192.0.4.0/24 dev enp0s3 scope link
src 10.1.80.90 to 192.0.5.0/24 via 10.1.80.1 dev enp0s3 metric 5 table 100
blackhole 192.0.6.0/24
unreachable 192.0.7.0/24 metric 9
prohibit 192.0.8.0/24
throw 192.0.9.0/24 table 100
192.0.10.0/24 nexthop via 10.1.80.1 dev enp0s3 weight 2 nexthop via 10.1.80.2 dev enp0s3 weight 1 onlink
192.0.12.0/24 via 10.1.80.1 dev enp0s3 mtu lock 1400 advmss 1300 window 1000 rtt 300ms rttvar 300ms rto_min 200ms initcwnd 10 initrwnd 20 quickack 1 hoplimit 60 cwnd 30 ssthresh 40 reordering 5 fastopen_no_cookie 1 features ecn congctl cubic
192.0.13.0/24 via 192.168.7.1 dev enp0s3 onlink
192.0.14.0/24 via 10.1.80.1 dev enp0s3 tos 16
192.0.15.0/24 via 10.1.80.1 dev enp0s3 realms 3/4
192.0.16.0/24 via 10.1.80.1 dev enp0s3 table 500 no_track protocol bird
192.0.18.0/24 encap ip id 5 dst 10.1.80.5 ttl 7 dev enp0s3
192.0.20.0/24 via 10.1.80.1 dev enp0s3 ttl-propagate enabled
192.0.21.0/24 via 10.1.80.1 dev enp0s3 append
192.0.21.0/24 via 10.1.80.2 dev enp0s3 append
multicast 224.9.0.0/16 dev enp0s3
default via 10.1.80.1 table 101
192.0.24.0/24 via 10.1.80.1 scope global
2001:db8:1::/64 via 2001:db8:80::1 dev enp0s3 metric 77
2001:db8:2::/64 dev enp0s3 pref high
unreachable 2001:db8:4::/64
2001:db8:5::/64 nexthop via fe80::1 dev enp0s3 nexthop via fe80::2 dev enp0s3 weight 3
2001:db8:6::/64 from 2001:db8:80::/64 via fe80::1 dev enp0s3
2001:db8:7::/64 via fe80::1 dev enp0s3 mtu 1300 hoplimit 10
2001:db8:8::/64 encap ip6 id 6 dst 2001:db8:80::5 hoplimit 8 tc 3 dev enp0s3
"""

RULES = """
from 192.0.2.0/24 table 100 priority 100
not from 192.0.3.0/24 to 10.0.0.0/8 table 100 priority 101
to 192.0.2.0/24 table 500
iif enp0s3 table 100 priority 103
oif enp0s3 table 100 priority 104
fwmark 5/0xff table 100 priority 105
fwmark 6 table 100 priority 106
tos 16 table 100 priority 107
from 192.0.2.0/24 blackhole priority 108
from 192.0.2.0/24 unreachable priority 109
from 192.0.2.0/24 prohibit priority 110
from 192.0.2.0/24 goto 200 priority 111
from 192.0.2.0/24 nop priority 112
l3mdev priority 113
uidrange 100-200 table 100 priority 114
ipproto tcp table 100 priority 115
ipproto udp sport 10-20 dport 30-40 table 100 priority 116
table main suppress_prefixlength 0 priority 117
table main suppress_ifgroup 3 priority 118
tunnel-id 77 table 100 priority 119
from 192.0.2.0/24 table 100 realms 3/4 priority 120
from 192.0.2.0/24 table 100 priority 121 no_track protocol 5
from 2001:db8::/32 table 100 priority 130
from 2001:db8::/32 ipproto icmp table 100 priority 131
from 192.0.2.99 table 100 priority 133
"""

ADDRESSES_EXCLUDED = """
10.1.80.88/24
10.1.80.87/32 scope link
2001:db8:80::90/128
2001:db8:80::91/64
2001:db8:80::93/64 noprefixroute mngtmpaddr home
"""


def block(name, lines):
    return "\n".join([f"{name} {{", *[line for line in lines.strip().splitlines()], "}", ""])


def listing(host):
    """Routes, rules and addresses as iproute2 shows them, without what the kernel counts or makes up."""
    text = host.shell(
        "ip route show table all; ip -6 route show table all; ip -d rule; ip -6 -d rule; "
        "ip -o address show dev enp0s3").stdout
    text = re.sub(r"expires \d+sec|fe80::[0-9a-f:]+\S*|valid_lft.*", "", text)
    return sorted(line.rstrip() for line in text.splitlines() if "proto kernel" not in line and "proto ra" not in line)


@scenario("routes, rules and addresses of every kind are what the real keepalived makes of the file", only="martlet")
def grammar(lab):
    text = (block("static_routes", "192.0.40.0/24 via 10.1.80.1 dev enp0s3\nblackhole 192.0.41.0/24")
            + block("static_rules", "from 192.0.40.0/24 table 100 priority 90")
            + block("static_ipaddress", "10.9.0.1/24 dev enp0s3")
            + instance(255, "MASTER", vips=(VIP,), extra="\n".join([
                block("virtual_ipaddress_excluded", ADDRESSES_EXCLUDED), block("virtual_routes", ROUTES),
                block("virtual_rules", RULES)])))
    listings, left = {}, {}
    for kind in ("keepalived", "martlet"):
        host, = lab.add_hosts(INTERFACE, {f"ds-{kind}": "10.1.80.91"}, segment=kind)
        host.run(["ip", "address", "add", "2001:db8:80::62/64", "dev", INTERFACE, "nodad"])
        before = listing(host)
        director = Director(host, text, kind, options=["--vrrp"]).start()
        until(lambda: "133:" in host.run(["ip", "rule"]).stdout, f"{kind} has set its rules", 15,
              context=lambda: director.log[-3000:])
        # The last thing that is added is there: so is everything else.
        listings[kind] = listing(host)
        director.stop()
        left[kind] = [line for line in listing(host) if line not in before]
    if listings["martlet"] != listings["keepalived"]:
        ours = [line for line in listings["martlet"] if line not in listings["keepalived"]]
        theirs = [line for line in listings["keepalived"] if line not in listings["martlet"]]
        raise Failure("Martlet has made\n  " + "\n  ".join(ours) + "\nwhere keepalived makes\n  " + "\n  ".join(theirs))
    if left["martlet"]:
        raise Failure("a clean stop had to take everything away and left\n  " + "\n  ".join(left["martlet"]))


EXTRA = (block("virtual_routes", "192.0.2.0/24 via 10.1.80.62 dev enp0s3 src 10.1.80.90\ndefault via 10.1.80.62 table 100")
         + block("virtual_rules", "from 192.0.2.0/24 table 100 priority 100"))


def held(host):
    return host.shell(
        "ip route show 192.0.2.0/24; ip route show table 100 2> /dev/null || true; ip rule show priority 100").stdout


@scenario("routes and rules come with the mastership and go with it")
def with_mastership(lab):
    pair = Pair(lab, extra=EXTRA).start()
    until(lambda: held(pair.ds1).count("\n") == 3, "ds1 has two routes and a rule", 5, context=lambda: held(pair.ds1))
    if held(pair.ds2):
        raise Failure(f"the backup holds\n{held(pair.ds2)}")
    lab.cut(pair.ds1, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    until(lambda: held(pair.ds2).count("\n") == 3, "ds2 has two routes and a rule", 5)
    until(lambda: not held(pair.ds1), "ds1 has none any more", 5, context=lambda: held(pair.ds1))
    lab.step("a crash leaves them, and the next start as backup takes them away")
    lab.plug(pair.ds1, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)
    until(lambda: held(pair.ds1).count("\n") == 3, "ds1 has two routes and a rule", 5, context=lambda: held(pair.ds1))
    pair.directors["ds1"].crash()
    pair.directors["ds1"].start()
    until(lambda: not held(pair.ds1), "the new start has taken away what the crash left", 10)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 20)


@scenario("a virtual address, a route and a rule that someone deletes or replaces are back within a second", only="martlet")
def repaired(lab):
    pair = Pair(lab, extra=EXTRA).start()
    until(lambda: held(pair.ds1).count("\n") == 3, "ds1 has two routes and a rule", 5)
    whole = held(pair.ds1)
    director = pair.directors["ds1"]
    capture = Capture(pair.client, INTERFACE, "host 224.0.0.18")
    for command, what in (
            (f"ip address delete {VIP}/32 dev {INTERFACE}", rf"{VIP}/32 on {INTERFACE} was removed"),
            ("ip route delete 192.0.2.0/24", r"route 192\.0\.2\.0/24 .*was removed"),
            ("ip route delete default table 100", r"route default .*was removed"),
            ("ip route replace 192.0.2.0/24 via 10.1.80.92 dev enp0s3", r"route 192\.0\.2\.0/24 .*was replaced"),
            ("ip rule delete priority 100", r"rule 100: from 192\.0\.2\.0/24 .*was removed")):
        lab.step(command)
        director.mark()
        pair.ds1.shell(command)
        until(lambda: pair.ds1.holds(VIP) and held(pair.ds1) == whole, "everything is there again", 1, interval=0.01,
              context=lambda: held(pair.ds1) + director.recent_log)
        director.wait_for_log(rf"\(VI_1\) {what} by somebody else; put back", 1)
        lines = [line for line in director.recent_log.splitlines() if "put back" in line]
        if len(lines) > (2 if "address" in command else 1):
            raise Failure("one line had to say so:\n" + "\n".join(lines))
    if director.logged(r"Entering (BACKUP|FAULT)") or pair.ds2.holds(VIP):
        raise Failure(f"the mastership moved\n{director.log}")
    if any(one.priority == 0 for one in capture.adverts("10.1.80.91")):
        raise Failure("ds1 resigned")


@scenario("what is deleted again and again costs the mastership, and the other host keeps it", only="martlet")
def exhausted(lab):
    pair = Pair(lab, interval="0.3", version=3, password=None).start()
    director = pair.directors["ds1"]
    director.mark()
    for number in range(1, 6):
        pair.ds1.run(["ip", "address", "delete", f"{VIP}/32", "dev", INTERFACE])
        until(lambda: pair.ds1.holds(VIP) and len(re.findall("put back", director.recent_log)) == number,
              f"the address is back for the {number}. time", 2, interval=0.01, context=lambda: director.recent_log)
    pair.ds1.run(["ip", "address", "delete", f"{VIP}/32", "dev", INTERFACE])
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 3)
    director.wait_for_log(r"\(VI_1\) .* is removed by somebody else again and again; giving up mastership", 2)
    lab.step("the other host is let be, although its priority is lower")
    stays(lambda: pair.ds2.holds(VIP) and not pair.ds1.holds(VIP), "ds2 holds the address", 3)
    lab.step("when it is gone, the address comes back")
    pair.directors["ds2"].stop()
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 5)


MANY = [f"10.{20 + number // 250}.{number % 250 + 1}.1/32" for number in range(300)]


@scenario("300 virtual addresses: no advert is late while they are taken over", alone=True)
def many(lab):
    settings = {"interval": "0.1", "version": 3, "password": None, "extra": "virtual_ipaddress_excluded {\n"
                + "\n".join(MANY) + "\n}"}
    pair = Pair(lab, **settings)
    capture = Capture(pair.client, INTERFACE, "host 224.0.0.18 or arp", "-B", "8192")
    pair.start()
    last = MANY[-1].split("/")[0]
    until(lambda: pair.ds1.holds(last), f"ds1 holds {last}", 10)
    before = len(capture.adverts("10.1.80.92", 51))
    pair.directors["ds1"].crash()
    until(lambda: pair.ds2.holds(last), f"ds2 holds {last}", 10)
    # Five announcements of each address, and five more after garp_master_delay.
    time.sleep(6.5)
    adverts = capture.adverts("10.1.80.92", 51)[before:]
    gaps = [later.time - earlier.time for earlier, later in zip(adverts, adverts[1:])]
    if len(adverts) < 50 or max(gaps) > 0.2:
        raise Failure(f"{len(adverts)} adverts of ds2, the longest pause between two of them was {max(gaps):.3f} s")
    announced = set(re.findall(r"(?:who-has|Announcement) (10\.2\d\.\d+\.1)", capture.text))
    if len(announced) < len(MANY):
        raise Failure(f"{len(announced)} of {len(MANY)} addresses were announced")


@scenario("a partition heals: the one master that stays announces its addresses anew")
def healed(lab):
    pair = Pair(lab, interval="1").start()
    lab.cut(pair.ds2, INTERFACE)
    # Without a carrier ds2 is in FAULT; the partition is between the switch's ports.
    lab.plug(pair.ds2, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 10)
    block_adverts(lab, pair)
    until(lambda: pair.ds1.holds(VIP) and pair.ds2.holds(VIP), "both are master", 15)
    capture = Capture(pair.client, INTERFACE, f"arp and arp src host {VIP}", "-e")
    time.sleep(0.2)
    hardware = pair.ds1.hardware_address(INTERFACE)
    pass_adverts(lab)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 10)
    until(lambda: len(re.findall(rf"{hardware} > ff:ff:ff:ff:ff:ff", capture.text)) >= 5,
          "ds1 announces its address after the heal", 5, context=lambda: capture.text[-2000:])


def block_adverts(lab, pair):
    """Takes the port of ds2 off the segment while its carrier stays."""
    index = pair.ds2.run(["cat", f"/sys/class/net/{INTERFACE}/iflink"]).stdout.strip()
    for line in lab.switch.run(["ip", "-o", "link"]).stdout.splitlines():
        if line.startswith(f"{index}: "):
            lab.partitioned = line.split(": ")[1].split("@")[0]
            lab.bridge = re.search(r"master (\S+)", line).group(1)
            lab.switch.run(["ip", "link", "set", lab.partitioned, "nomaster"])


def pass_adverts(lab):
    lab.switch.run(["ip", "link", "set", lab.partitioned, "master", lab.bridge])


@scenario("a reload whose address or route the kernel refuses changes nothing and says which", only="martlet")
def refused_reload(lab):
    pair = Pair(lab, extra=EXTRA).start()
    director = pair.directors["ds1"]
    until(lambda: held(pair.ds1).count("\n") == 3, "ds1 has two routes and a rule", 5)
    good = pair.ds1.read("/etc/keepalived/keepalived.conf")
    # The reports of the take-over are through.
    monitor = AddressMonitor(pair.ds1)
    whole = held(pair.ds1)
    for what, text, said in (
            ("a route without a way", good.replace("virtual_routes {", "virtual_routes {\n192.0.9.0/24 via 203.0.113.1"),
             r"the kernel refuses route 192\.0\.9\.0/24 via 203\.0\.113\.1"),
            ("a name that no file has", good.replace("table 100 priority 100", "table nowhere priority 100"),
             r"rt_tables has no 'nowhere'"),
            ("an address that cannot be", good.replace(f"        {VIP}\n", f"        {VIP}\n        10.1.80.99 autojoin\n"),
             r"the kernel refuses 10\.1\.80\.99/32 on enp0s3")):
        lab.step(what)
        director.mark()
        director.configure(text)
        result = director.command_of_martlet("reload")
        output = result.stdout + result.stderr
        if result.returncode == 0 or not re.search(said, output):
            raise Failure(f"martlet reload ended with {result.returncode} and said\n{output}")
        if held(pair.ds1) != whole or not pair.ds1.holds(VIP):
            raise Failure(f"{what} left\n{held(pair.ds1)}")
        if director.logged(r"Entering (BACKUP|FAULT)"):
            raise Failure(director.recent_log)
    lab.step("what is new comes, what is gone goes, the rest is not touched")
    monitor.mark()
    text = good.replace("192.0.2.0/24 via 10.1.80.62", "192.0.2.0/24 via 10.1.80.61")
    director.configure(text)
    result = director.command_of_martlet("reload")
    if result.returncode != 0:
        raise Failure(f"martlet reload ended with {result.returncode}\n{result.stdout}{result.stderr}")
    if held(pair.ds1) != whole.replace("192.0.2.0/24 via 10.1.80.62", "192.0.2.0/24 via 10.1.80.61"):
        raise Failure(f"the route had to change its way alone:\n{held(pair.ds1)}")
    monitor.expect(what="a changed route")


@scenario("an address of two instances and one of static_ipaddress stay for who still holds them", only="martlet")
def shared(lab):
    ds1, = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"]})
    other, static = "10.1.80.95", "10.1.80.96"
    director = Director(ds1, f"static_ipaddress {{\n    {static}/24 dev {INTERFACE}\n}}\n"
                        + "track_file load {\n    file /run/load\n    weight 0\n    init_file 0\n}\n"
                        + instance(100, name="P", vrid=51, vips=(VIP, other))
                        + instance(100, name="Q", vrid=52, vips=(VIP, f"{static}/24"), extra="track_file {\n    load\n}"))
    director.start()
    until(lambda: ds1.holds(VIP) and ds1.holds(other), "both are master", 15, context=lambda: director.log)
    director.wait_for_log(r"\(Q\) Entering MASTER STATE")
    director.mark()
    ds1.write("/run/load", "1\n")
    director.wait_for_log(r"\(Q\) Entering FAULT STATE")
    stays(lambda: ds1.holds(VIP) and ds1.holds(static), "the addresses stay", 1.5, interval=0.02)
    assert not director.logged("somebody else"), director.recent_log
    lab.step("the last one that holds it takes it away")
    director.stop()
    assert not ds1.holds(VIP) and not ds1.holds(other) and not ds1.holds(static)
