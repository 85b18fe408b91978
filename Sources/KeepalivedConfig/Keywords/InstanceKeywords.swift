import Addressing

/// `vrrp_instance`.
enum InstanceKeywords {
    static let table = KeywordTable<VRRPInstanceDraft>(
        "'vrrp_instance'", identity + addresses + peers + behaviour + trackers + garp + notify + notBuilt)

    static let authentication = KeywordTable<AuthenticationDraft>(
        "'authentication'",
        [
            .custom("auth_type", "PASS", "how adverts are authenticated") { draft, statement, analyzer in
                draft.hasType = true
                guard let word = analyzer.required(of: statement, expected: "'PASS'") else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                guard analyzer.tree.string(word) != "AH" else {
                    analyzer.sink.report(
                        .unsupported(
                            "auth_type AH", consequence: "peers that use it would refuse the adverts",
                            remedy: "use 'PASS', or no authentication, on every router of the group"), at: word.span)
                    return
                }
                guard analyzer.choice(word, [("PASS", true)]) != nil else { return }
                draft.isSimple = true
            },
            .custom("auth_pass", "PASSWORD", "at most 8 bytes, sent in the clear") { draft, statement, analyzer in
                draft.hasPassword = true
                guard let word = analyzer.required(of: statement, expected: "a password") else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                draft.password = Located(analyzer.tree.string(word), word.span)
            },
        ])

    private static let identity: [Keyword<VRRPInstanceDraft>] = [
        .choice(
            "state", [("MASTER", VRRPInstance.InitialState.master), ("BACKUP", .backup)], default: "BACKUP",
            "the wanted state; the election decides"
        ) { $0.state = $1 },
        .custom("interface", "INTERFACE", "where adverts and addresses go; optional for unicast") {
            draft, statement, analyzer in
            draft.hasInterface = true
            guard let word = analyzer.required(of: statement, expected: "an interface name") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.interface = analyzer.interface(word).map { Located($0, word.span) }
        },
        .custom("virtual_router_id", "1…255", "the group; the same on every router of it") {
            draft, statement, analyzer in
            draft.hasVirtualRouterID = true
            guard let word = analyzer.required(of: statement, expected: "a whole number from 1 to 255") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.virtualRouterID = analyzer.integer(word, in: 1...255, isLenient: true).map { Located($0, word.span) }
        },
        .integer(
            "priority", UInt8(1)...255, default: "100; 255 with `state MASTER`", isLenient: true,
            "the highest becomes master; 255 owns the addresses"
        ) { $0.priority = $1 },
        .interval(
            "advert_int", Interval(microseconds: 10_000)...Interval.seconds(255), default: "1",
            "time between adverts: whole seconds in version 2, steps of 0.01 up to 40.95 in version 3"
        ) { $0.advertInterval = $1 },
        .choice(
            "version", [("2", VRRPInstance.Version.v2), ("3", .v3)], default: "`vrrp_version`", "version of the adverts"
        ) { $0.version = $1 },
        .custom("authentication", "{ auth_type PASS auth_pass PASSWORD }", "VRRP version 2 only", takesBlock: true) {
            draft, statement, analyzer in
            var authentication = AuthenticationDraft(span: analyzer.tree.span(statement))
            analyzer.read(InstanceKeywords.authentication, of: statement, into: &authentication)
            draft.authentication = authentication
        },
    ]

    private static let addressLine =
        "ADDRESS[/LENGTH] [dev INTERFACE] [label NAME] [brd ADDRESS|+|-] [scope NAME] [no_track]"

    private static let addresses: [Keyword<VRRPInstanceDraft>] = [
        .list("virtual_ipaddress", addressLine, "addresses of the master, named in the adverts") {
            draft, line, analyzer in
            draft.hasAddresses = true
            guard let (address, interface) = analyzer.virtualAddress(line) else { return }
            draft.addresses.append(address)
            if let interface { draft.addressInterfaces.append(interface) }
        },
        .list("virtual_ipaddress_excluded", addressLine, "addresses of the master that the adverts do not name") {
            draft, line, analyzer in
            draft.hasAddresses = true
            guard let (address, interface) = analyzer.virtualAddress(line) else { return }
            draft.excludedAddresses.append(address)
            if let interface { draft.addressInterfaces.append(interface) }
        },
        .flag("no_virtual_ipaddress", "an instance without addresses is meant") { draft, _ in
            draft.allowsNoAddresses = true
        },
        .refused(
            "virtual_routes", "traffic would take other ways",
            remedy: "set the routes in 'notify_master' and 'notify_backup'",
            "routes of the master"),
        .refused(
            "virtual_rules", "traffic would take other ways",
            remedy: "set the rules in 'notify_master' and 'notify_backup'",
            "rules of the master"),
    ]

