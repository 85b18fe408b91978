"""`martlet ipvsadm` beside the real ipvsadm: the same command lines on the same table, and what differs on purpose."""

import difflib
import json
import os
import random
import re
import shutil
import subprocess

from lab.admin_lines import Lines
from lab.director import REPOSITORY, martlet_binary
from lab.pool import Pool, real_server, virtual_server
from lab.scenario import scenario
from lab.wait import Failure, until

REAL = "/usr/sbin/ipvsadm"
SEED = int(os.environ.get("LAB_SEED", "20260101"))


def link(folder):
    """A link named ipvsadm, so that both programs have one name in their messages."""
    place = os.path.join(folder, "ipvsadm")
    os.symlink(martlet_binary(), place)
    return place


# Command lines on this machine's processor, up to where the kernel would be asked.

def stand_in(folder):
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise Failure("there is no C compiler: run apt-get install gcc")
    flags = subprocess.run(["pkg-config", "--cflags", "libnl-3.0"], capture_output=True, text=True, check=True)
    library = os.path.join(folder, "ipvs-nothing.so")
    source = os.path.join(REPOSITORY, "Tests", "Lab", "lab", "ipvs-nothing.c")
    subprocess.run([compiler, "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", *flags.stdout.split(), "-o", library, source],
                   check=True)
    return library


def differs_on_purpose(words, theirs, ours):
    """What the two say differently about a line, and is meant to be so."""
    command = next((word for word in words if word.startswith("-") and word != "-"), "")
    if theirs[0] == ours[0] == 0 and command in ("-h", "-v"):
        return "help and version"
    if ours[2] == "No such service\n" and "?    [" in theirs[1]:
        return "ipvsadm lists the nothing that the stand-in answers"
    # A plain number is a prefix length for IPv4 too: 64 is none, and ipvsadm takes it for 0.0.0.64.
    if theirs[0] == 0 and "persistent mask" in ours[2] and "64" in words:
        return "-M 64 of an IPv4 service"
    return None


@scenario("hundreds of command lines, up to the kernel", only="martlet", timeout=150)
def command_lines(lab):
    own = link(lab.directory)
    environment = dict(os.environ, LD_PRELOAD=stand_in(lab.directory))
    print(f"seed {SEED}")
    lines, counted, excused = Lines(SEED), {}, {}

    def run(program, words):
        result = subprocess.run(["ipvsadm", *words], executable=program, env=environment, capture_output=True,
                                stdin=subprocess.DEVNULL, timeout=20, check=False)
        return result.returncode, result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")

    for number in range(400):
        words = lines.wrong() if number % 4 else lines.right()
        theirs, ours = run(REAL, words), run(own, words)
        counted[theirs[0]] = counted.get(theirs[0], 0) + 1
        if theirs != ours:
            reason = differs_on_purpose(words, theirs, ours)
            if reason is None:
                raise Failure(f"seed {SEED}, line {number}: ipvsadm {words}\n  ipvsadm: {theirs}\n  martlet: {ours}")
            excused[reason] = excused.get(reason, 0) + 1
    lab.step("the page of -h has the lines of ipvsadm's, in words of its own, and the word's page needs no IPVS")
    theirs, ours = (run(program, ["-h"])[1].splitlines() for program in (REAL, own))
    explained = 28
    for line in theirs[1:]:
        # From this column on an option is explained.
        explained = 38 if line == "virtual-service:" else explained
        beginning = line[:explained] if line.startswith("  --") else line
        if not line.startswith(" " * explained) and line != "Either long or short options are allowed.":
            assert any(own_line.startswith(beginning) for own_line in ours), line
    page = subprocess.run([martlet_binary(), "ipvsadm", "--help"], capture_output=True, text=True, check=True).stdout
    assert "martlet ipvsadm -A|E virtual-service" in page and "--tun-remcsum" in page, page
    print(f"by status: {counted}; on purpose: {excused}")
    if any(counted.get(status, 0) < 40 for status in (0, 2, 255)):
        raise Failure(f"the lines are not mixed any more: {counted}")


@scenario("input that cannot be read and output that cannot be written are told, and no socket takes their place",
          only="martlet", timeout=60)
