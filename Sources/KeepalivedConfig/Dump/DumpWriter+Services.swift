import Addressing
import IPVS

extension DumpWriter {
    mutating func write(_ group: VirtualServerGroup) {
        block("virtual_server_group", group.name) { writer in
            for entry in group.entries {
                switch entry {
                case .addresses(let range, let port):
                    let last = range.lowerBound == range.upperBound ? "" : "-\(range.upperBound)"
                    writer.line(["\(range.lowerBound)\(last)"] + (port == .any ? [] : [port.description]))
                case .firewallMark(let mark, let family):
                    writer.line(["fwmark", "\(mark)"] + [family?.word].compactMap { $0 })
                }
            }
        }
    }

    /// All virtual servers; the services of a group are written as the block that they come from.
    mutating func write(_ servers: [VirtualServer]) {
        var first = servers.startIndex
        while first < servers.endIndex {
            let entry = servers[first].groupEntry
            var next = servers.index(after: first)
            while next < servers.endIndex, let entry, let other = servers[next].groupEntry,
                other.group == entry.group, other.serverIndex == entry.serverIndex
            {
                next = servers.index(after: next)
            }
            write(servers[first], all: servers[first..<next])
            first = next
        }
    }

    private mutating func write(_ server: VirtualServer, all: ArraySlice<VirtualServer>) {
        let id = server.service.id
        switch (server.groupEntry, id) {
        case (let entry?, _): block("virtual_server", "group", entry.group) { $0.write(server, of: all) }
        case (nil, .endpoint(_, let address, let port)):
            block("virtual_server", "\(address)", "\(port)") { $0.write(server, of: all) }
        case (nil, .firewallMark(let mark, let family)):
            block("virtual_server", "fwmark", "\(mark)") { writer in
                writer.line("ip_family", family.word)
                writer.write(server, of: all)
            }
        }
    }

    private mutating func write(_ server: VirtualServer, of all: ArraySlice<VirtualServer>) {
        write(server.service, of: all)
        line("lb_kind", server.forwarding)
        line("delay_loop", "\(server.delayLoop)")
        flag("alpha", server.alpha)
        flag("omega", server.omega)
        line("quorum", "\(server.quorum)")
        line("hysteresis", "\(server.hysteresis)")
        script("quorum_up", server.quorumUp)
        script("quorum_down", server.quorumDown)
        boolean("smtp_alert", server.smtpAlert)
        optional("snmp_name", server.snmpName)
        flag("ha_suspend", server.suspendsWithoutAddress)
        if let sorry = server.sorryServer {
            let ports = all.map { $0.sorryServer?.destination.id.port }
            line(["sorry_server"] + Self.endpoint(sorry.destination.id, ports: ports))
            flag("sorry_server_inhibit", sorry.inhibits)
            line("sorry_server_lvs_method", sorry.destination.forwarding)
        }
        for (index, real) in server.realServers.enumerated() {
            let ports = all.map { $0.realServers.indices.contains(index) ? $0.realServers[index].port : nil }
            block(["real_server"] + Self.endpoint(real.destination.id, ports: ports)) { $0.write(real) }
        }
    }

    private mutating func write(_ service: VirtualService, of all: ArraySlice<VirtualServer>) {
        let transports = all.lazy.compactMap { server -> TransportProtocol? in
            if case .endpoint(let transport, _, _) = server.service.id { transport } else { nil }
        }
        if let transport = transports.first { line("protocol", transport.name.uppercased()) }
        line("lb_algo", service.scheduler)
        flag("flag-1", service.schedulerFlags.contains(.flag1))
        flag("flag-2", service.schedulerFlags.contains(.flag2))
        flag("flag-3", service.schedulerFlags.contains(.flag3))
        flag("ops", service.onePacketScheduling)
        guard let persistence = service.persistence else { return }
        line("persistence_timeout", "\(persistence.timeout)")
        let bits = UInt32(persistence.granularity)
        let mask = IPv4Address(rawValue: bits == 0 ? 0 : UInt32.max << (32 - min(bits, 32)))
        line("persistence_granularity", service.id.family == .ipv4 ? "\(mask)" : "\(bits)")
        optional("persistence_engine", persistence.engine)
    }

    private mutating func write(_ server: RealServer) {
        line("weight", "\(server.destination.weight)")
        line("lvs_method", server.destination.forwarding)
        line("uthreshold", "\(server.destination.upperThreshold)")
        line("lthreshold", "\(server.destination.lowerThreshold)")
        boolean("inhibit_on_failure", server.inhibitsOnFailure)
        boolean("alpha", server.alpha)
        boolean("smtp_alert", server.smtpAlert)
        optional("snmp_name", server.snmpName)
        script("notify_up", server.notifyUp)
        script("notify_down", server.notifyDown)
        for checker in server.checkers { write(checker) }
    }

    /// An address with its port, where that is the same in all services.
    private static func endpoint(_ id: Destination.ID, ports: [Port?]) -> [String] {
        let isCommon = ports.allSatisfy { $0 == id.port } && id.port != .any
        return ["\(id.address)"] + (isCommon ? ["\(id.port)"] : [])
    }

    private mutating func line(_ keyword: String, _ method: ForwardingMethod) {
        line([keyword] + method.words)
    }
}

extension RealServer {
    fileprivate var port: Port { destination.id.port }
}

extension AddressFamily {
    /// As `ip_family` names it.
    fileprivate var word: String { self == .ipv4 ? "inet" : "inet6" }
}

extension ForwardingMethod {
    /// As `lb_kind` names it.
    fileprivate var words: [String] {
        switch self {
        case .masquerading, .localNode, .bypass: ["NAT"]
        case .directRouting: ["DR"]
        case .tunneling(.ipip): ["TUN", "type", "ipip"]
        case .tunneling(.gue(let port, let checksum)):
            ["TUN", "type", "gue", "port", "\(port)", checksum.word]
        case .tunneling(.gre(let checksum)): ["TUN", "type", "gre", checksum.word]
        }
    }
}

extension TunnelChecksum {
    fileprivate var word: String {
        switch self {
        case .none: "nocsum"
        case .checksum: "csum"
        case .remote: "remcsum"
        }
    }
}
