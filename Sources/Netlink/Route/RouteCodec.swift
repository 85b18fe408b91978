import Addressing
import CLinux

extension Route {
    static let messageByteCount = 12

    /// Decodes the payload of a route message; nil for a family other than IPv4 and IPv6.
    static func decode(_ payload: borrowing RawSpan) throws(NetlinkError) -> Route? {
        guard let family = AddressFamily(rawValue: try payload.integer(at: 0)) else { return nil }
        let length: UInt8 = try payload.integer(at: 1)
        let sourceLength: UInt8 = try payload.integer(at: 2)
        let shortTable: UInt8 = try payload.integer(at: 4)
        let owner: UInt8 = try payload.integer(at: 5)
        let scope: UInt8 = try payload.integer(at: 6)
        let kind: UInt8 = try payload.integer(at: 7)
        let flags: UInt32 = try payload.integer(at: 8)
        let unspecified = family == .ipv4 ? IPAddress.v4(.any) : .v6(.any)
        guard let anywhere = Prefix(unspecified, length: length) else {
            throw .malformed("route with a prefix length of \(length)")
        }
        var route = Route(
            destination: anywhere, table: UInt32(shortTable), kind: Kind(rawValue: kind),
            scope: RouteScope(rawValue: scope), owner: owner)
        route.typeOfService = try payload.integer(at: 3)
        route.isOnLink = flags & onLinkFlag != 0
        if sourceLength > 0 { route.source = Prefix(unspecified, length: sourceLength) }
        var encapsulationType: UInt16 = 0
        try payload.forEachAttribute(from: messageByteCount) { type, value throws(NetlinkError) in
            switch Int(type) {
            case RouteAttribute.destination:
                if let prefix = Prefix(try value.address(family), length: length) { route.destination = prefix }
            case RouteAttribute.source: route.source = Prefix(try value.address(family), length: sourceLength)
            case RouteAttribute.gateway: route.gateway = try value.address(family)
            case RouteAttribute.via: route.gateway = try value.via()
            case RouteAttribute.outgoingInterface: route.interfaceIndex = try value.integer()
            case RouteAttribute.preferredSource: route.preferredSource = try value.address(family)
            case RouteAttribute.priority: route.metric = try value.integer()
            case RouteAttribute.table: route.table = try value.integer()
            case RouteAttribute.metrics: route.metrics = try RouteMetrics.decode(value)
            case RouteAttribute.realms: route.realms = try value.integer()
            case RouteAttribute.preference: route.preference = Preference(rawValue: try value.integer())
            case RouteAttribute.propagatesTTL: route.propagatesTTL = try value.integer(UInt8.self) != 0
            case RouteAttribute.encapsulationType: encapsulationType = try value.integer()
            case RouteAttribute.multipath: route.nextHops = try decodeNextHops(value, family)
            default: break
            }
        }
        // The type may stand behind what it is the type of.
        if encapsulationType != 0 {
            try payload.forEachAttribute(from: messageByteCount) { type, value throws(NetlinkError) in
                guard Int(type) == RouteAttribute.encapsulation else { return }
                route.encapsulation = try RouteEncapsulation.decode(value, type: encapsulationType)
            }
        }
        return route
    }

    /// The list of `struct rtnexthop`, each with attributes.
    private static func decodeNextHops(
        _ list: borrowing RawSpan, _ family: AddressFamily
    ) throws(NetlinkError) -> [NextHop] {
        var hops: [NextHop] = []
        var offset = 0
        while list.byteCount - offset >= nextHopByteCount {
            let length = Int(try list.integer(UInt16.self, at: offset))
            guard length >= nextHopByteCount, length <= list.byteCount - offset else {
                throw .malformed("next hop of \(length) bytes in \(list.byteCount - offset)")
            }
            let flags: UInt8 = try list.integer(at: offset + 2)
            let share: UInt8 = try list.integer(at: offset + 3)
            let index: UInt32 = try list.integer(at: offset + 4)
            var hop = NextHop(
                interfaceIndex: index == 0 ? nil : index, weight: UInt16(share) + 1,
                isOnLink: UInt32(flags) & onLinkFlag != 0)
            var encapsulationType: UInt16 = 0
            let body = list.extracting(offset..<offset + length)
            try body.forEachAttribute(from: nextHopByteCount) { type, value throws(NetlinkError) in
                switch Int(type) {
                case RouteAttribute.gateway: hop.gateway = try value.address(family)
                case RouteAttribute.via: hop.gateway = try value.via()
                case RouteAttribute.realms: hop.realms = try value.integer()
                case RouteAttribute.encapsulationType: encapsulationType = try value.integer()
                default: break
                }
            }
            if encapsulationType != 0 {
                try body.forEachAttribute(from: nextHopByteCount) { type, value throws(NetlinkError) in
                    guard Int(type) == RouteAttribute.encapsulation else { return }
                    hop.encapsulation = try RouteEncapsulation.decode(value, type: encapsulationType)
                }
            }
            hops.append(hop)
            offset += (length + 3) & ~3
        }
        return hops
    }

