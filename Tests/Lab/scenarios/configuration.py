"""What a file means: the real keepalived's dump beside Martlet's, value by value."""

import glob
import os
import re

from lab import dumps
from lab.director import CONFIGURATION, martlet_binary
from lab.scenario import scenario
from lab.wait import Failure, until

SAMPLES = "/usr/share/doc/keepalived/samples"
CONFIG_ID = "high"

# Samples that keepalived itself cannot be asked about here, and why.
NOT_ASKED = {
    "conditional_conf": "it moves into a network namespace that the host would have to have",
}

# Differences that are meant: a pattern of the value's path, what the values must be like, and why.
KNOWN = [
    (r"script .*/timeout", lambda theirs, ours: theirs == 0, "keepalived prints 0 where the interval is the limit"),
    (r"script .*/weight", lambda theirs, ours: theirs.split()[0] == ours.split()[0],
     "keepalived writes the direction of a weight in another way"),
    (r".*_CHECK/misc_timeout", lambda theirs, ours: theirs == 0, "keepalived prints 0 where the interval is the limit"),
    (r".*/delay_before_retry", lambda theirs, ours: theirs is None,
     "keepalived does not print a delay that there are no retries for"),
    (r".*/\d+ SMTP_CHECK/connect_timeout", lambda theirs, ours: theirs == 0,
     "2.2.7 gives the checks of 'host' blocks no time at all; Martlet gives them what the check says"),
    (r"server .*/lb_kind", lambda theirs, ours: theirs is None,
     "keepalived does not print a method that every server has its own for"),
    (r"instance .*/track_(interface|script)", lambda theirs, ours: sorted(theirs) == sorted(ours),
     "the order does not matter"),
    (r"instance .*/state", lambda theirs, ours: (theirs, ours) == ("BACKUP", "MASTER"),
     "keepalived turns the state of a sync group's members into BACKUP when one is not the address owner; Martlet "
     "keeps the word, which begins no sooner than BACKUP either"),
    (r"instance .*/virtual_ipaddress.*", lambda theirs, ours: list(dict.fromkeys(theirs)) == ours,
     "2.2.7 keeps an address that is listed twice; 2.4 and Martlet do not"),
]

# A file for each kind of line that the samples do not have.
OWN = {
    "a group": """
virtual_server_group G {
    10.0.0.1-3 80
    10.0.1.1 81
    2001:db8::1 80
    fwmark 7 inet
}
virtual_server_group H {
    10.0.2.1 80
    fwmark 8
}
virtual_server group H {
    lb_algo sh
    sh-port
    lb_kind DR
    protocol TCP
    quorum 9
    hysteresis 3
    alpha
    omega
    retry 4
    warmup 2
    delay_before_retry 2.5
    sorry_server 10.0.9.9 80
    sorry_server_inhibit
    real_server 10.0.8.1 80 {
        weight 3
        uthreshold 9
        lthreshold 2
        inhibit_on_failure
        TCP_CHECK {
            connect_timeout 0.5
            bindto 10.0.0.100
            bind_port 1234
            fwmark 12
        }
    }
}
virtual_server group H {
    lb_algo mh
    mh-fallback
    lb_kind NAT
    protocol udp
    weight 5
    real_server 10.0.8.1 80 {
        smtp_alert off
    }
}
""",
    "every check": """
virtual_server 10.0.2.1 53 {
    lb_algo rr
    lb_kind TUN type gue port 6080 csum
    protocol UDP
    ops
    delay_loop 7
    persistence_timeout 60
    persistence_granularity 255.255.255.0
    real_server 10.0.8.3 53 {
        connect_timeout 2
        DNS_CHECK {
            type A
            name www.example
        }
        UDP_CHECK {
            payload 00ff
            require_reply 1X XX 22
            min_reply_length 3
        }
        PING_CHECK {
        }
    }
    real_server 10.0.8.4 53 {
        delay_loop 3
        retry 2
        SMTP_CHECK {
            connect_port 25
            helo_name a.example
        }
        MISC_CHECK {
            misc_path "/bin/true 'a b'"
            misc_timeout 3
            misc_dynamic
            warmup 1
        }
    }
}
virtual_server fwmark 5 {
    lb_algo wlc
    lb_kind NAT
    ip_family inet6
    flag-1
    sorry_server 2001:db8::9 81
    real_server 2001:db8::1 80 {
        smtp_alert off
        HTTP_GET {
            http_protocol 1.1
            virtualhost a.example
            url {
                path /a
                status_code 200 300-302
            }
            retry 2
            alpha
            log_all_failures
        }
        SSL_GET {
            enable_sni
            url {
                path /b
                digest 640205b7b0fc66c1ea91c463fac6334d
            }
        }
    }
}
""",
    "corrections": """
virtual_server 10.0.2.1 80 {
    quorum 9
    hysteresis 9
    ops
    protocol TCP
    sorry_server 10.0.8.1 8080
    real_server 10.0.8.1 8080 {
        inhibit_on_failure
    }
    real_server 10.0.8.2 {
        weight 2
        lvs_method DR
    }
    real_server 10.0.8.3 81 {
        lvs_method TUN
    }
    real_server 10.0.8.1 8080 {
    }
}
virtual_server 10.0.2.2 {
    protocol UDP
    persistence_granularity 255.255.0.0
    real_server 10.0.8.1 {
    }
}
virtual_server fwmark 9 {
    protocol TCP
    lb_kind DR
    real_server 10.0.8.1 80 {
        TCP_CHECK {
            connect_port 80
        }
    }
}
""",
}


