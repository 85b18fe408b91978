import Addressing
import Testing

@Suite struct IPv6AddressTests {
    @Test(
        "the forms of RFC 4291 section 2.2 are read and written canonically as RFC 5952 says",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"),
            ("2001:db8::1", "2001:db8::1"), ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
            ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
            // RFC 5952 section 4.2.2: one zero group alone is not compressed.
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            // RFC 5952 section 4.2.3: the longest run, of equal ones the first.
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1:0:0:4::", "1:0:0:4::"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::FFFF:c000:201", "::ffff:192.0.2.1"),
            ("::ffff:0:0", "::ffff:0.0.0.0"),
            ("::192.0.2.1", "::192.0.2.1"), ("::1:2", "::0.1.0.2"), ("::ffff:1:2:3", "::ffff:1:2:3"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("fe80::1", "fe80::1"), ("ff02::12", "ff02::12"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ])
    func accepts(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
        #expect(SystemResolver.parse(text, .ipv6) == address.bytes)
        #expect(IPAddress(text) == .v6(address))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", ":", ":::", "::::", "1", "1:", ":1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "1:::2",
            "::1:",
            "12345::", "::12345", "g::", "2001:db8::1%eth0", "[::1]", "::1/128", " ::1", "::1 ", "+1::", "::-1",
            "1.2.3.4", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4", "::1.2.3.4:5", "1.2.3.4::",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1:2:3:4:5:6:7::1.2.3.4", "1:2:3:4:5:1.2.3.4", "::ffff:1.2.3.4\u{301}", "::\u{301}", ":\u{301}:1", "::١",
            "0000000000000000000000000000000000000000000000:1",
        ])
    func refuses(text: String) {
        #expect(IPv6Address(text) == nil)
        #expect(SystemResolver.parse(text, .ipv6) == nil)
    }

    @Test("sixteen bytes in network order, no more and no fewer")
    func bytes() throws {
        let bytes: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        let address = try #require(IPv6Address(bytes: bytes))
        #expect(address.high == 0x2001_0DB8_0102_0304)
        #expect(address.low == 0x0506_0708_090A_0B0C)
        #expect(address.bytes == bytes)
        #expect(IPv6Address(bytes: bytes.dropLast()) == nil)
        #expect(IPv6Address(bytes: bytes + [0]) == nil)
    }

    @Test(
        "ranges with a meaning end where their RFC says",
        arguments: [
            ("feff::", false, false), ("ff00::", true, false), ("ff02::12", true, false), ("fe7f:ffff::", false, false),
            ("fe80::", false, true), ("febf:ffff::", false, true), ("fec0::", false, false),
        ])
    func ranges(text: String, multicast: Bool, linkLocal: Bool) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.isMulticast == multicast)
        #expect(address.isLinkLocal == linkLocal)
        #expect(!address.isLoopback)
    }

    @Test("addresses order as 128-bit numbers")
    func order() {
        let texts = [
            "::", "::1", "::ffff:10.0.0.1", "1::", "2001:db8::1", "2001:db8::1:0:0:0:1", "fd00::1", "fe80::1",
            "ff02::1",
        ]
        let addresses = texts.compactMap { IPv6Address($0) }
        #expect(addresses.shuffled().sorted() == addresses)
    }

    @Test("random addresses and random text read as the C library reads them", arguments: [11, 12, 13] as [UInt64])
    func agreesWithSystem(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let address = IPv6Address(high: .sparse(using: &generator), low: .sparse(using: &generator))
            #expect(SystemResolver.print(address.bytes, .ipv6) == address.description, "seed \(seed)")
            #expect(IPv6Address(address.description) == address, "seed \(seed)")
            let text = address.description.mutated(alphabet: "0123456789abcdefF::::.. g", using: &generator)
            #expect(IPv6Address(text)?.bytes == SystemResolver.parse(text, .ipv6), "seed \(seed), text \(text)")
        }
    }
}

extension UInt64 {
    /// Four 16-bit groups, most of them zero or small, so that runs of zeros of every length and place come up.
    static func sparse(using generator: inout SeededGenerator) -> UInt64 {
        (0..<4).reduce(0 as UInt64) { value, _ in
            let group: UInt64
            switch Int.random(in: 0..<5, using: &generator) {
            case 0...2: group = 0
            case 3: group = .random(in: 0...0xFFFF, using: &generator)
            default: group = 0xFFFF
            }
            return value << 16 | group
        }
    }
}
