import CLinux

/// The header of a generic-netlink message (`struct genlmsghdr`): four bytes behind the netlink header.
public struct GenericHeader: Sendable, Hashable {
    /// Bytes of a header: 4.
    public static let byteCount = 4

    /// The family's command.
    public var command: UInt8
    /// The version of the family's interface.
    public var version: UInt8

    /// Creates a header.
    public init(command: UInt8, version: UInt8) {
        self.command = command
        self.version = version
    }

    /// Decodes the header at the front of a payload; its attributes begin at ``byteCount``.
    public init(payload: borrowing RawSpan) throws(NetlinkError) {
        guard payload.byteCount >= Self.byteCount else { throw .malformed("generic netlink header is cut off") }
        command = try payload.integer(at: 0)
        version = try payload.integer(at: 1)
    }

    /// Appends the header.
    public func write(to writer: inout MessageWriter) {
        writer.append(command)
        writer.append(version)
        writer.append(UInt16(0))
    }
}

/// The id under which the kernel knows a generic-netlink family since the module was loaded.
public struct GenericFamily: Sendable, Hashable {
    /// The message type of the family's requests.
    public let id: UInt16
    /// The version of the interface that requests speak.
    public let version: UInt8

    /// Creates a family from an id that was resolved elsewhere, by libnl for one.
    public init(id: UInt16, version: UInt8) {
        self.id = id
        self.version = version
    }

    /// Asks the controller for a family's id; throws ``NetlinkError/Code/unknownFamily`` when it is not registered.
    public static func resolve(
        _ name: String, version: UInt8, over session: NetlinkSession
    ) throws(NetlinkError) -> GenericFamily {
        let request = NetlinkRequest(type: controllerID) { writer in
            GenericHeader(command: UInt8(truncatingIfNeeded: CTRL_CMD_GETFAMILY), version: 1).write(to: &writer)
            writer.attribute(UInt16(CTRL_ATTR_FAMILY_NAME), string: name)
        }
        var id: UInt16?
        do throws(NetlinkError) {
            try session.exchange(request) { _, payload throws(NetlinkError) in
                try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value throws(NetlinkError) in
                    if type == UInt16(CTRL_ATTR_FAMILY_ID) { id = try value.integer() }
                }
            }
        } catch {
            guard error.errorNumber == .noSuchEntry else { throw error }
            throw NetlinkError(.unknownFamily, message: name)
        }
        guard let id else { throw NetlinkError(.missingAttribute, message: "CTRL_ATTR_FAMILY_ID of \(name)") }
        return GenericFamily(id: id, version: version)
    }

    /// A request of this family.
    public func request(
        _ command: UInt8, flags: MessageFlags = [], _ attributes: (inout MessageWriter) -> Void = { _ in }
    ) -> NetlinkRequest {
        NetlinkRequest(type: id, flags: flags) { writer in
            GenericHeader(command: command, version: version).write(to: &writer)
            attributes(&writer)
        }
    }

    /// `GENL_ID_CTRL`: the controller has a fixed id.
    public static let controllerID = UInt16(truncatingIfNeeded: GENL_ID_CTRL)
}
