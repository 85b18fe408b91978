import Addressing
public import IPVS

/// Writes what the kernel reports the way `ipvsadm -L` prints it, byte for byte.
///
/// Where ipvsadm 1.31 has a defect in a corner, the text is put right and the place says so: the order of addresses
/// (`ListingOrder`), marks above 2³¹ and the third scheduler flag (`ServiceText.swift`), and 64-bit counters of
/// destinations, which ipvsadm reads as 32 bits.
public struct ListingFormatter {
    let options: ListingOptions
    /// Nil when everything is to be a number.
    let names: (any NameResolver)?

    /// Creates a formatter; `names` is not asked when the options say numeric.
    public init(options: ListingOptions, names: any NameResolver = NumericNames()) {
        self.options = options
        self.names = options.isNumeric ? nil : names
    }

    /// The listing of everything: version line, title, every service with its destinations.
    public func table(_ pools: [PoolSnapshot], kernel: KernelInfo) -> [UInt8] {
        var text = TextBuffer(lines: pools.reduce(3) { $0 + 1 + $1.destinations.count })
        appendHead(kernel, to: &text)
        for pool in ListingOrder.arranged(pools, sorted: options.isSorted) { append(pool, to: &text) }
        return text.bytes
    }

    /// The listing of one service: title, the service, its destinations.
    public func service(_ pool: PoolSnapshot) -> [UInt8] {
        var text = TextBuffer(lines: 3 + pool.destinations.count)
        appendHead(nil, to: &text)
        append(ListingOrder.arranged(pool, sorted: options.isSorted), to: &text)
        return text.bytes
    }

    /// What stands above the first service; without `kernel`, as for one service, only the title.
    public func head(_ kernel: KernelInfo?) -> [UInt8] {
        var text = TextBuffer(lines: 3)
        appendHead(kernel, to: &text)
        return text.bytes
    }

    /// The lines of one service, as they come one after the other in the order of ``serviceOrder(_:)``: for tables that
    /// are printed while they are read.
    public func lines(_ pool: PoolSnapshot, health: ServiceHealth? = nil) -> [UInt8] {
        var text = TextBuffer(lines: 1 + pool.destinations.count)
        append(ListingOrder.arranged(pool, sorted: options.isSorted), health: health, to: &text)
        return text.bytes
    }

    /// The services in the order in which a listing has them.
    public func serviceOrder(_ services: [ServiceSnapshot]) -> [ServiceSnapshot] {
        guard options.isSorted else { return services }
        let order = services.indices.sorted { ListingOrder.precedes(services[$0].service.id, services[$1].service.id) }
        return order.map { services[$0] }
    }

    private func appendHead(_ kernel: KernelInfo?, to text: inout TextBuffer) {
        if let version = kernel?.version, let size = kernel?.connectionTableSize {
            text.append("IP Virtual Server version \(version >> 16 & 0xFF).\(version >> 8 & 0xFF).\(version & 0xFF)")
            text.append(" (size=\(size))\n")
        }
        text.append(options.format.title)
        text.append(options.format.destinationTitle)
    }

    private func append(_ pool: PoolSnapshot, health: ServiceHealth? = nil, to text: inout TextBuffer) {
        append(pool.service, to: &text)
        if options.showsHealth { append(health, of: pool, to: &text) }
        text.endLine()
        let transport = pool.service.service.id.transport
        for destination in pool.destinations {
            append(destination, transport: transport, to: &text)
            if options.showsHealth {
                let server = health?.servers[destination.destination.id]
                text.append(server.map { "  \($0.name) \($0.words)" } ?? "  not in the configuration")
            }
            text.endLine()
        }
    }

    private func append(_ health: ServiceHealth?, of pool: PoolSnapshot, to text: inout TextBuffer) {
        guard let health else { return text.append("  not in the configuration") }
        let up = health.servers.values.count { $0.isUp && !$0.isSorryServer }
        let all = health.servers.values.count { !$0.isSorryServer }
        text.append("  \(health.name) \(health.hasQuorum ? "up" : "NO QUORUM"), \(up) of \(all) servers")
    }