    /// Appends `struct rtmsg` and every attribute.
    func write(to writer: inout MessageWriter) {
        writeHeader(scope: scope ?? impliedScope, flags: isOnLink ? Self.onLinkFlag : 0, to: &writer)
        writeIdentity(to: &writer)
        metrics.write(to: &writer)
        if realms != 0 { writer.attribute(UInt16(RouteAttribute.realms), realms) }
        if let expires { writer.attribute(UInt16(RouteAttribute.expires), expires) }
        if let preference { writer.attribute(UInt16(RouteAttribute.preference), preference.rawValue) }
        if let propagatesTTL { writer.attribute(UInt16(RouteAttribute.propagatesTTL), UInt8(propagatesTTL ? 1 : 0)) }
        encapsulation?.write(to: &writer)
        writeNextHops(isDeletion: false, to: &writer)
    }

    /// Appends as much as a deletion needs: the kernel compares each attribute that is there, and would not find a
    /// route whose metrics it has learned. A scope of "nowhere" is any.
    func writeDeletion(to writer: inout MessageWriter) {
        writeHeader(scope: .nowhere, flags: 0, to: &writer)
        writeIdentity(to: &writer)
        writeNextHops(isDeletion: true, to: &writer)
    }

    private func writeHeader(scope: RouteScope, flags: UInt32, to writer: inout MessageWriter) {
        writer.append(destination.address.family.rawValue)
        writer.append(destination.length)
        writer.append(source?.length ?? 0)
        writer.append(typeOfService)
        // Tables above 255 do not fit the header and go into the attribute, `RT_TABLE_UNSPEC` into the header.
        writer.append(UInt8(exactly: table) ?? 0)
        writer.append(owner)
        writer.append(scope.rawValue)
        writer.append(kind.rawValue)
        writer.append(flags)
    }

    private func writeIdentity(to writer: inout MessageWriter) {
        writer.attribute(UInt16(RouteAttribute.table), table)
        if destination.length > 0 {
            writer.attribute(UInt16(RouteAttribute.destination), bytes: destination.address.bytes)
        }
        if let source, source.length > 0 {
            writer.attribute(UInt16(RouteAttribute.source), bytes: source.address.bytes)
        }
        if nextHops.isEmpty {
            writer.gateway(gateway, of: destination.address.family)
            if let interfaceIndex { writer.attribute(UInt16(RouteAttribute.outgoingInterface), interfaceIndex) }
        }
        if let preferredSource {
            writer.attribute(UInt16(RouteAttribute.preferredSource), bytes: preferredSource.bytes)
        }
        if metric != 0 { writer.attribute(UInt16(RouteAttribute.priority), metric) }
    }

    private func writeNextHops(isDeletion: Bool, to writer: inout MessageWriter) {
        guard !nextHops.isEmpty else { return }
        let family = destination.address.family
        var list = MessageWriter()
        for hop in nextHops {
            var attributes = MessageWriter()
            attributes.gateway(hop.gateway, of: family)
            if hop.realms != 0 { attributes.attribute(UInt16(RouteAttribute.realms), hop.realms) }
            if !isDeletion { hop.encapsulation?.write(to: &attributes) }
            list.append(UInt16(clamping: Self.nextHopByteCount + attributes.bytes.count))
            list.append(UInt8(truncatingIfNeeded: hop.isOnLink ? Self.onLinkFlag : 0))
            list.append(UInt8(clamping: Int(hop.weight) - 1))
            list.append(hop.interfaceIndex ?? 0)
            list.append(bytes: attributes.bytes)
        }
        writer.attribute(UInt16(RouteAttribute.multipath), bytes: list.bytes)
    }

