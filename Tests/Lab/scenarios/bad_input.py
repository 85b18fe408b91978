"""Files that cannot be used, and a system that does not allow it: a diagnostic and status 1, and nothing half applied."""

import os
import random
import re

from lab.director import CONFIGURATION, martlet_binary
from lab.scenario import scenario
from lab.vrrp import INTERFACE, VIP, instance
from lab.wait import Failure

GOOD_SERVER = "virtual_server 10.1.80.90 80 {\n    real_server 10.1.80.93 80 {\n    }\n}\n"


def noise():
    generator = random.Random(4711)
    return bytes(generator.randrange(256) for _ in range(5000))


# A file, and what its diagnostic has to name.
FILES = {
    "a missing brace": (instance(100).rstrip().removesuffix("}"), r"\}|brace"),
    "an unknown interface": (instance(100, interface="enp9s9"), r"enp9s9"),
    "a virtual router id out of range": (instance(100, vrid=256), r"256"),
    "random bytes": (noise(), r"keepalived\.conf"),
    "zero bytes": (b"\0" * 4096, r"keepalived\.conf"),
    "blocks without end": ("virtual_server 10.1.80.90 80 {\n" * 20_000, r"keepalived\.conf"),
}


def reject(host, arguments, said, statuses=(1,), environment=None):
    """Runs it to its end and expects a refusal that names the reason."""
    result = host.run(arguments, check=False, timeout=30, environment=environment)
    shown = " ".join(str(argument) for argument in arguments[-4:])
    if result.returncode not in statuses:
        raise Failure(f"{shown} had to end with status 1 and ended with {result.returncode}\n"
                      f"{result.stdout[-2000:]}{result.stderr[-2000:]}")
    if not re.search(said, result.stderr + result.stdout):
        raise Failure(f"{shown} had to say something like /{said}/ and said\n{result.stderr[-2000:]}{result.stdout[-2000:]}")
    return result


def expect_untouched(host):
    lines = [line for line in host.addresses(INTERFACE) if line.startswith("inet ")]
    if len(lines) != 1:
        raise Failure(f"a refused file left addresses: {lines}")
    if "10.1.80.90" in host.run(["ipvsadm", "-Ln"], check=False).stdout:
        raise Failure("a refused file left a service in the kernel")


@scenario("a file with", only="martlet", cases={name: {"name": name} for name in FILES})
def unusable_file(lab, name):
    text, said = FILES[name]
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write(CONFIGURATION, text)
    for command in (["check", "-f", CONFIGURATION], ["run", "-f", CONFIGURATION],
                    ["keepalived", "-n", "-l", "-f", CONFIGURATION]):
        reject(host, [martlet_binary(), *command], said)
        expect_untouched(host)


# A file that runs without what cannot be used, what is said of it, and how the dump shows the rest.
CORRECTED = {
    "an invalid address": (instance(100, vips=("10.1.80.300", "10.1.80.89")), r"10\.1\.80\.300", r"10\.1\.80\.89"),
    "an invalid address of a server": (
        GOOD_SERVER.replace("10.1.80.93", "10.1.80.x") + GOOD_SERVER.replace("90 80", "90 81"), r"10\.1\.80\.x",
        r"10\.1\.80\.90.*81"),
    "a port out of range": (
        GOOD_SERVER.replace("90 80", "90 65536") + GOOD_SERVER.replace("90 80", "90 81"), r"65536", r"10\.1\.80\.90.*81"),
    "a priority out of range": (instance(999), r"999.*\n(.*\n)*.*100 is used", r"priority 100"),
    "an empty file": ("", r"(?i)nothing", r""),
    "one endless line": ("virtual_server " + "9" * 1_000_000, r"keepalived\.conf:1:16", r""),
}


@scenario("a file that is used without what is wrong in it:", only="martlet",
          cases={name: {"name": name} for name in CORRECTED})
def corrected_file(lab, name):
    text, said, shown = CORRECTED[name]
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write(CONFIGURATION, text)
    result = host.run([martlet_binary(), "check", "--dump", "-f", CONFIGURATION], check=False)
    if result.returncode != 0 or not re.search(said, result.stderr) or not re.search(shown, result.stdout):
        raise Failure(f"status {result.returncode}, and had to say /{said}/ and show /{shown}/\n"
                      f"{result.stderr}{result.stdout}")


@scenario("a file that is not there", only="martlet")
def missing_file(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    for command in ("check", "run"):
        reject(host, [martlet_binary(), command, "-f", "/etc/keepalived/none.conf"], r"/etc/keepalived/none\.conf")


@scenario("an unknown keyword is one warning with its place, and its block is skipped", only="martlet")
def unknown_keyword(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write(CONFIGURATION, "no_such_block {\n    inner 1\n    deeper {\n        x\n    }\n}\n" + instance(100))
    result = host.run([martlet_binary(), "check", "-f", CONFIGURATION], check=False)
    output = result.stdout + result.stderr
    if "no_such_block" not in output or not re.search(r"keepalived\.conf:1:1", output):
        raise Failure(f"the warning had to name no_such_block at line 1, column 1:\n{output}")
    if "inner" in output.replace("no_such_block", "") and "warning" in output and output.count("warning:") > 1:
        raise Failure(f"one warning was enough:\n{output}")
    if result.returncode not in (0, 1) or "error" in output.lower():
        raise Failure(f"a warning is no error (status {result.returncode}):\n{output}")


@scenario("without the right to administrate the network: one sentence", only="martlet")
def no_privilege(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write(CONFIGURATION, instance(100))
    os.chmod(host.path(CONFIGURATION), 0o644)
    result = reject(host, ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--",
                           martlet_binary(), "run", "-f", CONFIGURATION],
                    r"CAP_NET_ADMIN|CAP_NET_RAW|root", statuses=(1, 4))
    lines = [line for line in (result.stderr + result.stdout).splitlines() if line.strip()]
    if len(lines) > 3:
        raise Failure("one sentence was enough:\n" + "\n".join(lines))
    expect_untouched(host)


def kernel_lacks_ipvs():
    return not os.path.exists("/proc/net/ip_vs")


@scenario("without IPVS in the kernel: one sentence that says what to do", only="martlet")
def no_ipvs(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    host.write(CONFIGURATION, instance(100) + GOOD_SERVER)
    if not kernel_lacks_ipvs():
        # A host that has IPVS hides it from those who may not ask for it: the refusal is about the right, then.
        reject(host, ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--",
                      martlet_binary(), "list"], r"CAP_NET_ADMIN|root", statuses=(2,))
        return
    reject(host, [martlet_binary(), "run", "-f", CONFIGURATION], r"ip_vs")
    # The statuses of a listing are ipvsadm's.
    reject(host, [martlet_binary(), "list"], r"ip_vs", statuses=(2,))
    if host.holds(VIP):
        raise Failure("the VIP was taken although the director could not start")
    expect_untouched(host)


@scenario("an option that does not exist", only="martlet", cases={
    "of martlet": {"arguments": ["frobnicate"]},
    "of run": {"arguments": ["run", "--frobnicate"]},
    "of keepalived": {"arguments": ["keepalived", "--frobnicate"]},
    "of list": {"arguments": ["list", "--frobnicate"]}})
def unknown_option(lab, arguments):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    reject(host, [martlet_binary(), *arguments], r"(?i)usage|frobnicate", statuses=(1, 64, 255))
