import Addressing

extension GlobalKeywords {

    static let adverts: [Keyword<GlobalDraft>] = [
        .choice("vrrp_version", [("2", VRRPInstance.Version.v2), ("3", .v3)], default: "2", "version of the adverts") {
            $0.model.vrrpVersion = $1.value
        },
        .custom("vrrp_mcast_group4", "ADDRESS", default: "224.0.0.18", "group of the adverts") {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "an IPv4 multicast group"),
                let group = analyzer.multicastGroup(word, family: .ipv4)
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.model.multicastGroup4 = group
        },
        .custom("vrrp_mcast_group6", "ADDRESS", default: "ff02::12", "group of IPv6 adverts") {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "an IPv6 multicast group"),
                let group = analyzer.multicastGroup(word, family: .ipv6)
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.model.multicastGroup6 = group
        },
        .flag("vrrp_check_unicast_src", "default of `check_unicast_src`") { draft, _ in
            draft.model.vrrpCheckUnicastSource = true
        },
        .boolean("vrrp_skip_check_adv_addr", "default of `skip_check_adv_addr`") { draft, value, _ in
            draft.model.vrrpSkipCheckAdvertAddresses = value
        },
        .flag("log_unknown_vrids", "log adverts of groups that are not configured") { draft, _ in
            draft.model.logsUnknownRouterIDs = true
        }.withoutEffect("adverts of other groups are not logged"),
        .flag("v3_checksum_as_v2", "default of `v3_checksum_as_v2`") { draft, _ in
            draft.model.v3ChecksumAsV2 = true
        },
        .flag("disable_local_igmp", "no IGMP for link-local groups") { draft, _ in
            draft.model.disablesLocalIGMP = true
        }.withoutEffect("the kernel joins groups as usual"),
        .interface("default_interface", "interface of static addresses without `dev`") { draft, word in
            draft.model.defaultInterface = word.value
        },
        .custom("dynamic_interfaces", "[allow_if_changes]", default: "off", "start although an interface is missing") {
            draft, statement, analyzer in
            analyzer.expectNoMore(than: 1, of: statement)
            draft.model.dynamicInterfaces = true
            guard let word = analyzer.tree.argument(0, of: statement) else { return }
            draft.model.allowsInterfaceChanges = analyzer.choice(word, [("allow_if_changes", true)]) ?? false
        },
    ]

    static let announcements: [Keyword<GlobalDraft>] = [
        .interval("vrrp_garp_master_delay", .seconds(0)...Intervals.day, default: "5", "default of `garp_master_delay`")
        {
            $0.instances.garp.delay = $1.value
        },
        .count("vrrp_garp_master_repeat", default: "5", "default of `garp_master_repeat`") {
            $0.instances.garp.repeatCount = $1
        },
        .interval(
            "vrrp_garp_master_refresh", .seconds(0)...Intervals.day, default: "0", "default of `garp_master_refresh`"
        ) {
            $0.instances.garp.refresh = $1.value
        },
        .count("vrrp_garp_master_refresh_repeat", default: "1", "default of `garp_master_refresh_repeat`") {
            $0.instances.garp.refreshRepeatCount = $1
        },
        .interval(
            "vrrp_garp_lower_prio_delay", .seconds(0)...Intervals.day, default: "as `vrrp_garp_master_delay`",
            "default of `garp_lower_prio_delay`"
        ) { $0.instances.garp.lowerPriorityDelay = $1 },
        .integer(
            "vrrp_garp_lower_prio_repeat", UInt32(0)...1_000_000, default: "as `vrrp_garp_master_repeat`",
            "default of `garp_lower_prio_repeat`"
        ) { $0.instances.garp.lowerPriorityRepeatCount = $1 },
        .interval("vrrp_garp_interval", .seconds(0)...Intervals.day, default: "0", "pause between gratuitous ARPs") {
            $0.model.garpInterval = $1.value
        },
        .interval("vrrp_gna_interval", .seconds(0)...Intervals.day, default: "0", "pause between neighbour adverts") {
            $0.model.gnaInterval = $1.value
        },
        .boolean("vrrp_min_garp", "one gratuitous ARP and no second burst, where nothing else is said") {
            draft, value, _ in draft.instances.usesMinimumGARP = value
        },
        extraInterfaces, .formerly("vrrp_vmac_garp_intvl", extraInterfaces),
    ]

    private static let extraInterfaces = Keyword<GlobalDraft>.custom(
        "vrrp_garp_extra_if", "[all] SECONDS (1…86400)", default: "0", "default of `garp_extra_if`"
    ) { draft, statement, analyzer in
        guard let value = analyzer.extraInterfaces(statement, from: 1) else { return }
        draft.instances.garp.extraInterfaceInterval = value.interval
        draft.instances.garp.coversAllInterfaces = value.coversAll
    }

    static let elections: [Keyword<GlobalDraft>] = [
        .boolean("vrrp_lower_prio_no_advert", "default of `lower_prio_no_advert`") { draft, value, _ in
            draft.instances.lowerPriorityNoAdvert = value
        },
        .boolean("vrrp_higher_prio_send_advert", "default of `higher_prio_send_advert`") { draft, value, _ in
            draft.instances.higherPrioritySendAdvert = value
        },
        .boolean("vrrp_owner_ignore_adverts", "default of `owner_ignore_adverts`") { draft, value, _ in
            draft.model.vrrpOwnerIgnoresAdverts = value
        },
        .integer("vrrp_down_timer_adverts", UInt8(1)...100, default: "3", "default of `down_timer_adverts`") {
            $0.instances.downTimerAdverts = $1.value
        },
        .interval(
            "vrrp_startup_delay", Intervals.millisecond...Intervals.day, default: "0",
            "take part in elections only after this time"
        ) { $0.model.vrrpStartupDelay = $1.value },
        .interval(
            "vrrp_delay_after_boot", Intervals.millisecond...Intervals.day, default: "0",
            "the same, counted from the boot of the host; the later of the two counts"
        ) { $0.model.vrrpDelayAfterBoot = $1.value },
        .boolean("vrrp_strict", "default of `strict_mode`") { draft, value, _ in draft.model.vrrpStrict = value },
        .text("vmac_prefix", "NAME", default: "vrrp", "what names of virtual MAC interfaces begin with", limit: 15) {
            $0.model.vmacPrefix = $1.value
        },
        .text("vmac_addr_prefix", "NAME", default: "`vmac_prefix`", "the same for those of single addresses", limit: 15)
        {
            $0.model.vmacAddressPrefix = $1.value
        },
    ]
}

extension Analyzer {
    /// `[all] SECONDS` in any order.
    mutating func extraInterfaces(_ statement: Int, from minimum: Int64) -> (interval: Interval, coversAll: Bool)? {
        var interval: Interval?
        var coversAll = false
        for index in 0..<tree.argumentCount(statement) {
            guard let word = tree.argument(index, of: statement) else { return nil }
            if tree.string(word) == "all" {
                coversAll = true
            } else {
                guard let seconds = integer(word, in: minimum...86_400) else { return nil }
                interval = .seconds(seconds)
            }
        }
        guard let interval else {
            reportMissingValue(
                name(statement), expected: "a number of seconds", at: tree.span(statement),
                isFatal: !toleratesMissingValue)
            return nil
        }
        return (interval, coversAll)
    }
}
