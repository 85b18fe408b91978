public import Addressing

/// A VRRP message whose lengths have been checked, read in place.
///
/// The first of two levels: the view guarantees that every field can be read, and says nothing about what the
/// fields hold; ``Advert`` is the level above, where they make sense. A router reads the fields one by one in the
/// order of RFC 5798 section 7.1, so that each rejection is counted as what it is.
///
/// Version 2 (RFC 3768 section 5.1). The authentication data is always there, zero without authentication:
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version| Type  | Virtual Rtr ID|   Priority    | Count IP Addrs|
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   Auth Type   |   Adver Int   |          Checksum             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        IP Address (n)                         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                   Authentication Data (2 words)               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// Version 3 (RFC 5798 and RFC 9568 section 5.1), addresses of 4 or 16 bytes:
///
/// ```
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version| Type  | Virtual Rtr ID|   Priority    |IPvX Addr Count|
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Reserve| Max Advertise Interval|          Checksum             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        IPvX Address (n)                       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct AdvertView: Sendable, Hashable {
    /// Bytes before the addresses.
    static let headerLength = 8
    /// Bytes of version 2 after the addresses.
    static let authenticationLength = 8

    private let bytes: [UInt8]
    /// How many of them are the message; an authentication trailer may follow.
    private let messageLength: Int
    /// The version that the length was checked for.
    public let version: RouterConfiguration.Version
    /// The family of the addresses.
    public let family: AddressFamily

    /// Checks that the message is exactly as long as its version and address count say.
    ///
    /// Padding of the link layer is not part of the message: ``IPv4Header`` cuts it off by the total length.
    ///
    /// - Throws: ``AdvertError/length(expected:received:)``, ``AdvertError/version(_:)``.
    public init(_ bytes: [UInt8], family: AddressFamily) throws(AdvertError) {
        try self.init(bytes, family: family, allowsTrailer: false)
    }

    /// - Parameter allowsTrailer: whether an authentication trailer may follow.
    init(_ bytes: [UInt8], family: AddressFamily, allowsTrailer: Bool) throws(AdvertError) {
        guard bytes.count >= Self.headerLength else {
            throw .length(expected: Self.headerLength, received: bytes.count)
        }
        guard let version = RouterConfiguration.Version(rawValue: bytes[0] >> 4) else { throw .version(bytes[0] >> 4) }
        let expected = Self.length(version: version, family: family, addressCount: Int(bytes[3]))
        guard bytes.count == expected || allowsTrailer && bytes.count == expected + AdvertTrailer.length else {
            throw .length(expected: expected, received: bytes.count)
        }
        self.bytes = bytes
        messageLength = expected
        self.version = version
        self.family = family
    }

    static func length(version: RouterConfiguration.Version, family: AddressFamily, addressCount: Int) -> Int {
        headerLength + addressCount * family.byteCount + (version == .v2 ? authenticationLength : 0)
    }

    /// The type nibble; 1 is ADVERTISEMENT.
    public var type: UInt8 { bytes[0] & 0xF }

    /// The virtual router id.
    public var virtualRouterID: UInt8 { bytes[1] }

    /// The priority; 0 says that the master has stopped taking part.
    public var priority: UInt8 { bytes[2] }

    /// How many addresses follow.
    public var addressCount: Int { Int(bytes[3]) }

    /// Version 2: the authentication type; 0 in version 3.
    public var authenticationType: UInt8 { version == .v2 ? bytes[4] : 0 }

    /// The advertisement interval: whole seconds in version 2, 10 ms steps in version 3.
    public var interval: Duration {
        switch version {
        case .v2: .seconds(Int64(bytes[5]))
        case .v3: .milliseconds(10 * (Int64(bytes[4] & 0xF) << 8 | Int64(bytes[5])))
        }
    }

    /// The checksum field.
    public var checksum: UInt16 { UInt16(bytes[6]) << 8 | UInt16(bytes[7]) }

    /// The address at a position below ``addressCount``; nil beyond.
    public func address(at index: Int) -> IPAddress? {
        guard index >= 0, index < addressCount else { return nil }
        let start = Self.headerLength + index * family.byteCount
        return IPAddress(bytes: bytes[start..<start + family.byteCount], family: family)
    }

    /// The addresses in the order of the message.
    public var addresses: [IPAddress] { (0..<addressCount).compactMap { address(at: $0) } }

    /// Version 2: the 8 bytes after the addresses; empty in version 3.
    public var authenticationData: ArraySlice<UInt8> {
        version == .v2 ? message.suffix(Self.authenticationLength) : []
    }

    /// The bytes without the trailer.
    var message: ArraySlice<UInt8> { bytes[..<messageLength] }

    /// The authentication trailer; nil where there is none.
    var trailer: ArraySlice<UInt8>? { bytes.count > messageLength ? bytes[messageLength...] : nil }

    /// Whether the checksum comes out even. Version 2 covers the message only (RFC 3768 section 5.3.8), version 3 a
    /// pseudo header with both addresses too (RFC 9568 section 5.2.8).
    public func hasValidChecksum(source: IPAddress, destination: IPAddress) -> Bool {
        hasValidChecksum(
            source: source, coverage: ChecksumRule.standard.coverage(version: version, destination: destination))
    }

    func hasValidChecksum(source: IPAddress, coverage: ChecksumCoverage) -> Bool {
        let covered = family == .ipv4 ? message : bytes[...]
        var sum = InternetChecksum()
        if case .pseudoHeader(let destination) = coverage {
            sum.addPseudoHeader(source: source, destination: destination, length: covered.count)
        }
        sum.add(covered)
        return sum.value == 0
    }
}

extension InternetChecksum {
    /// The pseudo header of RFC 793 section 3.1 for IPv4 and RFC 8200 section 8.1 for IPv6, with protocol 112.
    mutating func addPseudoHeader(source: IPAddress, destination: IPAddress, length: Int) {
        add(source.bytes)
        add(destination.bytes)
        // The two families place the length and the protocol differently, but a sum of words knows no places.
        add(UInt16(truncatingIfNeeded: length))
        add(UInt16(IPv4Header.vrrpProtocol))
    }
}
