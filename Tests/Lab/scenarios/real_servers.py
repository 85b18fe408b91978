"""The real server's side: addresses, ARP, what is wrong with them, and what is left when they go."""

import json
import os
import re

from lab.arp import owners
from lab.director import martlet_binary
from lab.pool import Listener, WebPool, virtual_server
from lab.pool import real_server as server
from lab.scenario import scenario
from lab.wait import Failure, until
from lab.web import fetch, served_by

VIP, SECOND, SIXTH = "10.1.80.90", "10.1.80.89", "2001:db8::90"
INTERFACE = "enp0s3"
HOSTS = {"client": "10.1.80.62", "ds1": "10.1.80.91", "rs1": "10.1.80.93", "rs2": "10.1.80.95"}

CONFIGURATION = f"""
virtual_server {VIP} 80 {{
    lb_kind DR
    protocol TCP
    real_server 10.1.80.93 80 {{
        weight 1
    }}
}}
virtual_server {VIP} 53 {{
    lb_kind DR
    protocol UDP
    real_server 10.1.80.93 53 {{
        weight 1
    }}
}}
virtual_server 10.1.80.77 80 {{
    lb_kind NAT
    real_server 10.1.80.93 80 {{
        weight 1
    }}
}}
virtual_server_group both {{
    10.1.80.88-89 80
}}
virtual_server {SIXTH} 80 {{
    lb_kind DR
    protocol TCP
    real_server 2001:db8::93 80 {{
        weight 1
    }}
}}
virtual_server group both {{
    lb_kind DR
    protocol TCP
    real_server 10.1.80.93 80 {{
        weight 1
    }}
}}
virtual_server fwmark 7 {{
    lb_kind DR
    real_server 10.1.80.93 80 {{
        weight 1
    }}
}}
vrrp_instance VI_1 {{
    interface {INTERFACE}
    virtual_router_id 51
    priority 100
    virtual_ipaddress {{
        10.1.80.86/24
    }}
}}
"""


def real_server(host, *words, check=True):
    return host.run([martlet_binary(), "realserver", *words], check=check)


# The devices of tunnels that no snapshot is about. Every host gets them when a scenario beside loads their module.
DEVICES_OF_OTHERS = re.compile(r"\b(gre0|gretap0|erspan0|ip6gre0|ip6gretap0|ip6tnl0|sit0)\b")


def snapshot(host):
    """Every sysctl of the interfaces and every address: what a removal has to leave as it was."""
    sysctls = host.shell("sysctl -a 2>/dev/null | grep -E '^net\\.ipv[46]\\.conf\\.' | grep -v stable_secret").stdout
    # The order of a host's addresses is that of their making, and lifetimes count down.
    addresses = host.run(["ip", "-o", "address"]).stdout
    links = host.run(["ip", "-o", "link"]).stdout
    lines = sysctls.splitlines() + addresses.splitlines() + links.splitlines()
    return [line.replace(" tentative", "").strip() for line in lines if not DEVICES_OF_OTHERS.search(line)]


def without_tunnel(lines):
    """A device of the kernel that was up once has IPv6 settings and a queue from then on, whatever becomes of it."""
    return [re.sub(r"qdisc \w+", "", line) for line in lines if "ipv6.conf.tunl0" not in line]


def same(before, after):
    if before != after:
        raise Failure("this is not as it was before:\n" + "\n".join(
            [f"  - {line}" for line in before if line not in after] + [f"  + {line}" for line in after if line not in before]))


def findings(host, *words):
    result = real_server(host, "verify", "--json", *words, check=False)
    report = json.loads(result.stdout)
    wrong = [finding for finding in report["findings"] if finding["severity"] == "wrong"]
    if result.returncode != (1 if wrong else 0) or report["inOrder"] != (not wrong):
        raise Failure(f"the status {result.returncode} does not fit\n{result.stdout}")
    for finding in report["findings"]:
        if not finding["consequence"]:
            raise Failure(f"nothing is said of what {finding} breaks")
    return report["findings"]


@scenario("only the director answers ARP for the virtual address, and a removal leaves everything as it was",
          only="martlet")
