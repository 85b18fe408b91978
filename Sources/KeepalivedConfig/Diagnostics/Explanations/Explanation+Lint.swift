/// What a configuration can be run with and hardly means (`MR06…`).
extension Explanation {
    static let ofLint: [Explanation] = ofElections + ofAddressesAndScripts + ofServices + ofHostLint

    private static let ofElections: [Explanation] = [
        Explanation(
            "MR0601", "a weight that moves no address because of 'nopreempt'",
            meaning: """
                A tracker with a weight changes the priority of this router. With 'nopreempt' a backup stays a backup \
                as long as it hears adverts, whatever priority they carry: so the lower priority of the master changes \
                nothing.
                """,
            consequence: """
                When the tracked script or interface fails on the master, the virtual addresses stay there. They move \
                only when the master stops, or when the next election happens for another reason.
                """,
            remedy: """
                Leave the weight out, in the tracker and in its definition: a failure is then a fault, the master \
                gives the addresses up and a backup takes them, with 'nopreempt' too. Or remove 'nopreempt' on every \
                router of the group.
                """,
            example: .file(
                wrong: example(instance: "    state BACKUP\n    nopreempt\n", weight: "    weight -20\n"),
                right: example(instance: "    state BACKUP\n    nopreempt\n", weight: ""))),
        Explanation(
            "MR0602", "a weight of the address owner",
            meaning: """
                Priority 255 says that the virtual addresses are the router's own. The protocol gives the owner this \
                priority for good, and trackers do not change it.
                """,
            consequence: "The tracker runs, and its result changes nothing: the owner stays master.",
            remedy: """
                Give the router a priority below 255; 'state MASTER' without 'priority' is 255 as well. Or leave the \
                weight out, so that a failure is a fault, which moves the addresses.
                """,
            example: .file(
                wrong: example(instance: "    state MASTER\n    priority 255\n", weight: "    weight -20\n"),
                right: example(instance: "    state MASTER\n    priority 150\n", weight: "    weight -20\n"))),
        Explanation(
            "MR0603", "priority and weights beyond 1…254",
            meaning: """
                The priority in the adverts is the configured one plus the weights that count at the moment. What is \
                above 254 is sent as 254, what is below 1 as 1.
                """,
            consequence: """
                Beyond the limit a further success or failure is not seen by the peers. Two routers that both reach a \
                limit have equal priorities, and the higher address wins instead of the healthier router.
                """,
            remedy: "Lower the weights or move 'priority' towards the middle, so that every sum is from 1 to 254.",
            example: .file(
                wrong: example(instance: "    priority 250\n", weight: "    weight 20\n"),
                right: example(instance: "    priority 200\n", weight: "    weight 20\n"))),
        Explanation(
            "MR0604", "weights too small to change the master",
            meaning: """
                The file has an instance that starts as master and one that starts as backup, with the same trackers: \
                two routers that are master for one address each. The other router then has these priorities the \
                other way round. Taking all weights of the trackers together, the master that fails them is still not \
                below the priority that the other router has.
                """,
            consequence: """
                The check fails, and the virtual address stays on the router that failed it. Where the weights equal \
                the difference, the priorities become equal and the router with the higher address wins: the failover \
                works in one direction only.
                """,
            remedy: """
                Make the weight larger than the difference of the priorities, or the difference smaller. Without any \
                weight a failure is a fault, which always moves the address.
                """,
            example: .file(wrong: twoMasters(weight: 10), right: twoMasters(weight: 20))),
    ]

