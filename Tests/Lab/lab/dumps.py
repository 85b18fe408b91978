"""What a configuration means, as two programs print it: keepalived's -d and `martlet check --dump`.

Both are brought to one form: a dictionary from the path of a value ("server 10.1.80.90 80 tcp/quorum") to the value.
"""

import ipaddress
import re
import shlex


class Block:
    """Lines of keepalived's language, as `martlet check --dump` prints them: words, and perhaps a block."""

    def __init__(self, words):
        self.words = words
        self.lines = []

    def all(self, keyword):
        return [line for line in self.lines if line.words[0] == keyword]

    def first(self, keyword):
        return next(iter(self.all(keyword)), None)

    def values(self, keyword):
        """The words behind a keyword; None without it."""
        line = self.first(keyword)
        return line.words[1:] if line else None

    def text(self, keyword, default=None):
        values = self.values(keyword)
        return default if values is None else " ".join(values)

    def has(self, keyword):
        return self.first(keyword) is not None


def read_blocks(text):
    root = Block(["root"])
    open_blocks = [root]
    for line in text.splitlines():
        if line.strip() == "}":
            open_blocks.pop()
            continue
        words = shlex.split(line.strip())
        opens = words[-1] == "{"
        block = Block(words[:-1] if opens else words)
        open_blocks[-1].lines.append(block)
        if opens:
            open_blocks.append(block)
    return root


def seconds(text):
    return round(float(text), 6)


def is_on(text):
    return text is not None and text.lower() in ("on", "yes", "true", "enabled", "set")


# martlet


def martlet(text):
    """The values of `martlet check --dump`."""
    root = read_blocks(text)
    values = {}
    for script in root.all("vrrp_script"):
        _martlet_script(values, script)
    for instance in root.all("vrrp_instance"):
        _martlet_instance(values, instance)
    for group in root.all("vrrp_sync_group"):
        members = [line.words[0] for line in group.first("group").lines]
        values[f"group {group.words[1]}/members"] = members
    for group in root.all("virtual_server_group"):
        values[f"server group {group.words[1]}/entries"] = sorted(_martlet_entry(line.words) for line in group.lines)
    uses = {}
    for server in root.all("virtual_server"):
        _martlet_server(values, server, uses)
    return values


def _martlet_script(values, script):
    path = f"script {script.words[1]}"
    for name in ("interval", "timeout"):
        values[f"{path}/{name}"] = seconds(script.text(name))
    for name in ("rise", "fall"):
        values[f"{path}/{name}"] = int(script.text(name))
    values[f"{path}/weight"] = script.text("weight")


def _martlet_instance(values, instance):
    path = f"instance {instance.words[1]}"
    values[f"{path}/version"] = instance.text("version")
    values[f"{path}/state"] = instance.text("state")
    values[f"{path}/interface"] = instance.text("interface")
    values[f"{path}/virtual_router_id"] = instance.text("virtual_router_id")
    values[f"{path}/priority"] = instance.text("priority")
    values[f"{path}/advert_int"] = seconds(instance.text("advert_int"))
    values[f"{path}/preempt"] = not instance.has("nopreempt")
    values[f"{path}/accept"] = instance.has("accept")
    values[f"{path}/down_timer_adverts"] = instance.text("down_timer_adverts")
    values[f"{path}/lower_prio_no_advert"] = is_on(instance.text("lower_prio_no_advert"))
    values[f"{path}/higher_prio_send_advert"] = is_on(instance.text("higher_prio_send_advert"))
    for name in ("garp_master_delay", "garp_master_refresh", "garp_lower_prio_delay"):
        values[f"{path}/{name}"] = seconds(instance.text(name))
    for name in ("garp_master_repeat", "garp_master_refresh_repeat", "garp_lower_prio_repeat"):
        values[f"{path}/{name}"] = instance.text(name)
    for name in ("virtual_ipaddress", "virtual_ipaddress_excluded"):
        block = instance.first(name)
        values[f"{path}/{name}"] = [_address(line.words) for line in block.lines] if block else []
    for name in ("track_interface", "track_script"):
        block = instance.first(name)
        values[f"{path}/{name}"] = [" ".join(line.words) for line in block.lines] if block else []


