import Addressing
public import IPVS

/// Writes listings as JSON, one object on the screen, one service on a line. The schema is in `docs/ipvsadm.md`.
///
/// Everything that the kernel tells is in it, whatever columns the options ask for; addresses and ports are numbers.
public struct JSONListing {
    private let options: ListingOptions
    private var hasServices = false

    /// Creates a listing.
    public init(options: ListingOptions) { self.options = options }

    /// The beginning of the object.
    public func head(_ kernel: KernelInfo) -> [UInt8] {
        var text = TextBuffer(lines: 2)
        let version = kernel.version
        text.append("{")
        text.field("schema", UInt(1))
        text.field("ipvsVersion", "\(version >> 16 & 0xFF).\(version >> 8 & 0xFF).\(version & 0xFF)")
        text.field("connectionTableSize", kernel.connectionTableSize)
        text.key("services")
        text.append("[")
        return text.bytes
    }

    /// One service with its servers.
    public mutating func lines(_ pool: PoolSnapshot, health: ServiceHealth? = nil) -> [UInt8] {
        var text = TextBuffer(lines: 6 * (1 + pool.destinations.count))
        text.append(hasServices ? ",\n{" : "\n{")
        hasServices = true
        append(pool.service, to: &text)
        if options.showsHealth {
            text.key("health")
            if let health {
                text.append("{")
                text.field("name", health.name)
                text.field("hasQuorum", health.hasQuorum)
                text.append("}")
            } else {
                text.append("null")
            }
        }
        text.key("servers")
        text.append("[")
        for (index, server) in ListingOrder.arranged(pool, sorted: options.isSorted).destinations.enumerated() {
            if index > 0 { text.append(",") }
            append(server, to: &text)
            if options.showsHealth { append(health?.servers[server.destination.id], to: &text) }
            text.append("}")
        }
        text.append("]}")
        return text.bytes
    }

    /// The end of the object.
    public func tail() -> [UInt8] { Array("]}\n".utf8) }

    private func append(_ snapshot: ServiceSnapshot, to text: inout TextBuffer) {
        let service = snapshot.service
        switch service.id {
        case .endpoint(let transport, let address, let port):
            text.field("protocol", transport.name)
            text.field("address", address)
            text.field("port", port.rawValue)
        case .firewallMark(let mark, _): text.field("firewallMark", mark)
        }
        text.field("family", service.id.family == .ipv4 ? "ipv4" : "ipv6")
        text.field("scheduler", service.scheduler)
        let flags = service.schedulerFlagNames
        text.field("schedulerFlags", strings: flags.split(separator: ",").map(String.init))
        if let persistence = service.persistence {
            text.field("persistence") {
                $0.field("timeout", persistence.timeout)
                $0.field("netmask", service.granularityText ?? (service.id.family == .ipv4 ? "255.255.255.255" : "128"))
                if let engine = persistence.engine { $0.field("engine", engine) }
            }
        }
        text.field("onePacketScheduling", service.onePacketScheduling)
        text.fields(snapshot.statistics)
    }

    private func append(_ snapshot: DestinationSnapshot, to text: inout TextBuffer) {
        let destination = snapshot.destination
        text.append("{")
        text.field("address", destination.id.address)
        text.field("port", destination.id.port.rawValue)
        text.field("forwarding", destination.forwarding.listingName.lowercased())
        if case .tunneling(let tunnel) = destination.forwarding {
            text.field("tunnel") { text in
                switch tunnel {
                case .ipip: text.field("type", "ipip")
                case .gue(let port, let checksum):
                    text.field("type", "gue")
                    text.field("port", port.rawValue)
                    text.field("checksum", checksum.jsonName)
                case .gre(let checksum):
                    text.field("type", "gre")
                    text.field("checksum", checksum.jsonName)
                }
            }
        }
        text.field("weight", signed: Int64(destination.weight))
        text.field("upperThreshold", destination.upperThreshold)
        text.field("lowerThreshold", destination.lowerThreshold)
        text.field("activeConnections", snapshot.activeConnections)
        text.field("inactiveConnections", snapshot.inactiveConnections)
        text.field("persistentConnections", snapshot.persistentConnections)
        text.fields(snapshot.statistics)
    }

    private func append(_ health: ServerHealth?, to text: inout TextBuffer) {
        text.key("health")
        guard let health else { return text.append("null") }
        text.append("{")
        text.field("name", health.name)
        text.field("isUp", health.isUp)
        text.field("isChecked", health.isChecked)
        text.field("isSorryServer", health.isSorryServer)
        text.field("reasons", strings: health.reasons)
        text.append("}")
    }

    /// What `--timeout --json` prints; seconds.
    public static func timeouts(_ timeouts: Timeouts) -> [UInt8] {
        var text = TextBuffer()
        text.append("{")
        text.field("schema", UInt(1))
        text.field("timeouts") {
            $0.field("tcp", timeouts.tcp)
            $0.field("tcpFin", timeouts.tcpFin)
            $0.field("udp", timeouts.udp)
        }
        text.append("}\n")
        return text.bytes
    }

    /// What `--daemon --json` prints.
    public static func daemons(_ daemons: [SyncDaemon]) -> [UInt8] {
        var text = TextBuffer()
        text.append("{")
        text.field("schema", UInt(1))
        text.key("daemons")
        text.append("[")
        for (index, daemon) in daemons.enumerated() {
            text.append(index > 0 ? ",{" : "{")
            text.field("role", daemon.role == .master ? "master" : "backup")
            text.field("interface", daemon.interface)
            text.field("syncID", daemon.syncID)
            if let length = daemon.maximumLength { text.field("maximumLength", length) }
            if let group = daemon.group { text.field("group", group) }
            if let port = daemon.port { text.field("port", port.rawValue) }
            if let ttl = daemon.ttl { text.field("ttl", ttl) }
            text.append("}")
        }
        text.append("]}\n")
        return text.bytes
    }
}

extension TunnelChecksum {
    fileprivate var jsonName: String {
        switch self {
        case .none: "none"
        case .checksum: "checksum"
        case .remote: "remote"
        }
    }
}

extension TextBuffer {
    /// Writes an entry of the connection table.
    mutating func append(json entry: ConnectionEntry) {
        append("{")
        field("protocol", entry.transportName.lowercased())
        field("expires", entry.expiry)
        field("state", entry.state)
        field("client", entry.client)
        field("virtual", entry.virtual)
        field("destination", entry.destination)
        if let engine = entry.engine {
            field("engine") {
                $0.field("name", engine.name)
                $0.field("data", engine.data)
            }
        }
        append("}")
    }

    private mutating func field(_ name: StaticString, _ endpoint: ConnectionEntry.Destination) {
        field(name) {
            $0.field("address", endpoint.address)
            $0.field("port", endpoint.port.rawValue)
        }
    }
}