    private static let ofAddressesAndScripts: [Explanation] = [
        Explanation(
            "MR0605", "a definition that nothing uses",
            meaning: """
                The block defines something that takes effect only where its name is used, and no block uses it. \
                Often the name was changed in one of the two places, or the line that uses it was commented out.
                """,
            consequence: "It does nothing: a script is not run, and its failure moves no address.",
            remedy: "Name it where it belongs, or remove the block.",
            example: .file(
                wrong: example(instance: "", weight: "", tracks: false), right: example(instance: "", weight: ""))),
        Explanation(
            "MR0606", "a virtual address in two instances",
            meaning: """
                Two instances list one address. Each of them adds it when it becomes master and removes it when it \
                becomes backup, and neither knows of the other.
                """,
            consequence: """
                When the two instances are in different states, one removes the address that the other one serves, or \
                two routers have it at once. Hosts on the network then see it change its place without an end.
                """,
            remedy: """
                Keep the address in one instance. Addresses that have to move together belong to one instance, or to \
                instances in one 'vrrp_sync_group'. Link-local IPv6 addresses may be on several interfaces.
                """,
            example: .file(
                wrong: twoInstances("10.1.80.90/24"), right: twoInstances("10.1.80.91/24"))),
        Explanation(
            "MR0607", "a unicast peer that is this router",
            meaning: """
                'unicast_peer' lists the other routers. This address is the one that the router's own adverts come \
                from; often the block was copied from the other router.
                """,
            consequence: """
                The adverts go to the router itself. If no other peer is listed, the routers do not hear each other, \
                and both become master.
                """,
            remedy: "List the addresses of the other routers, and in 'unicast_src_ip' the own one.",
            example: .instance(
                wrong: "unicast_src_ip 10.1.80.91\nunicast_peer {\n    10.1.80.91\n}",
                right: "unicast_src_ip 10.1.80.91\nunicast_peer {\n    10.1.80.92\n}")),
        Explanation(
            "MR0608", "shell syntax in a command that no shell reads",
            meaning: """
                Scripts are programs with arguments, and are started directly. '|', '>', '&&', ';', backquotes and \
                the like are passed to the program as further arguments.
                """,
            consequence: """
                The program gets arguments that it does not know: it fails, or it does the first half of what was \
                meant. In a check this is a server that is always down; in a notification nothing happens.
                """,
            remedy: """
                Put the command into a script file with '#!/bin/sh' and name the file. Or call the shell: \
                "sh -c 'first && second'". The same goes for variables such as $HOME.
                """,
            example: .instance(
                wrong: "notify_master \"/usr/bin/logger master && /usr/local/bin/announce\"",
                right: "notify_master \"sh -c '/usr/bin/logger master && /usr/local/bin/announce'\"")),
        Explanation(
            "MR0609", "a typographic quote in front of a command",
            meaning: """
                The command begins with a quote of the kind that word processors and web pages make. To the language it \
                is a letter: the name of the program begins with it, and blanks end the command.
                """,
            consequence: "There is no program of that name: every run fails.",
            remedy: "Type the quotes anew, as '\"'; look for others where the line was copied from.",
            example: .instance(
                wrong: "notify_master \u{201C}/usr/local/bin/announce\u{201D}",
                right: "notify_master \"/usr/local/bin/announce\"")),
    ]