def _address(words):
    """An address line without what is the same anyway: its interface."""
    address = ipaddress.ip_interface(words[0])
    return f"{address.ip}/{address.network.prefixlen}"


def _martlet_entry(words):
    if words[0] == "fwmark":
        # keepalived does not print the family.
        return " ".join(words[:2])
    return " ".join(words) if len(words) > 1 else f"{words[0]} 0"


def _method(words):
    """`lb_kind` with its tunnel; what is the default is left out."""
    words = [word for word in words if word != "nocsum"]
    return " ".join(words).replace("TUN type ipip", "TUN")


def _martlet_server(values, server, uses):
    kind = server.words[1]
    protocol = server.text("protocol", "none").lower()
    if kind == "group":
        number = uses[server.words[2]] = uses.get(server.words[2], -1) + 1
        name = f"group {server.words[2]} {number}"
    elif kind == "fwmark":
        name = f"fwmark {server.words[2]}"
    else:
        name = f"{server.words[1]} {server.words[2]} {protocol}"
    name_of_server = name
    path = f"server {name}"
    values[f"{path}/protocol"] = protocol
    values[f"{path}/lb_algo"] = server.text("lb_algo")
    values[f"{path}/flags"] = [flag for flag in ("flag-1", "flag-2", "flag-3", "ops") if server.has(flag)]
    values[f"{path}/lb_kind"] = _method(server.values("lb_kind"))
    values[f"{path}/delay_loop"] = seconds(server.text("delay_loop"))
    values[f"{path}/persistence_timeout"] = server.text("persistence_timeout")
    values[f"{path}/persistence_granularity"] = _granularity(server.text("persistence_granularity"))
    for name in ("quorum", "hysteresis"):
        values[f"{path}/{name}"] = server.text(name)
    for name in ("alpha", "omega"):
        values[f"{path}/{name}"] = server.has(name)
    values[f"{path}/smtp_alert"] = is_on(server.text("smtp_alert"))
    values[f"{path}/sorry_server"] = _martlet_sorry(server)
    names = []
    for real in server.all("real_server"):
        name = _real_name(name_of_server, real.words[1], real.words[2] if len(real.words) > 2 else "0")
        names.append(name)
        _martlet_real(values, f"{path}/real {name}", real)
    values[f"{path}/real servers"] = names


def _real_name(server, address, port):
    """A server of a group has the port of each address, so that its own says nothing where it is not NAT."""
    return address if server.startswith("group ") else f"{address} {port}"


def _granularity(text):
    return None if text in ("255.255.255.255", "128") else text


def _martlet_sorry(server):
    sorry = server.values("sorry_server")
    if sorry is None:
        return None
    if server.words[1] == "group":
        sorry = sorry[:1]
    inhibits = "inhibit" if server.has("sorry_server_inhibit") else ""
    return f"{' '.join(sorry)} {_method(server.values('sorry_server_lvs_method'))} {inhibits}".strip()


def _martlet_real(values, path, real):
    values[f"{path}/weight"] = real.text("weight")
    values[f"{path}/lvs_method"] = _method(real.values("lvs_method"))
    values[f"{path}/thresholds"] = f"{real.text('lthreshold')} -> {real.text('uthreshold')}"
    for name in ("inhibit_on_failure", "alpha", "smtp_alert"):
        values[f"{path}/{name}"] = is_on(real.text(name))
    checks = [line for line in real.lines if re.search(r"_(CHECK|GET)$", line.words[0])]
    # keepalived lists those that depend on files last.
    checks.sort(key=lambda check: check.words[0] == "FILE_CHECK")
    values[f"{path}/checks"] = [check.words[0] for check in checks]
    for number, check in enumerate(checks):
        _martlet_check(values, f"{path}/{number} {check.words[0]}", check)


