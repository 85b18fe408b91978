/// The type of a record or a question (RFC 1035, section 3.2.2, and the IANA registry).
public struct DNSRecordType: RawRepresentable, Sendable, Hashable {
    /// The registered number.
    public let rawValue: UInt16

    /// A type by its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A record type of this name.
    public static let a = DNSRecordType(rawValue: 1)
    /// A record type of this name.
    public static let ns = DNSRecordType(rawValue: 2)
    /// A record type of this name.
    public static let cname = DNSRecordType(rawValue: 5)
    /// A record type of this name.
    public static let soa = DNSRecordType(rawValue: 6)
    /// A record type of this name.
    public static let mx = DNSRecordType(rawValue: 15)
    /// A record type of this name.
    public static let txt = DNSRecordType(rawValue: 16)
    /// A record type of this name.
    public static let aaaa = DNSRecordType(rawValue: 28)
    /// A record type of this name.
    public static let rrsig = DNSRecordType(rawValue: 46)
    /// A record type of this name.
    public static let dnskey = DNSRecordType(rawValue: 48)

    private static let names: [(name: String, type: DNSRecordType)] = [
        ("A", .a), ("NS", .ns), ("CNAME", .cname), ("SOA", .soa), ("MX", .mx), ("TXT", .txt), ("AAAA", .aaaa),
        ("RRSIG", .rrsig), ("DNSKEY", .dnskey),
    ]

    /// The type of this name in capitals; nil for one that is not known here.
    public init?(name: String) {
        guard let known = Self.names.first(where: { $0.name == name }) else { return nil }
        self = known.type
    }
}

extension DNSRecordType: CustomStringConvertible {
    /// The name, or `TYPE65` as RFC 3597 writes a type without one.
    public var description: String { Self.names.first { $0.type == self }?.name ?? "TYPE\(rawValue)" }
}