def arp_silence(lab):
    client, ds1, rs1, rs2 = lab.add_hosts(INTERFACE, HOSTS)
    ds1.run(["ip", "address", "add", f"{VIP}/32", "dev", INTERFACE])
    director = ds1.hardware_address(INTERFACE)
    for host in (rs1, rs2):
        host.shell("sysctl -q -w net.ipv4.conf.all.arp_announce=1 net.ipv4.conf.lo.arp_ignore=2")
    before = {host.name: snapshot(host) for host in (rs1, rs2)}

    lab.step("the address alone: everybody answers, and verify on rs1 names the mistake of rs2")
    rs2.run(["ip", "address", "add", f"{VIP}/32", "dev", "lo"])
    answered = owners(client, INTERFACE, VIP, HOSTS["client"])
    assert set(answered) == {director, rs2.hardware_address(INTERFACE)}, answered
    real_server(rs1, "apply", VIP)
    found = findings(rs1)
    assert [finding["kind"] for finding in found] == ["several-arp-answers"], found
    assert rs2.hardware_address(INTERFACE) in found[0]["actual"], found
    rs2.run(["ip", "address", "del", f"{VIP}/32", "dev", "lo"])

    lab.step("applied: the director alone answers")
    real_server(rs2, "apply", VIP)
    answered = owners(client, INTERFACE, VIP, HOSTS["client"])
    assert answered == [director], answered
    assert owners(client, INTERFACE, HOSTS["rs1"], HOSTS["client"]) == [rs1.hardware_address(INTERFACE)]
    assert findings(rs1) == [], findings(rs1)
    lab.step("what rs1 asks for itself does not carry the virtual address")
    client.shell(f"ip neighbour flush dev {INTERFACE}")
    rs1.shell(f"ping -c 1 -W 1 -I {VIP} {HOSTS['client']} || true")
    assert f"{VIP} lladdr {rs1.hardware_address(INTERFACE)}" not in client.run(["ip", "neighbour"]).stdout.replace(
        f"dev {INTERFACE} ", "")

    lab.step("a second time nothing changes; more addresses at another time, then all go in another order")
    again = snapshot(rs1)
    real_server(rs1, "apply", VIP)
    same(again, snapshot(rs1))
    real_server(rs1, "apply", "--label", SECOND, SIXTH)
    assert "lo:0" in rs1.run(["ip", "-o", "address", "show", "dev", "lo"]).stdout
    assert "nodad" in rs1.run(["ip", "-o", "-6", "address", "show", "dev", "lo"]).stdout
    listed = json.loads(real_server(rs1, "status", "--json").stdout)
    assert [entry["address"] for entry in listed["applied"]] == [VIP, SECOND, SIXTH], listed
    assert listed["inOrder"] is True
    real_server(rs1, "remove", VIP)
    assert owners(client, INTERFACE, SECOND, HOSTS["client"]) == []
    real_server(rs1, "remove", "--all")
    real_server(rs2, "remove", VIP)
    for host in (rs1, rs2):
        same(before[host.name], snapshot(host))
    lab.step("a dry run says what it would do and does nothing, for nobody in particular")
    said = real_server(rs1, "apply", "--dry-run", VIP).stdout
    assert f"would add {VIP}/32 to lo" in said and "would set net.ipv4.conf.all.arp_ignore to 1" in said, said
    same(before["rs1"], snapshot(rs1))


@scenario("the addresses of the director's file, and what was there before comes back", only="martlet")
def from_configuration(lab):
    rs1, = lab.add_hosts(INTERFACE, {"rs1": HOSTS["rs1"]})
    rs1.write("/run/director.conf", CONFIGURATION)
    rs1.shell(f"ip address add {SECOND}/24 dev lo label lo:8; ip address add 10.1.80.86/32 dev lo")
    before = snapshot(rs1)
    real_server(rs1, "apply", "--from", "/run/director.conf")
    listed = json.loads(real_server(rs1, "status", "--json").stdout)["applied"]
    expected = [VIP, SECOND, "10.1.80.88", SIXTH, "10.1.80.86"]
    assert sorted(entry["address"] for entry in listed) == sorted(expected), listed
    assert next(entry["ports"] for entry in listed if entry["address"] == VIP) == ["80/tcp", "53/udp"], listed
    kinds = {finding["kind"] for finding in findings(rs1, "--no-probe")}
    assert kinds == {"no-listener"}, kinds
    real_server(rs1, "remove", "--from", "/run/director.conf")
    same(sorted(before), sorted(snapshot(rs1)))
    lab.step("all or nothing: an address that cannot be had undoes those before it")
    rs1.shell("sysctl -q -w net.ipv6.conf.lo.disable_ipv6=1")
    before = snapshot(rs1)
    result = real_server(rs1, "apply", VIP, SIXTH, check=False)
    assert result.returncode == 1 and SIXTH in result.stderr, result
    same(before, snapshot(rs1))


