import Addressing
import CLinux
import Netlink

extension Destination.ID {
    /// Appends the attributes by which the kernel finds a destination of a service.
    func write(to writer: inout MessageWriter) {
        writer.attribute(DestinationAttribute.family, UInt16(address.family.rawValue))
        writer.unionAddress(DestinationAttribute.address, address)
        writer.attribute(DestinationAttribute.port, port.rawValue.bigEndian)
    }
}

extension Destination {
    /// Appends every attribute of a destination.
    func write(to writer: inout MessageWriter) {
        id.write(to: &writer)
        let wire = WireForwarding(forwarding)
        writer.attribute(DestinationAttribute.forwarding, wire.method)
        writer.attribute(DestinationAttribute.weight, weight)
        writer.attribute(DestinationAttribute.upperThreshold, upperThreshold)
        writer.attribute(DestinationAttribute.lowerThreshold, lowerThreshold)
        writer.attribute(DestinationAttribute.tunnelType, wire.tunnelType)
        writer.attribute(DestinationAttribute.tunnelPort, wire.tunnelPort.bigEndian)
        writer.attribute(DestinationAttribute.tunnelFlags, wire.tunnelFlags)
    }
}

extension DestinationSnapshot {
    /// Decodes the message of a destination; nil when it carries none. A kernel before 3.18 leaves the family out: it
    /// is the service's.
    static func decode(
        _ payload: borrowing RawSpan, serviceFamily: AddressFamily, readsCounters: Bool = true
    ) throws(NetlinkError) -> DestinationSnapshot? {
        var snapshot: DestinationSnapshot?
        try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value throws(NetlinkError) in
            guard type == CommandAttribute.destination else { return }
            snapshot = try decode(attributes: value, serviceFamily: serviceFamily, readsCounters)
        }
        return snapshot
    }

    private static func decode(
        attributes: borrowing RawSpan, serviceFamily: AddressFamily, _ readsCounters: Bool
    ) throws(NetlinkError) -> DestinationSnapshot? {
        var family: AddressFamily? = serviceFamily
        var address: AddressBits?
        var port = Port.any
        var wire = WireForwarding(.masquerading)
        var weight: Int32 = 0
        var upperThreshold: UInt32 = 0
        var lowerThreshold: UInt32 = 0
        var active: UInt32 = 0
        var inactive: UInt32 = 0
        var persistent: UInt32 = 0
        var statistics: Statistics?
        try attributes.forEachAttribute { type, value throws(NetlinkError) in
            switch type {
            case DestinationAttribute.family:
                let number: UInt16 = try value.integer()
                family = UInt8(exactly: number).flatMap(AddressFamily.init(rawValue:))
            case DestinationAttribute.address: address = try AddressBits(value)
            case DestinationAttribute.port: port = Port(rawValue: UInt16(bigEndian: try value.integer()))
            case DestinationAttribute.forwarding: wire.method = try value.integer()
            case DestinationAttribute.tunnelType: wire.tunnelType = try value.integer()
            case DestinationAttribute.tunnelPort: wire.tunnelPort = UInt16(bigEndian: try value.integer())
            case DestinationAttribute.tunnelFlags: wire.tunnelFlags = try value.integer()
            case DestinationAttribute.weight: weight = try value.integer()
            case DestinationAttribute.upperThreshold: upperThreshold = try value.integer()
            case DestinationAttribute.lowerThreshold: lowerThreshold = try value.integer()
            case DestinationAttribute.activeConnections: active = try value.integer()
            case DestinationAttribute.inactiveConnections: inactive = try value.integer()
            case DestinationAttribute.persistentConnections: persistent = try value.integer()
            case DestinationAttribute.statistics64:
                if readsCounters { statistics = try Statistics(attributes: value) }
            default: break
            }
        }
        // Kernels send both since 4.1; the narrow ones are as much to read again.
        if readsCounters, statistics == nil {
            statistics = try Statistics(DestinationAttribute.statistics, of: attributes)
        }
        guard let family else { return nil }
        guard let address else { throw NetlinkError(.missingAttribute, message: "IPVS_DEST_ATTR_ADDR") }
        return DestinationSnapshot(
            destination: Destination(
                id: Destination.ID(address: address.address(family), port: port), forwarding: wire.value,
                weight: weight, upperThreshold: upperThreshold, lowerThreshold: lowerThreshold),
            activeConnections: active, inactiveConnections: inactive, persistentConnections: persistent,
            statistics: statistics ?? Statistics())
    }
}

/// A forwarding method as its four attributes.
private struct WireForwarding {
    var method: UInt32
    var tunnelType: UInt8 = 0
    var tunnelPort: UInt16 = 0
    var tunnelFlags: UInt16 = 0

    private static let gue = UInt8(IP_VS_CONN_F_TUNNEL_TYPE_GUE)
    private static let gre = UInt8(IP_VS_CONN_F_TUNNEL_TYPE_GRE)

    init(_ forwarding: ForwardingMethod) {
        switch forwarding {
        case .masquerading: method = UInt32(IP_VS_CONN_F_MASQ)
        case .localNode: method = UInt32(IP_VS_CONN_F_LOCALNODE)
        case .directRouting: method = UInt32(IP_VS_CONN_F_DROUTE)
        case .bypass: method = UInt32(IP_VS_CONN_F_BYPASS)
        case .tunneling(let tunnel):
            method = UInt32(IP_VS_CONN_F_TUNNEL)
            switch tunnel {
            case .ipip: break
            case .gue(let port, let checksum):
                (tunnelType, tunnelPort, tunnelFlags) = (Self.gue, port.rawValue, checksum.rawValue)
            case .gre(let checksum): (tunnelType, tunnelFlags) = (Self.gre, checksum.rawValue)
            }
        }
    }

    var value: ForwardingMethod {
        switch Int32(truncatingIfNeeded: method) & IP_VS_CONN_F_FWD_MASK {
        case IP_VS_CONN_F_LOCALNODE: .localNode
        case IP_VS_CONN_F_DROUTE: .directRouting
        case IP_VS_CONN_F_BYPASS: .bypass
        case IP_VS_CONN_F_TUNNEL: .tunneling(tunnel)
        default: .masquerading
        }
    }

    private var tunnel: Tunnel {
        let checksum: TunnelChecksum =
            if tunnelFlags & TunnelChecksum.remote.rawValue != 0 {
                .remote
            } else {
                tunnelFlags & TunnelChecksum.checksum.rawValue != 0 ? .checksum : .none
            }
        return switch tunnelType {
        case Self.gue: .gue(port: Port(rawValue: tunnelPort), checksum: checksum)
        case Self.gre: .gre(checksum: checksum)
        default: .ipip
        }
    }
}
