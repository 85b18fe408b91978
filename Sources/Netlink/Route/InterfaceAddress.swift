public import Addressing
import CLinux

/// How far from the host an address or route means something (`RT_SCOPE_*`).
public struct RouteScope: RawRepresentable, Sendable, Hashable {
    /// The kernel's number.
    public let rawValue: UInt8

    /// Creates a scope from the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    private init(_ scope: rt_scope_t) { rawValue = UInt8(truncatingIfNeeded: scope.rawValue) }

    /// Everywhere, `global` in iproute2's words.
    public static let universe = RouteScope(RT_SCOPE_UNIVERSE)
    /// Inside the site.
    public static let site = RouteScope(RT_SCOPE_SITE)
    /// On the attached link.
    public static let link = RouteScope(RT_SCOPE_LINK)
    /// On this host.
    public static let host = RouteScope(RT_SCOPE_HOST)
    /// Nowhere.
    public static let nowhere = RouteScope(RT_SCOPE_NOWHERE)
}

/// An address on an interface: what `RTM_NEWADDR` reports, adds and, by address and prefix, deletes.
public struct InterfaceAddress: Sendable, Hashable {
    /// Address flags (`IFA_F_*` of `linux/if_addr.h`).
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The kernel's number.
        public let rawValue: UInt32

        /// Creates flags from the kernel's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        private init(_ macro: Int32) { rawValue = UInt32(truncatingIfNeeded: macro) }

        /// IPv4: another address of the same subnet is the primary one.
        public static let secondary = Flags(IFA_F_SECONDARY)
        /// IPv6: no duplicate address detection, the address is usable at once.
        public static let noDuplicateDetection = Flags(IFA_F_NODAD)
        /// IPv6: usable while duplicate address detection runs.
        public static let optimistic = Flags(IFA_F_OPTIMISTIC)
        /// IPv6: duplicate address detection found another owner.
        public static let duplicateDetectionFailed = Flags(IFA_F_DADFAILED)
        /// IPv6: not chosen as a source address.
        public static let deprecated = Flags(IFA_F_DEPRECATED)
        /// IPv6: duplicate address detection is under way.
        public static let tentative = Flags(IFA_F_TENTATIVE)
        /// No lifetime.
        public static let permanent = Flags(IFA_F_PERMANENT)
        /// IPv6: the home address of a mobile host (RFC 6275).
        public static let homeAddress = Flags(IFA_F_HOMEADDRESS)
        /// IPv6: the kernel makes temporary addresses from it (RFC 8981).
        public static let managesTemporaryAddresses = Flags(IFA_F_MANAGETEMPADDR)
        /// No route to the prefix comes with the address.
        public static let noPrefixRoute = Flags(IFA_F_NOPREFIXROUTE)
        /// The multicast group that the address names is joined.
        public static let joinsGroup = Flags(IFA_F_MCAUTOJOIN)
    }

    /// The interface.
    public var interfaceIndex: UInt32
    /// The address with the length of its subnet.
    public var prefix: Prefix
    /// The far end of a point-to-point address; `prefix.length` then belongs to it.
    public var peer: IPAddress?
    /// The broadcast address, IPv4 only; the kernel sets none by itself.
    public var broadcast: IPv4Address?
    /// The label that old tools show as an alias (`eth0:1`), IPv4 only, at most 15 bytes.
    public var label: String?
    /// The scope.
    public var scope: RouteScope
    /// Flags.
    public var flags: Flags
    /// How long the address is preferred as a source, in seconds; nil is as long as it is there. 0 makes an IPv6 address
    /// deprecated: it answers, and is not chosen as a source. Not read back: the kernel counts it down.
    public var preferredLifetime: UInt32?

    /// Creates an address.
    public init(
        interfaceIndex: UInt32, prefix: Prefix, peer: IPAddress? = nil, broadcast: IPv4Address? = nil,
        label: String? = nil, scope: RouteScope = .universe, flags: Flags = [], preferredLifetime: UInt32? = nil
    ) {
        self.interfaceIndex = interfaceIndex
        self.prefix = prefix
        self.peer = peer
        self.broadcast = broadcast
        self.label = label
        self.scope = scope
        self.flags = flags
        self.preferredLifetime = preferredLifetime
    }
}

extension InterfaceAddress {
    static let messageByteCount = 8

    /// Decodes the payload of an address message; nil for a family other than IPv4 and IPv6.
    static func decode(_ payload: borrowing RawSpan) throws(NetlinkError) -> InterfaceAddress? {
        guard let family = AddressFamily(rawValue: try payload.integer(at: 0)) else { return nil }
        let length: UInt8 = try payload.integer(at: 1)
        let shortFlags: UInt8 = try payload.integer(at: 2)
        let scope: UInt8 = try payload.integer(at: 3)
        let index: UInt32 = try payload.integer(at: 4)
        var flags = Flags(rawValue: UInt32(shortFlags))
        var address: IPAddress?
        var local: IPAddress?
        var broadcast: IPv4Address?
        var label: String?
        try payload.forEachAttribute(from: messageByteCount) { type, value throws(NetlinkError) in
            switch Int(type) {
            case IFA_ADDRESS: address = try value.address(family)
            case IFA_LOCAL: local = try value.address(family)
            case IFA_BROADCAST: broadcast = try value.address(.ipv4).ipv4
            case IFA_LABEL: label = value.text
            case IFA_FLAGS: flags = Flags(rawValue: try value.integer())
            default: break
            }
        }
        guard let own = local ?? address, let prefix = Prefix(own, length: length) else {
            throw NetlinkError(.missingAttribute, message: "IFA_ADDRESS with a length of \(length)")
        }
        return InterfaceAddress(
            interfaceIndex: index, prefix: prefix, peer: address == own ? nil : address, broadcast: broadcast,
            label: label, scope: RouteScope(rawValue: scope), flags: flags)
    }

    /// Appends `struct ifaddrmsg` and the attributes that identify the address.
    func writeIdentity(to writer: inout MessageWriter) {
        writer.append(prefix.address.family.rawValue)
        writer.append(prefix.length)
        writer.append(UInt8(truncatingIfNeeded: flags.rawValue))
        writer.append(scope.rawValue)
        writer.append(interfaceIndex)
        writer.attribute(UInt16(IFA_LOCAL), bytes: prefix.address.bytes)
        writer.attribute(UInt16(IFA_ADDRESS), bytes: (peer ?? prefix.address).bytes)
    }

    /// Appends everything that adding the address takes.
    func write(to writer: inout MessageWriter) {
        writeIdentity(to: &writer)
        if let broadcast { writer.attribute(UInt16(IFA_BROADCAST), bytes: broadcast.bytes) }
        if let label { writer.attribute(UInt16(IFA_LABEL), string: label) }
        if let preferredLifetime {
            // struct ifa_cacheinfo: preferred and valid lifetime, and two times that only the kernel writes.
            var info: [UInt8] = []
            for value in [preferredLifetime, .max, 0, 0] as [UInt32] {
                withUnsafeBytes(of: value) { info.append(contentsOf: $0) }
            }
            writer.attribute(UInt16(IFA_CACHEINFO), bytes: info)
        }
        // The header has room for eight bits only; IFA_FLAGS carries all of them.
        if flags.rawValue > UInt32(UInt8.max) { writer.attribute(UInt16(IFA_FLAGS), flags.rawValue) }
    }
}
