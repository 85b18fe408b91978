/// What is asked of a name server: the records of one type of one name, class Internet.
public struct DNSQuestion: Sendable, Hashable {
    static let internetClass: UInt16 = 1

    /// The name.
    public var name: DNSName
    /// The type of the records.
    public var type: DNSRecordType

    /// Creates a question; by default the start of authority of the root.
    public init(name: DNSName = .root, type: DNSRecordType = .soa) {
        self.name = name
        self.type = type
    }

    /// The query as one datagram: one question, recursion desired, no extension (RFC 1035, section 4.1).
    ///
    /// - Parameter id: what the answer has to carry too; unpredictable, so that nobody else can answer.
    public func query(id: UInt16) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(12 + DNSName.limit + 4)
        bytes.append(id)
        bytes.append(DNSHeader.recursionDesired)
        for count: UInt16 in [1, 0, 0, 0] { bytes.append(count) }
        bytes += name.encoded
        bytes.append(type.rawValue)
        bytes.append(Self.internetClass)
        return bytes
    }

    /// The query with its length in front, as a connection carries it (RFC 1035, section 4.2.2).
    public func framedQuery(id: UInt16) -> [UInt8] {
        let query = self.query(id: id)
        var bytes: [UInt8] = []
        bytes.append(UInt16(truncatingIfNeeded: query.count))
        return bytes + query
    }
}

extension DNSQuestion: CustomStringConvertible {
    /// `SOA of example.org`.
    public var description: String { "\(type) of \(name)" }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: UInt16) {
        append(UInt8(value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }
}
