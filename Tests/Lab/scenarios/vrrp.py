"""What VRRP does to a host: addresses, gratuitous ARP, tracking, groups, notifications."""

import re

from lab.capture import Capture
from lab.scenario import scenario
from lab.vrrp import ADDRESSES, INTERFACE, VIP, Pair, instance
from lab.director import Director
from lab.wait import Failure, stays, until
from lab.watch import AddressMonitor


@scenario("addresses with prefix, broadcast, label, scope and device")
def addresses(lab):
    ds1, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    lab.add_hosts("enp0s8", {"ds1": "192.168.7.1"}, segment="inside")
    vips = ["10.1.80.90/24 brd 10.1.80.255 label enp0s3:vip", "10.1.80.89/32", "192.168.7.90/24 dev enp0s8",
            "169.254.9.9/16 scope link"]
    director = Director(ds1, instance(100, state="MASTER", vips=vips)).start()
    until(lambda: ds1.holds("169.254.9.9") and ds1.holds("192.168.7.90"), "the addresses are there", 15)
    expected = {
        INTERFACE: ["inet 10.1.80.90/24 brd 10.1.80.255 scope global secondary enp0s3:vip",
                    "inet 10.1.80.89/32 scope global enp0s3",
                    "inet 169.254.9.9/16 scope link enp0s3"],
        "enp0s8": ["inet 192.168.7.90/24 scope global secondary enp0s8"],
    }
    for interface, lines in expected.items():
        found = [re.sub(r" +", " ", line) for line in ds1.addresses(interface)]
        for line in lines:
            if line not in found:
                raise Failure(f"{interface} had to have\n  {line}\nand has\n  " + "\n  ".join(found))
    lab.step("a clean stop takes exactly those away")
    director.stop()
    for interface, own in ((INTERFACE, "10.1.80.91/24"), ("enp0s8", "192.168.7.1/24")):
        left = [line for line in ds1.addresses(interface) if line.startswith("inet ")]
        if len(left) != 1 or own not in left[0]:
            raise Failure(f"{interface} had to have {own} alone and has {left}")


@scenario("gratuitous ARP tells the segment at once and once more")
def gratuitous_arp(lab):
    pair = Pair(lab)
    capture = Capture(pair.client, INTERFACE, f"arp and arp src host {VIP}", "-e")
    pair.start()
    hardware = pair.ds1.hardware_address(INTERFACE)
    pattern = rf"{hardware} > ff:ff:ff:ff:ff:ff.*(Request who-has|Reply|Announcement) {re.escape(VIP)}"

    def announcements():
        return [packet for packet in capture.packets() if re.search(pattern, packet)]

    lab.step("five at once, and five more after garp_master_delay")
    until(lambda: len(announcements()) >= 5, "five announcements from ds1", 5, context=lambda: capture.text[-2000:])
    until(lambda: len(announcements()) >= 10, "five more from ds1", 10, context=lambda: capture.text[-2000:])


def announcement_times(capture, addresses):
    """When each gratuitous ARP of these addresses was seen, in seconds since midnight."""
    times = []
    for packet in capture.packets():
        found = re.match(r"(\d\d):(\d\d):(\d\d\.\d+) .*(?:who-has|Announcement) (\S+?)[ ,]", packet)
        if found and found.group(4) in addresses:
            times.append(int(found.group(1)) * 3600 + int(found.group(2)) * 60 + float(found.group(3)))
    return times


def closest(times):
    return min(later - earlier for earlier, later in zip(times, times[1:]))


@scenario("announcements keep the interval of their interface, or of its group", cases={
    "vrrp_garp_interval": {"group": ""},
    "garp_group": {"group": f"garp_group {{\n    garp_interval 0.3\n    interfaces {{\n        {INTERFACE}\n        enp0s8\n"
                            "    }\n}\n"}})
def paced_announcements(lab, group):
    near, far = ["10.1.80.90", "10.1.80.89", "10.1.80.88"], ["192.168.7.90", "192.168.7.89", "192.168.7.88"]
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    lab.add_hosts("enp0s8", {"client": "192.168.7.62", "ds1": "192.168.7.91"}, segment="inside")
    text = (f"global_defs {{\n    {'' if group else 'vrrp_garp_interval 0.3'}\n    vrrp_garp_master_delay 20\n"
            f"    vrrp_garp_master_repeat 2\n}}\n{group}"
            + instance(100, vips=[*near, *(f"{address} dev enp0s8" for address in far)]))
    captures = [Capture(client, INTERFACE, "arp"), Capture(client, "enp0s8", "arp")]
    Director(ds1, text).start()

    def times():
        return [announcement_times(capture, addresses) for capture, addresses in zip(captures, (near, far))]

    # A repetition that still waits is not queued once more by keepalived.
    until(lambda: all(announcement_times(capture, [address]) for capture, addresses in zip(captures, (near, far))
                      for address in addresses), "every address is announced", 15, context=lambda: str(times()))
    for found in [sorted(sum(times(), []))] if group else times():
        if not 0.27 < closest(found) < 0.4:
            raise Failure(f"two announcements were {closest(found):.3f} s apart: {found}")
    first, second = times()
    if not group and abs(first[2] - second[2]) > 0.5:
        raise Failure(f"one interface had to wait for the other: {times()}")


