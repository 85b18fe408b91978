import Addressing

extension InstanceKeywords {
    static let addressLine =
        "ADDRESS[/LENGTH] [dev INTERFACE] [label NAME] [brd ADDRESS|+|-] [scope NAME] [peer ADDRESS[/LENGTH]] [home] [-nodad] [mngtmpaddr] [noprefixroute] [autojoin] [preferred_lft SECONDS|forever] [no_track]"

    static let addresses: [Keyword<VRRPInstanceDraft>] = [
        .list(
            "virtual_ipaddress", "\(addressLine) [use_vmac]", "addresses of the master, named in the adverts"
        ) { draft, line, analyzer in
            draft.hasAddresses = true
            guard let address = analyzer.addressLine(line, isStatic: false) else { return }
            draft.remember(address.address.value.prefix.address.family, at: address.address.span)
            draft.addresses.append(address.address)
            if let interface = address.interface { draft.otherInterfaces.append(interface) }
        },
        .list(
            "virtual_ipaddress_excluded", "\(addressLine) [use_vmac]",
            "addresses of the master that the adverts do not name"
        ) { draft, line, analyzer in
            draft.hasAddresses = true
            guard let address = analyzer.addressLine(line, isStatic: false) else { return }
            draft.excludedAddresses.append(address.address)
            if let interface = address.interface { draft.otherInterfaces.append(interface) }
        },
        .flag("no_virtual_ipaddress", "an instance without addresses is meant") { $0.allowsNoAddresses = $1 },
        Keyword<VRRPInstanceDraft>.list("virtual_routes", routeLine, "routes of the master") { draft, line, analyzer in
            guard let route = analyzer.routeLine(line, isStatic: false) else { return }
            draft.routes.append(route)
            draft.otherInterfaces += route.value.interfaces.map { Located($0, route.span) }
        },
        Keyword<VRRPInstanceDraft>.list("virtual_rules", ruleLine, "rules of the master") { draft, line, analyzer in
            guard let rule = analyzer.ruleLine(line, isStatic: false) else { return }
            draft.rules.append(rule)
            draft.otherInterfaces += rule.rule.interfaces.map { Located($0, rule.span) }
        },
        .flag("promote_secondaries", "set the interface's sysctl") { draft, _ in
            draft.promotesSecondaries = true
        },
    ]

    static let routeLine =
        "[KIND] PREFIX|default [via ADDRESS] [dev INTERFACE] [src ADDRESS] [from PREFIX] [table NAME] [metric N] [scope NAME] [protocol NAME] [METRIC VALUE]… [encap …] [nexthop …]… [no_track]"

    static let ruleLine =
        "[not] [from PREFIX] [to PREFIX] [priority N] [fwmark MARK[/MASK]] [iif INTERFACE] [oif INTERFACE] [ipproto NAME] [sport PORT[-PORT]] [dport PORT[-PORT]] [uidrange N-N] [tos N] [tunnel-id N] table NAME|goto N|l3mdev|nop|blackhole|unreachable|prohibit [no_track]"
}
