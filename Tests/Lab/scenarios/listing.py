"""`martlet list` beside the real ipvsadm, on tables that the real one loaded: the same bytes, the same exit status."""

import difflib
import random
import re
import socket
import time

from lab.director import martlet_binary
from lab.scenario import scenario
from lab.wait import Failure

FORMATS = [[], ["--stats"], ["--rate"], ["--thresholds"], ["--persistent-conn"], ["--tun-info"], ["--nosort"],
           ["--stats", "--exact"], ["--rate", "--exact"], ["--nosort", "--tun-info"]]

SCHEDULERS = ["rr", "wrr", "lc", "wlc", "sh", "mh"]


def random_table(seed):
    """Rules for `ipvsadm -R`.

    Addresses lie so close together that the signed compare of ipvsadm 1.31 does not turn their order around, and
    sh and mh have no third flag; in these corners martlet differs on purpose (Sources/IPVSAdmin/Listing).
    """
    generator = random.Random(seed)
    rules, services = [], set()
    while len(services) < 40:
        family = generator.choice([4, 4, 6])
        if generator.random() < 0.2:
            service, port = f"-f {generator.randint(1, 2**31 - 1)}" + (" -6" if family == 6 else ""), None
        else:
            port = generator.choice([53, 80, 443, generator.randint(1, 65535)])
            protocol = generator.choice(["-t", "-u", "--sctp-service"])
            service = f"{protocol} {address(generator, family)}:{port}"
        if service in services:
            continue
        services.add(service)
        rules.append(f"-A {service}{service_options(generator, service, family)}")
        servers = set()
        for _ in range(generator.choice([0, 1, 2, 10])):
            forwarding = generator.choice(["-g", "-m", "-i"])
            own = generator.randint(0 if port is None else 1, 65535) if port is None or forwarding == "-m" else port
            server = f"{address(generator, family)}:{own}"
            if server in servers:
                continue
            servers.add(server)
            rules.append(f"-a {service} -r {server} {forwarding}{server_options(generator, forwarding)}")
    return "\n".join(rules) + "\n"


def address(generator, family):
    if family == 4:
        return f"10.{generator.randint(0, 255)}.{generator.choice([0, 1, 200])}.{generator.randint(1, 254)}"
    groups = [0x2001, 0xDB8] + [generator.choice([0, 0, 1, generator.randint(0, 0x7FFF)]) for _ in range(6)]
    if not any(groups[2:]):
        groups[7] = 1
    return "[" + socket.inet_ntop(socket.AF_INET6, b"".join(group.to_bytes(2, "big") for group in groups)) + "]"


def service_options(generator, service, family):
    scheduler = generator.choice(SCHEDULERS)
    text = f" -s {scheduler}"
    if generator.random() < 0.4:
        text += f" -p {generator.choice([1, 50, 360, 2678400])}"
        if generator.random() < 0.5:
            text += " -M 64" if family == 6 else f" -M 255.255.{generator.choice([0, 240, 255])}.0"
    if service.startswith("-u") and generator.random() < 0.3:
        text += " -o"
    if generator.random() < 0.3:
        names = [f"{scheduler}-fallback", f"{scheduler}-port"] if scheduler in ("sh", "mh") else [
            "flag-1", "flag-2", "flag-3"]
        text += " -b " + ",".join(generator.sample(names, generator.randint(1, len(names))))
    return text


def server_options(generator, forwarding):
    text = f" -w {generator.choice([0, 1, 100, 65535, 2147483647])}"
    if generator.random() < 0.3:
        text += f" -x {generator.randint(50, 1000000)} -y {generator.randint(1, 50)}"
    if forwarding == "-i" and generator.random() < 0.7:
        text += generator.choice([
            " --tun-type ipip", " --tun-type gue --tun-port 6080 --tun-nocsum",
            " --tun-type gue --tun-port 65535 --tun-csum", " --tun-type gue --tun-port 1 --tun-remcsum",
            " --tun-type gre --tun-nocsum", " --tun-type gre --tun-csum"])
    return text


