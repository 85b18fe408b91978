"""Configurations and rule files of the sizes that the benchmarks load."""


def service_address(index):
    return f"10.{100 + index // 65536}.{index // 256 % 256}.{index % 256}"


def target_address(index):
    """One listener answers for every server: all of 172.16.0.0/12 is local to it."""
    return f"172.{16 + index // 65536}.{index // 256 % 256}.{index % 256}"


def checker(kind, connect_port, retries):
    """A block that checks a server: `TCP` opens a connection, `HTTP` asks for a page."""
    name, page = {
        "TCP": ("TCP_CHECK", ""),
        "HTTP": ("HTTP_GET", "            url {\n                path /\n                status_code 200\n            }\n"),
    }[kind]
    retry = "" if retries is None else f"            retry {retries}\n"
    return (
        f"        {name} {{\n{page}            connect_port {connect_port}\n"
        f"            connect_timeout 3\n{retry}        }}\n"
    )


def configuration(
    services, servers, delay_loop, *, shared=False, checked=True, check="TCP", connect_port=8081, retries=None
):
    """keepalived.conf: `services` services with `servers` servers each, the same servers everywhere if `shared`."""
    block = checker(check, connect_port, retries) if checked else ""
    text = ["global_defs {\n    router_id benchmark\n}\n"]
    for service in range(services):
        text.append(
            f"virtual_server {service_address(service)} 80 {{\n"
            f"    delay_loop {delay_loop}\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n"
        )
        for server in range(servers):
            target = target_address(server if shared else service * servers + server)
            text.append(f"    real_server {target} 80 {{\n        weight 1\n{block}    }}\n")
        text.append("}\n")
    return "".join(text)


def rules(services, servers):
    """The same table as input of `ipvsadm -R`."""
    text = []
    for service in range(services):
        address = service_address(service)
        text.append(f"-A -t {address}:80 -s rr\n")
        for server in range(servers):
            text.append(f"-a -t {address}:80 -r {target_address(service * servers + server)}:80 -g -w 1\n")
    return "".join(text)


def pair(interface, servers):
    """A director of a front tier: two VRRP instances and one service with `servers` servers."""
    text = ["global_defs {\n    router_id benchmark\n}\n"]
    for number, (state, priority) in enumerate([("MASTER", 150), ("BACKUP", 100)]):
        text.append(
            f"vrrp_instance VI_{number} {{\n    state {state}\n    interface {interface}\n"
            f"    virtual_router_id {51 + number}\n    priority {priority}\n    advert_int 1\n"
            "    authentication {\n        auth_type PASS\n        auth_pass 1111\n    }\n"
            f"    virtual_ipaddress {{\n        10.77.0.{100 + number}\n    }}\n}}\n"
        )
    return "".join(text) + configuration(1, servers, 6).partition("}\n")[2]
