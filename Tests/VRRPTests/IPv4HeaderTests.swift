import Addressing
import TestKit
import Testing
import VRRP

@Suite("The IPv4 header of VRRP")
struct IPv4HeaderTests {
    static let header = IPv4Header(
        source: IPv4Address(10, 1, 80, 91), destination: IPv4Address(224, 0, 0, 18), identification: 130)

    @Test("tos 0xc0, ttl 255, no flags, protocol 112, length 40 as tcpdump shows it")
    func bytes() {
        let datagram = Self.header.encoded(payload: AdvertTests.walkThrough)
        let expected: [UInt8] = [
            0x45, 0xC0, 0x00, 0x28, 0x00, 0x82, 0x00, 0x00, 0xFF, 0x70, 0x7F, 0xB5, 10, 1, 80, 91, 224, 0, 0, 18,
        ]
        #expect(Array(datagram.prefix(20)) == expected)
        #expect(Array(datagram.dropFirst(20)) == AdvertTests.walkThrough)
    }

    @Test("what is encoded is decoded, padding of the link layer cut off")
    func roundTrip() throws {
        let datagram = Self.header.encoded(payload: AdvertTests.walkThrough) + [0, 0, 0, 0, 0, 0]
        let (header, payload) = try IPv4Header.decode(datagram)
        #expect(header == Self.header)
        #expect(payload == AdvertTests.walkThrough)
    }

    @Test("options are skipped")
    func options() throws {
        var datagram = Self.header.encoded(payload: AdvertTests.walkThrough)
        datagram.insert(contentsOf: [1, 1, 1, 1], at: 20)
        datagram[0] = 0x46
        datagram[3] = 0x2C
        // 0x0100 more in the first word, 4 in the second, 0x0202 of the options.
        datagram[10] = 0
        datagram[11] = 0
        var sum = InternetChecksum()
        sum.add(datagram[..<24])
        datagram[10] = UInt8(sum.value >> 8)
        datagram[11] = UInt8(sum.value & 0xFF)
        let (header, payload) = try IPv4Header.decode(datagram)
        #expect(header == Self.header)
        #expect(payload == AdvertTests.walkThrough)
    }

    @Test("every truncation is refused")
    func truncations() {
        let datagram = Self.header.encoded(payload: AdvertTests.walkThrough)
        for count in 0..<datagram.count {
            #expect(throws: IPv4HeaderError.truncated) { try IPv4Header.decode(datagram.prefix(count)) }
        }
    }

    @Test(
        "a header that contradicts itself is refused",
        arguments: [
            (0, 0x65, IPv4HeaderError.version(6)), (0, 0x44, .malformed), (3, 0x13, .malformed), (6, 0x20, .fragment),
            (7, 0x01, .fragment), (8, 0xFE, .checksum),
        ] as [(Int, UInt8, IPv4HeaderError)])
    func contradictions(offset: Int, value: UInt8, error: IPv4HeaderError) {
        var datagram = Self.header.encoded(payload: AdvertTests.walkThrough)
        datagram[offset] = value
        #expect(throws: error) { try IPv4Header.decode(datagram) }
    }

    @Test("random bytes are refused or read, never a trap")
    func randomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            if !bytes.isEmpty { bytes[0] = 0x40 | bytes[0] & 0xF }
            if let (_, payload) = try? IPv4Header.decode(bytes) {
                #expect(payload.count <= bytes.count - IPv4Header.length, "seed \(seed)")
            }
        }
    }
}