# What is planted, what takes it back, and what verify has to say.
MISTAKES = [
    ("the address is missing", f"ip address del {VIP}/32 dev lo", f"ip address add {VIP}/32 dev lo",
     ["address-missing"]),
    ("it has the prefix of its network", f"ip address del {VIP}/32 dev lo; ip address add {VIP}/24 dev lo",
     f"ip address del {VIP}/24 dev lo; ip address add {VIP}/32 dev lo", ["prefix-length"]),
    ("it is on the wire's interface", f"ip address del {VIP}/32 dev lo; ip address add {VIP}/24 dev {INTERFACE}",
     f"ip address del {VIP}/24 dev {INTERFACE}; ip address add {VIP}/32 dev lo", ["wrong-interface"]),
    ("arp_ignore is set on lo alone", "sysctl -q -w net.ipv4.conf.all.arp_ignore=0",
     "sysctl -q -w net.ipv4.conf.all.arp_ignore=1", ["arp-ignore"]),
    ("the wire's interface has a larger arp_ignore", f"sysctl -q -w net.ipv4.conf.{INTERFACE}.arp_ignore=3",
     f"sysctl -q -w net.ipv4.conf.{INTERFACE}.arp_ignore=0", ["arp-ignore"]),
    ("arp_announce is 1", "sysctl -q -w net.ipv4.conf.all.arp_announce=1",
     "sysctl -q -w net.ipv4.conf.all.arp_announce=2", ["arp-announce"]),
    ("arp_ignore is 8", "sysctl -q -w net.ipv4.conf.all.arp_ignore=8",
     "sysctl -q -w net.ipv4.conf.all.arp_ignore=1", ["arp-mute"]),
    ("lo is down", "ip link set lo down", f"ip link set lo up; ip address add {SIXTH}/128 dev lo nodad",
     ["interface-down", "address-missing"]),
    ("IPv6 is off on lo", "sysctl -q -w net.ipv6.conf.lo.disable_ipv6=1",
     f"sysctl -q -w net.ipv6.conf.lo.disable_ipv6=0; ip address add {SIXTH}/128 dev lo nodad",
     ["address-missing", "ipv6-disabled"]),
    ("the IPv6 address is on the wire's interface",
     f"ip address del {SIXTH}/128 dev lo; ip address add {SIXTH}/128 dev {INTERFACE}",
     f"ip address del {SIXTH}/128 dev {INTERFACE}; ip address add {SIXTH}/128 dev lo nodad", ["wrong-interface"]),
    ("the tunnel's device is missing", None, None, ["tunnel-missing", "tunnel-mtu"]),
]


@scenario("verify names each of a dozen mistakes and what it breaks", only="martlet")
def mistakes(lab):
    ds1, rs1 = lab.add_hosts(INTERFACE, {name: HOSTS[name] for name in ("ds1", "rs1")})
    ds1.run(["ip", "address", "add", f"{VIP}/32", "dev", INTERFACE])
    listener = Listener(rs1, "0.0.0.0").start()
    real_server(rs1, "apply", "--port", "80", VIP)
    real_server(rs1, "apply", SIXTH)
    assert findings(rs1, "--no-probe") == [], findings(rs1, "--no-probe")
    lab.step("the director's answer is the only one; without a director nobody answers")
    assert findings(rs1) == [], findings(rs1)
    ds1.run(["ip", "address", "del", f"{VIP}/32", "dev", INTERFACE])
    assert [finding["kind"] for finding in findings(rs1)] == ["no-arp-answer"]
    for what, plant, mend, expected in MISTAKES:
        if plant is None:
            kinds = [finding["kind"] for finding in findings(rs1, "--no-probe", "--tunnel", "ipip", VIP)]
        else:
            rs1.shell(plant)
            kinds = [finding["kind"] for finding in findings(rs1, "--no-probe")]
            rs1.shell(mend)
        if kinds != expected:
            raise Failure(f"{what}: verify names {kinds} and not {expected}")
        assert findings(rs1, "--no-probe") == [], f"{what}: {findings(rs1, '--no-probe')}"
    lab.step("nobody listens, or only elsewhere")
    listener.stop()
    assert [finding["kind"] for finding in findings(rs1, "--no-probe")] == ["no-listener"]
    elsewhere = Listener(rs1, HOSTS["rs1"]).start()
    found = findings(rs1, "--no-probe")
    assert found[0]["kind"] == "no-listener" and HOSTS["rs1"] in found[0]["actual"], found
    elsewhere.stop()
    lab.step("apply puts right what it can")
    listener = Listener(rs1, "0.0.0.0").start()
    rs1.shell(f"ip address del {VIP}/32 dev lo; sysctl -q -w net.ipv4.conf.all.arp_ignore=0 "
              f"net.ipv4.conf.{INTERFACE}.arp_announce=3")
    assert len(findings(rs1, "--no-probe")) >= 3
    real_server(rs1, "apply", VIP)
    assert findings(rs1, "--no-probe") == [], findings(rs1, "--no-probe")


