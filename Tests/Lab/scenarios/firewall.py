"""The lines of docs/firewall.md, in force on both directors: elections, ping and neighbour discovery pass."""

import os
import re

from lab.director import REPOSITORY
from lab.scenario import scenario
from lab.vrrp import INTERFACE, VIP, Pair
from lab.wait import Failure, stays, until


def shown(language):
    with open(os.path.join(REPOSITORY, "docs", "firewall.md")) as file:
        return re.search(rf"^```{language}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL).group(1)


@scenario("the lines of the page let everything pass that a pair needs", cases={
    "nftables": {"language": "nft"}, "iptables": {"language": "sh"}})
def page(lab, language):
    pair = Pair(lab)
    for host in (pair.ds1, pair.ds2):
        if language == "nft":
            host.run(["nft", "-f", "-"], input=shown(language))
        else:
            host.shell(shown(language))
    pair.start()
    stays(lambda: lab.holder(VIP, [pair.ds1, pair.ds2]) is pair.ds1, f"ds1 alone holds {VIP}", 4)
    pair.client.run(["ping", "-c", "1", "-W", "2", VIP])
    lab.step("what no line names is dropped")
    with pair.client.socket() as attempt:
        attempt.settimeout(1)
        try:
            attempt.connect((VIP, 22))
            raise Failure("port 22 had to be closed")
        except TimeoutError:
            pass
        except ConnectionRefusedError:
            raise Failure("port 22 was answered: the page's lines do not drop it") from None
    lab.step("the master goes: the other one takes over through the firewall")
    pair.directors["ds1"].stop()
    lab.wait_for_holder(VIP, pair.ds2, [pair.ds1], 5)
    pair.client.run(["ping", "-c", "1", "-W", "2", VIP])
