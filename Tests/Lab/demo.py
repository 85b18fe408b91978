#!/usr/bin/python3
"""Plays the walk-through's front tier and tells what happens while it happens. `make demo` runs this.

Every step waits for what has to follow; one that does not follow ends the demo with a status other than 0.
"""

import os
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True

from lab.director import default_director  # noqa: E402
from lab.front_tier import BOTH, EMPTY, INTERFACE, ONLY_RS2, VIP, FrontTier  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.wait import Failure  # noqa: E402
from lab.web import GapMeter  # noqa: E402

COLOUR = os.environ.get("LAB_COLOUR") == "1" and "NO_COLOR" not in os.environ
BOLD, FAINT, GREEN, RED, PLAIN = (
    ("\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m") if COLOUR else ("", "", "", "", ""))


class Narrator:
    def __init__(self):
        self.started = time.monotonic()
        self.steps = 0
        self.measured = []

    def heading(self, text):
        self.steps += 1
        at = time.monotonic() - self.started
        print(f"\n{BOLD}{self.steps}. {text}{PLAIN}  {FAINT}[{at:.0f} s]{PLAIN}", flush=True)

    def say(self, text):
        print(f"   {text}", flush=True)

    def happened(self, text):
        print(f"   {GREEN}ok{PLAIN} {text}", flush=True)

    def screen(self, prompt, text):
        """A screen as the admin sees it."""
        print(f"     {FAINT}{prompt}{PLAIN}")
        for line in text.rstrip("\n").splitlines():
            print(f"     {line.rstrip()}")
        sys.stdout.flush()

    def measure(self, what, seconds, gap=None):
        self.measured.append((what, seconds, gap))

    def summary(self):
        print(f"\n{BOLD}Measured{PLAIN}")
        print(f"   {'':<44} {'took':>9}   {'client saw no page for':>22}")
        for what, seconds, gap in self.measured:
            pause = f"{gap[0]:.2f} s, {gap[1]} lost" if gap else "-"
            print(f"   {what:<44} {seconds:>7.2f} s   {pause:>22}")
        sys.stdout.flush()


def log_line(line):
    """A log line without the date in front of it, whichever director wrote it."""
    return re.sub(r"^\w{3} \w{3} +\d+ [\d:]+ \d{4}: ", "", line)


