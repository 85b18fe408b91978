"""HTTP_GET and SSL_GET against nginx, with and without TLS: what the check says of each thing that can be wrong.

No table is written, so these run on every kernel."""

import hashlib

from lab.director import CONFIGURATION, Director, martlet_binary
from lab.host import wait_for_port
from lab.pool import INTERFACE, SERVERS, real_server, virtual_server
from lab.scenario import scenario
from lab.services import NGINX, certificate, nginx_server

PAGE = "/var/lib/nginx/html/health"


def page_check(kind, url="", extra=""):
    return f"""{kind} {{
    url {{
        path /health
        {url}
    }}
    {extra}
    connect_timeout 2
    retry 0
    delay_before_retry 1
}}"""


class DryRun(Director):
    """Martlet with its checks alone: it writes nothing to the kernel."""

    @property
    def command(self):
        return [martlet_binary(), "run", "--dry-run", "-f", CONFIGURATION]


class Pages:
    """One director, one nginx."""

    def __init__(self, lab, check, port, before=""):
        self.lab = lab
        self.ds1, self.rs1 = lab.add_hosts(INTERFACE, {"ds1": "10.1.80.91", "rs1": SERVERS["rs1"]})
        certificate(self.rs1, "/etc/nginx", "www.example.org")
        self.port = port
        self.process = None
        self.director = DryRun(self.ds1, before + virtual_server([real_server("rs1", check, port=port)], port=port))

    def serve(self, servers):
        """nginx anew with these servers."""
        if self.process:
            self.process.stop()
        self.rs1.write("/etc/nginx/nginx.conf", NGINX.format(servers=servers))
        self.process = self.rs1.start(["nginx", "-g", "daemon off;"], log="/var/log/nginx.log")
        wait_for_port(self.rs1, "127.0.0.1", self.port)

    def write(self, text):
        self.rs1.write(PAGE, text)

    def expect_up(self):
        self.director.wait_for_log(rf"Remote Web server \[10\.1\.80\.93\]:tcp:{self.port} succeed")
        self.director.mark()

    def expect_down(self, kind, reason):
        self.director.wait_for_log(rf"{kind}_CHECK on service \[10\.1\.80\.93\]:tcp:{self.port} failed.*{reason}")
        self.director.mark()


CASES = {"plain": {"kind": "HTTP", "listen": "80", "port": 80}, "TLS": {"kind": "SSL", "listen": "443 ssl", "port": 443}}


@scenario("a page that changes", only="martlet", cases=CASES)
def changes(lab, kind, listen, port):
    good = "state: ready\n"
    digest = hashlib.md5(good.encode()).hexdigest()
    pages = Pages(lab, page_check(f"{kind}_GET", "status_code 200 204\n        regex \"^state: (ready|busy)$\"\n"
                                                 "        regex_options multiline"), port)
    pages.write(good)
    pages.serve(nginx_server(listen))
    pages.director.start()
    pages.expect_up()
    lab.step("the pattern goes, and comes back elsewhere in the page")
    pages.write("state: failed\n")
    pages.expect_down(kind, "the pattern was not found in /health")
    pages.write("x" * 100_000 + "\nstate: busy\n")
    pages.expect_up()
    lab.step("another status")
    pages.rs1.run(["rm", PAGE])
    pages.expect_down(kind, "status 404 for /health")
    pages.write(good)
    pages.expect_up()
    lab.step("nobody listens")
    pages.process.stop()
    pages.expect_down(kind, "Connection refused")
    pages.serve(nginx_server(listen))
    pages.expect_up()
    lab.step("a digest instead, and a pattern that must not be there")
    pages.director.reload_to(virtual_server([real_server("rs1", page_check(
        f"{kind}_GET", f"digest {digest}\n        regex failed\n        regex_no_match"), port=port)], port=port))
    pages.write("state: other\n")
    pages.expect_down(kind, "digest [0-9a-f]{32} for /health")
    pages.director.reload_to(virtual_server([real_server("rs1", page_check(
        f"{kind}_GET", "regex failed\n        regex_no_match"), port=port)], port=port))
    pages.expect_up()
    pages.write("it has failed\n")
    pages.expect_down(kind, "the pattern was found in /health")
    pages.director.stop()


@scenario("TLS that is not as it should be", only="martlet")
def tls(lab):
    pages = Pages(lab, page_check("SSL_GET", extra="enable_sni\n    virtualhost www.example.org\n"
                                                    "    log_all_failures"), 443)
    pages.write("well\n")
    named = nginx_server("443 ssl", "www.example.org") + nginx_server("443 ssl default_server", extra="return 421;")
    pages.serve(named)
    pages.director.start()
    lab.step("the greeting names the server, whose certificate nobody vouches for")
    pages.expect_up()
    lab.step("HTTP on the port of TLS")
    pages.serve(nginx_server("443"))
    pages.expect_down("SSL", "the answer is not TLS")
    pages.serve(named)
    pages.expect_up()
    lab.step("a server that does not know the name refuses the greeting")
    pages.serve(nginx_server("443 ssl default_server", extra="ssl_reject_handshake on;"))
    pages.expect_down("SSL", "the server does not know the name")
    lab.step("a server that wants a certificate, and gets it")
    wants = "ssl_verify_client optional_no_ca; if ($ssl_client_s_dn != \"CN=director\") { return 403; }"
    pages.serve(nginx_server("443 ssl", extra=wants))
    pages.director.wait_for_log(r"HTTP status code error to server .*status 403 for /health")
    certificate(pages.ds1, "/etc/martlet-client", "director")
    pages.director.reload_to("SSL {\n    certificate /etc/martlet-client/certificate.pem\n"
                             "    key /etc/martlet-client/key.pem\n}\n"
                             + virtual_server([real_server("rs1", page_check("SSL_GET", extra="log_all_failures"),
                                                           port=443)], port=443))
    pages.expect_up()
    pages.director.stop()
