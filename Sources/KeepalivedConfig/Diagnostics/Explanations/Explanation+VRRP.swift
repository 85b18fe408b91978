/// Instances, groups and trackers (`MR03…`).
extension Explanation {
    static let ofVRRP: [Explanation] = ofInstances + ofCorrections + ofReferences + ofAddresses + ofVRRPCorrections

    private static func instance(_ name: String = "VI_1", id: Int = 51, _ lines: String = "") -> String {
        """
        vrrp_instance \(name) {
            interface eth0
            virtual_router_id \(id)
            virtual_ipaddress {
                10.1.80.\(id)/24
            }
        \(lines)}

        """
    }

    private static func group(_ lines: String) -> String {
        instance() + "\n" + instance("VI_2", id: 52) + "\nvrrp_sync_group G1 {\n\(lines)}\n"
    }

    private static let both = "    group {\n        VI_1\n        VI_2\n    }\n"

    private static let ofInstances: [Explanation] = [
        Explanation(
            "MR0301", "an instance lacks what it cannot be without",
            meaning: """
                A 'vrrp_instance' needs an interface to send adverts on and a 'virtual_router_id', by which the routers \
                that share its addresses know each other. One of the two is missing, or the line that has it is ignored \
                because of a typing mistake: see the other messages.
                """,
            consequence: """
                The file is not used. There is no default: any router identifier that was assumed could be another \
                pair's on the same network.
                """,
            remedy: """
                Add 'interface NAME' and 'virtual_router_id NUMBER' (1 to 255, the same on all routers of the group, used \
                by no other group on that network).
                """,
            example: .file(
                wrong: instance().replacing("    virtual_router_id 51\n", with: ""), right: instance())),
        Explanation(
            "MR0302", "a name is defined twice",
            meaning: """
                Two blocks of one kind have the same name, or two services the same address, port and protocol. The note \
                says where the first one stands. Often one file is included twice, or a block was copied.
                """,
            consequence: """
                The first block holds and the other is left out; of two services with one identity the servers are put together \
                under the settings of the first, as the kernel would have them. A start goes on with that. A reload is refused when \
                it would leave out something that it did not leave out before, so that a mistake takes nothing down.
                """,
            remedy: "Give the second a name of its own, or remove one of them.",
            example: .file(
                wrong: instance() + "\n" + instance(id: 52), right: instance() + "\n" + instance("VI_2", id: 52))),
        Explanation(
            "MR0303", "a router identifier is used twice on an interface",
            meaning: """
                Adverts carry the 'virtual_router_id' and nothing else that tells groups apart. Two instances of this file \
                with the same one on the same interface would take each other's adverts for their own group's.
                """,
            consequence: """
                The file is not used. The two instances would fight: addresses would come and go, on this host and on \
                its peers.
                """,
            remedy: """
                Give each instance its own identifier, and the same one to its peers on the other routers. An IPv4 and an \
                IPv6 instance may share a number.
                """,
            example: .file(
                wrong: instance() + "\n" + instance("VI_2", id: 52).replacing("id 52", with: "id 51"),
                right: instance() + "\n" + instance("VI_2", id: 52))),
    ]

