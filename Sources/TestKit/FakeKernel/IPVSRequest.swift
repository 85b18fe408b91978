import Addressing
import CLinux
public import IPVS
import Netlink

/// A request to the IPVS family as the fake kernel read it from the wire. An attribute that was not sent is nil.
public struct IPVSRequest: Sendable, Hashable {
    /// `IPVS_CMD_*`.
    public var command: Int
    /// The service that the request names, if its attributes suffice to find one.
    public var serviceID: VirtualService.ID?
    /// The destination that it names.
    public var destinationID: Destination.ID?

    var service: [Int: [UInt8]]?
    var destination: [Int: [UInt8]]?
    var daemon: [Int: [UInt8]]?
    var settings: [Int: [UInt8]] = [:]

    init(command: Int, payload: borrowing RawSpan) throws(NetlinkError) {
        self.command = command
        var top: [Int: [UInt8]] = [:]
        try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value in top[Int(type)] = value.array }
        service = try Self.nested(top[IPVS_CMD_ATTR_SERVICE])
        destination = try Self.nested(top[IPVS_CMD_ATTR_DEST])
        daemon = try Self.nested(top[IPVS_CMD_ATTR_DAEMON])
        settings = top
        serviceID = service.flatMap(Self.identity(ofService:))
        if let destination, let serviceID { destinationID = Self.identity(of: destination, in: serviceID) }
    }

    private static func nested(_ bytes: [UInt8]?) throws(NetlinkError) -> [Int: [UInt8]]? {
        guard let bytes else { return nil }
        var attributes: [Int: [UInt8]] = [:]
        try bytes.span.bytes.forEachAttribute { type, value in attributes[Int(type)] = value.array }
        return attributes
    }

    /// The kernel asks for the family and either a mark or protocol, address and port (`ip_vs_genl_parse_service`).
    private static func identity(ofService service: [Int: [UInt8]]) -> VirtualService.ID? {
        guard let family = service[IPVS_SVC_ATTR_AF]?.number(UInt16.self).flatMap({ AddressFamily($0) }) else {
            return nil
        }
        if let mark = service[IPVS_SVC_ATTR_FWMARK]?.number(UInt32.self), mark != 0 {
            return .firewallMark(mark, family)
        }
        guard let transport = service[IPVS_SVC_ATTR_PROTOCOL]?.number(UInt16.self),
            let transport = UInt8(exactly: transport).flatMap(TransportProtocol.init(rawValue:)),
            let bytes = service[IPVS_SVC_ATTR_ADDR], bytes.count == 16,
            let address = IPAddress(bytes: bytes, family: family),
            let port = service[IPVS_SVC_ATTR_PORT]?.number(UInt16.self)
        else { return nil }
        return .endpoint(transport, address, Port(rawValue: UInt16(bigEndian: port)))
    }

    private static func identity(
        of destination: [Int: [UInt8]], in service: VirtualService.ID
    ) -> Destination.ID? {
        let family: AddressFamily
        if let number = destination[IPVS_DEST_ATTR_ADDR_FAMILY]?.number(UInt16.self) {
            guard let named = AddressFamily(number) else { return nil }
            family = named
        } else {
            family = service.family
        }
        guard let bytes = destination[IPVS_DEST_ATTR_ADDR], bytes.count == 16,
            let address = IPAddress(bytes: bytes, family: family),
            let port = destination[IPVS_DEST_ATTR_PORT]?.number(UInt16.self)
        else { return nil }
        return Destination.ID(address: address, port: Port(rawValue: UInt16(bigEndian: port)))
    }
}

extension AddressFamily {
    fileprivate init?(_ number: UInt16) {
        guard let family = UInt8(exactly: number).flatMap(AddressFamily.init(rawValue:)) else { return nil }
        self = family
    }
}

extension [UInt8] {
    /// The integer in host order that an attribute of exactly this size holds.
    func number<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        guard count == Value.bitWidth / 8 else { return nil }
        return reversed().reduce(Value(0)) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    /// The string in front of the NUL.
    var cString: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}
