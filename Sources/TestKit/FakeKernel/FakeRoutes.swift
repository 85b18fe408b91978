import Addressing
import CLinux
public import Netlink

/// The links, addresses and routes of a fake kernel.
public struct FakeRoutes: Sendable {
    /// The links.
    public var links: [Link] = [
        Link(index: 1, name: "lo", flags: [.up, .loopback, .running, .lowerUp], mtu: 65_536)
    ]
    /// The addresses in the order of their adding.
    public var addresses: [InterfaceAddress] = []
    /// Destinations of host routes, in the order of their adding.
    public private(set) var hostRoutes: [Prefix] = []

    /// A loopback link without addresses.
    public init() {}

    mutating func respond(
        _ header: MessageHeader, _ payload: borrowing RawSpan, isPrivileged: Bool
    ) throws(NetlinkError) -> FakeResponse {
        switch Int(header.type) {
        case RTM_GETLINK: return .answered(links.map(answer))
        case RTM_GETADDR:
            let family: UInt8 = try payload.integer()
            return .answered(
                addresses.filter { family == 0 || $0.prefix.address.family.rawValue == family }.map(answer))
        default: break
        }
        guard isPrivileged else { return .refused(.operationNotPermitted) }
        switch Int(header.type) {
        case RTM_NEWLINK: return try setLink(payload)
        case RTM_NEWADDR, RTM_DELADDR: return try changeAddress(header, payload)
        case RTM_NEWROUTE, RTM_DELROUTE: return try changeRoute(header, payload)
        default: return .refused(.notSupported)
        }
    }

    private mutating func setLink(_ payload: borrowing RawSpan) throws(NetlinkError) -> FakeResponse {
        let index: UInt32 = try payload.integer(at: 4)
        let flags: UInt32 = try payload.integer(at: 8)
        let mask: UInt32 = try payload.integer(at: 12)
        guard let position = links.firstIndex(where: { $0.index == index }) else { return .refused(.noSuchDevice) }
        links[position].flags = Link.Flags(rawValue: links[position].flags.rawValue & ~mask | flags & mask)
        return .done
    }

    private mutating func changeAddress(
        _ header: MessageHeader, _ payload: borrowing RawSpan
    ) throws(NetlinkError) -> FakeResponse {
        let attributes = try Self.attributes(payload, from: 8)
        guard let family = AddressFamily(rawValue: try payload.integer(at: 0)),
            let bytes = attributes[IFA_LOCAL] ?? attributes[IFA_ADDRESS], bytes.count == family.byteCount,
            let address = IPAddress(bytes: bytes, family: family),
            let prefix = Prefix(address, length: try payload.integer(at: 1))
        else { return .refused(.invalidArgument) }
        let shortFlags: UInt8 = try payload.integer(at: 2)
        let scope: UInt8 = try payload.integer(at: 3)
        let index: UInt32 = try payload.integer(at: 4)
        guard let link = links.first(where: { $0.index == index }) else { return .refused(.noSuchDevice) }
        let position = addresses.firstIndex { $0.interfaceIndex == index && $0.prefix == prefix }
        if Int(header.type) == RTM_DELADDR {
            guard let position else { return .refused(.addressNotAvailable) }
            addresses.remove(at: position)
            return .done
        }
        let far = attributes[IFA_ADDRESS].flatMap { IPAddress(bytes: $0, family: family) }
        let new = InterfaceAddress(
            interfaceIndex: index, prefix: prefix, peer: far == address ? nil : far,
            broadcast: attributes[IFA_BROADCAST].flatMap { IPAddress(bytes: $0, family: .ipv4)?.ipv4 },
            label: attributes[IFA_LABEL]?.cString ?? (family == .ipv4 ? link.name : nil),
            scope: RouteScope(rawValue: scope),
            flags: InterfaceAddress.Flags(
                rawValue: attributes[IFA_FLAGS]?.number(UInt32.self) ?? UInt32(shortFlags)
            ).union(.permanent))
        if let position {
            guard header.flags.contains(.replace) else { return .refused(.exists) }
            addresses[position] = new
        } else {
            addresses.append(new)
        }
        return .done
    }

    private mutating func changeRoute(
        _ header: MessageHeader, _ payload: borrowing RawSpan
    ) throws(NetlinkError) -> FakeResponse {
        let attributes = try Self.attributes(payload, from: 12)
        guard let family = AddressFamily(rawValue: try payload.integer(at: 0)),
            let bytes = attributes[Int(RTA_DST.rawValue)], let address = IPAddress(bytes: bytes, family: family),
            let prefix = Prefix(address, length: try payload.integer(at: 1))
        else { return .refused(.invalidArgument) }
        let position = hostRoutes.firstIndex(of: prefix)
        if Int(header.type) == RTM_DELROUTE {
            guard let position else { return .refused(.noSuchProcess) }
            hostRoutes.remove(at: position)
        } else if position == nil {
            hostRoutes.append(prefix)
        } else if !header.flags.contains(.replace) {
            return .refused(.exists)
        }
        return .done
    }

    private static func attributes(
        _ payload: borrowing RawSpan, from offset: Int
    ) throws(NetlinkError) -> [Int: [UInt8]] {
        var attributes: [Int: [UInt8]] = [:]
        try payload.forEachAttribute(from: offset) { type, value in attributes[Int(type)] = value.array }
        return attributes
    }

    private func answer(_ link: Link) -> FakeAnswer {
        var writer = MessageWriter()
        writer.append(UInt32(0))
        writer.append(link.index)
        writer.append(link.flags.rawValue)
        writer.append(UInt32(0))
        writer.attribute(UInt16(IFLA_IFNAME), string: link.name)
        writer.attribute(UInt16(IFLA_MTU), link.mtu)
        if let address = link.hardwareAddress { writer.attribute(UInt16(IFLA_ADDRESS), bytes: address.bytes) }
        if let lower = link.lowerIndex { writer.attribute(UInt16(IFLA_LINK), lower) }
        if let master = link.masterIndex { writer.attribute(UInt16(IFLA_MASTER), master) }
        if let kind = link.kind {
            writer.nested(UInt16(IFLA_LINKINFO)) { $0.attribute(UInt16(IFLA_INFO_KIND), string: kind) }
        }
        return FakeAnswer(type: UInt16(RTM_NEWLINK), payload: writer.bytes)
    }

    private func answer(_ address: InterfaceAddress) -> FakeAnswer {
        var writer = MessageWriter()
        writer.append(address.prefix.address.family.rawValue)
        writer.append(address.prefix.length)
        writer.append(UInt8(truncatingIfNeeded: address.flags.rawValue))
        writer.append(address.scope.rawValue)
        writer.append(address.interfaceIndex)
        writer.attribute(UInt16(IFA_ADDRESS), bytes: (address.peer ?? address.prefix.address).bytes)
        if address.prefix.address.family == .ipv4 || address.peer != nil {
            writer.attribute(UInt16(IFA_LOCAL), bytes: address.prefix.address.bytes)
        }
        if let broadcast = address.broadcast { writer.attribute(UInt16(IFA_BROADCAST), bytes: broadcast.bytes) }
        if let label = address.label { writer.attribute(UInt16(IFA_LABEL), string: label) }
        writer.attribute(UInt16(IFA_FLAGS), address.flags.rawValue)
        return FakeAnswer(type: UInt16(RTM_NEWADDR), payload: writer.bytes)
    }
}