    private static let peers: [Keyword<VRRPInstanceDraft>] = [
        .address("mcast_src_ip", default: "the interface's first", "source address of multicast adverts") {
            $0.multicastSource = $1
        },
        .address("unicast_src_ip", default: "the interface's first", "source address of unicast adverts") {
            $0.unicastSource = $1
        },
        .list(
            "unicast_peer", "ADDRESS [min_ttl 0…255] [max_ttl 0…255]",
            "routers that get the adverts instead of the group"
        ) {
            draft, line, analyzer in
            guard let word = analyzer.tree.keyword(line), let address = analyzer.address(word) else { return }
            var low: UInt8 = 0
            var high: UInt8 = 255
            var isBounded = false
            analyzer.forEachOption(of: line, from: 0, ["min_ttl", "max_ttl"]) { analyzer, option, word in
                guard let bound = analyzer.integer(word, in: UInt8(0)...255) else { return }
                isBounded = true
                if option == "min_ttl" { low = bound } else { high = bound }
            }
            guard low <= high else {
                analyzer.sink.report(
                    .malformed(analyzer.tree.string(word), expected: "a peer whose min_ttl is at most its max_ttl"),
                    at: word.span)
                return
            }
            if isBounded { draft.checkUnicastSource = true }
            draft.peers.append(Located(UnicastPeer(address: address, ttl: low...high), word.span))
        },
        .integer("unicast_ttl", UInt8(0)...255, default: "255", "time to live of unicast adverts") {
            $0.unicastTTL = $1.value
        },
        .flag("check_unicast_src", "drop adverts from routers that are not peers") { draft, _ in
            draft.checkUnicastSource = true
        },
        .custom("mcast_dst_ip", "ADDRESS", default: "`vrrp_mcast_group4`", "group of the adverts") {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a multicast group"),
                let group = analyzer.multicastGroup(word, family: .ipv4)
            else { return }
            draft.multicastGroup = Located(group, word.span)
        },
    ]

    private static let behaviour: [Keyword<VRRPInstanceDraft>] = [
        .flag("nopreempt", "a higher priority does not take over from a working master") { $0.noPreempt = $1 },
        .flag("preempt", "the contrary of `nopreempt`") { draft, _ in draft.noPreempt = nil },
        .interval("preempt_delay", .seconds(0)...Interval.seconds(1000), default: "0", "wait before taking over") {
            $0.preemptDelay = $1
        },
        .boolean(
            "lower_prio_no_advert", default: "`vrrp_lower_prio_no_advert`", "do not answer adverts of lower priority"
        ) {
            $0.lowerPriorityNoAdvert = Located($1, $2)
        },
        .boolean(
            "higher_prio_send_advert", default: "`vrrp_higher_prio_send_advert`", "send one more advert before yielding"
        ) {
            $0.higherPrioritySendAdvert = Located($1, $2)
        },
        .integer("down_timer_adverts", UInt8(1)...100, default: "3", "missed adverts before taking over") {
            $0.downTimerAdverts = $1
        },
        .boolean(
            "skip_check_adv_addr", default: "`vrrp_skip_check_adv_addr`", "trust the address list of a known master"
        ) {
            draft, value, _ in draft.skipCheckAdvertAddresses = value
        },
        .boolean("strict_mode", default: "`vrrp_strict`", "follow the RFC to the letter") { draft, value, _ in
            draft.strict = value
        },
        .flag("accept", "take packets to the virtual addresses") { $0.accept = Located(true, $1) },
        .refused(
            "no_accept", "packets to the virtual addresses would be taken all the same",
            remedy: "remove it, or drop them with a firewall rule", "drop packets to the virtual addresses unless owner"
        ),
    ]

    private static let trackers: [Keyword<VRRPInstanceDraft>] =
        TrackerKeywords.lists(
            interfaces: { $0.interfaces.append($1) }, scripts: { $0.scripts.append($1) })
        + [
            .flag("dont_track_primary", "a downed interface of its own is no fault") { draft, _ in
                draft.doesNotTrackPrimary = true
            }
        ]