class Demo:
    def __init__(self, lab, narrator):
        self.lab, self.tell = lab, narrator
        self.tier = FrontTier(lab)
        self.is_under_traffic = False

    def show_listing(self, host, expected):
        self.tier.wait_for_listing(host, expected)
        same = "the same but for connections that come and go" if self.is_under_traffic else "the same bytes"
        compared = f"   (martlet list -n prints {same})" if self.tier.martlet_is_director else ""
        listing = self.tier.listing(host, counts=not self.is_under_traffic)
        self.tell.screen(f"[root@{host.name} ~]# ipvsadm -Ln{compared}", listing)

    def show_pages(self, expected):
        pages = self.tier.pages()
        for source, name in pages.items():
            self.tell.screen(f"[root@client ~]# curl --interface {source} http://{VIP}/",
                             f"<h1>Welcome to tengine! I'm {name}</h1>")
        if set(pages.values()) != expected:
            raise Failure(f"the pages had to come from {' and '.join(sorted(expected))}, and came from {pages}")
        return pages

    def show_holder(self, host):
        lines = [line for line in host.addresses(INTERFACE) if VIP in line]
        self.tell.screen(f"[root@{host.name} ~]# ip address show {INTERFACE} | grep {VIP}", "\n".join(lines))

    def play(self):
        tell, tier = self.tell, self.tier
        tell.heading("The hosts")
        tell.screen(f"every host has one interface, {INTERFACE}, on one switch",
                    "client  10.1.80.62, 10.1.80.63\n"
                    "ds1     10.1.80.91   director, priority 101, state MASTER\n"
                    "ds2     10.1.80.92   director, priority 100, state BACKUP\n"
                    "rs1     10.1.80.93   nginx, the VIP on lo\n"
                    "rs2     10.1.80.95   nginx, the VIP on lo\n"
                    f"VIP     {VIP}   port 80, LVS-DR, wrr, persistence 5 s")

        tell.heading("The real servers")
        tier.set_up_real_servers()
        command = f"martlet realserver apply {VIP}" if tier.martlet_is_director else "lvs_rs.sh start"
        for host in (tier.rs1, tier.rs2):
            lines = [line for line in host.addresses("lo") if VIP in line]
            tell.screen(f"[root@{host.name} ~]# {command}; nginx; ip address show lo | grep {VIP}", "\n".join(lines))

        tell.heading("The directors start")
        capture = tier.capture()
        tell.screen("[root@ds1 ~]# and [root@ds2 ~]#", " ".join(
            os.path.basename(word) if word.endswith("/martlet") else word for word in tier.directors["ds1"].command))
        started = time.monotonic()
        tier.start_directors()
        tell.measure("both directors complete after their start", time.monotonic() - started)
        tell.happened(f"ds1 holds {VIP}")
        self.show_holder(tier.ds1)
        packet, _ = capture.wait_for(r"10\.1\.80\.91 > 224\.0\.0\.18.*prio 101")
        tell.screen(f"[root@ds2 ~]# tcpdump -vvv -n -i {INTERFACE} host 224.0.0.18", packet)
        self.show_listing(tier.ds1, BOTH)
        self.show_listing(tier.ds2, BOTH)

        tell.heading("The client gets its pages")
        pages = self.show_pages({"rs1", "rs2"})
        # The one that rs1 serves notices the most: persistence keeps it there.
        source = next(source for source, name in pages.items() if name == "rs1")
        tell.say(f"from here on {source} asks for a page every 50 ms, and its longest wait is measured")

        with GapMeter(tier.client, VIP, source=source) as meter:
            self.is_under_traffic = True
            self.real_server_fails(meter)
            self.director_stops(meter, capture)
            self.director_is_killed(meter)
        self.is_under_traffic = False

        tell.heading("Both directors stop")
        for name in ("ds2", "ds1"):
            tier.directors[name].stop()
        self.show_listing(tier.ds1, EMPTY)
        tell.happened("nothing is left in the kernel of ds1 or ds2")
        for host in (tier.ds1, tier.ds2):
            if host.holds(VIP):
                raise Failure(f"{host.name} still holds {VIP}")

    def real_server_fails(self, meter):
        tell, tier = self.tell, self.tier
        tell.heading("nginx on rs1 stops")
        meter.take()
        lines, elapsed = tier.stop_web(tier.rs1)
        tell.measure("rs1 fails: detected and out of the table", elapsed, meter.take())
        tell.screen("the log of ds1", "\n".join(log_line(line) for line in lines))
        self.show_listing(tier.ds1, ONLY_RS2)
        self.show_pages({"rs2"})

        tell.heading("nginx on rs1 starts again")
        meter.take()
        lines, elapsed = tier.start_web(tier.rs1)
        tell.measure("rs1 is back: detected and in the table", elapsed, meter.take())
        tell.screen("the log of ds1", "\n".join(log_line(line) for line in lines))
        self.show_listing(tier.ds1, BOTH)

    def director_stops(self, meter, capture):
        tell, tier = self.tell, self.tier
        tell.heading("The director of ds1 stops")
        meter.take()
        elapsed = tier.stop_director("ds1")
        tier.wait_for_page()
        tell.measure("ds1 stops: VIP on ds2", elapsed, meter.take())
        last, _ = capture.wait_for(r"10\.1\.80\.91 > 224\.0\.0\.18.*prio 0,")
        first, _ = capture.wait_for(r"10\.1\.80\.92 > 224\.0\.0\.18.*prio 100,")
        tell.screen(f"[root@ds2 ~]# tcpdump -vvv -n -i {INTERFACE} host 224.0.0.18", f"{last}\n{first}")
        self.show_holder(tier.ds2)
        tell.happened(f"the client is served by {tier.page()} through ds2")

        tell.heading("The director of ds1 starts again")
        meter.take()
        elapsed = tier.start_director("ds1")
        tier.wait_for_page()
        tell.measure("fail-back: VIP on ds1", elapsed, meter.take())
        self.show_holder(tier.ds1)
        self.show_listing(tier.ds1, BOTH)

    def director_is_killed(self, meter):
        tell, tier = self.tell, self.tier
        tell.heading("The director of ds1 is killed (SIGKILL)")
        meter.take()
        elapsed = tier.crash_director("ds1")
        tier.wait_for_page()
        tell.measure("ds1 is killed: VIP on ds2", elapsed, meter.take())
        self.show_holder(tier.ds2)
        tell.say("it could say nothing; the kernel of ds1 goes on forwarding with the table as it was:")
        self.show_listing(tier.ds1, BOTH)
        tell.happened(f"the client is served by {tier.page()}")

        tell.heading("The director of ds1 starts again, on what it left behind")
        meter.take()
        elapsed = tier.start_director("ds1")
        tier.wait_for_page()
        tell.measure("fail-back after a kill: VIP on ds1", elapsed, meter.take())
        self.show_holder(tier.ds1)
        self.show_listing(tier.ds1, BOTH)
        tell.happened(f"the client is served by {tier.page()} through ds1")


def main():
    narrator = Narrator()
    directory = tempfile.mkdtemp(prefix="martlet-lab-")
    lab = Lab(directory)
    print(f"{BOLD}A front tier: two directors, LVS-DR, two real servers{PLAIN}   (director: {default_director()})")
    try:
        demo = Demo(lab, narrator)
        demo.play()
    except Failure as failure:
        print(f"\n   {RED}this step did not happen{PLAIN}: {failure}", flush=True)
        for host in lab.hosts.values():
            if host.name in ("ds1", "ds2"):
                for process in host.processes:
                    if "tcpdump" not in process.arguments[0]:
                        print(f"   --- {host.name}: the end of its log")
                        print("\n".join(f"   | {line}" for line in process.log.splitlines()[-15:]), flush=True)
        return 1
    finally:
        lab.close()
        shutil.rmtree(directory, ignore_errors=True)
    narrator.summary()
    print(f"\nEvery step happened, in {time.monotonic() - narrator.started:.0f} seconds.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