def only_host(lab):
    return lab.add_hosts("eth0", {"ds1": "10.1.80.91"})[0]


def compare(host, arguments, steady=lambda text: text):
    """Runs both with the same listing options; `steady` takes out what changes from one moment to the next.

    Counters move while the kernel's estimator catches up, so a moment counts in which ipvsadm prints the same before
    and after ours.
    """
    for _ in range(20):
        theirs = host.run(["ipvsadm", "-L", *arguments], check=False)
        ours = host.run([martlet_binary(), "list", *arguments], check=False)
        again = host.run(["ipvsadm", "-L", *arguments], check=False)
        if steady(theirs.stdout) == steady(again.stdout):
            break
    else:
        raise Failure(f"{' '.join(arguments)}: ipvsadm never printed the same twice")
    for what, expected, found in (("standard output", theirs.stdout, ours.stdout),
                                  ("standard error", theirs.stderr, ours.stderr)):
        expected, found = steady(expected), steady(found)
        if expected != found:
            lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), "ipvsadm", "martlet", lineterm="")
            raise Failure(f"{' '.join(arguments)}: {what} differs:\n" + "\n".join(list(lines)[:40]))
    if theirs.returncode != ours.returncode:
        raise Failure(f"{' '.join(arguments)}: status {ours.returncode}, and ipvsadm's is {theirs.returncode}")
    return theirs.stdout


@scenario("random tables in every format", ipvs=True, only="martlet", timeout=400,
          cases={f"seed {seed}": {"seed": seed} for seed in (1, 2, 3)})
def random_tables(lab, seed):
    host = only_host(lab)
    rules = random_table(seed)
    host.run(["ipvsadm", "-R"], input=rules)
    for arguments in FORMATS:
        listing = compare(host, ["-n", *arguments])
        if len(listing.splitlines()) != 3 + len(rules.splitlines()):
            raise Failure(f"{' '.join(arguments)}: not every rule was loaded")
    for rule in [line for line in rules.splitlines() if line.startswith("-A")][:5]:
        compare(host, ["-n", *rule.split(" -s ")[0].split()[1:]])