@scenario("garp_extra_if: addresses where no advert goes are announced now and then", only="martlet", cases={
    "virtual MAC addresses": {"words": "1", "extra": "use_vmac_addr"}, "all": {"words": "all 1", "extra": ""}})
def extra_announcements(lab, words, extra):
    far = "192.168.7.90"
    client, ds1 = lab.add_hosts(INTERFACE, {name: ADDRESSES[name] for name in ("client", "ds1")})
    lab.add_hosts("enp0s8", {"client": "192.168.7.62", "ds1": "192.168.7.91"}, segment="inside")
    near_side, far_side = Capture(client, INTERFACE, "arp", "-e"), Capture(client, "enp0s8", "arp", "-e")
    Director(ds1, instance(100, vips=(VIP, f"{far} dev enp0s8"), extra="garp_master_delay 0\ngarp_master_repeat 1\n"
                           f"garp_extra_if {words}\n{extra}")).start()
    until(lambda: len(announcement_times(far_side, [far])) >= 5, "five announcements", 15, context=lambda: far_side.text)
    found = announcement_times(far_side, [far])[:5]
    if not 0.8 < closest(found[1:]) < 1.3:
        raise Failure(f"they had to come once a second: {found}")
    if extra and not re.search(rf"00:00:5e:00:01:33 > .* {far}", far_side.text):
        raise Failure(f"they had to show the virtual MAC address:\n{far_side.text[-1000:]}")
    if len(announcement_times(near_side, [VIP])) != 1:
        raise Failure(f"adverts go out on {INTERFACE}, where one announcement is enough:\n{near_side.text[-1000:]}")


@scenario("a master that lost its interface gives up, and comes back with it")
def interface_fault(lab):
    pair = Pair(lab).start()
    pair.directors["ds1"].mark()
    lab.cut(pair.ds1, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    pair.directors["ds1"].wait_for_log(r"\(VI_1\) Entering FAULT STATE")
    lab.plug(pair.ds1, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)


@scenario("track_interface: another interface decides too")
def track_interface(lab):
    pair = Pair(lab, extra="track_interface {\n    enp0s8\n}")
    lab.add_hosts("enp0s8", {"ds1": "192.168.7.1", "ds2": "192.168.7.2"}, segment="inside")
    pair.start()
    lab.cut(pair.ds1, "enp0s8")
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 10)
    lab.plug(pair.ds1, "enp0s8")
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)


CHECK = """
vrrp_script check_file {{
    script "/usr/bin/test -e /run/healthy"
    interval 1
    weight {weight}
    fall {fall}
    rise {rise}
}}
"""
TRACK = "track_script {\n    check_file\n}"


@scenario("vrrp_script", cases={
    "a negative weight demotes": {"weight": -5},
    "a positive weight promotes": {"weight": 5},
    "weight 0 is a fault": {"weight": 0}})
def tracking_script(lab, weight):
    # With a positive weight ds1 is the better one only as long as its script succeeds.
    priorities = (98, 100) if weight > 0 else (101, 100)
    pair = Pair(lab, priorities=priorities, before=CHECK.format(weight=weight, fall=2, rise=2), extra=TRACK)
    # The peer has no script, so that only the script of ds1 decides.
    pair.directors["ds2"].configure(instance(100))
    pair.ds1.write("/run/healthy", "")
    pair.start()
    pair.directors["ds1"].mark()
    lab.step("the script fails twice")
    pair.ds1.run(["rm", "/run/healthy"])
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 15)
    pair.directors["ds1"].wait_for_log(r"check_file\)? failed \(exited with status 1\)")
    if weight:
        better, worse = (103, 98) if weight > 0 else (101, 96)
        pair.directors["ds1"].wait_for_log(rf"\(VI_1\) Changing effective priority from {better} to {worse}")
    lab.step("and succeeds again")
    pair.ds1.write("/run/healthy", "")
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 20)


@scenario("nopreempt: a better one that comes back does not take over")
def no_preemption(lab):
    pair = Pair(lab, state="BACKUP", extra="nopreempt")
    pair.directors["ds2"].start()
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 15)
    pair.directors["ds1"].start()
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds2, f"ds2 alone holds {VIP}", 6)
    lab.step("but takes over when the other one goes")
    pair.directors["ds2"].stop()
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 10)


@scenario("preempt_delay: a better one that comes back waits")
def preemption_delay(lab):
    pair = Pair(lab, state="BACKUP", extra="preempt_delay 6")
    pair.directors["ds2"].start()
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 15)
    pair.directors["ds1"].start()
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds2, f"ds2 alone holds {VIP}", 5)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 20)


