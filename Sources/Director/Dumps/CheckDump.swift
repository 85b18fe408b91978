import Addressing
import HealthChecks
import IPVS
import KeepalivedConfig

/// The text of `keepalived_check.data`, in keepalived's layout: groups, services, servers and checkers with their states.
/// What keepalived keeps for its own reloads is left out, and so are its defaults of blocks that every server and checker
/// has inherited already.
enum CheckDump {
    /// - Returns: nil without a service, when no checker would run.
    static func text(_ facts: DumpFacts) -> String? {
        let configuration = facts.configuration
        guard !configuration.virtualServers.isEmpty else { return nil }
        var text = DumpText()
        StateDump.writeGlobal(configuration, to: &text)
        text.title("LVS Topology")
        for group in configuration.virtualServerGroups { write(group, facts, to: &text) }
        let blocks = configuration.virtualServers.filter(\.isBlock)
        for server in blocks { write(server, facts.pool(of: server), to: &text) }
        text.title("Health checkers")
        for server in blocks {
            for (index, real) in server.realServers.enumerated() {
                let state = facts.state(ofServer: index, of: server)
                for (number, checker) in real.checkers.enumerated() {
                    let standing = state.flatMap { $0.checkers.indices.contains(number) ? $0.checkers[number] : nil }
                    text.line(1, "\(server.dumpName) -> \(server.name(of: real.destination.id))")
                    write(checker, standing, to: &text)
                }
            }
        }
        return text.text
    }

    private static func write(_ group: VirtualServerGroup, _ facts: DumpFacts, to text: inout DumpText) {
        let users = facts.configuration.virtualServers.filter { $0.isBlock && $0.groupEntry?.group == group.name }
        let families = Set(users.map(\.service.id.family))
        func servers(_ users: [VirtualServer]) -> Int {
            users.reduce(0) { $0 + (facts.pool(of: $1)?.servers.count { $0.isUp } ?? 0) }
        }
        text.title("Virtual server group", 1)
        text.line(
            1,
            "Virtual Server Group = \(group.name), IPv4 = \(DumpWords.yes(families.contains(.ipv4))), "
                + "IPv6 = \(DumpWords.yes(families.contains(.ipv6)))")
        for entry in group.entries {
            switch entry {
            case .addresses(let range, let port):
                let isSingle = range.lowerBound == range.upperBound
                let addresses = isSingle ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
                text.line(3, "VIP\(isSingle ? "" : " Range") = \(addresses), VPORT = \(port)")
                func alive(_ transport: IPVS.TransportProtocol) -> Int {
                    servers(users.filter { $0.transport == transport })
                }
                text.line(5, "Alive: \(alive(.tcp)) tcp, \(alive(.udp)) udp, \(alive(.sctp)) sctp")
            case .firewallMark(let mark, _):
                text.value(3, "FWMARK", mark)
                func alive(_ family: AddressFamily) -> Int {
                    servers(users.filter { $0.service.id.family == family })
                }
                text.line(5, "Alive: \(alive(.ipv4)) IPv4, \(alive(.ipv6)) IPv6")
            }
        }
    }

    private static func write(_ server: VirtualServer, _ pool: ServicePool?, to text: inout DumpText) {
        text.title("Virtual server", 1)
        text.line(1, "VS \(server.dumpTitle)")
        if let name = server.snmpName { text.value(3, "SNMP name", name) }
        text.value(3, "Address family", server.service.id.family == .ipv4 ? "inet" : "inet6")
        text.value(3, "delay_loop", DumpWords.seconds(server.delayLoop))
        text.value(3, "lvs_sched", server.service.scheduler)
        text.value(3, "Hashed", "disabled")
        for (flag, name) in server.schedulerFlags {
            text.value(3, name, DumpWords.enabled(server.service.schedulerFlags.contains(flag)))
        }
        text.value(3, "One packet scheduling", DumpWords.enabled(server.service.onePacketScheduling))
        if let persistence = server.service.persistence {
            text.value(3, "persistence timeout", persistence.timeout)
            let isWhole = persistence.granularity == (server.service.id.family == .ipv4 ? 32 : 128)
            if let mask = persistence.irregularMask {
                text.value(3, "persistence granularity", mask)
            } else if !isWhole {
                text.value(3, "persistence granularity", server.mask(persistence.granularity))
            }
            if let engine = persistence.engine { text.value(3, "persistence_engine", engine) }
        }
        text.value(3, "protocol", server.transport?.name.uppercased() ?? "none")
        text.line(3, "alpha is \(server.alpha ? "ON" : "OFF")")
        text.line(3, "omega is \(server.omega ? "ON" : "OFF")")
        text.line(3, "quorum = \(server.quorum), hysteresis = \(server.hysteresis)")
        if let script = server.quorumUp { text.value(3, "Quorum up notify script", DumpWords.command(script)) }
        if let script = server.quorumDown { text.value(3, "Quorum down notify script", DumpWords.command(script)) }
        if server.suspendsWithoutAddress { text.line(3, "Using HA suspend") }
        text.value(3, "Using smtp notification", DumpWords.yes(server.smtpAlert))
        text.value(3, "default forwarding method", DumpWords.forwarding(server.forwarding))
        if let sorry = server.sorryServer {
            text.value(3, "sorry server", server.name(of: sorry.destination.id))
            text.value(5, "forwarding method", DumpWords.forwarding(sorry.destination.forwarding))
            text.line(5, "Inhibit on failure is \(sorry.inhibits ? "ON" : "OFF")")
        }
        text.value(3, "alive", pool == nil ? 0 : 1)
        text.value(3, "quorum_state_up", pool?.hasQuorum ?? false ? 1 : 0)
        for (index, real) in server.realServers.enumerated() {
            let state = pool.flatMap { $0.servers.indices.contains(index) ? $0.servers[index] : nil }
            write(real, state, pool, to: &text)
        }
    }

