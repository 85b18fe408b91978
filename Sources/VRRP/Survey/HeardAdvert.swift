public import Addressing

/// An advert as it was heard on a segment, whoever it was for: read as far as it can be, judged by nobody.
public struct HeardAdvert: Sendable, Hashable {
    /// How the sender proves who it is.
    public enum Authentication: Sendable, Hashable {
        /// Not at all.
        case none
        /// By a password in plain text (RFC 2338, type 1).
        case password
        /// By an IPsec authentication header (RFC 2338, type 2).
        case header
        /// By the trailer of keepalived's `auth_hmac`.
        case trailer
        /// By a type that nobody knows.
        case unknown(UInt8)
    }

    /// The protocol version, 2 or 3.
    public var version: UInt8
    /// The virtual router id.
    public var virtualRouterID: UInt8
    /// The priority; 0 is a master that resigns.
    public var priority: UInt8
    /// The advertisement interval.
    public var interval: Duration
    /// The advertised addresses.
    public var addresses: [IPAddress]
    /// How it is authenticated.
    public var authentication: Authentication
    /// Who sent it.
    public var source: IPAddress
    /// Whom to: a group or a peer.
    public var destination: IPAddress

    private static let protocolNumber: UInt8 = 112
    private static let authenticationHeader: UInt8 = 51
    /// Bytes of the trailer of `auth_hmac`.
    private static let trailerLength = 28

    /// Reads an IP packet without its link header; nil when there is no advert in it.
    public init?(packet: [UInt8]) {
        guard let first = packet.first else { return nil }
        switch first >> 4 {
        case 4: self.init(ipv4: packet)
        case 6: self.init(ipv6: packet)
        default: return nil
        }
    }

    private init?(ipv4 packet: [UInt8]) {
        guard packet.count >= 20, let source = Self.ipv4(packet[12..<16]),
            let destination = Self.ipv4(packet[16..<20])
        else { return nil }
        let headerLength = Int(packet[0] & 15) * 4
        let total = Int(packet[2]) << 8 | Int(packet[3])
        guard headerLength >= 20, total >= headerLength, total <= packet.count else { return nil }
        self.init(
            payload: packet[headerLength..<total], protocolNumber: packet[9], source: .v4(source),
            destination: .v4(destination))
    }

    private static func ipv4(_ bytes: ArraySlice<UInt8>) -> IPv4Address? {
        guard bytes.count == 4 else { return nil }
        return IPv4Address(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    }

    private init?(ipv6 packet: [UInt8]) {
        guard packet.count >= 40, let source = IPv6Address(bytes: packet[8..<24]),
            let destination = IPv6Address(bytes: packet[24..<40])
        else { return nil }
        let length = Int(packet[4]) << 8 | Int(packet[5])
        guard packet.count >= 40 + length else { return nil }
        self.init(
            payload: packet[40..<(40 + length)], protocolNumber: packet[6], source: .v6(source),
            destination: .v6(destination))
    }

    private init?(payload: ArraySlice<UInt8>, protocolNumber: UInt8, source: IPAddress, destination: IPAddress) {
        var message = Array(payload)
        var hasHeader = false
        if protocolNumber == Self.authenticationHeader {
            // Next header, and its own length in words of 32 bits less 2.
            guard message.count >= 12, message[0] == Self.protocolNumber else { return nil }
            let length = (Int(message[1]) + 2) * 4
            guard message.count >= length else { return nil }
            message.removeFirst(length)
            hasHeader = true
        } else if protocolNumber != Self.protocolNumber {
            return nil
        }
        guard message.count >= 8, message[0] & 15 == 1 else { return nil }
        let version = message[0] >> 4
        guard version == 2 || version == 3 else { return nil }
        let size = source.family == .ipv4 ? 4 : 16
        let end = 8 + Int(message[3]) * size
        guard message.count >= end else { return nil }
        var addresses: [IPAddress] = []
        for start in stride(from: 8, to: end, by: size) {
            let bytes = message[start..<(start + size)]
            if size == 4, let address = Self.ipv4(bytes) { addresses.append(.v4(address)) }
            if size == 16, let address = IPv6Address(bytes: bytes) { addresses.append(.v6(address)) }
        }
        let behind = message.count - end - (version == 2 ? 8 : 0)
        let hasTrailer = behind >= Self.trailerLength && message[message.count - Self.trailerLength] == 1
        self.version = version
        virtualRouterID = message[1]
        priority = message[2]
        interval =
            version == 2
            ? .seconds(Int(message[5])) : .milliseconds((Int(message[4] & 15) << 8 | Int(message[5])) * 10)
        self.addresses = addresses
        self.source = source
        self.destination = destination
        if hasHeader {
            authentication = .header
        } else if hasTrailer {
            authentication = .trailer
        } else if version == 2 {
            authentication =
                switch message[4] {
                case 0: .none
                case 1: .password
                case 2: .header
                case let type: .unknown(type)
                }
        } else {
            authentication = .none
        }
    }
}

extension HeardAdvert.Authentication: CustomStringConvertible {
    /// One word: `none`, `PASS`, `AH`, `HMAC`, or the number of a type that nobody knows.
    public var description: String {
        switch self {
        case .none: "none"
        case .password: "PASS"
        case .header: "AH"
        case .trailer: "HMAC"
        case .unknown(let type): "type \(type)"
        }
    }
}
