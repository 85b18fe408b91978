"""The checkers against real servers."""

import hashlib

from lab.pool import Pool, real_server, virtual_server
from lab.scenario import scenario
from lab.wait import Failure, until
from lab.web import WebServer

# Older keepalived says it once for all URLs.
SUCCESS = r"(HTTP status code success to|MD5 digest success to|Remote Web server) \[10\.1\.80\.93\]:tcp:80"


def web_pool(lab, check):
    pool = Pool(lab, virtual_server([real_server("rs1", check), real_server("rs2", check)]))
    web = {name: WebServer(host) for name, host in pool.servers.items()}
    return pool, web


@scenario("HTTP_GET with a status code", ipvs=True)
def http_status(lab):
    pool, web = web_pool(lab, """
HTTP_GET {
    url {
        path /health
        status_code 200
    }
    connect_timeout 2
    retry 1
    delay_before_retry 1
}""")
    for name, server in web.items():
        pool.servers[name].write("/var/lib/nginx/html/health", "well\n")
        server.start()
    pool.start(servers=[])
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(SUCCESS)
    lab.step("404 instead of 200")
    pool.servers["rs1"].run(["rm", "/var/lib/nginx/html/health"])
    pool.wait_for_pool({"rs2": 1})
    pool.servers["rs1"].write("/var/lib/nginx/html/health", "well\n")
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    lab.step("nobody listens")
    web["rs2"].stop()
    pool.wait_for_pool({"rs1": 1})


@scenario("HTTP_GET with a digest, over several URLs", ipvs=True)
def http_digest(lab):
    page, second = "the same for everybody\n", "a second page\n"
    digests = [hashlib.md5(text.encode()).hexdigest() for text in (page, second)]
    pool, web = web_pool(lab, f"""
HTTP_GET {{
    url {{
        path /page
        digest {digests[0]}
    }}
    url {{
        path /second
        digest {digests[1]}
    }}
    connect_timeout 2
    retry 1
    delay_before_retry 1
}}""")
    for name, server in web.items():
        pool.servers[name].write("/var/lib/nginx/html/page", page)
        pool.servers[name].write("/var/lib/nginx/html/second", second)
        server.start()
    pool.start(servers=[])
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(SUCCESS)
    lab.step("the second page of rs1 changes")
    pool.servers["rs1"].write("/var/lib/nginx/html/second", "something else\n")
    pool.wait_for_pool({"rs2": 1}, timeout=30)
    pool.servers["rs1"].write("/var/lib/nginx/html/second", second)
    pool.wait_for_pool({"rs1": 1, "rs2": 1}, timeout=30)


@scenario("HTTP_GET asks for a virtual host", ipvs=True)
def http_virtual_host(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", """
HTTP_GET {
    url {
        path /
        virtualhost shop.example
        status_code 204
    }
    connect_timeout 2
    retry 0
}""")]), servers=("rs1",))
    configuration = """user root;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx-error.log;
events { worker_connections 64; }
http {
    access_log off;
    server { listen 80 default_server; return 500; }
    server { listen 80; server_name shop.example; return 204; }
}
"""
    WebServer(pool.servers["rs1"], configuration).start()
    pool.start(servers=[])
    pool.director.wait_for_log(SUCCESS)
    pool.wait_for_pool({"rs1": 1})


@scenario("TCP_CHECK on another port and from another address", ipvs=True)
def tcp_elsewhere(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", """
TCP_CHECK {
    connect_ip 10.1.80.93
    connect_port 8080
    bindto 10.1.80.91
    connect_timeout 1
    retry 0
}""")]), servers=("rs1",))
    listener = pool.listeners["rs1"]
    listener.port = 8080
    pool.start()
    pool.director.wait_for_log(r"TCP connection to .*success")
    pool.wait_for_pool({"rs1": 1})
    listener.stop()
    pool.wait_for_pool({})


def misc(script, extra=""):
    return f"MISC_CHECK {{\n    misc_path \"{script}\"\n    {extra}\n}}"


@scenario("MISC_CHECK follows the exit status", ipvs=True)
def misc_status(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", misc("/usr/bin/test -e /run/rs1-is-well")),
                                     real_server("rs2", misc("/usr/bin/true"))]))
    pool.ds1.write("/run/rs1-is-well", "")
    pool.start(servers=[])
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(r"Misc check for \[\[10\.1\.80\.93\]:tcp:80 VS \[10\.1\.80\.90\]:tcp:80\] by .* succeeded")
    pool.ds1.run(["rm", "/run/rs1-is-well"])
    pool.wait_for_pool({"rs2": 1})
    pool.ds1.write("/run/rs1-is-well", "")
    pool.wait_for_pool({"rs1": 1, "rs2": 1})


@scenario("MISC_CHECK with misc_dynamic sets the weight", ipvs=True)
def misc_dynamic(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", misc("/etc/keepalived/weigh.sh", "misc_dynamic"), weight=50)],
                                    scheduler="wrr"), servers=("rs1",))
    pool.ds1.write("/etc/keepalived/weigh.sh", "#!/bin/sh\nexit $(cat /run/status)\n", mode=0o755)
    pool.ds1.write("/run/status", "0\n")
    pool.start(servers=[])
    pool.wait_for_pool({"rs1": 50})
    lab.step("an exit status of 12 is a weight of 10")
    pool.ds1.write("/run/status", "12\n")
    pool.wait_for_pool({"rs1": 10})
    pool.ds1.write("/run/status", "1\n")
    pool.wait_for_pool({})
    pool.ds1.write("/run/status", "255\n")
    pool.wait_for_pool({"rs1": 253})


@scenario("MISC_CHECK that takes too long is killed with everything it started", ipvs=True)
def misc_timeout(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", misc("/etc/keepalived/hang.sh", "misc_timeout 2")),
                                     real_server("rs2", misc("/usr/bin/true"))], delay_loop="3"))
    # A child that ignores SIGTERM, and a grandchild: neither may be left.
    pool.ds1.write("/etc/keepalived/hang.sh",
                   "#!/bin/bash\ntrap '' TERM\nsleep 4711 &\nsleep 4712\n", mode=0o755)
    pool.start(servers=[])
    pool.wait_for_pool({"rs2": 1}, timeout=30)
    pool.director.wait_for_log(r"timed out")

    def sleepers():
        return pool.ds1.run(["pgrep", "-fc", "sleep 471[12]"], check=False).stdout.strip()

    # One run may be under way at any time; two of its kind would mean that the one before was left.
    for _ in range(5):
        if int(sleepers() or 0) > 2:
            raise Failure(f"a check that was over left processes: {pool.ds1.run(['ps', 'axf']).stdout}")
    pool.director.stop()
    until(lambda: sleepers() == "0", "no process of a check is left after the stop", 10,
          context=lambda: pool.ds1.run(["ps", "axf"]).stdout)


@scenario("MISC_CHECK that cannot be executed is a failure", ipvs=True, only="martlet")
def misc_missing(lab):
    pool = Pool(lab, virtual_server([real_server("rs1", misc("/etc/keepalived/gone.sh")),
                                     real_server("rs2", misc("/usr/bin/true"))]))
    pool.ds1.write("/etc/keepalived/gone.sh", "#!/bin/sh\nexit 0\n", mode=0o755)
    pool.start(servers=[])
    pool.wait_for_pool({"rs1": 1, "rs2": 1})
    pool.director.wait_for_log(r"10\.1\.80\.93.*succeeded")
    pool.ds1.run(["rm", "/etc/keepalived/gone.sh"])
    pool.wait_for_pool({"rs2": 1})