    private static let ofServices: [Explanation] = [
        Explanation(
            "MR0611", "one port behind a service on every port",
            meaning: """
                The virtual server has port 0: it takes connections to every port of its address. With NAT a server \
                with a port gets all of them on that port.
                """,
            consequence: "A connection to port 443 reaches the server's port 8080, just as one to port 22 does.",
            remedy: """
                Leave the port of the real server out: connections keep their port. Or give the virtual server the one \
                port that is meant.
                """,
            example: .file(
                wrong: everyPort("10.1.80.93 8080"), right: everyPort("10.1.80.93"))),
        Explanation(
            "MR0612", "a real server with a virtual address",
            meaning: """
                The address of the real server is one that this configuration makes virtual: that of a virtual server, \
                or one that an instance moves between routers. It belongs to the director that is master, not to a \
                server behind it.
                """,
            consequence: """
                The master sends the traffic to itself. At best its own programs answer, which have then no second \
                server behind them; the checks say that the server is well as soon as the director is.
                """,
            remedy: """
                Name the address that the server has on its own interface. For programs on the director itself use its \
                own address, or 'sorry_server 127.0.0.1'.
                """,
            example: .file(
                wrong: pool("    real_server 10.1.80.90 80 {\n    }\n"),
                right: pool("    real_server 10.1.80.93 80 {\n    }\n"))),
        Explanation(
            "MR0613", "a sorry server that is one of the real servers",
            meaning: """
                The sorry server takes over while the real servers cannot serve. Here it is one of them.
                """,
            consequence: """
                It is used exactly when the checks have found it down, or with the others too few for the quorum: \
                clients are sent to a server that does not answer.
                """,
            remedy:
                "Name a server that is in no pool, such as a web server on the director: 'sorry_server 127.0.0.1 80'.",
            example: .file(
                wrong: pool("    sorry_server 10.1.80.93 80\n    real_server 10.1.80.93 80 {\n    }\n"),
                right: pool("    sorry_server 10.1.80.99 80\n    real_server 10.1.80.93 80 {\n    }\n"))),
        Explanation(
            "MR0614", "a pool in which every server has weight 0",
            meaning: """
                Weight 0 drains a server: it keeps its connections and gets no new ones. All servers of this pool have \
                it.
                """,
            consequence: "The virtual server accepts no connection, though every server may be well.",
            remedy: "Give at least one server a weight of 1 or more, or leave 'weight' out.",
            example: .file(
                wrong: pool("    real_server 10.1.80.93 80 {\n        weight 0\n    }\n"),
                right: pool("    real_server 10.1.80.93 80 {\n        weight 1\n    }\n"))),
        Explanation(
            "MR0615", "chains of iptables that get no rules",
            meaning: """
                'vrrp_iptables' names chains of iptables. keepalived leaves them alone too and uses nftables where the \
                command iptables is the one of nftables or missing; only where it is the legacy one do its rules stand \
                in these chains. Martlet uses nftables in every case. Of the keyword it takes which directions are \
                filtered.
                """,
            consequence: """
                The virtual addresses take no packets, as they should. A rule of the firewall in front of the place where \
                the chain is called, or in the chain, makes no exception: the table of nftables drops what it lets pass. \
                Nothing is to be seen in these chains, and 'vrrp_ipsets' makes no sets.
                """,
            remedy: """
                Write 'nftables'. Where an address is to take some packets, write 'accept' into the instance and rules for \
                the address into the firewall.
                """,
            example: .file(
                wrong: gateway("    vrrp_iptables vips_in vips_out\n"), right: gateway("    nftables\n"))),
    ]

    private static func gateway(_ line: String) -> String {
        "global_defs {\n\(line)}\nvrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    no_accept\n"
            + "    virtual_ipaddress {\n        10.1.80.90/24\n    }\n}\n"
    }

    private static func example(instance lines: String, weight: String, tracks: Bool = true) -> String {
        let tracker = tracks ? "    track_script {\n        chk_nginx\n    }\n" : ""
        return "vrrp_script chk_nginx {\n    script \"/etc/keepalived/chk_nginx.sh\"\n\(weight)}\n"
            + "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n\(lines)\(tracker)"
            + "    virtual_ipaddress {\n        10.1.80.90/24\n    }\n}\n"
    }

    private static func twoMasters(weight: Int) -> String {
        func instance(_ name: String, _ id: Int, _ state: String, _ priority: Int) -> String {
            "vrrp_instance \(name) {\n    state \(state)\n    interface eth0\n    virtual_router_id \(id)\n"
                + "    priority \(priority)\n    track_script {\n        chk_nginx\n    }\n"
                + "    virtual_ipaddress {\n        10.1.80.\(id)/24\n    }\n}\n"
        }
        return "vrrp_script chk_nginx {\n    script \"/etc/keepalived/chk_nginx.sh\"\n    weight \(weight)\n}\n"
            + instance("VI_1", 51, "MASTER", 100) + instance("VI_2", 52, "BACKUP", 90)
    }

    private static func twoInstances(_ address: String) -> String {
        func instance(_ name: String, _ id: Int, _ address: String) -> String {
            "vrrp_instance \(name) {\n    interface eth0\n    virtual_router_id \(id)\n"
                + "    virtual_ipaddress {\n        \(address)\n    }\n}\n"
        }
        return instance("VI_1", 51, "10.1.80.90/24") + instance("VI_2", 52, address)
    }

    private static func everyPort(_ server: String) -> String {
        "virtual_server 10.1.80.90 0 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n    persistence_timeout 50\n"
            + "    real_server \(server) {\n    }\n}\n"
    }

    private static func pool(_ lines: String) -> String {
        "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n\(lines)}\n"
    }
}