@scenario("names of hosts and services", ipvs=True, only="martlet")
def names(lab):
    host = only_host(lab)
    host.write("/run/hosts", "127.0.0.1 localhost\n"
               "10.0.0.1 a-front-tier-with-a-long-name.example.test\n10.0.0.2 rs1.example.test\n"
               "2001:db8::1 www6.example.test\n"
               "2001:db8::2 a-real-server-of-ipv6-with-a-very-long-name.in-a-domain.example.test\n")
    host.write("/run/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    for name in ("hosts", "resolv.conf"):
        host.run(["mount", "--bind", f"/run/{name}", f"/etc/{name}"])
    host.run(["ipvsadm", "-R"], input="""-A -t 10.0.0.1:443 -s rr
-a -t 10.0.0.1:443 -r 10.0.0.2:444 -m
-a -t 10.0.0.1:443 -r 10.0.0.3:60999 -m
-A -u 10.0.0.1:53 -s rr
-A --sctp-service 10.0.0.1:80 -s rr
-A -t [2001:db8::1]:80 -s rr
-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -g
-A -f 80 -s rr
-a -f 80 -r 10.0.0.2:80 -m
""")
    for arguments in ([], ["--stats"], ["-t", "a-front-tier-with-a-long-name.example.test:https"],
                      ["-u", "10.1:domain"], ["-t", "[2001:db8::1]:http"]):
        compare(host, arguments)


@scenario("a name server that is away costs a bounded time, whatever the number of addresses", ipvs=True, only="martlet")
def dead_name_server(lab):
    host = only_host(lab)
    # What goes out of a dummy comes to nobody.
    host.shell("ip link add gone type dummy; ip link set gone up; ip address add 10.255.0.1/24 dev gone")
    host.write("/run/resolv.conf", "nameserver 10.255.0.53\noptions timeout:1 attempts:1\n")
    host.write("/run/nsswitch.conf", "hosts: files dns\nservices: files\n")
    for name in ("resolv.conf", "nsswitch.conf"):
        host.run(["mount", "--bind", f"/run/{name}", f"/etc/{name}"])
    host.run(["ipvsadm", "-R"], input="".join(
        f"-A -t 10.{number // 250}.{number % 250}.1:60999 -s rr\n"
        f"-a -t 10.{number // 250}.{number % 250}.1:60999 -r 10.9.{number // 250}.{number % 250 + 1}:60999 -g\n"
        for number in range(1000)))
    for words in (["list"], ["ipvsadm", "-S"]):
        start = time.monotonic()
        numeric = host.run([martlet_binary(), *words, "-n"]).stdout
        usual = time.monotonic() - start
        result = host.run([martlet_binary(), *words])
        took = time.monotonic() - start - usual
        print(f"{' '.join(words)}: {took:.1f} s, in numbers {usual:.1f} s")
        assert result.stdout == numeric, result.stdout[:2000]
        assert "no name server told the names of 2000 addresses in time" in result.stderr, result.stderr
        # Two seconds of silence, and what an emulated processor needs for threads and lookups.
        assert took < usual + 8, (took, usual)


@scenario("connections, timeouts and daemons", ipvs=True, only="martlet")
def other_screens(lab):
    host = only_host(lab)
    for place in ("10.0.0.1/32", "10.0.0.2/32", "2001:db8::1/128"):
        host.run(["ip", "address", "add", place, "dev", "lo", *(["nodad"] if ":" in place else [])])
    host.run(["ipvsadm", "-R"], input="""-A -t 10.0.0.1:80 -s rr -p 50
-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g
-A -t [2001:db8::1]:80 -s rr
-a -t [2001:db8::1]:80 -r [2001:db8::1]:80 -g
""")
    for family, place in ((socket.AF_INET, "10.0.0.1"), (socket.AF_INET6, "2001:db8::1")):
        with host.socket(family) as client:
            client.settimeout(2)
            try:
                client.connect((place, 80))
            except OSError:
                pass  # Nobody listens: the entry in the table is what counts.

    def without_expiry(text):
        return re.sub(r"\b\d\d:\d\d\b ", "MM:SS ", text)

    connections = compare(host, ["-n", "-c"], without_expiry)
    if len(connections.splitlines()) < 4:
        raise Failure(f"there had to be connections of both families:\n{connections}")
    compare(host, ["-n", "-c", "--persistent-conn"], without_expiry)
    compare(host, ["-n", "--stats"])
    compare(host, ["--timeout"])
    compare(host, ["--daemon"])
    host.run(["ipvsadm", "--set", "100", "20", "30"])
    compare(host, ["--timeout"])

    host.run(["ipvsadm", "-C"])
    host.run(["ip", "link", "add", "mc0", "type", "dummy"])
    host.run(["ip", "address", "add", "10.9.0.1/24", "dev", "mc0"])
    host.run(["ip", "link", "set", "mc0", "up"])
    host.run(["ipvsadm", "--start-daemon", "master", "--mcast-interface", "mc0", "--syncid", "3"])
    host.run(["ipvsadm", "--start-daemon", "backup", "--mcast-interface", "mc0", "--syncid", "255", "--mcast-group",
              "224.0.1.1", "--mcast-port", "9999", "--mcast-ttl", "3", "--sync-maxlen", "1400"])
    daemons = compare(host, ["--daemon"])
    if len(daemons.splitlines()) != 2:
        raise Failure(f"two daemons had to run:\n{daemons}")


@scenario("what is refused", ipvs=True, only="martlet", timeout=300)
def refused(lab):
    host = only_host(lab)
    for line in ("-n extra", "-n -n", "-c -t 1.2.3.4:5", "--timeout --daemon", "--timeout --stats", "-6 -t 1.2.3.4:5",
                 "-n -w 1", "-Q", "--bogus", "--stats=1", "-n -t", "-f 0", "--syncid 300", "-t 80", "-t [2001:db8::1]",
                 "-t 10.0.0.1:99999", "-n -t 10.0.0.1:80", "-f 7", "-f 7 -6", "-n -D", "-s rr -g"):
        compare(host, line.split())