def _martlet_check(values, path, check):
    if check.has("retry"):
        values[f"{path}/retry"] = check.text("retry")
        for name in ("delay_before_retry", "delay_loop", "warmup"):
            values[f"{path}/{name}"] = seconds(check.text(name))
        for name in ("alpha", "log_all_failures"):
            values[f"{path}/{name}"] = is_on(check.text(name))
    if check.has("connect_ip"):
        values[f"{path}/connect"] = f"{check.text('connect_ip')} {check.text('connect_port', '0')}"
        values[f"{path}/connect_timeout"] = seconds(check.text("connect_timeout"))
        bind = check.text("bindto")
        values[f"{path}/bindto"] = f"{bind} {check.text('bind_port', '0')}" if bind else None
        values[f"{path}/fwmark"] = check.text("fwmark")
    for name in ("helo_name", "type", "name"):
        if check.has(name) and check.words[0] in ("SMTP_CHECK", "DNS_CHECK"):
            values[f"{path}/{name}"] = check.text(name)
    if check.words[0] == "UDP_CHECK":
        values[f"{path}/require_reply"] = check.has("require_reply")
    if check.words[0] == "MISC_CHECK":
        values[f"{path}/misc_dynamic"] = check.has("misc_dynamic")
        values[f"{path}/misc_timeout"] = seconds(check.text("misc_timeout"))
    if check.has("http_protocol"):
        values[f"{path}/http_protocol"] = check.text("http_protocol")
        values[f"{path}/enable_sni"] = check.has("enable_sni") and is_on(check.text("enable_sni"))
    for number, url in enumerate(check.all("url")):
        for name in ("path", "digest"):
            values[f"{path}/url {number}/{name}"] = url.text(name)
        values[f"{path}/url {number}/status_code"] = url.values("status_code")


# keepalived


def keepalived(text):
    """The values of what keepalived -d logs; `text` is its whole log."""
    lines = [re.sub(r"^\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}: ", "", line) for line in text.splitlines()]
    values, uses = {}, {}
    for part in _parts(lines):
        title = part[0].strip()
        if title.startswith("VRRP Instance ="):
            _keepalived_instance(values, part)
        elif title.startswith("VRRP Script ="):
            _keepalived_script(values, part)
        elif title.startswith("VRRP Sync Group ="):
            name = re.match(r"VRRP Sync Group = (\S+),", title).group(1)
            values[f"group {name}/members"] = _list(part, "VRRP member instances")
        elif title.startswith("Virtual Server Group ="):
            name = re.match(r"Virtual Server Group = (\S+),", title).group(1)
            values[f"server group {name}/entries"] = sorted(_keepalived_entries(part))
        elif re.match(r"VS (VIP|FWMARK|GROUP) =", title):
            _keepalived_server(values, part, uses)
        elif re.match(r".* -> \[", title):
            _keepalived_check(values, part, uses)
    # A server that is not checked has no part of its own that says so.
    for path in [path for path in values if path.endswith("/weight") and "/real " in path]:
        values.setdefault(path.removesuffix("weight") + "checks", [])
    return values


def _parts(lines):
    """The parts that begin with a line of one blank, each with its further indented lines."""
    part = None
    for line in lines:
        if re.match(r"-+<", line.strip()) and "Real server" not in line:
            if part:
                yield part
            part = None
        elif re.match(r" \S", line):
            if part:
                yield part
            part = [line]
        elif part is not None and line.startswith("  "):
            part.append(line)
        # Another process of keepalived may say something in between; that line is not indented.
    if part:
        yield part


def _field(part, pattern, default=None):
    for line in part:
        found = re.match(rf" *{pattern}$", line)
        if found:
            return found.group(1)
    return default


