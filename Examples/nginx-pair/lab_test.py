"""Plays this example: nginx dies and is started again; nginx is broken and the address goes to the other host."""

import os

from lab.director import Director
from lab.scenario import scenario
from lab.wait import Failure, stays, until
from lab.web import curl

HERE = os.path.dirname(os.path.realpath(__file__))
VIP = "192.168.1.10"


def install(host):
    """Puts the files of one folder where a person would."""
    for name, place, mode in (("keepalived.conf", "/etc/keepalived/keepalived.conf", 0o644),
                              ("nginx_check.sh", "/etc/keepalived/nginx_check.sh", 0o755),
                              ("nginx.conf", "/etc/nginx/nginx.conf", 0o644)):
        with open(os.path.join(HERE, host.name, name)) as file:
            host.write(place, file.read(), mode)


@scenario("nginx is restarted, then given up", timeout=240)
def restarted_then_given_up(lab):
    master, backup, client = lab.add_hosts(
        "eth0", {"master": "192.168.1.11", "backup": "192.168.1.12", "client": "192.168.1.62"})
    directors = {}
    for host in (master, backup):
        install(host)
        host.run(["nginx"])
        directors[host.name] = Director(host, None).start()

    def served_by():
        return curl(client, f"http://{VIP}/")

    lab.wait_for_holder(VIP, master, [backup], 30)
    until(lambda: served_by() == "served by the master\n", "the master serves", 10, context=served_by)

    lab.step("nginx on the master dies and is started again; the address stays")
    first = master.read("/run/nginx.pid").strip()
    master.run(["nginx", "-s", "stop"])

    def is_new():
        try:
            return master.read("/run/nginx.pid").strip() not in ("", first)
        except FileNotFoundError:
            return False

    until(is_new, "the script starts nginx again", 15)
    until(lambda: served_by() == "served by the master\n", "the master serves again", 10, context=served_by)
    stays(lambda: lab.holder(VIP, [master, backup]) is master, f"the master alone holds {VIP}", 4)

    lab.step("nginx on the master is broken")
    director = directors["master"]
    director.mark()
    good = master.read("/etc/nginx/nginx.conf")
    master.write("/etc/nginx/nginx.conf", "this is no configuration\n")
    master.shell("kill $(cat /run/nginx.pid)")
    lab.wait_for_holder(VIP, backup, [master], 60)
    director.wait_for_log(r"\(VI_1\) Changing effective priority from 100 to 80")
    until(lambda: served_by() == "served by the backup\n", "the backup serves", 10, context=served_by)
    if not director.running:
        raise Failure("the director of the master ended, and nobody will notice when nginx is mended")

    lab.step("it is mended")
    master.write("/etc/nginx/nginx.conf", good)
    lab.wait_for_holder(VIP, master, [backup], 60)
    until(lambda: served_by() == "served by the master\n", "the master serves again", 10, context=served_by)

    lab.step("the director of the master stops")
    director.stop()
    lab.wait_for_holder(VIP, backup, [master], 10)
    until(lambda: served_by() == "served by the backup\n", "the backup serves", 10, context=served_by)