def descriptors(lab):
    own = link(lab.directory)
    restore = os.path.join(lab.directory, "ipvsadm-restore")
    os.symlink(martlet_binary(), restore)
    environment = dict(os.environ, LD_PRELOAD=stand_in(lab.directory))
    unread, unwritten = "cannot read standard input: ", "cannot write to standard output: "
    for line, message in ((f"{own} -R </", unread + "Is a directory"), (f"{own} -R <&-", unread + "Bad file descriptor"),
                          (f"{own} -R --transaction </", "Is a directory; nothing was changed"),
                          (f"{restore} </", "Is a directory; nothing was changed"),
                          (f"{restore} <&-", "Bad file descriptor; nothing was changed"),
                          (f"{own} -Ln >&-", unwritten), (f"{own} -Ln >/dev/full", unwritten),
                          (f"{own} -h >/dev/full", unwritten)):
        result = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=20)
        if result.returncode != 1 or message not in result.stderr:
            raise Failure(f"{line}: status {result.returncode}\n{result.stdout}{result.stderr}")


# Command lines on a kernel.

def two_hosts(lab):
    """Two hosts with the same network, one for each program, which share nothing but the kernel."""
    hosts = []
    for name in ("ds1", "ds2"):
        host, = lab.add_hosts(f"eth{name[-1]}", {name: f"10.1.80.9{name[-1]}"})
        host.run(["sh", "-c", "ip link add mc0 type dummy && ip address add 10.9.0.1/24 dev mc0 && ip link set mc0 up"])
        hosts.append(host)
    return hosts


def state_lines():
    """Everything that the kernel keeps, as a listing."""
    return ["-L -n --thresholds", "-L -n --tun-info", "-L -n --persistent-conn", "-L --timeout", "-L --daemon", "-S -n"]


def without_thresholds(saved):
    return re.sub(r"^(-a .*?)( -x \d+)?( -y \d+)?(?= --tun|$)", r"\1", saved, flags=re.M)


def require_same(what, theirs, ours):
    if theirs != ours:
        lines = difflib.unified_diff(theirs.splitlines(), ours.splitlines(), "ipvsadm", "martlet", lineterm="", n=6)
        raise Failure(f"{what}:\n" + "\n".join(list(lines)[:60]))


@scenario("hundreds of command lines on a kernel", ipvs=True, only="martlet", timeout=240)
def on_a_kernel(lab):
    """One process of each program reads all lines, and after every fifth lists what the kernel has."""
    own, hosts, lines = link(lab.directory), two_hosts(lab), Lines(SEED, acceptable=True)
    print(f"seed {SEED}")
    # Restored as it is read, a line that the grammar refuses ends everything; those have a scenario of their own.
    rules = [" ".join(lines.right()) for _ in range(400)]
    text = ""
    for number, rule in enumerate(rules):
        text += rule + "\n"
        if number % 5 == 4:
            text += random.Random(number).choice(state_lines()) + "\n"
    text += "\n".join(state_lines()) + "\n"
    theirs = hosts[0].run([REAL, "-R"], check=False, input=text, timeout=100)
    ours = hosts[1].run([own, "-R"], check=False, input=text, timeout=100)
    require_same(f"seed {SEED}, standard error", theirs.stderr.replace(REAL, own), ours.stderr)
    require_same(f"seed {SEED}, standard output", theirs.stdout, without_thresholds(ours.stdout))
    if len(ours.stderr.splitlines()) < 40 or len(set(ours.stderr.splitlines())) < 6:
        raise Failure(f"the kernel refused too little for a comparison:\n{ours.stderr}")
    # ipvsadm ends with the status of its last line, martlet with that of one that failed.
    if (theirs.returncode, ours.returncode) != (0, 255):
        raise Failure(f"status {theirs.returncode} and {ours.returncode}")
    print(f"{len(rules)} lines, {len(ours.stderr.splitlines())} refused, {len(ours.stdout.splitlines())} lines listed")

    lab.step("each restores what the other has saved, and the table is the same")
    ours_saved = hosts[1].run([own, "-Sn"]).stdout
    theirs_saved = hosts[1].run([REAL, "-Sn"]).stdout
    table = hosts[1].run([REAL, "-Ln", "--thresholds"]).stdout + hosts[1].run([REAL, "-Ln", "--tun-info"]).stdout
    hosts[0].run([REAL, "-C"])
    hosts[0].run([REAL, "-R"], input=ours_saved)
    require_same("what ipvsadm makes of martlet's", table, hosts[0].run([REAL, "-Ln", "--thresholds"]).stdout
                 + hosts[0].run([REAL, "-Ln", "--tun-info"]).stdout)
    hosts[0].run([REAL, "-C"])
    hosts[0].run([own, "-R"], input=theirs_saved)
    require_same("what martlet makes of ipvsadm's", theirs_saved, hosts[0].run([REAL, "-Sn"]).stdout)

    lab.step("single lines: status and messages")
    for line in ("-A -t 10.0.0.1:80", "-A -t 10.0.0.1:80", "-a -t 10.0.0.77:80 -r 10.1.0.1", "-L -n -t 10.0.0.77:80",
                 "-d -t 10.0.0.1:80 -r 10.1.0.77", "-Ln -t 10.0.0.1:80", "-Lnc", "--stop-daemon master -w", "-C",
                 "-D -f 99", ""):
        results = [host.run([program, *line.split()], check=False) for host, program in zip(hosts, (REAL, own))]
        for what in ("stdout", "stderr", "returncode"):
            found = [str(getattr(result, what)) for result in results]
            require_same(f"{line}: {what}", found[0], found[1])