def _list(part, title):
    """The lines indented below a title."""
    found = []
    indentation = None
    for line in part:
        depth = len(line) - len(line.lstrip())
        if indentation is not None:
            if depth <= indentation:
                break
            found.append(line.strip())
        elif re.match(rf" *{title}( \(\d+\))?\s*:$", line):
            indentation = depth
    return found


def _keepalived_script(values, part):
    path = f"script {_field(part, 'VRRP Script = (.*)')}"
    values[f"{path}/interval"] = seconds(_field(part, r"Interval = ([\d.]+).*"))
    values[f"{path}/timeout"] = seconds(_field(part, r"Timeout = ([\d.]+).*"))
    values[f"{path}/rise"] = int(_field(part, r"Rise = (\d+)"))
    values[f"{path}/fall"] = int(_field(part, r"Fall = (\d+)"))
    values[f"{path}/weight"] = _field(part, r"Weight = (.*)")


def _keepalived_instance(values, part):
    path = f"instance {_field(part, 'VRRP Instance = (.*)')}"
    values[f"{path}/version"] = _field(part, r"VRRP Version = (\d)")
    values[f"{path}/state"] = _field(part, r"Wantstate = (\S+)")
    values[f"{path}/interface"] = _field(part, r"Interface = (\S+?),?(?: vmac .*)?")
    values[f"{path}/virtual_router_id"] = _field(part, r"Virtual Router ID = (\d+)")
    values[f"{path}/priority"] = _field(part, r"Priority = (\d+)")
    values[f"{path}/advert_int"] = _advert_interval(_field(part, r"Advert interval = (.*)"))
    values[f"{path}/preempt"] = is_on(_field(part, r"Preempt = (\S+).*"))
    values[f"{path}/accept"] = is_on(_field(part, r"Accept = (\S+)"))
    values[f"{path}/down_timer_adverts"] = _field(part, r"Down timer adverts = (\d+)")
    values[f"{path}/lower_prio_no_advert"] = not is_on(
        _field(part, r"Send advert after receive lower priority advert = (\S+)"))
    values[f"{path}/higher_prio_send_advert"] = is_on(
        _field(part, r"Send advert after receive higher priority advert = (\S+)"))
    for name, title in (("garp_master_delay", "delay"), ("garp_master_refresh", "refresh"),
                        ("garp_lower_prio_delay", "lower priority delay")):
        values[f"{path}/{name}"] = seconds(_field(part, rf"Gratuitous ARP {title} = ([\d.]+)"))
    for name, title in (("garp_master_repeat", "repeat"), ("garp_master_refresh_repeat", "refresh repeat"),
                        ("garp_lower_prio_repeat", "lower priority repeat")):
        values[f"{path}/{name}"] = _field(part, rf"Gratuitous ARP {title} = (\d+)")
    values[f"{path}/virtual_ipaddress"] = [_address(line.split()) for line in _list(part, "Virtual IP")]
    values[f"{path}/virtual_ipaddress_excluded"] = [
        _address(line.split()) for line in _list(part, "Virtual IP Excluded")]
    values[f"{path}/track_interface"] = _list(part, "Tracked interfaces")
    values[f"{path}/track_script"] = _list(part, "Tracked scripts")


def _advert_interval(text):
    found = re.match(r"([\d.]+) ?(\S*)", text)
    return round(float(found.group(1)) / (1000 if found.group(2).startswith("m") else 1), 6)


def _keepalived_entries(part):
    for line in part:
        found = re.match(r" *VIP(?: Range)? = (.*), VPORT = (\d+)$", line)
        if found:
            yield f"{found.group(1)} {found.group(2)}"
        found = re.match(r" *FWMARK = (\d+)", line)
        if found:
            yield f"fwmark {found.group(1)}"


def _keepalived_method(text):
    if text is None:
        return None
    return _tunnel_words(text)


def _tunnel_words(text):
    """`TUN, type = GUE, port = 6080, checksum` -> `TUN type gue port 6080 csum`."""
    words = text.replace(" = ", " ").replace(",", "").lower().split()
    words = [{"checksum": "csum", "nochecksum": "", "remchecksum": "remcsum"}.get(word, word) for word in words]
    return _method([words[0].upper()] + [word for word in words[1:] if word])