    /// What iproute2 makes of a route without a scope.
    private var impliedScope: RouteScope {
        switch kind {
        case .local: .host
        case .broadcast, .anycast: .link
        case .unicast where gateway == nil && nextHops.isEmpty && destination.address.family == .ipv4: .link
        default: .universe
        }
    }

    /// `RTNH_F_ONLINK`.
    private static let onLinkFlag = UInt32(truncatingIfNeeded: RTNH_F_ONLINK)
    /// Bytes of `struct rtnexthop`.
    private static let nextHopByteCount = 8
}

extension RouteMetrics {
    static func decode(_ list: borrowing RawSpan) throws(NetlinkError) -> RouteMetrics {
        var metrics = RouteMetrics()
        try list.forEachAttribute { type, value throws(NetlinkError) in
            switch Kind(rawValue: type) {
            case .lock:
                let bits: UInt32 = try value.integer()
                metrics.locked = Set((1..<32).filter { bits & 1 << $0 != 0 }.map { Kind(rawValue: $0) })
            case .congestionControl: metrics.congestionControl = value.text
            case let kind: metrics.values[kind] = try value.integer()
            }
        }
        return metrics
    }

    func write(to writer: inout MessageWriter) {
        guard !isEmpty else { return }
        writer.nested(UInt16(RouteAttribute.metrics)) { writer in
            let bits = locked.reduce(UInt32(0)) { $0 | ($1.rawValue < 32 ? 1 << UInt32($1.rawValue) : 0) }
            if bits != 0 { writer.attribute(Kind.lock.rawValue, bits) }
            for (kind, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                writer.attribute(kind.rawValue, value)
            }
            if let congestionControl {
                writer.attribute(Kind.congestionControl.rawValue, string: congestionControl)
            }
        }
    }
}

extension MessageWriter {
    /// Appends a next hop: of the route's own family, or of the other one as `struct rtvia` (RFC 8950).
    fileprivate mutating func gateway(_ gateway: IPAddress?, of family: AddressFamily) {
        guard let gateway else { return }
        guard gateway.family != family else {
            return attribute(UInt16(RouteAttribute.gateway), bytes: gateway.bytes)
        }
        var via = MessageWriter()
        via.append(UInt16(gateway.family.rawValue))
        via.append(bytes: gateway.bytes)
        attribute(UInt16(RouteAttribute.via), bytes: via.bytes)
    }
}

extension RawSpan {
    /// The address in a `struct rtvia`; nil for a family other than IPv4 and IPv6.
    fileprivate func via() throws(NetlinkError) -> IPAddress? {
        let number: UInt16 = try integer()
        guard let family = UInt8(exactly: number).flatMap(AddressFamily.init(rawValue:)) else { return nil }
        return try extracting(2..<byteCount).address(family)
    }
}

/// `RTA_*` as integers.
enum RouteAttribute {
    static let destination = Int(RTA_DST.rawValue)
    static let source = Int(RTA_SRC.rawValue)
    static let gateway = Int(RTA_GATEWAY.rawValue)
    static let via = Int(RTA_VIA.rawValue)
    static let outgoingInterface = Int(RTA_OIF.rawValue)
    static let preferredSource = Int(RTA_PREFSRC.rawValue)
    static let priority = Int(RTA_PRIORITY.rawValue)
    static let table = Int(RTA_TABLE.rawValue)
    static let metrics = Int(RTA_METRICS.rawValue)
    static let multipath = Int(RTA_MULTIPATH.rawValue)
    static let realms = Int(RTA_FLOW.rawValue)
    static let preference = Int(RTA_PREF.rawValue)
    static let expires = Int(RTA_EXPIRES.rawValue)
    static let propagatesTTL = Int(RTA_TTL_PROPAGATE.rawValue)
    static let encapsulationType = Int(RTA_ENCAP_TYPE.rawValue)
    static let encapsulation = Int(RTA_ENCAP.rawValue)
}