# What differs on purpose: (number in docs/ipvsadm.md, lines before it, the line, what ipvsadm does, what martlet does).
# What they do is (exit status, saved table); None where there is no table to look at.

DIFFERENCES = [
    ("mark above 2147483647", [], "-A -f 4294967295 -s rr", "-A -f -1 -s rr", "-A -f 4294967295 -s rr"),
    ("third flag of sh", [], "-A -t 10.0.0.1:80 -s sh -b flag-3", "-A -t 10.0.0.1:80 -s sh -b ",
     "-A -t 10.0.0.1:80 -s sh -b flag-3"),
    ("mask before its IPv6 service", [], "-A -p 5 -M 64 -t [2001:db8::1]:80 -s rr", "-A -t [2001:db8::1]:80 -s rr -p 5",
     "-A -t [2001:db8::1]:80 -s rr -p 5 -M 64"),
    ("prefix length of an IPv4 mask", [], "-A -t 10.0.0.1:80 -s rr -p 5 -M 24",
     "-A -t 10.0.0.1:80 -s rr -p 5 -M 0.0.0.24", "-A -t 10.0.0.1:80 -s rr -p 5 -M 255.255.255.0"),
    ("number with letters behind it", [], "-A -t [2001:db8::1]:80 -s rr -p 5 -M 64abc",
     "-A -t [2001:db8::1]:80 -s rr -p 5 -M 64", ""),
    ("server in front of its service", ["-A -t 10.0.0.1:80 -s rr"], "-a -r 10.1.0.1 -m -t 10.0.0.1:80",
     "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:0 -m -w 1",
     "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1"),
    ("no flags between commas", [], "-A -t 10.0.0.1:80 -s rr -b ,", "", "-A -t 10.0.0.1:80 -s rr"),
    ("IPv4 in brackets", [], "-A -t [192.0.2.1]:80 -s rr -p 5", "-A -t 192.0.2.1:0 -s rr -p 5", ""),
    ("thresholds", ["-A -t 10.0.0.1:80 -s rr"], "-a -t 10.0.0.1:80 -r 10.1.0.1 -x 100 -y 50",
     "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 1",
     "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 1 -x 100 -y 50"),
    ("order of far addresses", ["-A -t 192.168.0.1:80 -s rr"], "-A -t 10.0.0.1:80 -s rr",
     "-A -t 192.168.0.1:80 -s rr\n-A -t 10.0.0.1:80 -s rr", "-A -t 10.0.0.1:80 -s rr\n-A -t 192.168.0.1:80 -s rr"),
]


