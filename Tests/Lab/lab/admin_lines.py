"""Command lines of ipvsadm from a seeded generator: right ones, wrong ones, and ones that only the kernel can judge.

Everything is drawn from few services and servers, so that lines meet what earlier ones left. What Martlet answers
differently on purpose is not drawn here; it has a table of its own (scenarios/ipvsadm.py).
"""

import random

SERVICES = ["-t 10.0.0.1:80", "-t 10.0.0.2:443", "-u 10.0.0.1:53", "-t 10.0.0.3:0", "--sctp-service 10.0.0.4:5060",
            "-t [2001:db8::1]:80", "-u [2001:db8::2]:53", "-f 7", "-f 7 -6", "-f 2147483647"]
SERVERS = ["10.1.0.1:80", "10.1.0.2:80", "10.1.0.1:8080", "10.1.0.3", "10.1.0.4:0"]
SERVERS6 = ["[2001:db8:1::1]:80", "[2001:db8:1::2]:8080", "2001:db8:1::3"]
WRONG_SERVERS = ["224.0.0.1:80", "0.0.0.0:80", "255.255.255.255:80", "169.254.1.1:80", "[ff02::1]:80", "[fe80::1]:80"]

NUMBERS = ["0", "1", "255", "256", "65535", "65536", "65507", "65508", "2147483647", "2147483648", "4294967295",
           "4294967296", "99999999999999999999", "-1", "+5", " 7", "7 ", "007", "0x10", "5x", "", "-", "1.5", "2678400",
           "2678401"]
ADDRESSES = ["10.0.0.1:80", "10.0.0.1", "10.2:80", "0x0a000003:80", "010.0.0.1:80", "167772161:80", "10.0.0.1:http",
             "10.0.0.1:nosuch", "10.0.0.1:", ":80", "80", "", "10.0.0.1:65536", "10.0.0.1:-1", "10.0.0.256:80",
             "1.2.3.4.5:80", "[2001:db8::1]:80", "[2001:db8::1]", "[2001:db8::1]80", "[2001:db8::1", "2001:db8::1",
             "2001:db8::1:80", "[2001:db8::g]:80", "[::]:80", "10.0.0.1:80:90", "10.0.0.1:080", "0x:80", "10..1:80",
             "2001:db8::1%lo", "[]:80", "10.0.0.1:+80", " 10.0.0.1:80", "1.2.3.4:80 "]
VALUES = {
    "-t": ADDRESSES, "-u": ADDRESSES, "--sctp-service": ADDRESSES, "-f": NUMBERS, "-r": ADDRESSES,
    "-s": ["rr", "wrr", "wlc", "sh", "mh", "nosuch", "", "averyveryverylongname"],
    "-p": NUMBERS, "-w": NUMBERS, "-x": NUMBERS, "-y": NUMBERS, "--syncid": NUMBERS, "--sync-maxlen": NUMBERS,
    "-M": ["255.255.255.0", "255.255.0.0", "0.0.0.0", "255.0.255.0", "abc", "255.255.255.256", "255.255.255"],
    "--mcast-port": NUMBERS, "--mcast-ttl": NUMBERS, "--tun-port": NUMBERS,
    "--tun-type": ["ipip", "gue", "gre", "GRE", "vxlan", ""],
    "--mcast-group": ["224.0.0.81", "239.1.1.1", "10.0.0.1", "ff02::5", "2001:db8::1", "", "239.1", "224.0.0.1x"],
    "--mcast-interface": ["mc0", "nosuch0"], "--pe": ["sip", "nosuch"],
    "-b": ["flag-1", "flag-1,flag-2", "flag-3", "sh-port", "sh-fallback,sh-port", "mh-port", "flag-4", "", "flag-1,,flag-2",
           ",flag-1", "flag-1,"],
}
LONG = {"-A": "--add-service", "-E": "--edit-service", "-D": "--delete-service", "-C": "--clear", "-L": "--list",
        "-a": "--add-server", "-e": "--edit-server", "-d": "--delete-server", "-S": "--save", "-Z": "--zero",
        "-n": "--numeric", "-c": "--connection", "-t": "--tcp-service", "-u": "--udp-service", "-f": "--fwmark-service",
        "-6": "--ipv6", "-s": "--scheduler", "-p": "--persistent", "-M": "--netmask", "-r": "--real-server",
        "-g": "--gatewaying", "-i": "--ipip", "-m": "--masquerading", "-w": "--weight", "-x": "--u-threshold",
        "-y": "--l-threshold", "-X": "--exact", "-o": "--ops", "-b": "--sched-flags"}