def _keepalived_server(values, part, uses):
    # A real server's lines stand within those of its service.
    starts = [number for number, line in enumerate(part) if "Real server" in line] + [len(part)]
    head = part[:starts[0]]
    protocol = _field(head, r"protocol = (\S+)", "none").lower()
    name, reference = _keepalived_name(head[0].strip(), protocol)
    path = f"server {name}"
    uses[reference] = path
    values[f"{path}/protocol"] = protocol
    values[f"{path}/lb_algo"] = _field(head, r"lvs_sched = (\S+)")
    names = {"[sm]h-fallback|flag-1": "flag-1", "[sm]h-port|flag-2": "flag-2", "flag-3": "flag-3",
             "One packet scheduling": "ops"}
    values[f"{path}/flags"] = [flag for title, flag in names.items() if is_on(_field(head, rf"(?:{title}) = (\S+)"))]
    sorry = next((number for number, line in enumerate(head) if re.search(r"sorry server( \(.*\))? =", line)), len(head))
    values[f"{path}/lb_kind"] = _keepalived_method(
        _field(head[:sorry] + [line for line in head if "default forwarding" in line],
               r"(?:default )?forwarding method = (.*)"))
    values[f"{path}/delay_loop"] = seconds(_field(head, r"delay_loop = ([\d.]+)"))
    values[f"{path}/persistence_timeout"] = _field(head, r"persistence timeout = (\d+)")
    values[f"{path}/persistence_granularity"] = _granularity(_field(head, r"persistence granularity = (\S+)"))
    values[f"{path}/quorum"] = _field(head, r"quorum = (\d+), hysteresis = \d+")
    values[f"{path}/hysteresis"] = _field(head, r"quorum = \d+, hysteresis = (\d+)")
    for flag in ("alpha", "omega"):
        values[f"{path}/{flag}"] = is_on(_field(head, rf"{flag} is (\S+)"))
    values[f"{path}/smtp_alert"] = is_on(_field(head, r"Using smtp notification = (\S+)"))
    values[f"{path}/sorry_server"] = _keepalived_sorry(name, head[sorry:])
    names = []
    for start, end in zip(starts, starts[1:]):
        real = part[start:end]
        found = re.match(r" *RIP = (\S+), RPORT = (\d+), WEIGHT = (\d+)", real[1])
        names.append(_real_name(name, found.group(1), found.group(2)))
        _keepalived_real(values, f"{path}/real {names[-1]}", real, found.group(3))
    values[f"{path}/real servers"] = names


def _keepalived_name(title, protocol):
    """The name of a service here, and how keepalived's list of checks names it."""
    found = re.match(r"VS VIP = (\S+), VPORT = (\d+)", title)
    if found:
        return f"{found.group(1)} {found.group(2)} {protocol}", f"[{found.group(1)}]:{protocol}:{found.group(2)}"
    found = re.match(r"VS FWMARK = (\d+)", title)
    if found:
        return f"fwmark {found.group(1)}", f"FWM {found.group(1)}"
    found = re.match(r"VS GROUP = \[(.*)\]:(\d+)", title)
    return f"group {found.group(1)} {found.group(2)}", f"[{found.group(1)}]:{found.group(2)}"


def _keepalived_sorry(server, lines):
    if not lines:
        return None
    found = re.match(r" *sorry server(?: \(.*\))? = \[(.*)\]:\w+:(\d+)", lines[0])
    method = _keepalived_method(_field(lines[1:], r"forwarding method = (.*)"))
    inhibits = "inhibit" if is_on(_field(lines[1:], r"Inhibit on failure is (\S+)")) else ""
    return f"{_real_name(server, found.group(1), found.group(2))} {method} {inhibits}".strip()


