import Addressing

/// One line of `/proc/net/ip_vs_conn`.
///
/// ```
/// Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
/// TCP C0A80105 D431 0A01505A 0050 0A01505D 0050 ESTABLISHED     897
/// ```
///
/// IPv4 addresses are eight hexadecimal digits, IPv6 addresses are written out with colons, ports are hexadecimal.
struct ConnectionEntry {
    var transportName: Substring
    var client: Destination
    var virtual: Destination
    var destination: Destination
    var state: Substring
    /// Seconds until the entry goes.
    var expiry: UInt32
    /// Name and data of the persistence engine.
    var engine: (name: Substring, data: Substring)?

    /// An address and port of the connection.
    struct Destination {
        var address: IPAddress
        var port: Port
    }

    /// Reads a line; nil when it lacks a field or a field is not what it should be.
    init?(line: Substring) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count >= 9, let client = Self.endpoint(fields[1], fields[2]),
            let virtual = Self.endpoint(fields[3], fields[4]), let destination = Self.endpoint(fields[5], fields[6]),
            let expiry = UInt32(fields[8])
        else { return nil }
        transportName = fields[0]
        self.client = client
        self.virtual = virtual
        self.destination = destination
        state = fields[7]
        self.expiry = expiry
        engine = fields.count >= 11 ? (fields[9], fields[10]) : nil
    }

    private static func endpoint(_ address: Substring, _ port: Substring) -> Destination? {
        guard let number = UInt16(port, radix: 16) else { return nil }
        let port = Port(rawValue: number)
        if address.utf8.count == 8, let number = UInt32(address, radix: 16) {
            return Destination(address: .v4(IPv4Address(rawValue: number)), port: port)
        }
        // The kernel brackets nothing here, but some versions do.
        return IPv6Address(address.filter { $0 != "[" && $0 != "]" }).map { Destination(address: .v6($0), port: port) }
    }
}