@scenario("what keeps the addresses across a reboot is accepted by the host's own tools, and goes with the removal",
          only="martlet")
def persistence(lab):
    rs1, = lab.add_hosts(INTERFACE, {"rs1": HOSTS["rs1"]})
    root = rs1.path("/run/image")
    os.makedirs(root)

    def files():
        return sorted(os.path.relpath(os.path.join(folder, name), root)
                      for folder, _, names in os.walk(root) for name in names if "martlet-realserver.lock" not in name)

    for manager, check in (("systemd", systemd_accepts), ("ifupdown", ifupdown_accepts),
                           ("systemd-networkd", networkd_accepts)):
        lab.step(manager)
        before = snapshot(rs1)
        for words in (f"{VIP} {SIXTH}", f"--label {SECOND}"):
            rs1.shell(f"umask 077; {martlet_binary()} realserver apply --persist-with {manager} --root /run/image {words}")
        same(before, snapshot(rs1))
        for folder, folders, names in os.walk(root):
            for name in folders + names:
                mode = os.stat(os.path.join(folder, name), follow_symlinks=False).st_mode & 0o777
                assert mode & (0o005 if name in folders else 0o004), f"{folder}/{name} has mode {mode:o}"
        lab.step(f"{manager}: what the files do is what apply does")
        real_server(rs1, "apply", VIP, SIXTH)
        real_server(rs1, "apply", "--label", SECOND)
        check(rs1, root)
        real_server(rs1, "remove", "--all")
        same(sorted(before), sorted(snapshot(rs1)))
        assert files(), "a removal on the host took files of the image"
        real_server(rs1, "remove", "--root", "/run/image", "--all")
        left = files()
        assert left == [], left
        same(sorted(before), sorted(snapshot(rs1)))
    lab.step("a file of the administrator's is not written to")
    rs1.write("/run/image/etc/network/interfaces.d/martlet-realserver", "# mine\n")
    result = real_server(rs1, "apply", "--persist-with", "ifupdown", "--root", "/run/image", VIP, check=False)
    assert result.returncode == 1 and "not what Martlet wrote" in result.stderr, result
    same(before, snapshot(rs1))
    assert rs1.read("/run/image/etc/network/interfaces.d/martlet-realserver") == "# mine\n"

    lab.step("a file that is gone or edited is told, and after a reboot the removal takes everything back")
    rs1.shell("for place in /etc/systemd/system /etc/sysctl.d /var/lib; do mount -t tmpfs none $place; done")
    before = snapshot(rs1)
    real_server(rs1, "apply", "--persist-with", "systemd", VIP)
    real_server(rs1, "status")
    unit = "/etc/systemd/system/martlet-realserver.service"
    for plant, kind, word in ((f"echo >>{unit}", "persistence-edited", "edited"),
                              (f"rm {unit}", "persistence-missing", "absent")):
        rs1.shell(f"cp {unit} /run/unit; {plant}")
        assert [finding["kind"] for finding in findings(rs1, "--no-probe")] == [kind], findings(rs1, "--no-probe")
        result = real_server(rs1, "status", check=False)
        assert result.returncode == 1 and f"{unit}: {word}, should be" in result.stdout, result
        rs1.shell(f"cp /run/unit {unit}")
    assert findings(rs1, "--no-probe") == []
    rs1.shell("rm -rf /run/martlet")
    real_server(rs1, "remove", "--all")
    same(sorted(before), sorted(snapshot(rs1)))
    assert rs1.shell("ls /etc/systemd/system").stdout == "", rs1.shell("find /etc/systemd/system").stdout


