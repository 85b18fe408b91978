import Addressing
import Testing

@Suite struct PrefixTests {
    @Test(
        "an address with an optional length",
        arguments: [
            ("10.1.80.90", "10.1.80.90/32" as String?), ("10.1.80.90/24", "10.1.80.90/24"), ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8::1", "2001:db8::1/128"), ("2001:db8::/32", "2001:db8::/32"), ("::/0", "::/0"),
            ("10.0.0.1/33", nil), ("2001:db8::/129", nil), ("10.0.0.1/256", nil), ("10.0.0.1/65560", nil),
            ("10.0.0.1/", nil),
            ("/24", nil), ("10.0.0.1/24/24", nil), ("10.0.0.1/-1", nil), ("10.0.0.1/+8", nil), ("10.0.0.1/ 8", nil),
            ("10.0.0.1/255.255.255.0", nil), ("", nil), ("10.0.0/8", nil),
        ])
    func parses(text: String, canonical: String?) {
        #expect(Prefix(text)?.description == canonical)
    }

    @Test("a length that does not fit the family makes no prefix")
    func lengths() throws {
        let four = try #require(IPAddress("10.0.0.1"))
        let six = try #require(IPAddress("2001:db8::1"))
        #expect(Prefix(four, length: 33) == nil)
        #expect(Prefix(six, length: 129) == nil)
        #expect(Prefix(four, length: 32)?.isHost == true)
        #expect(Prefix(six, length: 32)?.isHost == false)
        #expect(Prefix(host: six).length == 128)
    }

    @Test(
        "a network holds what shares its leading bits",
        arguments: [
            ("10.1.80.90/24", "10.1.80.0", true), ("10.1.80.90/24", "10.1.80.255", true),
            ("10.1.80.90/24", "10.1.81.0", false),
            ("10.1.80.90/32", "10.1.80.90", true), ("10.1.80.90/32", "10.1.80.91", false),
            ("128.0.0.0/1", "255.0.0.0", true),
            ("128.0.0.0/1", "127.255.255.255", false), ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::", false),
            ("::/0", "ffff::", true), ("::/0", "0.0.0.0", false), ("2001:db8::/63", "2001:db8:0:1::", true),
            ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true), ("2001:db8::/64", "2001:db8:0:1::", false),
            ("2001:db8::/65", "2001:db8::7fff:0:0:0", true), ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
            ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::", false),
            ("8000::/1", "ffff::", true),
            ("8000::/1", "7fff::", false), ("2001:db8::/65", "2001:db9::", false),
        ])
    func contains(prefix: String, address: String, expected: Bool) throws {
        #expect(try #require(Prefix(prefix)).contains(try #require(IPAddress(address))) == expected)
    }

    @Test("containing is having equal leading bytes and bits, for random prefixes", arguments: [21, 22] as [UInt64])
    func containsByBits(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let own = IPv6Address(high: generator.next(), low: generator.next())
            let length = UInt8.random(in: 0...128, using: &generator)
            // Differ in exactly one bit, so that both answers come up about the prefix's end.
            let flipped = Int.random(in: 0..<128, using: &generator)
            let other = IPv6Address(
                high: own.high ^ (flipped < 64 ? 1 << UInt64(63 - flipped) : 0),
                low: own.low ^ (flipped >= 64 ? 1 << UInt64(127 - flipped) : 0))
            let prefix = try #require(Prefix(.v6(own), length: length))
            #expect(prefix.contains(.v6(other)) == (flipped >= Int(length)), "seed \(seed)")
            #expect(prefix.contains(.v6(own)), "seed \(seed)")
        }
    }
}
