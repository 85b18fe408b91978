import Addressing
import TestKit
import Testing
import VRRP

@Suite("VRRP messages")
struct AdvertTests {
    static let source = Bench.own
    static let group = Bench.group

    /// VRID 51, priority 101, interval 1 s, password "1111", 10.1.80.90.
    static let walkThrough: [UInt8] = [
        0x21, 0x33, 0x65, 0x01, 0x01, 0x01, 0xBC, 0x0C, 0x0A, 0x01, 0x50, 0x5A, 0x31, 0x31, 0x31, 0x31, 0, 0, 0, 0,
    ]

    @Test("the advert of a pair with a password is 20 bytes as tcpdump shows it")
    func walkThroughBytes() {
        let advert = Advert(
            version: .v2, virtualRouterID: 51, priority: 101, interval: .seconds(1), addresses: [Bench.virtual],
            authentication: .password(Array("1111".utf8)))
        #expect(advert.encoded(source: Self.source, destination: Self.group) == Self.walkThrough)
    }

    @Test("version 2 without authentication carries eight zero bytes (RFC 3768 section 5.3.10)")
    func zeroAuthentication() {
        let advert = Advert(
            version: .v2, virtualRouterID: 51, priority: 100, interval: .seconds(1),
            addresses: [.v4(IPv4Address(10, 9, 0, 9))])
        let expected: [UInt8] = [
            0x21, 0x33, 0x64, 0x01, 0x00, 0x01, 0x70, 0xB8, 0x0A, 0x09, 0x00, 0x09, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        #expect(advert.encoded(source: Self.source, destination: Self.group) == expected)
    }

    @Test("version 3 carries the interval in 12 bits and a checksum over the pseudo header (RFC 9568 section 5.2.8)")
    func version3Bytes() {
        let advert = Advert(
            version: .v3, virtualRouterID: 7, priority: 200, interval: .milliseconds(100), addresses: [Bench.virtual])
        let bytes = advert.encoded(source: Self.source, destination: Self.group)
        // Sum computed apart from the code: 12 bytes, 10.1.80.91, 224.0.0.18, 112, 12.
        #expect(bytes == [0x31, 0x07, 0xC8, 0x01, 0x00, 0x0A, 0x71, 0xA6, 0x0A, 0x01, 0x50, 0x5A])
    }

    @Test("a message for a further unicast peer differs in the checksum, and only in version 3")
    func readdressing() throws {
        for version in [RouterConfiguration.Version.v2, .v3] {
            let advert = Advert(
                version: version, virtualRouterID: 7, priority: 200, interval: .seconds(1), addresses: [Bench.virtual])
            let first = advert.encoded(source: Self.source, destination: Bench.peer)
            let second = Advert.readdressed(first, source: Self.source, destination: Bench.low)
            #expect(second == advert.encoded(source: Self.source, destination: Bench.low))
            #expect((first == second) == (version == .v2))
        }
        #expect(Advert.readdressed([0x31], source: Self.source, destination: Bench.low) == [0x31])
    }

    @Test("what is encoded is decoded, for both versions, both families and up to 255 addresses")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let version: RouterConfiguration.Version = Bool.random(using: &random) ? .v2 : .v3
            let isIPv6 = version == .v3 && Bool.random(using: &random)
            func address() -> IPAddress {
                isIPv6
                    ? .v6(
                        IPv6Address(
                            high: .random(in: 0 ... .max, using: &random), low: .random(in: 0 ... .max, using: &random))
                    )
                    : .v4(IPv4Address(rawValue: .random(in: 0 ... .max, using: &random)))
            }
            let password = (0..<8).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
            let advert = Advert(
                version: version, virtualRouterID: .random(in: 1...255, using: &random),
                priority: .random(in: 0...255, using: &random),
                interval: version == .v2
                    ? .seconds(Int64.random(in: 0...255, using: &random))
                    : .milliseconds(10 * Int64.random(in: 0...4095, using: &random)),
                addresses: (0..<Int.random(in: 0...255, using: &random)).map { _ in address() },
                authentication: version == .v2 && Bool.random(using: &random) ? .password(password) : .none)
            let source = address()
            let destination = address()
            let bytes = advert.encoded(source: source, destination: destination)
            let decoded = try Advert(decoding: bytes, source: source, destination: destination)
            #expect(decoded == advert, "seed \(seed)")
        }
    }

    @Test("addresses of another family and beyond the 255th are left out, intervals are clamped: encoding is total")
    func totalEncoding() throws {
        let many = (0..<300).map { IPAddress.v4(IPv4Address(rawValue: 0x0A00_0000 + UInt32($0))) }
        let advert = Advert(
            version: .v3, virtualRouterID: 1, priority: 1, interval: .seconds(1_000_000),
            addresses: [.v6(.any)] + many)
        let bytes = advert.encoded(source: Self.source, destination: Self.group)
        let decoded = try Advert(decoding: bytes, source: Self.source, destination: Self.group)
        #expect(decoded.addresses == Array(many.prefix(255)))
        #expect(decoded.interval == .milliseconds(40950))
    }

    @Test("every truncation and every excess is refused with the lengths")
    func truncations() {
        for count in 0..<Self.walkThrough.count {
            let expected = count < 8 ? 8 : 20
            #expect(throws: AdvertError.length(expected: expected, received: count)) {
                try AdvertView(Array(Self.walkThrough.prefix(count)), family: .ipv4)
            }
        }
        #expect(throws: AdvertError.length(expected: 20, received: 24)) {
            try AdvertView(Self.walkThrough + [0, 0, 0, 0], family: .ipv4)
        }
    }

    @Test("every single flipped bit is noticed")
    func flippedBits() {
        for bit in 0..<Self.walkThrough.count * 8 {
            var bytes = Self.walkThrough
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: AdvertError.self, "bit \(bit)") {
                try Advert(decoding: bytes, source: Self.source, destination: Self.group)
            }
        }
    }

    @Test("random bytes are refused or read, never a trap")
    func randomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var readable = 0
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            if bytes.count >= 8, Bool.random(using: &random) {
                bytes[0] = Bool.random(using: &random) ? 0x21 : 0x31
                bytes[3] = UInt8((bytes.count - 8) / 4)
            }
            guard let view = try? AdvertView(bytes, family: .ipv4) else { continue }
            readable += 1
            #expect(view.addresses.count == view.addressCount, "seed \(seed)")
            #expect(view.address(at: view.addressCount) == nil, "seed \(seed)")
            #expect(view.authenticationData.count == (view.version == .v2 ? 8 : 0), "seed \(seed)")
        }
        #expect(readable > 0, "seed \(seed)")
    }

    @Test("passwords are compared over their whole length")
    func passwords() {
        #expect(Advert.Authentication.password(Array("123456789".utf8)).data == Array("12345678".utf8))
        #expect(Advert.Authentication.password(Array("1".utf8)).data == [0x31, 0, 0, 0, 0, 0, 0, 0])
    }
}