def _keepalived_real(values, path, real, weight):
    values[f"{path}/weight"] = weight
    values[f"{path}/lvs_method"] = _keepalived_method(_field(real, r"forwarding method = (.*)"))
    values[f"{path}/thresholds"] = _field(real, r"connection limit range = (.*)")
    values[f"{path}/inhibit_on_failure"] = is_on(_field(real, r"Inhibit on failure is (\S+)"))
    values[f"{path}/alpha"] = is_on(_field(real, r"Alpha is (\S+)"))
    values[f"{path}/smtp_alert"] = is_on(_field(real, r"Using smtp notification = (\S+)"))


def _keepalived_check(values, part, uses):
    found = re.match(r"(.*) -> \[(.*)\]:\w+:(\d+)$", part[0].strip())
    server = uses.get(found.group(1)) if found else None
    if server is None:
        return
    real = f"{server}/real {_real_name(server.removeprefix('server '), found.group(2), found.group(3))}"
    kind = _field(part, r"Keepalive method = (\w+).*")
    checks = values.setdefault(f"{real}/checks", [])
    path = f"{real}/{len(checks)} {kind}"
    checks.append(kind)
    retry = _field(part, r"Retries = (\d+)")
    if retry is not None:
        values[f"{path}/retry"] = retry
        for name, title in (("delay_before_retry", "Delay before retry"), ("delay_loop", "Delay loop"),
                            ("warmup", "Warmup")):
            micros = _field(part, rf"{title} = (\d+) us")
            # Without retries there is nothing to wait for, and keepalived does not say it.
            values[f"{path}/{name}"] = round(int(micros) / 1e6, 6) if micros is not None else None
        values[f"{path}/alpha"] = is_on(_field(part, r"Alpha = (\S+)"))
        values[f"{path}/log_all_failures"] = is_on(_field(part, r"Log all failures = (\S+)"))
    connect = _field(part, r"Dest = (.*)")
    if connect is not None:
        values[f"{path}/connect"] = _socket_address(connect)
        values[f"{path}/connect_timeout"] = seconds(_field(part, r"Timeout = ([\d.]+)"))
        bind = _field(part, r"Bind to = (.*)")
        values[f"{path}/bindto"] = _socket_address(bind) if bind else None
        values[f"{path}/fwmark"] = _field(part, r"Mark = (\d+)", "0")
    for name, title in (("helo_name", "helo"), ("type", "Type"), ("name", "Name")):
        value = _field(part, rf"{title} = (.*)")
        if value is not None:
            values[f"{path}/{name}"] = value
    if kind == "UDP_CHECK":
        values[f"{path}/require_reply"] = is_on(_field(part, r"Require reply = (\S+)"))
    if kind == "MISC_CHECK":
        values[f"{path}/misc_dynamic"] = is_on(_field(part, r"dynamic = (\S+)"))
        values[f"{path}/misc_timeout"] = seconds(_field(part, r"timeout = ([\d.]+)", "0"))
    version = _field(part, r"Keepalive method = \w+, http protocol (\S+)")
    if version is not None:
        values[f"{path}/http_protocol"] = version
        values[f"{path}/enable_sni"] = _field(part, r"Enable SNI (\S+)") == "set"
        _keepalived_urls(values, path, part)


def _socket_address(text):
    found = re.match(r"\[(.*)\]:(\d+)$", text)
    return f"{found.group(1)} {found.group(2)}" if found else f"{text} 0"


def _keepalived_urls(values, path, part):
    starts = [number for number, line in enumerate(part) if "Checked url =" in line] + [len(part)]
    for number, (start, end) in enumerate(zip(starts, starts[1:])):
        url = part[start:end]
        values[f"{path}/url {number}/path"] = _field(url, r"Checked url = (.*)")
        values[f"{path}/url {number}/digest"] = _field(url, r"digest = (\w+)")
        values[f"{path}/url {number}/status_code"] = [
            line.strip() for line in url if re.match(r" *\d{3}(-\d{3})?$", line)]