FLAGS = ["-n", "-c", "-6", "-g", "-i", "-m", "-o", "-X", "--timeout", "--daemon", "--stats", "--rate", "--thresholds",
         "--persistent-conn", "--nosort", "--sort", "--tun-info", "--tun-nocsum", "--tun-csum", "--tun-remcsum"]
COMMANDS = ["-A", "-E", "-D", "-a", "-e", "-d", "-L", "-l", "-C", "-Z", "-S", "--set", "--start-daemon master",
            "--stop-daemon backup", "-h", "-v", "-R"]


class Lines:
    """`acceptable`: right lines are right for the grammar in every case, so that a restore goes on behind them."""

    def __init__(self, seed, acceptable=False):
        self.random = random.Random(seed)
        self.acceptable = acceptable

    def service(self):
        return self.random.choice(SERVICES)

    def server(self, service):
        six = "[" in service or "-6" in service
        if self.random.random() < 0.06:
            return self.random.choice(WRONG_SERVERS)
        if self.random.random() < 0.1:
            six = not six
        return self.random.choice(SERVERS6 if six else SERVERS)

    def some(self, *options, chance=0.4):
        return [option for option in options if self.random.random() < chance]

    def add_service(self, command):
        service = self.service()
        words = [command, service]
        scheduler = self.random.choice(["", "rr", "wrr", "wlc", "lc", "sh", "mh", "nosuch"])
        if scheduler:
            words.append(f"-s {scheduler}")
        if "10.0.0.3:0" in service or self.random.random() < 0.4:
            words.append(self.random.choice(["-p", "-p 50", "-p 2678400"]))
            if self.random.random() < 0.5:
                words.append("-M 64" if "[" in service or "-6" in service else self.random.choice(
                    ["-M 255.255.255.0", "-M 255.0.255.0", "-M 0.0.0.0"]))
        if service.startswith(("-u", "-f")) and self.random.random() < 0.3:
            words.append("-o")
        if self.random.random() < 0.3:
            own = [f"{scheduler}-fallback", f"{scheduler}-port", "flag-1", "flag-2"] if scheduler in ("sh", "mh") else [
                "flag-1", "flag-2", "flag-3"]
            words.append("-b " + ",".join(self.random.sample(own, self.random.randint(1, len(own)))))
        if self.random.random() < 0.1:
            words.append("--pe sip")
        return words

    def server_line(self, command):
        service = self.service()
        words = [command, service, f"-r {self.server(service)}"]
        if command == "-d":
            return words
        forwarding = self.random.choice(["", "-g", "-m", "-i"])
        if self.acceptable and (":" in words[2].rpartition(":")[0].rpartition(":")[0]) != ("[" in service or "-6" in service):
            forwarding = "-i"
        if forwarding:
            words.append(forwarding)
        words += self.some(f"-w {self.random.choice([0, 1, 5, 100, 65535, 2147483647])}")
        if self.random.random() < 0.3:
            words.append(f"-x {self.random.choice([0, 10, 100000])}")
            words += self.some(f"-y {self.random.choice([0, 5, 20])}")
        if forwarding == "-i" and self.random.random() < 0.6:
            words.append(self.random.choice([
                "--tun-type ipip", "--tun-type gue --tun-port 6080", "--tun-type gue --tun-port 6080 --tun-csum",
                "--tun-type gue --tun-port 1 --tun-remcsum", "--tun-type gre", "--tun-type gre --tun-csum"]))
        return words

    def right(self):
        """A line that the grammar takes; the kernel may refuse it."""
        kind = self.random.choice(["-A"] * 5 + ["-E"] * 2 + ["-a"] * 8 + ["-e"] * 3 + ["-d", "-D", "-Z", "--set", "daemon",
                                                                                   "-L"])
        if kind in ("-A", "-E"):
            words = self.add_service(kind)
        elif kind in ("-a", "-e", "-d"):
            words = self.server_line(kind)
        elif kind in ("-D", "-Z"):
            words = [kind, self.service()] if kind == "-D" or self.random.random() < 0.7 else [kind]
        elif kind == "--set":
            words = ["--set", *(self.random.choice(["0", "10", "900", "2678400"]) for _ in range(3))]
        elif kind == "daemon":
            if self.random.random() < 0.5:
                words = ["--stop-daemon " + self.random.choice(["master", "backup"])]
            else:
                words = ["--start-daemon " + self.random.choice(["master", "backup"]),
                         "--mcast-interface " + self.random.choice(["mc0", "mc0", "mc0", "nosuch0"]),
                         *self.some("--syncid 3", "--mcast-group 224.0.1.1", "--mcast-port 9999", "--mcast-ttl 3",
                                    "--sync-maxlen 1400")]
        else:
            words = ["-L -n", *self.some("--stats", "--rate", "--thresholds", "--persistent-conn", "--tun-info", "--exact",
                                         chance=0.25)]
        return self.spelled([words[0], *self.shuffled(words[1:])] if kind not in ("--set", "-L") else words)

    def shuffled(self, words):
        """Another order, with the service in front of what depends on it."""
        first, rest = words[:1], words[1:]
        self.random.shuffle(rest)
        return first + rest

    def spelled(self, words):
        """The same in another spelling: long names, equals signs, values in the same word, clusters."""
        result = []
        for word in " ".join(words).split():
            if word in LONG and self.random.random() < 0.3:
                word = LONG[word]
            if result and result[-1] in VALUES and not word.startswith("-") and self.random.random() < 0.2 and word:
                result[-1] += word if not result[-1].startswith("--") and self.random.random() < 0.5 else "=" + word
            elif result and result[-1] in ("-g", "-m", "-i", "-n", "-o") and len(word) == 2 and word[0] == "-" and (
                    self.random.random() < 0.5):
                result[-1] += word[1]
            else:
                result.append(word)
        return result

    def wrong(self):
        """The words of a line that is likely to be refused, and why is for both programs to say."""
        words = self.right()
        for _ in range(self.random.choice([1, 1, 2])):
            kind = self.random.randrange(8)
            place = self.random.randint(0, len(words))
            if kind == 0 and words:
                del words[self.random.randrange(len(words))]
            elif kind == 1:
                words[place:place] = [self.random.choice(FLAGS)]
            elif kind in (2, 3):
                option = self.random.choice(list(VALUES))
                words[place:place] = [option, self.random.choice(VALUES[option])]
            elif kind == 4 and words:
                words.insert(place, self.random.choice(words))
            elif kind == 5:
                words[:1] = self.random.choice(COMMANDS).split()
            elif kind == 6:
                words.insert(place, self.random.choice(["extra", "-", "--", "-Q", "--bogus", "--stats=1", "-n=c", "-L", "-z",
                                                        "--list", "-nL", "--tun", "-n="]))
            else:
                values = [index for index, word in enumerate(words) if word in VALUES and index + 1 < len(words)]
                if values:
                    index = self.random.choice(values)
                    words[index + 1] = self.random.choice(VALUES[words[index]])
        return words
