import Addressing

extension Resolver {
    /// `global_defs` with what depends on several of its keywords.
    mutating func resolve(_ draft: GlobalDraft) -> GlobalDefinitions {
        var global = draft.model
        global.startupScript?.timeout = draft.startupTimeout ?? .seconds(10)
        global.shutdownScript?.timeout = draft.shutdownTimeout ?? .seconds(10)
        if let table = draft.marksTable {
            var marks = IPVSMarkSettings()
            marks.table = table
            marks.priority = draft.marksPriority ?? marks.priority
            marks.startMark = draft.marksStart ?? marks.startMark
            global.ipvsMarks = marks
        }
        if let place = draft.iptables, global.firewall.nftablesTable != nil {
            sink.report(
                .conflictingSettings("'nftables' and 'vrrp_iptables' are both given: 'nftables' is used"), at: place)
            global.firewall.iptables = nil
        } else if let place = draft.sets, draft.iptables == nil, global.firewall.sets != nil {
            sink.report(.keywordCleared("vrrp_ipsets", "there is no 'vrrp_iptables'"), at: place)
        }
        return global
    }

    /// Debouncing must end before the router is taken for dead: a delay stays under the adverts that may be missed.
    mutating func linkDelays(_ drafts: [Located<LinkDelay>], instances: [VRRPInstance]) -> [LinkDelay] {
        drafts.map { draft in
            var delay = draft.value
            for instance in instances where instance.interface == delay.interface {
                let interval = instance.advertInterval.microseconds
                let missed = Int64(instance.downTimerAdverts) - 1
                let longest = Interval(microseconds: missed == 0 ? 0 : missed * interval - interval / 256)
                guard delay.down > longest || missed == 0 && delay.up > longest else { continue }
                if delay.up == delay.down || missed == 0 { delay.up = longest }
                delay.down = longest
            }
            if delay != draft.value {
                sink.report(
                    .corrected(
                        "interface_up_down_delays", tree.text.string(draft.span), used: "\(delay.down)"),
                    at: draft.span)
            }
            return delay
        }
    }
}