    private static let ofCorrections: [Explanation] = [
        Explanation(
            "MR0304", "a password longer than eight bytes",
            meaning: """
                The password of VRRP version 2 has a field of eight bytes in the advert, sent in the clear. What is longer \
                is cut off by every router.
                """,
            consequence: """
                The first eight bytes are used. Routers whose passwords differ only behind them accept each other.
                """,
            remedy: """
                Shorten the password to eight bytes, on every router of the group. It protects against mistakes and not \
                against attackers: who can read an advert has it.
                """,
            example: .instance(
                wrong: "authentication {\n    auth_type PASS\n    auth_pass correcthorse\n}",
                right: "authentication {\n    auth_type PASS\n    auth_pass correcth\n}")),
        Explanation(
            "MR0305", "authentication is not used",
            meaning: """
                The block 'authentication' cannot take effect: VRRP version 3 has no passwords, strict mode forbids them, \
                or 'auth_type' is missing. The message says which.
                """,
            consequence: """
                Adverts are sent and accepted without a password. A peer that still expects one will not accept them, and \
                then both are master.
                """,
            remedy: """
                Remove the block on all routers of the group; or, for a password that is wanted, write \
                'auth_type PASS' with version 2 and without strict mode.
                """,
            example: .instance(
                wrong: "version 3\nauthentication {\n    auth_type PASS\n    auth_pass secret\n}", right: "version 3")),
        Explanation(
            "MR0306", "authentication without a password",
            meaning: "The block 'authentication' has a type and no 'auth_pass', or the line with it is ignored.",
            consequence: """
                Adverts are sent and accepted without a password. Peers that have one will not accept them, and then both \
                are master.
                """,
            remedy: "Add 'auth_pass' with the password of the group, or remove the block on all its routers.",
            example: .instance(
                wrong: "authentication {\n    auth_type PASS\n}",
                right: "authentication {\n    auth_type PASS\n    auth_pass secret\n}")),
        Explanation(
            "MR0307", "an advert interval that adverts cannot carry",
            meaning: """
                Each advert says how often adverts come: in whole seconds in VRRP version 2, in hundredths of a second up \
                to 40.95 s in version 3. The file asks for something between or beyond.
                """,
            consequence: """
                The nearest interval that can be sent is used, and the message says which. A version 2 router whose peer \
                rounds otherwise drops that peer's adverts, and both become master.
                """,
            remedy: """
                Write an interval that can be sent, the same on all routers; for less than a second write 'version 3' on \
                all of them.
                """,
            example: .instance(wrong: "advert_int 0.3", right: "version 3\nadvert_int 0.3")),
        Explanation(
            "MR0308", "nopreempt has no effect",
            meaning: """
                'nopreempt' says that a router that comes back does not take the addresses from a working one. It needs a \
                router that starts as BACKUP: one that says 'state MASTER', or owns the addresses with priority 255, takes \
                them in any case.
                """,
            consequence: """
                'nopreempt' is left out: when this router comes back after a failure, the addresses move a second time and \
                connections are cut.
                """,
            remedy: """
                Write 'state BACKUP' on all routers of the group, 'nopreempt' on those that must not take over, and \
                priorities below 255. The one with the highest priority still wins when all start together.
                """,
            example: .instance(
                wrong: "state MASTER\npriority 150\nnopreempt", right: "state BACKUP\npriority 150\nnopreempt")),
        Explanation(
            "MR0309", "preempt_delay has no effect",
            meaning: """
                'preempt_delay' is how long a router with a higher priority waits before it takes over. It says nothing \
                to a router that never takes over ('nopreempt') or always does at once ('state MASTER', priority 255, \
                strict mode).
                """,
            consequence: "The delay is left out. A router that was to wait for its services takes over at once.",
            remedy: "Write 'state BACKUP', a priority below 255 and no 'nopreempt'; or remove the delay.",
            example: .instance(
                wrong: "state MASTER\npriority 150\npreempt_delay 30",
                right: "state BACKUP\npriority 150\npreempt_delay 30"
            )),
        Explanation(
            "MR0310", "state and priority contradict each other",
            meaning: """
                Priority 255 means that the router owns the addresses and is always master. 'state MASTER' without a \
                'priority' is taken for that, and a priority of 255 overrules 'state BACKUP'.
                """,
            consequence: """
                The router runs as the message says. Two routers that both say 'state MASTER' without a priority are both \
                owners and never agree.
                """,
            remedy: """
                Write a priority from 1 to 254 on every router, the highest on the one that is preferred. 'state' only \
                says how a router starts; the priority decides.
                """,
            example: .instance(wrong: "state MASTER", right: "state MASTER\npriority 150")),
    ]

