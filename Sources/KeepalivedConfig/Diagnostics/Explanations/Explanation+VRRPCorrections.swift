/// What keepalived corrects in instances and trackers while it loads a file (`MR0326…`).
extension Explanation {
    private static let instance = """
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            virtual_ipaddress {
                10.1.80.90/24
            }
        """

    static let ofVRRPCorrections: [Explanation] = ofValues + ofOrder + ofLines + ofCombinations

    private static let ofValues: [Explanation] = [
        Explanation(
            "MR0326", "a value is corrected",
            meaning: """
                The value is outside what can be used, though former versions of keepalived took it. It is brought to the \
                nearest value that can be used, as keepalived does.
                """,
            consequence: "The value in the message is used. Everything else in the file holds as it is written.",
            remedy: "Write the value that is used, so that the file says what happens.",
            example: .instance(wrong: "garp_master_repeat 0", right: "garp_master_repeat 1"))
    ]

    private static let ofOrder: [Explanation] = [
        Explanation(
            "MR0328", "something is tracked before it is defined",
            meaning: """
                Scripts, files, processes and track groups must be defined above the line that tracks them. keepalived \
                reads the file from top to bottom and does not know the name yet; Martlet does the same, so that both \
                directors of a pair act alike.
                """,
            consequence: "It is not tracked. The failure that it should have noticed causes no failover.",
            remedy: "Move the block that defines the name above the instances and groups that use it."),
        Explanation(
            "MR0329", "a setting is given twice",
            meaning: """
                The keyword can be given once, and a second one stands in the same block. Often a block was copied, or an \
                include brings the keyword a second time.
                """,
            consequence: "The first one holds, as in keepalived; the second one is ignored.",
            remedy: "Remove the one that is not meant.",
            example: .instance(
                wrong: "notify_master /usr/local/bin/a\nnotify_master /usr/local/bin/b",
                right: "notify_master /usr/local/bin/a")),
        Explanation(
            "MR0330", "something with a weight is not tracked in a group",
            meaning: """
                Members of a sync group change state together, so a weight that lowers the priority of one of them has no \
                meaning unless the group says 'sync_group_tracking_weight'. keepalived drops such a tracker from the \
                instance.
                """,
            consequence: "It is not tracked: its failure neither changes a priority nor causes a failover.",
            remedy: """
                Give the line 'weight 0', which makes a failure a fault of the whole group; or name it in the group itself; \
                or write 'sync_group_tracking_weight' in the group.
                """),
    ]

    private static let ofLines: [Explanation] = [
        Explanation(
            "MR0331", "a route or rule cannot be read",
            meaning: """
                A line of 'virtual_routes', 'virtual_rules', 'static_routes' or 'static_rules' is not what 'ip route' or \
                'ip rule' would take. The message says at which word.
                """,
            consequence: """
                The line is left out and the rest of the file holds, as in keepalived: addresses are not kept down for a \
                route.
                """,
            remedy: "Correct the line; 'ip route' and 'ip rule' have the same words."),
        Explanation(
            "MR0332", "a word of a route or rule means something else",
            meaning: """
                The line is understood, but one of its words is an old name, or has no effect beside the others of the \
                line.
                """,
            consequence: "The route or rule is what the message says, not what the line seems to say.",
            remedy: "Write what is meant with the words of today's 'ip route' and 'ip rule'."),
        Explanation(
            "MR0333", "a keyword does not fit the others",
            meaning: """
                The keyword has no effect beside what else is said: it is for an address owner and the priority is not 255, \
                or for unicast and there are no peers, and the like. The message gives the reason.
                """,
            consequence: "It is ignored, as in keepalived. Everything else in the block holds.",
            remedy: "Remove the keyword, or change what stands against it.",
            example: .instance(wrong: "unicast_ttl 64", right: "unicast_ttl 64\nunicast_peer {\n    10.1.80.92\n}")),
        Explanation(
            "MR0334", "a keyword of unicast without peers",
            meaning: """
                The keyword is for instances that send their adverts to single routers, and the instance names none in \
                'unicast_peer'.
                """,
            consequence: """
                Adverts go to the multicast group. Routers that expect unicast do not hear them, and then both sides are \
                master.
                """,
            remedy: "Add 'unicast_peer' with the addresses of the other routers, or remove the keyword.",
            example: .instance(
                wrong: "unicast_src_ip 10.1.80.91",
                right: "unicast_src_ip 10.1.80.91\nunicast_peer {\n    10.1.80.92\n}")),
        Explanation(
            "MR0335", "a block of signatures is not used",
            meaning: """
                'auth_hmac' needs at least one 'key' and an 'active_key' that is the number of one of them: with that key \
                own adverts are signed.
                """,
            consequence: "The whole block is ignored, so adverts are neither signed nor verified.",
            remedy: "Add 'active_key' with the number of the key that is to be used, on every router of the group."),
        Explanation(
            "MR0336", "an option of an address is ignored",
            meaning: """
                The option is not for an address of this kind: IPv6 has no labels and no broadcast, a host prefix has no \
                broadcast address, and a link to a peer takes the length of the peer.
                """,
            consequence: "The address is held without the option.",
            remedy: "Remove the option, or write the address with the length of its network.",
            example: .instance(
                wrong: "virtual_ipaddress_excluded {\n    2001:db8::1/64 label eth0:1\n}",
                right: "virtual_ipaddress_excluded {\n    2001:db8::1/64\n}")),
        Explanation(
            "MR0337", "a rule without a priority",
            meaning: """
                The place of a rule among the others decides what it does, and this one does not say it. As in keepalived it \
                gets a number that counts down from 16384 over the rules of the file.
                """,
            consequence: "The number in the message is used; adding a rule above it changes it.",
            remedy: "Write 'priority NUMBER' in the line."),
    ]

    private static let ofCombinations: [Explanation] = [
        Explanation(
            "MR0338", "an instance lacks the address that it must have",
            meaning: """
                VRRP version 3 and strict mode know no instance without a virtual address, and this one has none. keepalived \
                stops all its elections over such an instance.
                """,
            consequence: "The file is not used: a start fails and a reload keeps what runs.",
            remedy: "Add 'virtual_ipaddress' with at least one address.",
            example: .file(
                wrong: "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    version 3\n}\n",
                right: instance + "\n    version 3\n}\n")),
        Explanation(
            "MR0339", "settings that exclude each other",
            meaning: """
                Two settings cannot both hold, or one brings another with it. keepalived decides by a fixed rule, and so \
                does Martlet; the message says how.
                """,
            consequence: "What the message says is used.",
            remedy: "Write only what is meant, so that the file says what happens."),
        Explanation(
            "MR0340", "a comment directly behind a password",
            meaning: """
                '#' and '!' start a comment wherever they stand outside double quotes, also within a word, and passwords \
                have such characters more often than comments stand directly behind them.
                """,
            consequence: """
                The password is what stands in front of the mark, here and with keepalived. As long as every router of \
                the group has the same file, nobody notices that most of it does not count.
                """,
            remedy: "Write '\\#' or '\\!', put the password in double quotes, or put a blank in front of the comment.",
            example: .instance(
                wrong: "authentication {\n    auth_type PASS\n    auth_pass ab#cd\n}",
                right: "authentication {\n    auth_type PASS\n    auth_pass \"ab#cd\"\n}")),
    ]
}