    private static let garp: [Keyword<VRRPInstanceDraft>] = [
        .interval(
            "garp_master_delay", .seconds(0)...Intervals.day, default: "`vrrp_garp_master_delay`, 5",
            "from becoming master to the second burst; 0 is none"
        ) {
            $0.garp.delay = $1.value
        },
        .integer(
            "garp_master_repeat", UInt32(1)...1_000_000, default: "`vrrp_garp_master_repeat`, 5",
            "gratuitous ARPs in a burst"
        ) {
            $0.garp.repeatCount = $1.value
        },
        .interval(
            "garp_master_refresh", .seconds(0)...Intervals.day, default: "`vrrp_garp_master_refresh`, 0",
            "time between bursts of a master; 0 is none"
        ) {
            $0.garp.refresh = $1.value
        },
        .integer("garp_master_refresh_repeat", UInt32(1)...1_000_000, default: "1", "gratuitous ARPs in these") {
            $0.garp.refreshRepeatCount = $1.value
        },
        .interval(
            "garp_lower_prio_delay", .seconds(0)...Intervals.day, default: "as `garp_master_delay`",
            "the same after an advert of lower priority"
        ) {
            $0.garp.lowerPriorityDelay = $1.value
        },
        .integer(
            "garp_lower_prio_repeat", UInt32(0)...1_000_000, default: "as `garp_master_repeat`",
            "the same after an advert of lower priority"
        ) {
            $0.garp.lowerPriorityRepeatCount = $1.value
        },
    ]

    private static let notify: [Keyword<VRRPInstanceDraft>] =
        TrackerKeywords.notify { draft, change in change(&draft.notify) }
        + [
            .script("notify_master_rx_lower_pri", "run when a master hears an advert of lower priority") {
                $0.notify.masterReceivedLowerPriority = $1.value
            },
            .noEffect(
                "notify_deleted", "an instance that a reload removes reports a stop",
                "run when a reload removes the instance"),
            .noEffect("notify_priority_changes", "changed priorities are in the log only", "notify changed priorities"),
            .noEffect("smtp_alert", "mail is not sent by this version", "mail on a change"),
        ]

    private static let vmac = "adverts and addresses would use the interface's own MAC address"
    private static let vmacRemedy = "remove it on every router of the group: gratuitous ARP tells the neighbours"

    private static let notBuilt: [Keyword<VRRPInstanceDraft>] = [
        .refused(
            "auth_hmac", "adverts would be neither signed nor verified",
            remedy: "remove it on every router of the group",
            "signed adverts"),
        .refused("use_vmac", vmac, remedy: vmacRemedy, "virtual MAC address"),
        .refused("use_vmac_addr", vmac, remedy: vmacRemedy, "virtual MAC address on other interfaces"),
        .refused("use_ipvlan", vmac, remedy: vmacRemedy, "ipvlan interface"),
        .refused(
            "native_ipv6", "IPv6 instances are not built",
            remedy: "put IPv6 addresses into 'virtual_ipaddress_excluded' of an IPv4 instance", "IPv6 adverts"),
        .refused(
            "v3_checksum_as_v2", "its adverts would be refused by peers that use it",
            remedy: "remove it on every router of the group", "checksum without pseudo header"),
        .refused(
            "vrf", "the instance would be in another routing domain",
            remedy: "name the interface of the VRF in 'interface'", "VRF of the virtual MAC interface"),
        .noEffect(
            "vmac_xmit_base", "there are no virtual MAC interfaces in this version", "adverts from the base interface"),
        .noEffect("garp_extra_if", "there are no virtual MAC interfaces in this version", "periodic gratuitous ARP"),
        .noEffect(
            "vmac_garp_intvl", "there are no virtual MAC interfaces in this version", "old name of `garp_extra_if`"),
        .noEffect("promote_secondaries", "addresses are set one by one and checked", "sysctl of the interface"),
        .noEffect("old_unicast_checksum", "the checksum of RFC 9568 is used", "former checksum of unicast adverts"),
        .noEffect("unicast_fault_no_peer", "an instance without peers uses multicast", "no peers is a fault"),
        .noEffect(
            "track_src_ip", "an interface without an address is a fault anyway", "a vanished source address is a fault"),
        .noEffect("owner_ignore_adverts", "an owner answers as RFC 9568 says", "owner drops adverts"),
        .noEffect(
            "timer_expired_backup", "a late process does not act on timers that fired late", "yield after a stall"),
        .noEffect(
            "thread_timer_expired", "a late process does not act on timers that fired late", "yield after a stall"),
        .noEffect("kernel_rx_buf_size", "Martlet sizes its buffers itself", "receive buffer"),
        .noEffect("linkbeat_use_polling", "link state comes from the kernel", "poll the link"),
        .noEffect(
            "lvs_sync_daemon_interface", "use `lvs_sync_daemon` in `global_defs`", "interface of the sync daemon"),
        .noEffect("debug", "set the log level instead", "debug level"),
    ]
}