    private func append(_ snapshot: ServiceSnapshot, to text: inout TextBuffer) {
        let id = snapshot.service.id
        let statistics = snapshot.statistics
        switch options.format {
        case .plain, .tunnelInformation, .thresholds, .persistentConnections:
            let start = text.count
            text.append(service: id, names: names)
            if id.isCutToColumn { text.cut(from: start, to: 33) }
            text.append(schedulingOf: snapshot.service)
        case .statistics:
            text.column(33, cutting: id.isCutToColumn) { $0.append(service: id, names: names) }
            append(countersOf: statistics, to: &text)
        case .rates:
            text.column(33, cutting: id.isCutToColumn) { $0.append(service: id, names: names) }
            for value in [
                statistics.connectionRate, statistics.incomingPacketRate, statistics.outgoingPacketRate,
                statistics.incomingByteRate, statistics.outgoingByteRate,
            ] {
                text.append(counter: value, exact: options.isExact)
            }
        }
    }

    private func append(countersOf statistics: Statistics, to text: inout TextBuffer) {
        for value in [
            statistics.connections, statistics.incomingPackets, statistics.outgoingPackets, statistics.incomingBytes,
            statistics.outgoingBytes,
        ] {
            text.append(counter: value, exact: options.isExact)
        }
    }

    private func append(_ snapshot: DestinationSnapshot, transport: TransportProtocol?, to text: inout TextBuffer) {
        let destination = snapshot.destination
        text.append("  -> ")
        text.column(28, cutting: destination.id.address.family == .ipv4) {
            $0.append(
                endpoint: destination.id.address, port: destination.id.port, transport: transport, names: names)
        }
        switch options.format {
        case .plain, .tunnelInformation:
            text.append(" ")
            text.column(7, destination.forwarding.listingName)
            if options.format == .tunnelInformation {
                text.append(" ")
                text.column(13, destination.forwarding.tunnelText)
            }
            text.append(" ")
            text.column(6) { $0.append(signed: Int64(destination.weight)) }
            append([snapshot.activeConnections, snapshot.inactiveConnections], to: &text)
        case .thresholds:
            append(
                [
                    destination.upperThreshold, destination.lowerThreshold, snapshot.activeConnections,
                    snapshot.inactiveConnections,
                ], to: &text)
        case .persistentConnections:
            text.append(" ")
            text.column(9) { $0.append(signed: Int64(destination.weight)) }
            text.append(" ")
            text.column(11, decimal: snapshot.persistentConnections)
            append([snapshot.activeConnections, snapshot.inactiveConnections], to: &text)
        case .statistics:
            append(countersOf: snapshot.statistics, to: &text)
        case .rates:
            // The first three are never abbreviated on a destination's line, only the bytes are.
            let statistics = snapshot.statistics
            for value in [statistics.connectionRate, statistics.incomingPacketRate, statistics.outgoingPacketRate] {
                text.append(" ")
                text.append(decimal: value, width: 8)
            }
            text.append(counter: statistics.incomingByteRate, exact: options.isExact)
            text.append(counter: statistics.outgoingByteRate, exact: options.isExact)
        }
    }

    private func append(_ values: [UInt32], to text: inout TextBuffer) {
        for value in values {
            text.append(" ")
            text.column(10, decimal: value)
        }
    }
}

extension ListingOptions.Format {
    /// The first line of the title. The blanks at the end of two of them are ipvsadm's.
    fileprivate var title: String {
        switch self {
        case .plain, .tunnelInformation: "Prot LocalAddress:Port Scheduler Flags\n"
        case .statistics: "Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n"
        case .rates: "Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS\n"
        case .thresholds: "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn \n"
        case .persistentConnections: "Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn \n"
        }
    }

    /// The second line of the title.
    fileprivate var destinationTitle: String {
        switch self {
        case .plain: "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
        case .tunnelInformation:
            "  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn\n"
        case .statistics, .rates, .thresholds, .persistentConnections: "  -> RemoteAddress:Port\n"
        }
    }
}
