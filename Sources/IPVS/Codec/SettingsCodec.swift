import Addressing
import Netlink

extension SyncDaemon {
    /// Appends the attributes that are set; the kernel fills in the others.
    func write(to writer: inout MessageWriter) {
        writer.attribute(DaemonAttribute.state, role.rawValue)
        writer.attribute(DaemonAttribute.interface, string: interface)
        writer.attribute(DaemonAttribute.syncID, UInt32(syncID))
        if let maximumLength { writer.attribute(DaemonAttribute.maximumLength, maximumLength) }
        switch group {
        case .v4(let address): writer.attribute(DaemonAttribute.group, address.rawValue.bigEndian)
        case .v6(let address): writer.attribute(DaemonAttribute.group6, bytes: address.bytes)
        case nil: break
        }
        // In host order, unlike every other port of the family.
        if let port { writer.attribute(DaemonAttribute.port, port.rawValue) }
        if let ttl { writer.attribute(DaemonAttribute.ttl, ttl) }
    }

    /// Decodes the message of a daemon; nil when it carries none.
    static func decode(_ payload: borrowing RawSpan) throws(NetlinkError) -> SyncDaemon? {
        var daemon: SyncDaemon?
        try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value throws(NetlinkError) in
            if type == CommandAttribute.daemon { daemon = try decode(attributes: value) }
        }
        return daemon
    }

    private static func decode(attributes: borrowing RawSpan) throws(NetlinkError) -> SyncDaemon? {
        var role: Role?
        var daemon = SyncDaemon(role: .master, interface: "")
        try attributes.forEachAttribute { type, value throws(NetlinkError) in
            switch type {
            case DaemonAttribute.state: role = Role(rawValue: try value.integer())
            case DaemonAttribute.interface: daemon.interface = value.text
            case DaemonAttribute.syncID: daemon.syncID = UInt8(truncatingIfNeeded: try value.integer(UInt32.self))
            case DaemonAttribute.maximumLength: daemon.maximumLength = try value.integer()
            case DaemonAttribute.group: daemon.group = try value.address(.ipv4)
            case DaemonAttribute.group6: daemon.group = try value.address(.ipv6)
            case DaemonAttribute.port: daemon.port = Port(rawValue: try value.integer())
            case DaemonAttribute.ttl: daemon.ttl = try value.integer()
            default: break
            }
        }
        guard let role else { return nil }
        daemon.role = role
        return daemon
    }
}

extension Timeouts {
    /// Appends the three timeouts.
    func write(to writer: inout MessageWriter) {
        writer.attribute(CommandAttribute.timeoutTCP, tcp)
        writer.attribute(CommandAttribute.timeoutTCPFin, tcpFin)
        writer.attribute(CommandAttribute.timeoutUDP, udp)
    }

    /// Decodes the answer to `GET_CONFIG`; a protocol that the kernel was built without stays 0.
    init(payload: borrowing RawSpan) throws(NetlinkError) {
        self.init()
        try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value throws(NetlinkError) in
            switch type {
            case CommandAttribute.timeoutTCP: tcp = try value.integer()
            case CommandAttribute.timeoutTCPFin: tcpFin = try value.integer()
            case CommandAttribute.timeoutUDP: udp = try value.integer()
            default: break
            }
        }
    }
}

extension KernelInfo {
    /// Decodes the answer to `GET_INFO`.
    init(payload: borrowing RawSpan) throws(NetlinkError) {
        self.init(version: 0, connectionTableSize: 0)
        try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value throws(NetlinkError) in
            switch type {
            case InformationAttribute.version: version = try value.integer()
            case InformationAttribute.connectionTableSize: connectionTableSize = try value.integer()
            default: break
            }
        }
    }
}