@scenario("what differs on purpose", ipvs=True, only="martlet", timeout=200)
def differences(lab):
    own, hosts = link(lab.directory), two_hosts(lab)
    # Martlet takes all of them in one process, with its own -C and -S between them.
    text = "".join("\n".join(["-C", *before, line, "-S -n", "-h"]) + "\n" for _, before, line, _, _ in DIFFERENCES
                   if not line.endswith(("64abc", "[192.0.2.1]:80 -s rr -p 5")))
    found = hosts[1].run([own, "-R"], input=text).stdout
    tables = ["\n".join(line for line in part.splitlines() if re.match("-[Aa] [-tuf]", line))
              for part in found.split("Usage:")]
    expected = [ours for _, _, line, _, ours in DIFFERENCES
                if not line.endswith(("64abc", "[192.0.2.1]:80 -s rr -p 5"))]
    require_same("martlet's tables", "\n\n".join(expected), "\n\n".join(tables[:len(expected)]))
    for name, before, line, theirs, ours in DIFFERENCES:
        hosts[0].run([REAL, "-C"])
        hosts[0].run([REAL, "-R"], input="\n".join([*before, line]) + "\n", check=False)
        require_same(f"{name}, ipvsadm", theirs, hosts[0].run([REAL, "-Sn"]).stdout.rstrip("\n"))

    lab.step("refused, where ipvsadm goes on with half of it")
    for line, message in (("-A -t [2001:db8::1]:80 -p 5 -M 64abc", "illegal ipv6 netmask specified"),
                          ("-A -t [192.0.2.1]:80 -p 5", "illegal virtual server address[:port] specified"),
                          ("-Z -t 0.0.0.0", "No such service")):
        result = hosts[1].run([own, *line.split()], check=False)
        assert result.stderr == message + "\n" and result.returncode in (2, 255), result

    lab.step("a restore: comments, a last line with blanks, the exit status")
    rules = "# the front tier\n-C\n-A -t 10.0.0.1:80 -s rr # web\nipvsadm -D -t 10.0.0.9:80\n-A -u 10.0.0.1:53 -s rr  "
    result = hosts[1].run([own, "-R"], input=rules, check=False)
    assert (result.returncode, result.stderr) == (255, "No such service\n"), result
    saved = hosts[1].run([own, "-Sn"]).stdout
    assert saved == "-A -t 10.0.0.1:80 -s rr\n-A -u 10.0.0.1:53 -s rr\n", saved
    result = hosts[0].run([REAL, "-R"], input=rules, check=False)
    assert result.returncode == 255 and "Try" in result.stderr, result


@scenario("without root and without IPVS", only="martlet")
def without(lab):
    """On this kernel or in the lab's, whichever plays it: the messages of both are the same."""
    own = link(lab.directory)
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    os.chmod(lab.directory, 0o755)
    for identity in ([], nobody):
        # A namespace without capabilities over it is as good as no root.
        for line in ("-Ln", "-h", "-A"):
            results = [subprocess.run([*identity, program, *line.split()], capture_output=True, text=True, check=False)
                       for program in (REAL, own)]
            if results[0].returncode == 0 or not identity and "Can't initialize" not in results[0].stderr:
                continue  # This kernel has IPVS, and root may use it.
            for what in ("stdout", "stderr", "returncode"):
                require_same(f"{line}: {what}", str(getattr(results[0], what)), str(getattr(results[1], what)))


@scenario("a restore is all or nothing, and says beforehand what it does", ipvs=True, only="martlet", timeout=200)
def transactions(lab):
    own = link(lab.directory)
    host, = lab.add_hosts("eth0", {"ds1": "10.1.80.91"})
    before = "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 1\n-A -f 7 -s rr\n"
    host.run([own, "-R", "--transaction"], input=before)

    def saved():
        return host.run([REAL, "-Sn"]).stdout

    assert saved() == before, saved()
    lab.step("every wrong line is named, and nothing is done")
    result = host.run([own, "-R", "--transaction"], check=False, input=(
        "-A -t 10.0.0.1:80\n-A -t 10.0.0.2:80\n-a -t 10.0.0.9:80 -r 10.1.0.1\n-A -t 10.0.0.2:80 -w 5\n"))
    assert (result.returncode, saved()) == (2, before), result
    assert result.stderr == ("line 1: Service already exists\nline 3: Service not defined\n"
                             "line 4: Illegal 'weight' option with the 'add-service' command\n"), result.stderr
    lab.step("what only the kernel refuses is taken back, with the line that caused it")
    result = host.run([own, "-R", "--transaction"], check=False, input=(
        "-A -t 10.0.0.2:80 -s rr\n-a -t 10.0.0.2:80 -r 10.1.0.5\n-e -t 10.0.0.1:80 -r 10.1.0.1 -w 9\n--set 11 12 13\n"
        "-D -f 7\n-A -t 10.0.0.3:80 -s nosuch\n"))
    assert (result.returncode, saved()) == (255, before), (result, saved())
    assert result.stderr == "line 6: Scheduler or persistence engine not found\nNothing was changed.\n", result.stderr
    lab.step("a plan changes nothing and is what a transaction does")
    wanted = "-C\n-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 5\n-A -t 10.0.0.4:80 -s rr\n"
    plan = host.run([own, "-R", "--plan"], input=wanted).stdout
    assert saved() == before
    assert plan == "-e -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 5\n-A -t 10.0.0.4:80 -s rr\n-D -f 7\n", plan
    host.run([own, "-R", "--transaction"], input=wanted)
    assert saved() == wanted.removeprefix("-C\n"), saved()
    assert host.run([own, "-R", "--plan"], input=wanted).stdout == ""
    lab.step("as ipvsadm-restore it replaces the table; one line that cannot be does not hold up the others")
    script = own + "-restore"
    os.symlink(martlet_binary(), script)
    result = host.run([script], check=False, input="# rules\n-A -t 10.0.0.4:80 -s rr\n-A -t 10.0.0.5:80 -s nosuch\n"
                                                   "-A -t 10.0.0.4:80 -s rr\n-A -t 10.0.0.6:80 -s rr\n")
    assert (result.returncode, saved()) == (255, "-A -t 10.0.0.4:80 -s rr\n-A -t 10.0.0.6:80 -s rr\n"), (result, saved())
    assert result.stderr == ("line 4: Service already exists\nline 3: Scheduler or persistence engine not found\n"), result
    lab.step("what is damaged replaces nothing, and -R does what stands before the damage")
    before, damaged = saved(), "-A -t 10.0.0.7:80 -s rr\n-A -t 10.0.0.8:80\0 -s rr\n\0\0\0"
    message = "there is a zero byte in this line: the input is damaged, or no text\n"
    result = host.run([script], check=False, input=damaged)
    assert (result.returncode, result.stderr) == (1, f"line 2: {message}line 3: {message}Nothing was changed.\n"), result
    assert saved() == before, saved()
    result = host.run([own, "-R"], check=False, input=damaged)
    assert (result.returncode, result.stderr) == (2, f"line 2: {message}"), result
    assert saved().count("\n") == before.count("\n") + 1, saved()


