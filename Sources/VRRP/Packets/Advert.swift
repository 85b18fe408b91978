public import Addressing

/// A VRRP advertisement: what a master says about itself.
public struct Advert: Sendable, Hashable {
    /// What vouches for an advert of version 2.
    public enum Authentication: Sendable, Hashable {
        /// Type 0.
        case none
        /// Type 1: eight bytes in the clear, shorter passwords padded with zeros (RFC 2338 section 5.3.6).
        case password([UInt8])
        /// Type 2: an ``AuthenticationHeader`` before the message vouches for it (RFC 2338 section 5.3.6.3).
        case header

        /// The value of the authentication type field.
        public var type: UInt8 {
            switch self {
            case .none: 0
            case .password: 1
            case .header: 2
            }
        }

        /// The eight bytes of the authentication data field.
        public var data: [UInt8] {
            guard case .password(let password) = self else { return Array(repeating: 0, count: 8) }
            return password.prefix(8) + Array(repeating: 0, count: 8 - min(8, password.count))
        }
    }

    /// Protocol version.
    public var version: RouterConfiguration.Version
    /// The virtual router id.
    public var virtualRouterID: UInt8
    /// The sender's priority; 0 when it stops.
    public var priority: UInt8
    /// Between two adverts: 0…255 whole seconds in version 2, 0…4095 steps of 10 ms in version 3.
    public var interval: Duration
    /// The virtual addresses, at most 255 of one family.
    public var addresses: [IPAddress]
    /// Version 2 only.
    public var authentication: Authentication

    /// Creates an advert.
    public init(
        version: RouterConfiguration.Version, virtualRouterID: UInt8, priority: UInt8, interval: Duration,
        addresses: [IPAddress], authentication: Authentication = .none
    ) {
        self.version = version
        self.virtualRouterID = virtualRouterID
        self.priority = priority
        self.interval = interval
        self.addresses = addresses
        self.authentication = authentication
    }

    /// Reads an advert from the payload of an IP datagram and verifies its checksum.
    ///
    /// Authentication is read, not judged; a type that does not exist reads as none.
    public init(decoding payload: [UInt8], source: IPAddress, destination: IPAddress) throws(AdvertError) {
        let view = try AdvertView(payload, family: source.family)
        guard view.type == Self.type else { throw .type(view.type) }
        guard view.hasValidChecksum(source: source, destination: destination) else { throw .checksum }
        let authentication: Authentication =
            switch view.authenticationType {
            case 1: .password(Array(view.authenticationData))
            case 2: .header
            default: .none
            }
        self.init(
            version: view.version, virtualRouterID: view.virtualRouterID, priority: view.priority,
            interval: view.interval, addresses: view.addresses, authentication: authentication)
    }

    /// ADVERTISEMENT, the only type (RFC 9568 section 5.2.2).
    static let type: UInt8 = 1

    /// The message as it goes on the wire behind the IP header, checksum filled in.
    ///
    /// Total: addresses of another family than the source and those beyond the 255th are left out, an interval
    /// outside the field's range is clamped.
    public func encoded(source: IPAddress, destination: IPAddress) -> [UInt8] {
        let own = addresses.lazy.filter { $0.family == source.family }.prefix(255)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            AdvertView.length(version: version, family: source.family, addressCount: min(addresses.count, 255)))
        bytes.append(version.rawValue << 4 | Self.type)
        bytes.append(virtualRouterID)
        bytes.append(priority)
        bytes.append(0)
        switch version {
        case .v2:
            bytes.append(authentication.type)
            bytes.append(UInt8(clamping: interval.components.seconds))
        case .v3:
            let steps = min(max(interval / .milliseconds(10), 0), 4095)
            let centiseconds = UInt16(steps.rounded())
            bytes.append(UInt8(centiseconds >> 8))
            bytes.append(UInt8(centiseconds & 0xFF))
        }
        bytes.append(0)
        bytes.append(0)
        var count: UInt8 = 0
        for address in own {
            bytes.append(contentsOf: address.bytes)
            count += 1
        }
        bytes[3] = count
        if version == .v2 { bytes.append(contentsOf: authentication.data) }
        Self.fillChecksum(
            &bytes, source: source, coverage: ChecksumRule.standard.coverage(version: version, destination: destination)
        )
        return bytes
    }

    /// The same message for another destination: version 3 gets a new checksum, version 2 stays as it is.
    ///
    /// Bytes that are no advert come back unchanged.
    public static func readdressed(_ payload: [UInt8], source: IPAddress, destination: IPAddress) -> [UInt8] {
        readdressed(payload, source: source, coverage: .pseudoHeader(destination: destination))
    }

    static func readdressed(_ payload: [UInt8], source: IPAddress, coverage: ChecksumCoverage) -> [UInt8] {
        guard payload.count >= AdvertView.headerLength, payload[0] >> 4 == RouterConfiguration.Version.v3.rawValue
        else {
            return payload
        }
        var bytes = payload
        fillChecksum(&bytes, source: source, coverage: coverage)
        return bytes
    }

    /// Computes the checksum of a message, which may have a trailer: over IPv4 that is not covered, over IPv6 it is, as the
    /// kernel does it for keepalived.
    static func fillChecksum(_ bytes: inout [UInt8], source: IPAddress, coverage: ChecksumCoverage) {
        guard bytes.count >= AdvertView.headerLength else { return }
        bytes[6] = 0
        bytes[7] = 0
        var covered = bytes[...]
        if source.family == .ipv4, let version = RouterConfiguration.Version(rawValue: bytes[0] >> 4) {
            covered = bytes.prefix(
                AdvertView.length(version: version, family: .ipv4, addressCount: Int(bytes[3])))
        }
        var sum = InternetChecksum()
        if case .pseudoHeader(let destination) = coverage {
            sum.addPseudoHeader(source: source, destination: destination, length: covered.count)
        }
        sum.add(covered)
        bytes[6] = UInt8(sum.value >> 8)
        bytes[7] = UInt8(sum.value & 0xFF)
    }
}
