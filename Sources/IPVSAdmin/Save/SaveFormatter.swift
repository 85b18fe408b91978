import Addressing
public import IPVS

/// Writes a table as `ipvsadm -S` does: one command per line, which `ipvsadm -R` and a shell can play again.
///
/// Thresholds, timeouts and daemons are not part of the format.
public struct SaveFormatter {
    private let names: (any NameResolver)?

    /// Creates a formatter; `names` nil is `-n`.
    public init(names: (any NameResolver)? = nil) { self.names = names }

    /// The commands that build the table, sorted as a listing is.
    public func table(_ pools: [PoolSnapshot]) -> [UInt8] {
        var text = TextBuffer(lines: pools.reduce(0) { $0 + 1 + $1.destinations.count })
        for pool in ListingOrder.arranged(pools, sorted: true) {
            let service = pool.service.service
            append(service, to: &text)
            for snapshot in pool.destinations { append(snapshot.destination, of: service.id, to: &text) }
        }
        return text.bytes
    }

    private func append(_ service: VirtualService, to text: inout TextBuffer) {
        text.append("-A ")
        append(service.id, to: &text)
        text.append(" -s \(service.scheduler)")
        if let persistence = service.persistence {
            text.append(" -p \(persistence.timeout)")
            if let mask = service.granularityText { text.append(" -M \(mask)") }
            if let engine = persistence.engine { text.append(" --pe \(engine)") }
        }
        if service.onePacketScheduling { text.append(" -o") }
        let flags = service.schedulerFlagNames
        if !flags.isEmpty { text.append(" -b \(flags)") }
        text.endLine()
    }

    private func append(_ destination: Destination, of service: VirtualService.ID, to text: inout TextBuffer) {
        text.append("-a ")
        append(service, to: &text)
        text.append(" -r ")
        text.append(
            endpoint: destination.id.address, port: destination.id.port, transport: service.transport, names: names)
        text.append(" \(destination.forwarding.saveOption) -w \(destination.weight)")
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
            text.append(endpoint: address, port: port, transport: transport, names: names)
        case .firewallMark(let mark, let family):
            text.append("-f \(mark)\(family == .ipv6 ? " -6" : "")")
        }
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
