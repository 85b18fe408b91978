"""Connection synchronization follows mastership."""

import re

from lab.pool import real_server, virtual_server
from lab.scenario import scenario
from lab.vrrp import INTERFACE, VIP, Pair, instance
from lab.wait import until


@scenario("lvs_sync_daemon: the master of the instance sends, the other one receives", ipvs=True)
def follows(lab):
    pair = Pair(lab)
    before = f"global_defs {{\n    lvs_sync_daemon {INTERFACE} VI_1 id 7\n}}\n"
    service = virtual_server([real_server("10.1.80.93", check=None)], vip=VIP)
    for host, priority in ((pair.ds1, 101), (pair.ds2, 100)):
        pair.directors[host.name].configure(before + instance(priority) + service)
    pair.start()

    def daemons(host):
        text = host.run(["ipvsadm", "-L", "--daemon"]).stdout
        return sorted(re.findall(rf"(master|backup) sync daemon \(mcast={INTERFACE}, syncid=7", text))

    def wait(roles, what):
        until(lambda: [daemons(host) for host in (pair.ds1, pair.ds2)] == roles, what, 10,
              context=lambda: "\n".join(host.run(["ipvsadm", "-L", "--daemon"]).stdout for host in (pair.ds1, pair.ds2)))

    wait([["master"], ["backup"]], "ds1 sends and ds2 receives")
    lab.step("ds1 loses its wire: they change places")
    lab.cut(pair.ds1, INTERFACE)
    wait([["backup"], ["master"]], "ds2 sends and ds1 receives")
    lab.plug(pair.ds1, INTERFACE)
    lab.wait_for_holder(VIP, pair.ds1, [pair.ds2], 15)
    wait([["master"], ["backup"]], "ds1 sends again")
    lab.step("a clean stop ends it")
    pair.directors["ds1"].stop()
    wait([[], ["master"]], "ds1 has none any more, ds2 sends")
