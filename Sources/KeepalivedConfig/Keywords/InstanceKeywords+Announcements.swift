import Addressing

extension InstanceKeywords {
    static let garp: [Keyword<VRRPInstanceDraft>] = [
        .interval(
            "garp_master_delay", .seconds(0)...Intervals.day, default: "that of `vrrp_garp_master_delay`, else 5",
            "from becoming master to the second burst; 0 is none"
        ) {
            $0.garp.delay = $1.value
        },
        .count(
            "garp_master_repeat", default: "that of `vrrp_garp_master_repeat`, else 5",
            "gratuitous ARPs in a burst"
        ) {
            $0.garp.repeatCount = $1
        },
        .interval(
            "garp_master_refresh", .seconds(0)...Intervals.day, default: "that of `vrrp_garp_master_refresh`, else 0",
            "time between bursts of a master; 0 is none"
        ) {
            $0.garp.refresh = $1.value
        },
        .count(
            "garp_master_refresh_repeat", default: "that of `vrrp_garp_master_refresh_repeat`, else 1",
            "gratuitous ARPs in these"
        ) {
            $0.garp.refreshRepeatCount = $1
        },
        .interval(
            "garp_lower_prio_delay", .seconds(0)...Intervals.day, default: "that of `vrrp_garp_lower_prio_delay`",
            "the same after an advert of lower priority"
        ) {
            $0.garp.lowerPriorityDelay = $1
        },
        .integer(
            "garp_lower_prio_repeat", UInt32(0)...1_000_000, default: "that of `vrrp_garp_lower_prio_repeat`",
            "the same after an advert of lower priority"
        ) {
            $0.garp.lowerPriorityRepeatCount = $1
        },
        extraInterfaces, .formerly("vmac_garp_intvl", extraInterfaces),
    ]

    private static let extraInterfaces = Keyword<VRRPInstanceDraft>.custom(
        "garp_extra_if", "[all] SECONDS (0…86400)", default: "that of `vrrp_garp_extra_if`, else 0",
        "time between announcements on virtual MAC interfaces; 0 is none"
    ) { draft, statement, analyzer in
        guard let value = analyzer.extraInterfaces(statement, from: 0) else { return }
        draft.garp.extraInterfaceInterval = value.interval
        draft.garp.coversAllInterfaces = value.coversAll
    }

    static let notify: [Keyword<VRRPInstanceDraft>] =
        TrackerKeywords.notify { draft, change in change(&draft.notify) }
        + [
            .firstScript("notify_master_rx_lower_pri", "run when a master hears an advert of lower priority") {
                $1(&$0.notify.masterReceivedLowerPriority)
            },
            .custom(
                "notify_deleted", "[COMMAND [USER [GROUP]]]", default: "off",
                "report DELETED, not FAULT, when a reload removes the instance; perhaps run a command"
            ) { draft, statement, analyzer in
                guard !draft.notify.reportsDeletion else {
                    analyzer.reportGivenAlready("notify_deleted", at: analyzer.tree.span(statement))
                    return
                }
                if analyzer.tree.argumentCount(statement) > 0 {
                    guard let script = analyzer.script(statement) else { return }
                    draft.notify.deleted = script
                }
                draft.notify.reportsDeletion = true
            },
            .boolean(
                "notify_priority_changes", default: "that of the group, `vrrp_notify_priority_changes`",
                "notify changed priorities"
            ) { draft, value, _ in draft.notifiesPriorityChanges = value },
            .boolean(
                "smtp_alert", default: "that of `smtp_alert_vrrp`, else of `smtp_alert`, else off", "mail on a change"
            ) {
                draft, value, _ in draft.sendsMail = value
            },
        ]
}
