import Addressing

extension GlobalKeywords {
    private static let ownSets = "the addresses stand in sets of the nftables table"
    private static let ownBuffers = "Martlet sizes its buffers itself"

    static let firewall: [Keyword<GlobalDraft>] = [
        .custom(
            "vrrp_iptables", "[INPUT [OUTPUT]]", default: "none; INPUT and OUTPUT without a name",
            "directions of `no_accept`; the chains get no rules"
        ) { draft, statement, analyzer in
            analyzer.expectNoMore(than: 2, of: statement)
            guard draft.iptables == nil else {
                analyzer.reportGivenAlready("vrrp_iptables", at: analyzer.tree.span(statement))
                return
            }
            draft.iptables = analyzer.tree.span(statement)
            let names = analyzer.names(statement, limit: 27, what: "a chain name")
            guard names.count == analyzer.tree.argumentCount(statement) else { return }
            guard names.count < 2 || names[0] != names[1] else {
                analyzer.ignore(
                    .malformed(names[1], expected: "a name other than that of the first chain"),
                    at: analyzer.tree.argument(1, of: statement)?.span ?? analyzer.tree.span(statement))
                return
            }
            draft.model.firewall.iptables = FirewallSettings.Chains(
                input: names.isEmpty ? "INPUT" : names[0],
                output: names.isEmpty ? "OUTPUT" : names.count > 1 ? names[1] : nil)
        },
        .custom(
            "vrrp_ipsets", "[ADDRESSES [ADDRESSES6 [LINKLOCAL6 [IGMP [MLD [ND]]]]]]",
            default: "names that begin with keepalived; none without a name", "sets of `no_accept`"
        ) { draft, statement, analyzer in
            analyzer.expectNoMore(than: 6, of: statement)
            draft.sets = analyzer.tree.span(statement)
            let names = analyzer.names(statement, limit: 30, what: "a set name")
            guard names.count == analyzer.tree.argumentCount(statement) else { return }
            guard let sets = FirewallSettings.Sets(names) else {
                draft.model.firewall.sets = nil
                return
            }
            let all = [
                sets.addresses, sets.addresses6, sets.linkLocalAddresses6, sets.igmp, sets.mld,
                sets.neighbourDiscovery,
            ]
            guard Set(all).count == all.count else {
                analyzer.ignore(
                    .malformed(names.joined(separator: " "), expected: "six different names"),
                    at: analyzer.tree.span(statement))
                return
            }
            draft.model.firewall.sets = sets
        }.withoutEffect(ownSets),
        Keyword.optionalText("nftables", "TABLE", default: "keepalived", "table of `no_accept`", limit: 30) {
            draft, word, _ in draft.model.firewall.nftablesTable = word?.value ?? "keepalived"
        }.keepingFirst,
        .integer("nftables_priority", Int32.min...Int32.max, default: "100", "chain priority") {
            $0.model.firewall.nftablesPriority = $1.value
        },
        .flag("nftables_ifindex", "match link-local addresses by interface number") { draft, _ in
            draft.model.firewall.matchesInterfaceIndex = true
        },
        .flag("nftables_counters", "counters in rules") { draft, _ in
            draft.model.firewall.hasCounters = true
        },
    ]

    static let buffers: [Keyword<GlobalDraft>] =
        buffer("vrrp_netlink_cmd") { $1(&$0.vrrpCommands) } + buffer("vrrp_netlink_monitor") { $1(&$0.vrrpMonitor) }
        + buffer("lvs_netlink_cmd") { $1(&$0.lvsCommands) } + buffer("lvs_netlink_monitor") { $1(&$0.lvsMonitor) }
        + buffer("process_monitor") { $1(&$0.processMonitor) }
        + [
            .custom(
                "vrrp_rx_bufs_policy", "MTU|ADVERT|BYTES", default: "the kernel's",
                "size of the receive buffer of adverts"
            ) { draft, statement, analyzer in
                guard analyzer.required(of: statement, expected: "MTU, ADVERT or a number of bytes") != nil else {
                    return
                }
                var policies: [BufferSettings.AdvertPolicy] = []
                for index in 0..<analyzer.tree.argumentCount(statement) {
                    guard let word = analyzer.tree.argument(index, of: statement) else { return }
                    switch analyzer.tree.string(word).uppercased() {
                    case "MTU": policies.append(.mtu)
                    case "ADVERT": policies.append(.advert)
                    default:
                        guard let bytes = analyzer.integer(word, in: UInt32(0)...UInt32.max) else { return }
                        policies.append(.bytes(bytes))
                    }
                }
                // A number of bytes goes before the others, and MTU before ADVERT.
                let chosen =
                    policies.last { if case .bytes = $0 { true } else { false } } ?? policies.first { $0 == .mtu }
                    ?? policies.first
                if policies.contains(where: { $0 != chosen }) {
                    analyzer.sink.report(
                        .conflictingSettings(
                            "'vrrp_rx_bufs_policy' has several values: bytes go before MTU, and MTU before ADVERT"),
                        at: analyzer.tree.span(statement))
                }
                draft.model.buffers.advertPolicy = chosen
            }.withoutEffect(ownBuffers),
            .integer("vrrp_rx_bufs_multiplier", UInt32(1)...UInt32.max, default: "3", "factor of `MTU` and `ADVERT`") {
                $0.model.buffers.advertMultiplier = $1.value
            }.withoutEffect(ownBuffers),
        ]

