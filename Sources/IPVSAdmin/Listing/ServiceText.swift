import Addressing
import IPVS

extension VirtualService.ID {
    /// The protocol whose service names the ports of this service and its destinations have; nil for marks.
    var transport: TransportProtocol? {
        if case .endpoint(let transport, _, _) = self { transport } else { nil }
    }

    /// Whether the listing cuts the name to its column: IPv4 endpoints only.
    var isCutToColumn: Bool {
        if case .endpoint(_, .v4, _) = self { true } else { false }
    }
}

extension TransportProtocol {
    /// The name in the first column of a listing.
    var listingName: String {
        switch self {
        case .tcp: "TCP"
        case .udp: "UDP"
        case .sctp: "SCTP"
        }
    }
}

extension VirtualService {
    /// The scheduler flags by the names that `-b` takes, in the listing's order; empty when none is set.
    ///
    /// The first two have names of their own for sh and mh. The third has none; ipvsadm prints nothing for it there,
    /// and saves what its own restore refuses. Here it is `flag-3` with every scheduler, which restore accepts.
    var schedulerFlagNames: String {
        let prefix = ["sh", "mh"].contains(scheduler) ? scheduler : nil
        var names: [String] = []
        if schedulerFlags.contains(.flag1) { names.append(prefix.map { "\($0)-fallback" } ?? "flag-1") }
        if schedulerFlags.contains(.flag2) { names.append(prefix.map { "\($0)-port" } ?? "flag-2") }
        if schedulerFlags.contains(.flag3) { names.append("flag-3") }
        return names.joined(separator: ",")
    }

    /// The persistence mask as it is printed, or nil when every client address counts for itself.
    var granularityText: String? {
        guard let persistence else { return nil }
        switch id.family {
        case .ipv4:
            if let mask = persistence.irregularMask { return mask.description }
            guard persistence.granularity < 32 else { return nil }
            let mask = persistence.granularity == 0 ? 0 : UInt32.max << (32 - UInt32(persistence.granularity))
            return IPv4Address(rawValue: mask).description
        case .ipv6:
            return persistence.granularity < 128 ? "\(persistence.granularity)" : nil
        }
    }
}

extension TextBuffer {
    /// Writes the name of a service in a listing: `TCP  10.1.80.90:80`, `FWM  7 IPv6`.
    ///
    /// A mark is printed as the unsigned number that it is; ipvsadm shows those above 2147483647 as negative.
    mutating func append(service id: VirtualService.ID, names: (any NameResolver)?) {
        switch id {
        case .endpoint(let transport, let address, let port):
            column(4, transport.listingName)
            append(" ")
            append(endpoint: address, port: port, transport: transport, names: names)
        case .firewallMark(let mark, let family):
            append("FWM  ")
            append(decimal: UInt64(mark))
            if family == .ipv6 { append(" IPv6") }
        }
    }

    /// Writes what follows the name in the formats that show the scheduler.
    mutating func append(schedulingOf service: VirtualService) {
        append(" ")
        append(service.scheduler)
        let flags = service.schedulerFlagNames
        if !flags.isEmpty { append(" (\(flags))") }
        if let persistence = service.persistence {
            append(" persistent ")
            append(decimal: UInt64(persistence.timeout))
            if let mask = service.granularityText { append(" mask \(mask)") }
            if let engine = persistence.engine { append(" pe \(engine)") }
        }
        if service.onePacketScheduling { append(" ops") }
    }
}

extension ForwardingMethod {
    /// The word in the `Forward` column.
    var listingName: String {
        switch self {
        case .masquerading: "Masq"
        case .localNode: "Local"
        case .tunneling: "Tunnel"
        case .directRouting: "Route"
        case .bypass: "Bypass"
        }
    }

    /// The text in the `TunnelInfo` column.
    var tunnelText: String {
        guard case .tunneling(let tunnel) = self else { return "n/a" }
        return switch tunnel {
        case .ipip: "ipip"
        case .gue(let port, let checksum): "gue:\(port):\(checksum.listingName)"
        case .gre(let checksum): "gre:\(checksum.listingName)"
        }
    }
}

extension TunnelChecksum {
    fileprivate var listingName: String {
        switch self {
        case .none: "-c"
        case .checksum: "+c"
        case .remote: "r+c"
        }
    }
}
