/// Tunnels, groups of services, and what checkers send (`MR0414` and on).
extension Explanation {
    private static let pool = """
            lb_algo rr
            lb_kind NAT
            protocol TCP
            real_server 10.1.80.93 80 {
                TCP_CHECK {
                }
            }
        }

        """

    private static func group(_ entries: String, _ name: String = "WEB") -> String {
        "virtual_server_group WEB {\n    \(entries)\n}\n\nvirtual_server group \(name) {\n" + pool
    }

    static let ofGroupsAndSessions: [Explanation] = [
        Explanation(
            "MR0414", "an option of another kind of tunnel",
            meaning: """
                Only a GUE tunnel has a port, only GUE and GRE have a checksum, and only GUE can leave the checksum to \
                the receiver ('remcsum'). The option stands with another type.
                """,
            consequence: "The tunnel is made without the option. If the servers expect it, they drop the packets.",
            remedy: "Remove the option, or write the type that it belongs to, as in 'TUN type gue port 6080'.",
            example: .virtualServer(
                wrong: "lvs_method TUN type gre port 6080", right: "lvs_method TUN type gue port 6080")),
        Explanation(
            "MR0415", "a group that does not exist",
            meaning: """
                A 'virtual_server group' names a 'virtual_server_group' that no block of the file defines. The order of \
                the blocks does not matter; the spelling does.
                """,
            consequence: """
                The virtual server is left out: none of the addresses is served by it. See MR0302 for what a reload does then.
                """,
            remedy: "Write the name as it stands behind 'virtual_server_group', or add the block.",
            example: .file(
                wrong: group("10.1.80.90 80") + "\nvirtual_server group WBE {\n" + pool, right: group("10.1.80.90 80"))),
        Explanation(
            "MR0416", "a group without addresses",
            meaning: """
                The block of the 'virtual_server_group' is empty, perhaps because all of its lines are comments or \
                belong to another host by '@ID'.
                """,
            consequence: "The group is left out. A 'virtual_server group' that names it has no services.",
            remedy: "Write what the group is to serve: '10.1.80.90 80', '10.1.80.90-99 80' or 'fwmark 7'.",
            example: .file(
                wrong: "virtual_server_group OLD {\n}\n\n" + group("10.1.80.90 80"), right: group("10.1.80.90 80"))),
        Explanation(
            "MR0417", "a group with too many addresses",
            meaning: """
                Every address of a range is a service of its own in the kernel, and every server a destination of each \
                of them. A short range such as '10.0.0.0/8' or '2001:db8::/64' makes millions.
                """,
            consequence:
                "The file is not used: the kernel would be busy with it for minutes, and full of it afterwards.",
            remedy: """
                Mark the packets for the range in the firewall and serve the mark with 'fwmark': one service takes any \
                number of addresses.
                """,
            example: .file(wrong: group("10.0.0.0/8 80"), right: group("10.0.0.0/28 80"))),
        Explanation(
            "MR0418", "too many services",
            meaning: """
                The groups of the file, each counted once for every 'virtual_server' that uses it, make more services \
                than the director takes on.
                """,
            consequence: "The file is not used. Nothing of it is programmed.",
            remedy: "Use fewer or smaller ranges, or one service for a firewall mark in place of a range."),
        Explanation(
            "MR0419", "a group with IPv4 and IPv6",
            meaning: """
                The group has services of both families, and a server has an address of one. Only a tunnel carries \
                packets of one family to a server of the other.
                """,
            consequence: """
                Only the services of the servers' family are made; the others are left out. See MR0302 for what a reload does then.
                """,
            remedy: "Make a group and a 'virtual_server group' for each family, or use 'lb_kind TUN'.",
            example: .file(
                wrong: group("10.1.80.90 80\n    2001:db8::90 80"), right: group("10.1.80.90 80\n    10.1.80.91 80"))),
        Explanation(
            "MR0420", "one service twice",
            meaning: """
                Two entries make the same service: ranges of a group overlap, an address is the service of another block \
                too, or two 'virtual_server' blocks use one group and the service does not tell them apart, as with \
                firewall marks, which have no protocol. Two ranges are named once, with the first address they share.
                """,
            consequence:
                "The settings and servers of the first one hold; the second has none of the services that both have.",
            remedy: "Remove the entry, or put what is common to all blocks into a group of its own.",
            example: .file(
                wrong: group("10.1.80.90 80\n    10.1.80.90 80"), right: group("10.1.80.90 80\n    10.1.80.90 443"))),
        Explanation(
            "MR0421", "a reply that cannot be",
            meaning: """
                In UDP_CHECK 'min_reply_length' is greater than 'max_reply_length', which is 255 where nothing is \
                written, so no reply has the right length.
                """,
            consequence: "Every check fails as soon as a reply comes: the server would never be up.",
            remedy: "Write a 'max_reply_length' that is at least 'min_reply_length'."),
        Explanation(
            "MR0422", "a link-local address without an interface",
            meaning: """
                Addresses of fe80::/10 exist on every link, so the address alone does not say over which interface the \
                server is reached.
                """,
            consequence: """
                The check is left out, and the server is not watched by it. See MR0302 for what a reload does then.
                """,
            remedy: "Write the interface with 'bind_if', or check another address of the server with 'connect_ip'.",
            example: .realServer(
                wrong: "TCP_CHECK {\n    connect_ip fe80::93\n}",
                right: "TCP_CHECK {\n    connect_ip fe80::93\n    bind_if eth1\n}")),
        Explanation(
            "MR0423", "a sorry server that is a real server too",
            meaning: """
                The sorry server has the address and port of a real server, and only one of the two is to stay in the \
                table with weight 0 while it is not used. In the table they are one entry.
                """,
            consequence: "The setting of the real server is used for both.",
            remedy:
                "Write 'sorry_server_inhibit' and 'inhibit_on_failure' both or neither, or use another sorry server."),
        Explanation(
            "MR0424", "a BFD session without a neighbour",
            meaning: "A 'bfd_instance' has no 'neighbor_ip', so there is nobody to have the session with.",
            consequence: """
                The session is left out, and what tracks it goes without it.
                """,
            remedy: "Write 'neighbor_ip' with the address of the other end, or remove the block."),
        Explanation(
            "MR0425", "more hops than a packet can make",
            meaning: """
                'max_hops' is how many routers a packet of the neighbour may have passed. It is more than the TTL that \
                packets start with, which every router lowers by one.
                """,
            consequence: "The TTL is used for 'max_hops', which means the same.",
            remedy: "Lower 'max_hops', or write -1 to take packets from any distance."),
        Explanation(
            "MR0426", "two BFD sessions between the same ends",
            meaning: """
                Two 'bfd_instance' blocks have the same neighbour, and the same 'source_ip' or one of them has none. \
                The first packets of the neighbour would not tell which of the two they are for.
                """,
            consequence: "The first block is used and the second one is not: what tracks it does not track anything.",
            remedy: "Name one block in all places that use either, or give each a 'source_ip' of its own."),
        Explanation(
            "MR0427", "a lower threshold above the upper one",
            meaning: """
                'uthreshold' is how many connections a server may have before it gets no more, 'lthreshold' how few it \
                must have before it gets some again. The lower one is greater, or stands alone.
                """,
            consequence: """
                The lower threshold is left out, as the kernel would refuse the server altogether: with an upper one \
                it takes three quarters of that.
                """,
            remedy: "Write an 'lthreshold' that is at most 'uthreshold', or leave it out.",
            example: .realServer(
                wrong: "uthreshold 50\nlthreshold 90", right: "uthreshold 90\nlthreshold 50")),
    ]
}
