import Addressing

extension InstanceKeywords {
    static let behaviour: [Keyword<VRRPInstanceDraft>] = [
        .flag("nopreempt", "a higher priority does not take over from a working master") { $0.noPreempt = $1 },
        Keyword.flag("preempt", "the contrary of `nopreempt`") { draft, _ in draft.noPreempt = nil }
            .setting("nopreempt"),
        .interval("preempt_delay", .seconds(0)...Interval.seconds(1000), default: "0", "wait before taking over") {
            $0.preemptDelay = $1
        },
        .boolean(
            "lower_prio_no_advert", default: "that of `vrrp_lower_prio_no_advert`",
            "do not answer adverts of lower priority"
        ) {
            $0.lowerPriorityNoAdvert = Located($1, $2)
        },
        .boolean(
            "higher_prio_send_advert", default: "that of `vrrp_higher_prio_send_advert`",
            "send one more advert before yielding"
        ) {
            $0.higherPrioritySendAdvert = Located($1, $2)
        },
        .integer("down_timer_adverts", UInt8(1)...100, default: "3", "missed adverts before taking over") {
            $0.downTimerAdverts = $1
        },
        .boolean(
            "skip_check_adv_addr", default: "that of `vrrp_skip_check_adv_addr`",
            "trust the address list of a known master"
        ) {
            draft, value, _ in draft.skipCheckAdvertAddresses = value
        },
        .boolean("strict_mode", default: "that of `vrrp_strict`", "follow the RFC to the letter") { draft, value, _ in
            draft.strict = value
        },
        .boolean(
            "owner_ignore_adverts", default: "`vrrp_owner_ignore_adverts`; on in strict mode",
            "an address owner drops what it hears"
        ) { $0.ownerIgnoresAdverts = Located($1, $2) },
        .flag("accept", "take packets to the virtual addresses") { $0.accept = Located(true, $1) },
        Keyword.flag("no_accept", "drop packets to the virtual addresses, except as their owner") {
            $0.accept = Located(false, $1)
        }.setting("accept"),
        expiredTimer, .formerly("thread_timer_expired", expiredTimer),
        .integer("debug", UInt8(0)...4, default: "0", "debug level") {
            $0.debugLevel = $1.value
        }.withoutEffect("set the log level instead"),
    ]

    private static let expiredTimer = Keyword<VRRPInstanceDraft>.custom(
        "timer_expired_backup", "[1…254]", default: "off; 254 without a value",
        "yield with this priority after the process was asleep; needs `nopreempt`"
    ) { draft, statement, analyzer in
        analyzer.expectNoMore(than: 1, of: statement)
        let span = analyzer.tree.span(statement)
        guard let word = analyzer.tree.argument(0, of: statement) else {
            draft.expiredTimerPriority = Located(254, span)
            return
        }
        guard let value = analyzer.integer(word, in: UInt8(1)...254) else { return }
        draft.expiredTimerPriority = Located(value, span)
    }
}
