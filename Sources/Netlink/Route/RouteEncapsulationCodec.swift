import Addressing
import CLinux

extension RouteEncapsulation {
    /// Decodes the value of `RTA_ENCAP`; nil for a kind that is not known here.
    static func decode(_ value: borrowing RawSpan, type: UInt16) throws(NetlinkError) -> RouteEncapsulation? {
        switch type {
        case EncapsulationType.ip: return .ip(try Tunnel.decode(value, .ipv4))
        case EncapsulationType.ip6: return .ip6(try Tunnel.decode(value, .ipv6))
        case EncapsulationType.mpls:
            var labels: [UInt32] = []
            try value.forEachAttribute { type, value throws(NetlinkError) in
                guard Int(type) == MPLS_IPTUNNEL_DST else { return }
                for offset in stride(from: 0, through: value.byteCount - 4, by: 4) {
                    labels.append(UInt32(bigEndian: try value.integer(at: offset)) >> labelShift)
                }
            }
            return .mpls(labels)
        case EncapsulationType.ila:
            var locator: UInt64 = 0
            try value.forEachAttribute { type, value throws(NetlinkError) in
                if Int(type) == ILA_ATTR_LOCATOR { locator = UInt64(bigEndian: try value.integer()) }
            }
            return .ila(locator)
        default: return nil
        }
    }

    /// Appends `RTA_ENCAP_TYPE` and `RTA_ENCAP`.
    func write(to writer: inout MessageWriter) {
        writer.attribute(UInt16(RouteAttribute.encapsulationType), type)
        writer.nested(UInt16(RouteAttribute.encapsulation)) { writer in
            switch self {
            case .ip(let tunnel): tunnel.write(.ipv4, to: &writer)
            case .ip6(let tunnel): tunnel.write(.ipv6, to: &writer)
            case .mpls(let labels):
                var stack = MessageWriter()
                for (index, label) in labels.enumerated() {
                    let isBottom = index == labels.count - 1
                    stack.append((label << Self.labelShift | (isBottom ? Self.bottomOfStack : 0)).bigEndian)
                }
                writer.attribute(UInt16(MPLS_IPTUNNEL_DST), bytes: stack.bytes)
            case .ila(let locator): writer.attribute(UInt16(ILA_ATTR_LOCATOR), locator.bigEndian)
            }
        }
    }

    private var type: UInt16 {
        switch self {
        case .ip: EncapsulationType.ip
        case .ip6: EncapsulationType.ip6
        case .mpls: EncapsulationType.mpls
        case .ila: EncapsulationType.ila
        }
    }

    /// A label stack entry: label, three bits of traffic class, one of bottom, time to live (RFC 3032 section 2.1).
    private static let labelShift: UInt32 = 12
    private static let bottomOfStack: UInt32 = 0x100
}

extension RouteEncapsulation.Tunnel {
    static func decode(
        _ value: borrowing RawSpan, _ family: AddressFamily
    ) throws(NetlinkError) -> RouteEncapsulation.Tunnel {
        var tunnel = RouteEncapsulation.Tunnel()
        let names = TunnelAttributes.of(family)
        try value.forEachAttribute { type, value throws(NetlinkError) in
            switch Int(type) {
            case names.id: tunnel.id = UInt64(bigEndian: try value.integer())
            case names.destination: tunnel.destination = try value.address(family)
            case names.source: tunnel.source = try value.address(family)
            case names.trafficClass: tunnel.trafficClass = try value.integer()
            case names.hopLimit: tunnel.hopLimit = try value.integer()
            case names.flags: tunnel.flags = UInt16(bigEndian: try value.integer())
            default: break
            }
        }
        return tunnel
    }

    func write(_ family: AddressFamily, to writer: inout MessageWriter) {
        let names = TunnelAttributes.of(family)
        if let id { writer.attribute(UInt16(names.id), id.bigEndian) }
        if let destination { writer.attribute(UInt16(names.destination), bytes: destination.bytes) }
        if let source { writer.attribute(UInt16(names.source), bytes: source.bytes) }
        if let trafficClass { writer.attribute(UInt16(names.trafficClass), trafficClass) }
        if let hopLimit { writer.attribute(UInt16(names.hopLimit), hopLimit) }
        if let flags { writer.attribute(UInt16(names.flags), flags.bigEndian) }
    }
}

/// The numbers of a tunnel's attributes, which differ by family.
private struct TunnelAttributes {
    var id: Int
    var destination: Int
    var source: Int
    var trafficClass: Int
    var hopLimit: Int
    var flags: Int

    static func of(_ family: AddressFamily) -> TunnelAttributes { family == .ipv4 ? ip : ip6 }

    private static let ip = TunnelAttributes(
        id: Int(LWTUNNEL_IP_ID.rawValue), destination: Int(LWTUNNEL_IP_DST.rawValue),
        source: Int(LWTUNNEL_IP_SRC.rawValue), trafficClass: Int(LWTUNNEL_IP_TOS.rawValue),
        hopLimit: Int(LWTUNNEL_IP_TTL.rawValue), flags: Int(LWTUNNEL_IP_FLAGS.rawValue))
    private static let ip6 = TunnelAttributes(
        id: Int(LWTUNNEL_IP6_ID.rawValue), destination: Int(LWTUNNEL_IP6_DST.rawValue),
        source: Int(LWTUNNEL_IP6_SRC.rawValue), trafficClass: Int(LWTUNNEL_IP6_TC.rawValue),
        hopLimit: Int(LWTUNNEL_IP6_HOPLIMIT.rawValue), flags: Int(LWTUNNEL_IP6_FLAGS.rawValue))
}

/// `LWTUNNEL_ENCAP_*` as the attribute carries them.
private enum EncapsulationType {
    static let mpls = UInt16(truncatingIfNeeded: LWTUNNEL_ENCAP_MPLS.rawValue)
    static let ip = UInt16(truncatingIfNeeded: LWTUNNEL_ENCAP_IP.rawValue)
    static let ila = UInt16(truncatingIfNeeded: LWTUNNEL_ENCAP_ILA.rawValue)
    static let ip6 = UInt16(truncatingIfNeeded: LWTUNNEL_ENCAP_IP6.rawValue)
}
