public import Addressing

/// A UDP port at which the kernel opens tunnels, as `ip fou add` makes it.
public struct TunnelPort: Sendable, Hashable {
    /// The port.
    public var number: UInt16
    /// The family of the packets that carry the tunnel.
    public var family: AddressFamily

    /// Creates a port.
    public init(_ number: UInt16, _ family: AddressFamily) {
        self.number = number
        self.family = family
    }
}

/// The ports at which the kernel opens tunnels in UDP: the generic-netlink family `fou` (`linux/fou.h`,
/// `net/ipv4/fou.c`), which comes with the module of that name.
public struct TunnelPorts {
    private enum Attribute {
        static let port: UInt16 = 1
        static let family: UInt16 = 2
        static let type: UInt16 = 4
    }

    private enum Command {
        static let add: UInt8 = 1
        static let delete: UInt8 = 2
        static let get: UInt8 = 3
    }

    /// `FOU_ENCAP_GUE`: generic UDP encapsulation.
    private static let generic: UInt8 = 2

    private let session: NetlinkSession
    private let family: GenericFamily

    /// Asks for the family; throws ``NetlinkError/Code/unknownFamily`` without the module.
    public init(session: NetlinkSession) throws(NetlinkError) {
        self.session = session
        family = try GenericFamily.resolve("fou", version: 1, over: session)
    }

    /// The ports that are open, each with whether it takes generic UDP encapsulation (`gue`) or bare packets.
    public func all() throws(NetlinkError) -> [TunnelPort: Bool] {
        let found = try session.dump(family.request(Command.get)) { _, payload throws(NetlinkError) in
            var number: UInt16?
            var family = AddressFamily.ipv4
            var type: UInt8 = 0
            try payload.forEachAttribute(from: GenericHeader.byteCount) { attribute, value throws(NetlinkError) in
                switch attribute {
                case Attribute.port:
                    let port: UInt16 = try value.integer()
                    number = UInt16(bigEndian: port)
                case Attribute.family:
                    let code: UInt8 = try value.integer()
                    family = AddressFamily(rawValue: code) ?? family
                case Attribute.type: type = try value.integer()
                default: break
                }
            }
            return number.map { (port: TunnelPort($0, family), isGeneric: type == Self.generic) }
        }
        return Dictionary(found.map { ($0.port, $0.isGeneric) }) { first, _ in first }
    }

    /// Has the kernel open generic UDP encapsulation at a port.
    public func add(_ port: TunnelPort) throws(NetlinkError) {
        try session.perform(request(Command.add, port) { $0.attribute(Attribute.type, Self.generic) })
    }

    /// Closes a port.
    public func remove(_ port: TunnelPort) throws(NetlinkError) { try session.perform(request(Command.delete, port)) }

    private func request(
        _ command: UInt8, _ port: TunnelPort, _ more: (inout MessageWriter) -> Void = { _ in }
    ) -> NetlinkRequest {
        family.request(command) { writer in
            writer.attribute(Attribute.port, port.number.bigEndian)
            writer.attribute(Attribute.family, port.family.rawValue)
            more(&writer)
        }
    }
}