    private static let ofReferences: [Explanation] = [
        Explanation(
            "MR0311", "something is tracked that is not defined",
            meaning: """
                'track_script' or a similar block names something that the file does not define: a 'vrrp_script' block is \
                missing, spelt otherwise, or left out because it is wrong itself.
                """,
            consequence: """
                It is not tracked. The failure that it should have noticed causes no failover.
                """,
            remedy: "Take the suggestion, or add the block that defines the name.",
            example: .file(
                wrong: "vrrp_script check_web {\n    script /usr/local/bin/check\n}\n"
                    + instance("VI_1", id: 51, "    track_script {\n        chek_web\n    }\n"),
                right: "vrrp_script check_web {\n    script /usr/local/bin/check\n}\n"
                    + instance("VI_1", id: 51, "    track_script {\n        check_web\n    }\n"))),
        Explanation(
            "MR0312", "an address of the other family in an instance",
            meaning: """
                Adverts carry addresses of one family. The first address of 'virtual_ipaddress' decides which one it is, \
                and this one is of the other.
                """,
            consequence: "The address is ignored: no router takes it, and it does not fail over.",
            remedy: """
                Put it into 'virtual_ipaddress_excluded', where it moves with the instance without being in its adverts; \
                or make an instance for each family.
                """,
            example: .file(
                wrong: instance().replacing("10.1.80.51/24\n", with: "10.1.80.51/24\n        2001:db8::51/64\n"),
                right: instance(
                    "VI_1", id: 51, "    virtual_ipaddress_excluded {\n        2001:db8::51/64\n    }\n"))),
        Explanation(
            "MR0313", "an address is listed twice",
            meaning: """
                The address is in this instance already, in 'virtual_ipaddress' or in 'virtual_ipaddress_excluded'. One of \
                the two is often a copy that was meant to become another address.
                """,
            consequence: "The second one is ignored, with its interface and label.",
            remedy: "Correct the address, or remove the line.",
            example: .file(
                wrong: instance().replacing("10.1.80.51/24\n", with: "10.1.80.51/24\n        10.1.80.51/24\n"),
                right: instance().replacing("10.1.80.51/24\n", with: "10.1.80.51/24\n        10.1.80.52/24\n"))),
        Explanation(
            "MR0314", "strict mode overrules a setting",
            meaning: """
                Strict mode ('strict_mode', or 'vrrp_strict' in 'global_defs') keeps to the letter of the RFC. The RFC knows \
                no unicast peers, no start as MASTER below priority 255, and no other number of missed adverts than three.
                """,
            consequence: "The instance runs as the message says, and not as the line does.",
            remedy: """
                Remove 'vrrp_strict', which samples often have and few need, or remove the line. With strict mode, \
                addresses do not answer unless 'accept' is set.
                """,
            example: .instance(
                wrong: "strict_mode\naccept\npriority 150\ndown_timer_adverts 5",
                right: "accept\npriority 150\ndown_timer_adverts 5")),
        Explanation(
            "MR0315", "a group has a member that does not exist",
            meaning: "The 'vrrp_sync_group' names a 'vrrp_instance' that is not in the file, or spells it otherwise.",
            consequence: """
                The group goes without it. If the name is mistyped, the instance that was meant fails over alone, and \
                traffic goes in through one router and out through the other.
                """,
            remedy: "Take the suggestion, or remove the name from the group.",
            example: .file(
                wrong: group("    group {\n        VI_1\n        VI_2\n        VI_3\n    }\n"), right: group(both))),
        Explanation(
            "MR0316", "an instance in two groups",
            meaning: """
                The members of a 'vrrp_sync_group' are master together. An instance in two groups would tie them all \
                together in a way that neither group says.
                """,
            consequence: """
                The instance stays in the first group and the second goes without it; see MR0302 for what a reload does then.
                """,
            remedy: "Leave the instance in one of the groups; or make one group of the two.",
            example: .file(
                wrong: group(both) + instance("VI_3", id: 53)
                    + "\nvrrp_sync_group G2 {\n    group {\n        VI_2\n        VI_3\n    }\n}\n",
                right: group(both))),
        Explanation(
            "MR0317", "a group with fewer than two members",
            meaning: """
                A 'vrrp_sync_group' keeps two or more instances together. This one has one member or none, perhaps \
                because others are mistyped or not included.
                """,
            consequence: "A group of one changes nothing for its instance; an empty one is ignored.",
            remedy: "Add the other members, or remove the group. Its notify scripts can stand in the instance.",
            example: .file(wrong: group("    group {\n        VI_1\n    }\n"), right: group(both))),
        Explanation(
            "MR0318", "a weight is not used in a group",
            meaning: """
                A tracked script or interface with a weight changes the priority of its instance. In a \
                'vrrp_sync_group' the members must have one outcome, so weights of members do not count there.
                """,
            consequence: """
                The weight is taken as 0: when the tracked thing fails, the instance is in FAULT and the whole group gives \
                up its addresses, rather than becoming a less preferred master.
                """,
            remedy: """
                Write 'sync_group_tracking_weight' in the group to let weights count, with the same trackers on all its \
                members; or remove the weight if FAULT is what you want.
                """,
            example: .file(
                wrong: group(both).replacing(
                    "51\n    virtual", with: "51\n    track_interface {\n        eth1 weight 5\n    }\n    virtual"),
                right: group(both).replacing(
                    "51\n    virtual", with: "51\n    track_interface {\n        eth1\n    }\n    virtual"))),
    ]