@scenario("sync group: instances move together")
def sync_group(lab):
    ds1, ds2 = lab.add_hosts(INTERFACE, {"ds1": ADDRESSES["ds1"], "ds2": ADDRESSES["ds2"]})
    lab.add_hosts("enp0s8", {"ds1": "192.168.7.1", "ds2": "192.168.7.2"}, segment="inside")
    directors = {}
    for host, priority, state in ((ds1, 101, "MASTER"), (ds2, 100, "BACKUP")):
        directors[host.name] = Director(host, "vrrp_sync_group G1 {\n    group {\n        OUT\n        IN\n    }\n}\n"
            + instance(priority, state, "OUT", 51) + instance(priority, state, "IN", 52, "enp0s8",
                                                              vips=("192.168.7.90",))).start()
    inside = "192.168.7.90"
    lab.wait_for_holder(VIP, ds1, [ds2], 15)
    lab.wait_for_holder(inside, ds1, [ds2], 15)
    lab.step("the inside fails: the outside goes with it")
    lab.cut(ds1, "enp0s8")
    lab.wait_for_holder(VIP, ds2, [ds1], 15)
    lab.wait_for_holder(inside, ds2, [ds1], 15)
    lab.step("the inside is back: both return")
    lab.plug(ds1, "enp0s8")
    lab.wait_for_holder(inside, ds1, [ds2], 20)
    lab.wait_for_holder(VIP, ds1, [ds2], 20)


@scenario("notify scripts get what they are configured with, in order")
def notifications(lab):
    script = "#!/bin/sh\necho \"$0 $*\" >>/run/notified\n"
    pair = Pair(lab, extra="\n".join([
        'notify_master "/etc/keepalived/to_master.sh up"', 'notify_backup "/etc/keepalived/to_backup.sh"',
        'notify_fault "/etc/keepalived/to_fault.sh"', 'notify_stop "/etc/keepalived/to_stop.sh"',
        "notify /etc/keepalived/any.sh"]))
    for host in (pair.ds1, pair.ds2):
        for name in ("to_master", "to_backup", "to_fault", "to_stop", "any"):
            host.write(f"/etc/keepalived/{name}.sh", script, mode=0o755)
    pair.start()

    def notified():
        try:
            return pair.ds1.read("/run/notified").splitlines()
        except FileNotFoundError:
            return []

    def wait_for(lines, what):
        until(lambda: set(lines) <= set(notified()), what, 15, context=lambda: "\n".join(notified()))

    wait_for(["/etc/keepalived/to_master.sh up", '/etc/keepalived/any.sh INSTANCE VI_1 MASTER 101'],
             "the scripts heard of MASTER")
    lab.cut(pair.ds1, INTERFACE)
    wait_for(["/etc/keepalived/to_fault.sh ", "/etc/keepalived/any.sh INSTANCE VI_1 FAULT 101"],
             "the scripts heard of FAULT")
    lab.plug(pair.ds1, INTERFACE)
    wait_for(["/etc/keepalived/to_backup.sh ", "/etc/keepalived/any.sh INSTANCE VI_1 BACKUP 101"],
             "the scripts heard of BACKUP")
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)
    pair.directors["ds1"].stop()
    wait_for(["/etc/keepalived/to_stop.sh ", "/etc/keepalived/any.sh INSTANCE VI_1 STOP 101"],
             "the scripts heard of STOP")


@scenario("reload: an address comes and another goes while the master stays master")
def reload_addresses(lab):
    pair = Pair(lab, vips=(VIP, "10.1.80.89")).start()
    capture = Capture(pair.client, INTERFACE, "host 224.0.0.18")
    monitor = AddressMonitor(pair.ds1)
    announcements = Capture(pair.client, INTERFACE, "arp and (arp src host 10.1.80.88 or arp src host 10.1.80.89)")
    for host, priority in ((pair.ds1, 101), (pair.ds2, 100)):
        pair.directors[host.name].configure(
            instance(priority, "MASTER" if priority == 101 else "BACKUP", vips=(VIP, "10.1.80.88")))
    # The backup first: it would reject adverts that carry addresses it does not have.
    pair.directors["ds2"].reload()
    pair.directors["ds1"].reload()
    until(lambda: pair.ds1.holds("10.1.80.88") and not pair.ds1.holds("10.1.80.89"), "the addresses changed", 10)
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds1, f"ds1 alone holds {VIP}", 4)
    monitor.expect(came=["10.1.80.88"], gone=["10.1.80.89"], what="one address for another")
    announcements.wait_for(r"10\.1\.80\.88", 5)
    if gone := [packet for packet in announcements.packets() if "10.1.80.89" in packet]:
        raise Failure(f"an address that went was announced: {gone}")
    zero = [packet for packet in capture.stop() if "prio 0," in packet]
    if zero:
        raise Failure("a reload had to be silent, and the master resigned:\n" + "\n".join(zero))