def sample_names():
    found = glob.glob(f"{SAMPLES}/keepalived.conf.*")
    return sorted(path.split("keepalived.conf.", 1)[1] for path in found)


def cases():
    names = [name for name in sample_names() if name not in NOT_ASKED]
    return {**{f"sample {name}": {"sample": name, "text": None} for name in names},
            **{name: {"sample": None, "text": text} for name, text in OWN.items()}}


def with_scripts(text):
    """The text with a script that exists: keepalived leaves out a MISC_CHECK whose program it cannot find."""
    return re.sub(r'(misc_path\s+["\']?)/[^\s"\']+', r"\1/bin/true", text)


def give_interfaces(lab, text):
    """A host with the interfaces that the file names, each with an address."""
    # Other names stand where an instance or an address is bound to one.
    named = set(re.findall(r"\b(?:interface|dev|lvs_sync_daemon) +(\S+)", text)) | set(re.findall(r"\beth\d+\b", text))
    names = sorted(name for name in named if re.fullmatch(r"[a-z]+\d+(\.\d+)?", name)) or ["eth0"]
    for number, name in enumerate(names):
        host, = lab.add_hosts(name, {"ds1": f"192.168.{200 + number}.250"}, segment=name)
    return host


def asked(host, option, marker):
    """What keepalived logs with -d when it runs only its checkers (-C) or only VRRP (-P).

    It is stopped as soon as the dump begins: it writes all of it before it looks at the signal.
    """
    process = host.start(["keepalived", "-n", "-l", "-d", option, "-i", CONFIG_ID, "-f", CONFIGURATION],
                         log=f"/var/log/keepalived{option}.log", environment={"TMPDIR": "/run"})
    until(lambda: marker in process.log, f"keepalived {option} printed {marker}", 30,
          context=lambda: process.log[-3000:])
    process.stop()
    return process.log


def differences(theirs, ours):
    """Values that both have and that differ without a known reason; which known reasons there were."""
    found, reasons = [], set()
    for path in sorted(set(theirs) | set(ours)):
        missing = object()
        their_value, our_value = theirs.get(path, missing), ours.get(path, missing)
        if their_value == our_value:
            continue
        if missing in (their_value, our_value):
            found.append(f"{path}: only {'Martlet' if their_value is missing else 'keepalived'} has it: "
                         f"{our_value if their_value is missing else their_value}")
            continue
        reason = next((reason for pattern, holds, reason in KNOWN
                       if re.fullmatch(pattern, path) and holds(their_value, our_value)), None)
        if reason:
            reasons.add(reason)
        else:
            found.append(f"{path}: keepalived {their_value}, Martlet {our_value}")
    return found, reasons


@scenario("means what keepalived says", ipvs=True, only="martlet", cases=cases())
def meaning(lab, sample, text):
    if sample:
        with open(f"{SAMPLES}/keepalived.conf.{sample}", errors="replace") as file:
            text = file.read()
    text = with_scripts(text)
    host = give_interfaces(lab, text)
    host.write(CONFIGURATION, text)
    result = host.run([martlet_binary(), "check", "--dump", "--other-host", "-i", CONFIG_ID, "-f", CONFIGURATION],
                      check=False)
    if result.returncode != 0:
        raise Failure(f"martlet check ended with {result.returncode}:\n{result.stderr}")
    ours = dumps.martlet(result.stdout)
    theirs = {}
    if any(path.startswith("server ") for path in ours):
        theirs.update(dumps.keepalived(asked(host, "-C", "------< LVS Topology >------")))
    if any(path.startswith("instance ") for path in ours):
        theirs.update(dumps.keepalived(asked(host, "-P", "------< VRRP Topology >------")))
    if not theirs:
        raise Failure("nothing was compared")
    found, reasons = differences(theirs, ours)
    print(f"{len(set(theirs) & set(ours))} values compared")
    for reason in sorted(reasons):
        print(f"known: {reason}")
    if found:
        raise Failure("\n".join(found))


@scenario("every sample of keepalived's package is asked about", only="martlet")
def complete(_lab):
    if not os.path.isdir(SAMPLES):
        print(f"{SAMPLES} is not there: nothing to compare")
        return
    missing = set(NOT_ASKED) - set(sample_names())
    if missing:
        raise Failure(f"named as not asked about, and not there: {', '.join(sorted(missing))}")