    private static let ofAddresses: [Explanation] = [
        Explanation(
            "MR0319", "more addresses than an advert holds",
            meaning: "An advert counts its addresses in one byte and has room for 255. The instance has more.",
            consequence:
                "The first ones are advertised; the others are held like those of 'virtual_ipaddress_excluded'.",
            remedy: """
                Leave a few in 'virtual_ipaddress' and move the others to 'virtual_ipaddress_excluded': they move with the \
                instance and are not in its adverts, which also makes these small.
                """),
        Explanation(
            "MR0320", "a script block without a script",
            meaning:
                """
                A 'vrrp_script' says how often to check and not what: it has no 'script' line, or that line is ignored. Where
                the line stands behind '@ID', look which identifier this host has (the option -i).
                """,
            consequence: """
                The block is ignored, and so are the lines that track it: nothing that it was to watch moves an address.
                """,
            remedy: "Add 'script' with the full path of a program. Exit status 0 means that all is well.",
            example: .file(
                wrong: "vrrp_script check_web {\n    interval 2\n}\n" + instance(),
                right: "vrrp_script check_web {\n    script /usr/local/bin/check\n    interval 2\n}\n"
                    + instance("VI_1", id: 51, "    track_script {\n        check_web\n    }\n"))),
        Explanation(
            "MR0321", "an address of the wrong family",
            meaning: """
                The address must be of the same family as what it is used with: the source and peers of adverts as the \
                instance's addresses, the source of a check as the server.
                """,
            consequence: """
                The line is ignored; a peer or a session is left out.
                """,
            remedy: """
                Write an address of the family that the message names. For an IPv6 instance, source and peers are the \
                routers' link-local addresses.
                """,
            example: .instance(wrong: "mcast_src_ip 2001:db8::2", right: "mcast_src_ip 10.1.80.2")),
        Explanation(
            "MR0322", "an instance is named that does not exist",
            meaning: """
                A setting refers to a 'vrrp_instance' by name, such as the one that decides whether the connection \
                synchronization of IPVS sends or receives, and there is none of that name.
                """,
            consequence: """
                What depends on the instance is left out: no connections are synchronized.
                """,
            remedy: "Write the name as the 'vrrp_instance' has it; upper and lower case count.",
            example: .file(
                wrong: "global_defs {\n    lvs_sync_daemon eth0 VI_9\n}\n" + instance(),
                right: "global_defs {\n    lvs_sync_daemon eth0 VI_1\n}\n" + instance())),
        Explanation(
            "MR0323", "an instance without addresses",
            meaning: """
                The instance takes part in elections and has nothing that moves with them: no 'virtual_ipaddress', or all \
                of its lines are ignored.
                """,
            consequence: "Elections and notify scripts run; no address fails over.",
            remedy: """
                Add 'virtual_ipaddress', or 'no_virtual_ipaddress' where scripts do all the work.
                """,
            example: .file(
                wrong: "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n}\n",
                right:
                    "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    no_virtual_ipaddress\n}\n")
        ),
        Explanation(
            "MR0324", "adverts on the loopback interface",
            meaning: """
                Adverts must reach the other routers, and nothing that is sent on 'lo' leaves the host. Addresses that \
                real servers need on 'lo' are another matter: 'martlet realserver' puts them there.
                """,
            consequence: "The file is not used: every router would be master for ever.",
            remedy: """
                Name the interface of the network that the routers share; to have an address on 'lo' all the same, write \
                'dev lo' behind it.
                """,
            example: .file(
                wrong: instance().replacing("eth0", with: "lo"), right: instance())),
        Explanation(
            "MR0325", "two addresses on one line",
            meaning: "In a list of addresses each stands on a line of its own, with its options behind it.",
            consequence: """
                The first address is used and the second one is left out; see MR0302 for what a reload does then.
                """,
            remedy: "Put the second address on a line of its own.",
            example: .file(
                wrong: instance().replacing("10.1.80.51/24\n", with: "10.1.80.51/24 10.1.80.52/24\n"),
                right: instance().replacing("10.1.80.51/24\n", with: "10.1.80.51/24\n        10.1.80.52/24\n"))),
    ]
}