def systemd_accepts(host, root):
    unit = os.path.join(root, "etc/systemd/system/martlet-realserver.service")
    with open(unit) as file:
        text = file.read()
    # The program is to be where the image has it.
    host.write("/run/check/martlet-realserver.service", text.replace("/usr/local/sbin/martlet", martlet_binary()))
    result = host.run(["systemd-analyze", "verify", "/run/check/martlet-realserver.service"], check=False)
    assert result.returncode == 0 and "martlet" not in result.stderr, result.stderr
    link = os.path.join(root, "etc/systemd/system/multi-user.target.wants/martlet-realserver.service")
    assert os.path.exists(link), "the unit is not wanted by anything"
    commands = [line.split("=", 1)[1] for line in text.splitlines() if line.startswith("ExecStart=")]
    assert len(commands) == 2, text
    before = snapshot(host)
    # What was applied by hand is just what the unit applies.
    for command in commands:
        host.shell(command.replace("/usr/local/sbin/martlet", martlet_binary()))
    same(before, snapshot(host))


def ifupdown_accepts(host, root):
    host.write("/run/image/etc/network/interfaces",
               "auto lo\niface lo inet loopback\nsource /run/image/etc/network/interfaces.d/*\n")
    said = ""
    for name in ("lo", "lo:0"):
        result = host.run(["ifup", "--no-act", "--force", "--verbose", "-i", "/run/image/etc/network/interfaces", name],
                          check=False, environment={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        assert result.returncode == 0, result.stderr
        said += result.stdout + result.stderr
    for expected in (f"ip addr add {VIP}/255.255.255.255", f"ip addr add {SECOND}/255.255.255.255",
                     f"ip -6 addr add {SIXTH}/128  dev lo  nodad"):
        assert expected in said, f"ifup would not set {expected}\n{said}"
    os.unlink(os.path.join(root, "etc/network/interfaces"))


def networkd_accepts(host, root):
    """The real networkd on a host that has just started: it finds nothing but the files."""
    before = host.addresses("lo")
    assert os.path.exists("/lib/systemd/systemd-networkd"), "install systemd"
    host.shell("""
        ip address flush dev lo scope global
        mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
        chown -R systemd-network /run/systemd/netif
        mount --bind /run/image/etc/systemd/network /etc/systemd/network
        mount -o remount,ro /sys  # or networkd waits for udev
    """)
    networkd = host.start(["/lib/systemd/systemd-networkd"])
    try:
        until(lambda: sorted(host.addresses("lo")) == sorted(before), "networkd brings the addresses back", 15, interval=0.2,
              context=lambda: f"{host.addresses('lo')}\n{networkd.log}")
    finally:
        networkd.stop()
        # The two settings are networkd's own doing on every interface that it looks after.
        host.shell("umount /etc/systemd/network; mount -o remount,rw /sys; "
                   "sysctl -q -w net.ipv4.conf.lo.promote_secondaries=0 net.ipv6.conf.lo.addr_gen_mode=0")
    for word in ("Unknown", "Invalid", "Failed to parse", "ignoring"):
        assert word not in networkd.log.replace("Failed to read $container of PID 1, ignoring", ""), networkd.log


# What [Match] says, and what Martlet makes of it: "own" file, "beside" the other one, or a "unit" where it is not certain.
MATCHES = [
    ("Name=lo", "beside"), ("Name=!e*", "shared"), ("Name=!e* l*", "own"), ("Name=lo\nName=", "own"),
    ("Type=loopback", "beside"), ("Type=!ether", "shared"), ("Type=ether", "own"), ("Kind=!bridge", "shared"),
    ("Kind=bridge", "own"), ("Driver=!virtio_net", "shared"), ("Driver=virtio_net", "own"), ("Name=lo\nPath=pci-*", "own"),
    ("Name=lo\nMACAddress=02:00:00:00:00:01", "own"), ("Name=lo\nMACAddress=00:00:00:00:00:00", "unit"),
    ("Name=lo\nPermanentMACAddress=02:00:00:00:00:01", "own"), ("Name=lo\nWLANInterfaceType=!station", "beside"),
    ("Name=lo\nHost=elsewhere", "unit"), ("Name=lo\nKernelVersion=>=3", "unit"), ("KernelVersion=>=3", "unit"), ("Name=", "own"),
    ("Name=eth9 \\\n lo", "shared"), ("Name=lo\n[Link]\nUnmanaged=yes", "unit"), ("Name=enp*\nHost=elsewhere", "own"),
]


@scenario("which file is for lo is what networkd says, wherever it can be told", only="martlet", timeout=120)
def network_files(lab):
    host, = lab.add_hosts(INTERFACE, {"rs1": HOSTS["rs1"]})
    host.shell("mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp /run/image "
               "/etc/systemd/network; chown -R systemd-network /run/systemd/netif; mount -o remount,ro /sys")
    for keys, expected in MATCHES:
        host.shell("rm -rf /run/image/*; mkdir -p /run/image/etc/systemd/network; rm -f /run/systemd/netif/links/*")
        host.write("/run/image/etc/systemd/network/10-x.network", f"[Match]\n{keys}\n[Network]\nAddress=10.99.0.1/32\n")
        said = real_server(host, "apply", "--persist-with", "systemd-networkd", "--root", "/run/image", VIP).stdout
        found = "unit" if "note: " in said else "beside" if "10-x.network.d/" in said else "own"
        # Beside a file that is for other interfaces too, they would get the addresses.
        assert found == ("unit" if expected == "shared" else expected), f"{keys!r}: {found}\n{said}"
        real_server(host, "remove", "--root", "/run/image", VIP)
        host.shell("mount --bind /run/image/etc/systemd/network /etc/systemd/network")
        networkd = host.start(["/lib/systemd/systemd-networkd"])
        try:
            def state():
                return host.shell("cat /run/systemd/netif/links/1 2>/dev/null || true").stdout

            until(lambda: "ADMIN_STATE=" in state() and "=pending" not in state() and "=initialized" not in state(),
                  "networkd looks at lo", 15, interval=0.1, context=lambda: networkd.log)
            used = "/10-x.network" in state()
        finally:
            networkd.stop()
            host.shell("umount /etc/systemd/network; ip address flush dev lo scope global")
        if expected != "unit":
            assert used == (expected in ("beside", "shared")), f"{keys!r}: networkd says otherwise\n{networkd.log}"


@scenario("a dummy and a tunnel's device hold and open what the director sends, and go back to what they were",
          ipvs=True, only="martlet")
def dummies_and_tunnels(lab):
    file = "".join(virtual_server([server("rs1", check=None)], vip=vip, kind=kind)
                   for vip, kind in ((VIP, "TUN"), (SECOND, "DR")))
    pool = WebPool(lab, file, servers=("rs1",), serving=())
    pool.ds1.run(["ip", "address", "add", f"{SECOND}/32", "dev", INTERFACE])
    rs1 = pool.servers["rs1"]
    rs1.shell(f"modprobe ipip; ip address del {VIP}/32 dev lo; sysctl -q -w net.ipv4.conf.all.rp_filter=1 "
              "net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.all.arp_announce=0")
    before = snapshot(rs1)
    pool.web["rs1"].start()
    pool.director.start()
    until(lambda: len(pool.table()) == 2, "both services are there", 40)

    lab.step("verify says what is missing before anything is done")
    kinds = {finding["kind"] for finding in findings(rs1, "--no-probe", "--tunnel", "ipip", "--port", "80", VIP)}
    assert kinds == {"address-missing", "arp-ignore", "arp-announce", "tunnel-down", "reverse-path-filter",
                     "tunnel-mtu"}, kinds

    lab.step("a page through the tunnel")
    real_server(rs1, "apply", "--tunnel", "ipip", "--port", "80", VIP)
    assert served_by(fetch(pool.client, VIP)) == "rs1"
    counters = json.loads(rs1.run(["ip", "-j", "-s", "link", "show", "tunl0"]).stdout)[0]["stats64"]
    assert counters["rx"]["packets"] > 3, counters
    director = pool.ds1.hardware_address(INTERFACE)
    assert owners(pool.client, INTERFACE, VIP, "10.1.80.62") == [director]

    lab.step("a page by the address on a dummy")
    real_server(rs1, "apply", "--interface", "dummy0", SECOND)
    assert served_by(fetch(pool.client, SECOND)) == "rs1"
    assert owners(pool.client, INTERFACE, SECOND, "10.1.80.62") == [director]
    assert [finding["kind"] for finding in findings(rs1)] == ["tunnel-mtu"], findings(rs1)

    lab.step("what verify says of a tunnel is what breaks it")
    for plant, mend, expected in (
            ("ip link set tunl0 down", "ip link set tunl0 up", "tunnel-down"),
            ("sysctl -q -w net.ipv4.conf.tunl0.rp_filter=1", "sysctl -q -w net.ipv4.conf.tunl0.rp_filter=2",
             "reverse-path-filter"),
            (f"ip address del {VIP}/32 dev tunl0; ip address add {VIP}/32 dev lo",
             f"ip address del {VIP}/32 dev lo; ip address add {VIP}/32 dev tunl0", "reverse-path-filter"),
            ("ip link set dummy0 down", "ip link set dummy0 up", None)):
        rs1.shell(plant)
        wrong = [finding["kind"] for finding in findings(rs1, "--no-probe") if finding["severity"] == "wrong"]
        assert set(wrong) == {"tunnel-down": {"tunnel-down", "interface-down"}}.get(
            expected, {expected or "interface-down"}), wrong
        if expected:
            try:
                fetch(pool.client, VIP, timeout=1)
                raise Failure(f"there was a page in spite of {plant}")
            except OSError:
                pass
        rs1.shell(mend)
        assert served_by(fetch(pool.client, VIP)) == "rs1"
    real_server(rs1, "remove", SECOND)
    assert served_by(fetch(pool.client, VIP)) == "rs1"
    real_server(rs1, "remove", VIP)
    same(without_tunnel(before), without_tunnel(snapshot(rs1)))


@scenario("IPv4 comes out of a tunnel over IPv6, whose device opens IPv6 alone until apply sets it, and as before after",
          ipvs=True, only="martlet")
def ipv4_in_ipv6(lab):
    pool = WebPool(lab, virtual_server([server("2001:db8::93", check=None)], kind="TUN"), servers=("rs1",), serving=())
    rs1 = pool.servers["rs1"]
    for host, address in ((pool.ds1, "2001:db8::91"), (rs1, "2001:db8::93")):
        host.run(["ip", "address", "add", f"{address}/64", "dev", INTERFACE, "nodad"])
    rs1.shell(f"modprobe ip6_tunnel; ip address del {VIP}/32 dev lo; sysctl -q -w net.ipv4.conf.all.arp_ignore=0 "
              "net.ipv4.conf.all.arp_announce=0")
    pool.web["rs1"].start()
    pool.director.start()
    until(lambda: pool.pool(), "the service is there", 40)
    words = ("--tunnel", "ipip", "--tunnel-family", "ipv6", VIP)

    def mode():
        return json.loads(rs1.run(["ip", "-j", "-d", "link", "show", "ip6tnl0"]).stdout)[0]["linkinfo"]["info_data"]["proto"]

    assert mode() == "ip6ip6", mode()
    assert "tunnel-mode" in {finding["kind"] for finding in findings(rs1, "--no-probe", *words)}
    real_server(rs1, "apply", *words)
    assert mode() == "any", mode()
    assert served_by(fetch(pool.client, VIP)) == "rs1"
    lab.step("the mode is what it was for: with the former one nothing comes out, and verify says so")
    rs1.shell("ip -6 tunnel change ip6tnl0 mode ip6ip6")
    wrong = [finding["kind"] for finding in findings(rs1, "--no-probe") if finding["severity"] == "wrong"]
    assert wrong == ["tunnel-mode"], wrong
    try:
        fetch(pool.client, VIP, timeout=1)
        raise Failure("there was a page in spite of the mode")
    except OSError:
        pass
    real_server(rs1, "apply", *words)
    assert served_by(fetch(pool.client, VIP)) == "rs1"
    real_server(rs1, "remove", VIP)
    assert mode() == "ip6ip6", mode()


TUNNELS = {
    "GRE with checksums": {
        "method": "TUN type gre csum", "modules": "ip_gre", "device": "gre0", "words": ("--tunnel", "gre", "--tunnel-checksum"),
        "missing": "tunnel-checksum",
        "plants": [("ip link set gre0 down", "tunnel-down")], "state": "ip -j -d link show gre0",
        "mark": '"icsum"'},
    "GUE": {
        "method": "TUN type gue port 6080 csum", "modules": "ipip", "device": "tunl0",
        "words": ("--tunnel", "gue", "--tunnel-port", "6080"), "missing": "tunnel-port",
        "plants": [("ip fou del port 6080", "tunnel-port"),
                   ("ip fou del port 6080; ip fou add port 6080 ipproto 4", "tunnel-port")],
        "state": "ip fou show 2>&1 || true", "mark": "6080 gue"},
    "GUE over IPv6": {
        "method": "TUN type gue port 6080 nocsum", "modules": "ip6_tunnel", "device": "ip6tnl0", "address": "2001:db8::93",
        "words": ("--tunnel", "gue", "--tunnel-port", "6080", "--tunnel-family", "ipv6"), "missing": "tunnel-port",
        "plants": [("ip fou del port 6080 -6", "tunnel-port"),
                   ("ip -6 tunnel change ip6tnl0 mode ip6ip6", "tunnel-mode")],
        "state": "ip fou show 2>&1 || true", "mark": "6080 gue -6"},
}


@scenario("what the director sends by a tunnel with settings of its own is opened, and all is as before after",
          ipvs=True, only="martlet", cases={name: {"tunnel": tunnel} for name, tunnel in TUNNELS.items()})
def tunnel_settings(lab, tunnel):
    address = tunnel.get("address", "rs1")
    file = virtual_server([server(address, check=None, extra=f"lvs_method {tunnel['method']}"),
                           # Another host's tunnel is no matter of this one.
                           server("rs2", check=None, weight=0)])
    pool = WebPool(lab, file, servers=("rs1",), serving=())
    rs1, from_file = pool.servers["rs1"], ("--from", "/run/director.conf")
    rs1.write("/run/director.conf", file)
    for host, sixth in ((pool.ds1, "2001:db8::91"), (rs1, "2001:db8::93")):
        host.run(["ip", "address", "add", f"{sixth}/64", "dev", INTERFACE, "nodad"])
    rs1.shell(f"modprobe {tunnel['modules']}; ip address del {VIP}/32 dev lo")
    pool.web["rs1"].start()
    pool.director.start()
    until(lambda: pool.pool(), "the service is there", 40)
    assert tunnel["mark"] not in rs1.shell(tunnel["state"]).stdout
    # A device that was up once has a queue and IPv6 settings from then on.
    show = f"ip -d link show {tunnel['device']} | sed 's/qdisc [a-z]*//; s/addrgenmode [a-z0-9]* //'"
    before = rs1.shell(show).stdout
    kinds = {finding["kind"] for finding in findings(rs1, "--no-probe", *from_file)}
    assert tunnel["missing"] in kinds, kinds
    result = real_server(rs1, "apply", *from_file)
    assert result.stderr == "", result
    assert tunnel["mark"] in rs1.shell(tunnel["state"]).stdout
    assert served_by(fetch(pool.client, VIP)) == "rs1"
    lab.step("a second run finds nothing to do, and verify what was undone since")
    assert "would" not in real_server(rs1, "apply", "--dry-run", *from_file).stdout
    for plant, kind in tunnel["plants"]:
        rs1.shell(plant)
        wrong = [finding["kind"] for finding in findings(rs1, "--no-probe") if finding["severity"] == "wrong"]
        assert kind in wrong, wrong
        try:
            fetch(pool.client, VIP, timeout=1)
            raise Failure(f"there was a page in spite of {plant}")
        except OSError:
            pass
        if "ipproto" in plant:
            refused = real_server(rs1, "apply", *from_file, check=False)
            assert refused.returncode == 1 and "another kind of tunnels at port 6080" in refused.stderr, refused
            rs1.shell("ip fou del port 6080")
        real_server(rs1, "apply", *from_file)
        assert served_by(fetch(pool.client, VIP)) == "rs1"
    real_server(rs1, "remove", VIP)
    assert tunnel["mark"] not in rs1.shell(tunnel["state"]).stdout
    same(before.splitlines(), rs1.shell(show).stdout.splitlines())
    lab.step("by options, as by the file")
    real_server(rs1, "apply", *tunnel["words"], VIP)
    assert served_by(fetch(pool.client, VIP)) == "rs1"
    real_server(rs1, "remove", "--all")
    assert tunnel["mark"] not in rs1.shell(tunnel["state"]).stdout
