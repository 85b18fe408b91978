"""Every keyword without its value: `martlet keepalived -t` refuses the file where the real one does, and only there."""

import os
import re

from lab.director import CONFIGURATION, REPOSITORY, martlet_binary
from lab.scenario import scenario
from lab.vrrp import INTERFACE
from lab.wait import Failure

PAGE = os.path.join(REPOSITORY, "docs", "configuration.md")
REFUSED = 2

INSTANCE = [f"interface {INTERFACE}", "virtual_router_id 51", "virtual_ipaddress { 10.1.80.90 }"]
SERVICE = ["lb_algo rr", "lb_kind NAT", "protocol TCP", "sorry_server 10.1.80.99 80"]
SERVER = "real_server 10.1.80.93 80 {"

# The block of each table of the page: the lines that open it, and what stands in it besides the keyword. What is not
# here has no keyword with a value.
BLOCKS = {
    "The top level of the file": ([], []),
    "global_defs": (["global_defs {"], []),
    "vrrp_script": (["vrrp_script s {"], ["script /bin/true"]),
    "track_file": (["track_file f {"], ["file /tmp/f"]),
    "vrrp_track_process": (["vrrp_track_process p {"], ["process init"]),
    "vrrp_instance": (["vrrp_instance A {"], INSTANCE),
    "authentication": (["vrrp_instance A {", *INSTANCE, "authentication {"], ["auth_type PASS", "auth_pass x"]),
    "vrrp_sync_group": (["vrrp_sync_group G {"], ["group { A }"]),
    "garp_group": (["garp_group {"], [f"interface {INTERFACE}"]),
    "virtual_server": (["virtual_server 10.1.80.90 80 {"], [*SERVICE, SERVER + " }"]),
    "real_server": (["virtual_server 10.1.80.90 80 {", *SERVICE, SERVER], []),
    "url": (["virtual_server 10.1.80.90 80 {", *SERVICE, SERVER, "HTTP_GET {", "url {"], ["path /"]),
    "host": (["virtual_server 10.1.80.90 80 {", *SERVICE, SERVER, "SMTP_CHECK {", "host {"], []),
    "bfd_instance": (["bfd_instance B {"], ["neighbor_ip 10.1.80.9"]),
    "SSL": (["SSL {"], []),
    **{check: (["virtual_server 10.1.80.90 80 {", *SERVICE, SERVER, check + " {"], others) for check, others in
       {"TCP_CHECK": [], "HTTP_GET": ["url { path / }"], "SSL_GET": ["url { path / }"],
        "MISC_CHECK": ["misc_path /bin/true"], "SMTP_CHECK": [], "DNS_CHECK": [], "UDP_CHECK": [], "PING_CHECK": [],
        "FILE_CHECK": ["track_file f"], "BFD_CHECK": ["name B"]}.items()},
}


def keywords():
    """The keywords of the page that take a value: (block, keyword, its arguments). Also those without effect."""
    with open(PAGE) as page:
        lines = page.read().split("## Keywords\n", 1)[1].splitlines()
    block = None
    for line in lines:
        heading = re.match(r"### `?([^`]+)`?$", line)
        if heading:
            block = heading[1]
        row = re.match(r"\| `([^`]+)` \| `([^`]+)` \|", line)
        if row and block in BLOCKS and not row[2].startswith("{"):
            yield block, row[1], row[2]
        if line.startswith("- `") and block in BLOCKS:
            for keyword in re.findall(r"`(\w+)`", line.split(": ", 1)[0]):
                yield block, keyword, ""


def file_with(block, keyword, arguments):
    opening, others = BLOCKS[block]
    line = keyword + (" {\n}" if "{" in arguments else "")
    lines = [*opening, *[other for other in others if other.split()[0] != keyword], line]
    text = "\n".join([*lines, *["}"] * sum(line.count("{") - line.count("}") for line in lines)]) + "\n"
    if "vrrp_instance A {" not in opening:
        text += "\n".join(["vrrp_instance A {", *INSTANCE, "}", ""])
    defined = "track_file f {\nfile /tmp/f\n}\n" if block == "FILE_CHECK" else ""
    return defined + ("bfd_instance B {\nneighbor_ip 10.1.80.9\n}\n" if block == "BFD_CHECK" else "") + text


@scenario("every keyword without its value, beside the real keepalived", only="martlet")
def missing_values(lab):
    host, = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91"})
    wrong = []
    tried = 0
    for block, keyword, arguments in keywords():
        text = file_with(block, keyword, arguments)
        host.write(CONFIGURATION, text)
        real = host.run(["keepalived", "-t", "-f", CONFIGURATION], check=False, timeout=30)
        # It does not know the keyword, or it has not come to a verdict.
        if f"Unknown keyword '{keyword}'" in real.stderr or real.returncode < 0:
            continue
        own = host.run([martlet_binary(), "keepalived", "-t", "-f", CONFIGURATION], check=False, timeout=30)
        tried += 1
        if (real.returncode == REFUSED) != (own.returncode == REFUSED):
            wrong.append(f"{keyword} in {block}: keepalived -t {real.returncode}, martlet {own.returncode}\n"
                         f"{real.stderr}{own.stderr}")
    lab.step(f"{tried} keywords")
    if tried < 250:
        raise Failure(f"only {tried} keywords of {PAGE} were tried")
    if wrong:
        raise Failure("\n".join(wrong))