    private static func write(
        _ real: RealServer, _ state: ServicePool.ServerState?, _ pool: ServicePool?, to text: inout DumpText
    ) {
        let destination = real.destination
        let weight = state?.effectiveWeight ?? destination.weight
        text.title("Real server", 3)
        text.line(
            3,
            "RIP = \(destination.id.address), RPORT = \(destination.id.port), WEIGHT = \(destination.weight) "
                + "EFF WEIGHT = \(weight)")
        text.value(3, "forwarding method", DumpWords.forwarding(destination.forwarding))
        text.line(3, "Alpha is \(real.alpha ? "ON" : "OFF")")
        text.value(3, "connection limit range", "\(destination.lowerThreshold) -> \(destination.upperThreshold)")
        text.line(3, "Inhibit on failure is \(real.inhibitsOnFailure ? "ON" : "OFF")")
        if let script = real.notifyUp { text.value(5, "RS up notify script", DumpWords.command(script)) }
        if let script = real.notifyDown { text.value(5, "RS down notify script", DumpWords.command(script)) }
        text.value(3, "Using smtp notification", DumpWords.yes(real.smtpAlert))
        if let name = real.snmpName { text.value(3, "SNMP name", name) }
        text.value(3, "initial weight", destination.weight)
        text.value(3, "effective weight", weight)
        text.value(3, "alive", state?.isUp ?? false ? 1 : 0)
        text.value(3, "num failed checkers", state?.checkers.count { !$0.isUp } ?? 0)
        let isSet = pool?.desired.destinations.contains { $0.id == destination.id } ?? false
        text.value(3, "RS set", isSet ? 1 : 0)
    }
}

extension DumpFacts {
    func pool(of server: VirtualServer) -> ServicePool? { board?.pool(of: server.service.id) }

    /// How a server stands; nil where it is not one of its own in the pool.
    func state(ofServer index: Int, of server: VirtualServer) -> ServicePool.ServerState? {
        pool(of: server).flatMap { $0.servers.indices.contains(index) ? $0.servers[index] : nil }
    }
}

extension VirtualServer {
    /// Whether it stands for a block of the file: of the services of a group, the first one does.
    fileprivate var isBlock: Bool { groupEntry.map { $0.index == 0 } ?? true }

    fileprivate var transport: IPVS.TransportProtocol? {
        if case .endpoint(let transport, _, _) = service.id { transport } else { nil }
    }

    /// `[10.1.80.90]:tcp:80`, `FWM 5`, `[group]:0`.
    fileprivate var dumpName: String {
        groupEntry.map { "[\($0.group)]:\($0.serverIndex)" } ?? ServiceNames.name(of: service.id)
    }

    fileprivate var dumpTitle: String {
        if let groupEntry { return "GROUP = [\(groupEntry.group)]:\(groupEntry.serverIndex)" }
        return switch service.id {
        case .endpoint(_, let address, let port): "VIP = \(address), VPORT = \(port)"
        case .firewallMark(let mark, _): "FWMARK = \(mark)"
        }
    }

    fileprivate func name(of server: Destination.ID) -> String { ServiceNames.name(of: server, in: service.id) }

    /// What the flags of the scheduler are called.
    fileprivate var schedulerFlags: [(SchedulerFlags, String)] {
        switch service.scheduler {
        case "sh": [(.flag1, "sh-fallback"), (.flag2, "sh-port"), (.flag3, "flag-3")]
        case "mh": [(.flag1, "mh-fallback"), (.flag2, "mh-port"), (.flag3, "flag-3")]
        default: [(.flag1, "flag-1"), (.flag2, "flag-2"), (.flag3, "flag-3")]
        }
    }

    fileprivate func mask(_ length: UInt8) -> String {
        guard service.id.family == .ipv4 else { return "\(length)" }
        return "\(IPv4Address(rawValue: length == 0 ? 0 : ~UInt32(0) << UInt32(32 - min(length, 32))))"
    }
}

extension DumpWords {
    /// `DR`, `TUN, type = GUE, port = 6080, checksum`.
    fileprivate static func forwarding(_ method: ForwardingMethod) -> String {
        switch method {
        case .masquerading: return "NAT"
        case .directRouting: return "DR"
        case .localNode: return "LOCALNODE"
        case .bypass: return "BYPASS"
        case .tunneling(.ipip): return "TUN, type = IPIP"
        case .tunneling(.gue(let port, let checksum)): return "TUN, type = GUE, port = \(port), \(word(checksum))"
        case .tunneling(.gre(let checksum)): return "TUN, type = GRE, \(word(checksum))"
        }
    }

    private static func word(_ checksum: TunnelChecksum) -> String {
        switch checksum {
        case .none: "nochecksum"
        case .checksum: "checksum"
        case .remote: "remchecksum"
        }
    }

    /// `6.000000`.
    static func seconds(_ interval: Interval) -> String { seconds(Double(interval.microseconds) / 1e6) }
}
