import Addressing
public import IPVS

/// Writes a table as `ipvsadm -S` does: one command per line, which `ipvsadm -R` and a shell can play again.
///
/// What ipvsadm 1.31 loses on the way is written here, in words that its restore takes: the thresholds of real servers,
/// marks above 2³¹ and the third scheduler flag of sh and mh. A name stands only where restoring it gives the same
/// address again: names never give IPv6 addresses, and some lead elsewhere. Timeouts and daemons are not part of the
/// format.
public struct SaveFormatter {
    private let names: RestorableNames?

    /// Creates a formatter; `names` nil is `-n`.
    public init(names: (any NameResolver)? = nil) { self.names = names.map(RestorableNames.init) }

    /// The commands that build the table, sorted as a listing is.
    public func table(_ pools: [PoolSnapshot]) -> [UInt8] {
        var text = TextBuffer(lines: pools.reduce(0) { $0 + 1 + $1.destinations.count })
        for pool in ListingOrder.arranged(pools, sorted: true) { append(pool, to: &text) }
        return text.bytes
    }

    /// The commands that build one pool: for tables that are written while they are read.
    public func lines(_ pool: PoolSnapshot) -> [UInt8] {
        var text = TextBuffer(lines: 1 + pool.destinations.count)
        append(ListingOrder.arranged(pool, sorted: true), to: &text)
        return text.bytes
    }

    /// A change as the command line that makes it.
    public func line(_ command: Command) -> [UInt8] {
        var text = TextBuffer()
        switch command {
        case .addService(let service): append(service, to: &text)
        case .editService(let service): append(service, command: "-E", to: &text)
        case .deleteService(let id): append("-D ", id, to: &text)
        case .addDestination(let id, let destination): append(destination, of: id, to: &text)
        case .editDestination(let id, let destination): append(destination, of: id, command: "-e", to: &text)
        case .deleteDestination(let id, let destination):
            append("-d ", id, newLine: false, to: &text)
            text.append(" -r ")
            text.append(
                endpoint: destination.address, port: destination.port, transport: id.transport, names: names,
                limit: nil)
            text.endLine()
        case .flush: text.append("-C\n")
        case .zero(nil): text.append("-Z\n")
        case .zero(let id?): append("-Z ", id, to: &text)
        case .setTimeouts(let timeouts):
            text.append("--set \(timeouts.tcp) \(timeouts.tcpFin) \(timeouts.udp)\n")
        case .startDaemon(let daemon): append(daemon, to: &text)
        case .stopDaemon(let role): text.append("--stop-daemon \(role)\n")
        }
        return text.bytes
    }

    private func append(
        _ command: String, _ id: VirtualService.ID, newLine: Bool = true, to text: inout TextBuffer
    ) {
        text.append(command)
        append(id, to: &text)
        if newLine { text.endLine() }
    }

    private func append(_ daemon: SyncDaemon, to text: inout TextBuffer) {
        text.append("--start-daemon \(daemon.role) --mcast-interface \(daemon.interface) --syncid \(daemon.syncID)")
        if let length = daemon.maximumLength { text.append(" --sync-maxlen \(length)") }
        if let group = daemon.group { text.append(" --mcast-group \(group)") }
        if let port = daemon.port { text.append(" --mcast-port \(port)") }
        if let ttl = daemon.ttl { text.append(" --mcast-ttl \(ttl)") }
        text.endLine()
    }

    private func append(_ pool: PoolSnapshot, to text: inout TextBuffer) {
        let service = pool.service.service
        append(service, to: &text)
        for snapshot in pool.destinations { append(snapshot.destination, of: service.id, to: &text) }
    }

    private func append(_ service: VirtualService, command: String = "-A", to text: inout TextBuffer) {
        text.append(command)
        text.append(" ")
        append(service.id, to: &text)
        text.append(" -s \(service.scheduler)")
        if let persistence = service.persistence {
            text.append(" -p \(persistence.timeout)")
            if let mask = service.granularityText { text.append(" -M \(mask)") }
        }
        if let engine = service.persistence == nil ? service.idleEngine : service.persistence?.engine {
            text.append(" --pe \(engine)")
        }
        if service.onePacketScheduling { text.append(" -o") }
        let flags = service.schedulerFlagNames
        if !flags.isEmpty { text.append(" -b \(flags)") }
        text.endLine()
    }

    private func append(
        _ destination: Destination, of service: VirtualService.ID, command: String = "-a", to text: inout TextBuffer
    ) {
        text.append(command)
        text.append(" ")
        append(service, to: &text)
        text.append(" -r ")
        text.append(
            endpoint: destination.id.address, port: destination.id.port, transport: service.transport, names: names,
            limit: nil)
        text.append(" \(destination.forwarding.saveOption) -w ")
        text.append(signed: Int64(destination.weight))
        if destination.upperThreshold > 0 { text.append(" -x \(destination.upperThreshold)") }
        if destination.lowerThreshold > 0 { text.append(" -y \(destination.lowerThreshold)") }
        if case .tunneling(let tunnel) = destination.forwarding { text.append(" \(tunnel.saveOptions)") }
        text.endLine()
    }

    private func append(_ id: VirtualService.ID, to text: inout TextBuffer) {
        switch id {
        case .endpoint(let transport, let address, let port):
            switch transport {
            case .tcp: text.append("-t ")
            case .udp: text.append("-u ")
            case .sctp: text.append("--sctp-service ")
            }
            text.append(endpoint: address, port: port, transport: transport, names: names, limit: nil)
        case .firewallMark(let mark, let family):
            text.append("-f \(mark)\(family == .ipv6 ? " -6" : "")")
        }
    }
}

/// Names that a restore turns into the same address again.
private struct RestorableNames: NameResolver {
    let names: any NameResolver

    func hostName(of address: IPAddress) -> String? {
        guard case .v4(let number) = address, let name = names.hostName(of: address),
            names.ipv4Address(ofHost: name) == number
        else { return nil }
        return name
    }

    func serviceName(of port: Port, protocol transport: TransportProtocol) -> String? {
        guard let name = names.serviceName(of: port, protocol: transport),
            names.port(ofService: name, protocol: transport) == port
        else { return nil }
        return name
    }

    func ipv4Address(ofHost name: String) -> IPv4Address? { names.ipv4Address(ofHost: name) }

    func port(ofService name: String, protocol transport: TransportProtocol) -> Port? {
        names.port(ofService: name, protocol: transport)
    }
}

extension ForwardingMethod {
    /// The option of `-a` for the method. What only the kernel itself reports has none; direct routing stands for it,
    /// as a local address is reached either way.
    fileprivate var saveOption: String {
        switch self {
        case .masquerading: "-m"
        case .tunneling: "-i"
        case .directRouting, .localNode, .bypass: "-g"
        }
    }
}

extension Tunnel {
    fileprivate var saveOptions: String {
        switch self {
        case .ipip: "--tun-type ipip"
        case .gue(let port, let checksum): "--tun-type gue --tun-port \(port) \(checksum.saveOption)"
        case .gre(let checksum): "--tun-type gre \(checksum.saveOption)"
        }
    }
}

extension TunnelChecksum {
    fileprivate var saveOption: String {
        switch self {
        case .none: "--tun-nocsum"
        case .checksum: "--tun-csum"
        case .remote: "--tun-remcsum"
        }
    }
}