@scenario("health beside the table, filters, JSON", ipvs=True, only="martlet", timeout=200)
def health(lab):
    pool = Pool(lab, virtual_server([real_server("rs1"), real_server("rs2", extra="inhibit_on_failure")])).start()
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    host, binary = pool.ds1, martlet_binary()
    host.run(["ipvsadm", "-A", "-f", "9", "-s", "rr"])

    def table(*options):
        return json.loads(host.run([binary, "ipvsadm", "-L", "--json", *options]).stdout)["services"]

    services = table("--health")
    assert [service.get("firewallMark") for service in services] == [None, 9], services
    assert services[0]["health"] == {"name": "[10.1.80.90]:tcp:80", "hasQuorum": True}, services[0]
    assert services[1]["health"] is None, services[1]
    assert [server["health"]["isUp"] for server in services[0]["servers"]] == [True, True], services[0]
    lab.step("a server dies")
    pool.listeners["rs2"].stop()
    until(lambda: not table("--health")[0]["servers"][1]["health"]["isUp"], "the director says that rs2 is down", 30)
    server = table("--health")[0]["servers"][1]
    assert server["weight"] == 0 and "refused" in " ".join(server["health"]["reasons"]).lower(), server
    listing = host.run([binary, "list", "-n", "--health"]).stdout
    lines = [line.rstrip() for line in listing.splitlines()]
    assert lines[3].endswith("[10.1.80.90]:tcp:80 up, 1 of 2 servers"), listing
    assert lines[4].endswith("[10.1.80.93]:tcp:80 up"), listing
    assert re.search(r"\[10\.1\.80\.95\]:tcp:80 down: .*refused", lines[5]), listing
    assert lines[-1].endswith("not in the configuration"), listing
    lab.step("filters")
    assert [service.get("firewallMark") for service in table("--service", "fwm")] == [9]
    assert len(table("--server", "10.1.80.93")) == 1
    assert table("--state", "drained,up") == []
    assert [server["address"] for server in table("--state", "down")[0]["servers"]] == ["10.1.80.95"]
    up = host.run([binary, "list", "-n", "--state", "up"]).stdout.splitlines()
    assert len(up) == 5, up
    lab.step("again and again, a line each time")
    watch = host.start([binary, "ipvsadm", "-L", "--watch", "1", "--json", "--timeout"])
    until(lambda: len(watch.log.splitlines()) >= 2, "two listings", 20)
    assert all(set(json.loads(line)) == {"schema", "timeouts"} for line in watch.log.splitlines())
    lab.step("without a director there is no health, and that is said")
    pool.director.stop()
    result = host.run([binary, "list", "-n", "--health"], check=False)
    assert result.returncode == 1 and "no director" in result.stderr, result