    private static func buffer(
        _ name: String,
        _ apply: @escaping @Sendable (inout BufferSettings, (inout BufferSettings.Buffer) -> Void) -> Void
    ) -> [Keyword<GlobalDraft>] {
        [
            .integer(
                "\(name)_rcv_bufs", UInt32(0)...UInt32.max, default: "the kernel's", "bytes of the receive buffer"
            ) { draft, value in
                apply(&draft.model.buffers) { $0.bytes = value.value == 0 ? nil : value.value }
            }.withoutEffect(ownBuffers),
            .boolean("\(name)_rcv_bufs_force", "exceed the limit of the system") { draft, value, _ in
                apply(&draft.model.buffers) { $0.isForced = value }
            }.withoutEffect(ownBuffers),
        ]
    }

    private static let noSNMP = "there is no SNMP agent in this version"
    private static let noDBus = "there is no D-Bus interface in this version"

    private static let snmpVRRP = Keyword<GlobalDraft>.flag("enable_snmp_vrrp", "KEEPALIVED-MIB: VRRP") { draft, _ in
        draft.model.snmp.hasVRRP = true
    }.withoutEffect(noSNMP)

    static let management: [Keyword<GlobalDraft>] = [
        .text("snmp_socket", "ADDRESS", default: "the agent's default", "address of the master agent", limit: 4095) {
            $0.model.snmp.socket = $1.value
        }.keepingFirst.withoutEffect(noSNMP),
        .flag("enable_traps", "send traps") { draft, _ in draft.model.snmp.sendsTraps = true }.withoutEffect(noSNMP),
        snmpVRRP, .formerly("enable_snmp_keepalived", snmpVRRP),
        .flag("enable_snmp_checker", "KEEPALIVED-MIB: services and servers") { draft, _ in
            draft.model.snmp.hasChecker = true
        }.withoutEffect(noSNMP),
        .flag("enable_snmp_rfc", "the tables of RFC 2787 and RFC 6527") { draft, _ in
            draft.model.snmp.hasRFCv2 = true
            draft.model.snmp.hasRFCv3 = true
        }.withoutEffect(noSNMP),
        .flag("enable_snmp_rfcv2", "the tables of RFC 2787") { draft, _ in
            draft.model.snmp.hasRFCv2 = true
        }.withoutEffect(noSNMP),
        .flag("enable_snmp_rfcv3", "the tables of RFC 6527") { draft, _ in
            draft.model.snmp.hasRFCv3 = true
        }.withoutEffect(noSNMP),
        .flag("enable_dbus", "D-Bus interface") { draft, _ in
            draft.model.dbus.isEnabled = true
        }.withoutEffect(noDBus),
        .text("dbus_service_name", "NAME", default: "org.keepalived.Vrrp1", "its name") {
            $0.model.dbus.serviceName = $1.value
        }.withoutEffect(noDBus),
        .text("dbus_no_interface_name", "NAME", "path of instances without an interface") {
            $0.model.dbus.noInterfaceName = $1.value
        }.withoutEffect(noDBus),
    ]
}

extension FirewallSettings.Sets {
    /// The names of a `vrrp_ipsets` line: those that are missing are made from the first. nil for none.
    init?(_ names: [String]) {
        guard let first = names.first else { return nil }
        func named(_ index: Int, _ fallback: String) -> String { names.count > index ? names[index] : fallback }
        func shortened(_ name: String, _ suffix: String) -> String {
            String(decoding: name.utf8.prefix(31 - suffix.utf8.count), as: UTF8.self) + suffix
        }
        addresses = first
        addresses6 = named(1, shortened(first, "6"))
        let stem = addresses6.hasSuffix("6") ? String(addresses6.dropLast()) : addresses6
        linkLocalAddresses6 = named(2, shortened(stem, "_if6"))
        igmp = named(3, shortened(first, "_igmp"))
        mld = named(4, shortened(first, "_mld"))
        neighbourDiscovery = named(5, shortened(first, "_nd"))
    }
}

extension Analyzer {
    /// The arguments as names of bounded length; fewer when one is not.
    fileprivate mutating func names(_ statement: Int, limit: Int, what: String) -> [String] {
        var names: [String] = []
        for index in 0..<tree.argumentCount(statement) {
            guard let word = tree.argument(index, of: statement), let name = text(word, limit: limit, what: what)
            else { return names }
            names.append(name)
        }
        return names
    }
}
