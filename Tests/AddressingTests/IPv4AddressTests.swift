import Addressing
import Testing

@Suite struct IPv4AddressTests {
    @Test(
        "four decimal octets are an address",
        arguments: [
            ("0.0.0.0", 0 as UInt32), ("255.255.255.255", .max), ("10.1.80.90", 0x0A01_505A),
            ("127.0.0.1", 0x7F00_0001),
            ("224.0.0.18", 0xE000_0012), ("1.20.0.255", 0x0114_00FF),
        ])
    func accepts(text: String, rawValue: UInt32) throws {
        let address = try #require(IPv4Address(text))
        #expect(address.rawValue == rawValue)
        #expect(address.description == text)
        #expect(SystemResolver.parse(text, .ipv4) == address.bytes)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", ".", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5", "256.0.0.1",
            "1.2.3.256",
            "01.2.3.4", "1.2.3.04", "00.0.0.0", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/24", "0x0a.0.0.1", "-1.2.3.4",
            "+1.2.3.4",
            "1.2.3.4\n", "1,2,3,4", "a.b.c.d", "١.٢.٣.٤", "1.2.3.99999999999999999999", "::1", "1.2.3.4\u{0}",
        ])
    func refuses(text: String) {
        #expect(IPv4Address(text) == nil)
        #expect(IPAddress(text)?.ipv4 == nil)
    }

    @Test("octets, bytes and the number are the same address")
    func octets() {
        let address = IPv4Address(192, 0, 2, 33)
        #expect(address.bytes == [192, 0, 2, 33])
        #expect(address.rawValue == 0xC000_0221)
        #expect(IPAddress(bytes: address.bytes, family: .ipv4) == .v4(address))
    }

    @Test(
        "ranges with a meaning end where their RFC says",
        arguments: [
            ("223.255.255.255", false, false, false), ("224.0.0.0", true, false, false),
            ("239.255.255.255", true, false, false),
            ("240.0.0.0", false, false, false), ("126.255.255.255", false, false, false),
            ("127.0.0.0", false, true, false),
            ("127.255.255.255", false, true, false), ("128.0.0.0", false, false, false),
            ("169.253.255.255", false, false, false),
            ("169.254.0.0", false, false, true), ("169.254.255.255", false, false, true),
            ("169.255.0.0", false, false, false),
        ])
    func ranges(text: String, multicast: Bool, loopback: Bool, linkLocal: Bool) throws {
        let address = try #require(IPv4Address(text))
        #expect(address.isMulticast == multicast)
        #expect(address.isLoopback == loopback)
        #expect(address.isLinkLocal == linkLocal)
    }

    @Test("addresses order as numbers, also across 2³¹")
    func order() {
        let texts = [
            "0.0.0.0", "9.255.255.255", "10.0.0.1", "127.255.255.255", "128.0.0.0", "192.168.0.1", "255.255.255.255",
        ]
        #expect(texts.compactMap { IPv4Address($0) }.shuffled().sorted().map(\.description) == texts)
    }

    @Test("random addresses and random text read as the C library reads them", arguments: [1, 2, 3] as [UInt64])
    func agreesWithSystem(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let address = IPv4Address(rawValue: .random(in: 0 ... .max, using: &generator))
            #expect(SystemResolver.print(address.bytes, .ipv4) == address.description, "seed \(seed)")
            #expect(IPv4Address(address.description) == address, "seed \(seed)")
            let text = address.description.mutated(alphabet: "0123456789.. x", using: &generator)
            #expect(IPv4Address(text)?.bytes == SystemResolver.parse(text, .ipv4), "seed \(seed), text \(text)")
        }
    }
}

extension String {
    /// The text with one to three characters replaced, removed or put in.
    func mutated(alphabet: String, using generator: inout SeededGenerator) -> String {
        var characters = Array(self)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            guard let letter = alphabet.randomElement(using: &generator),
                let position = characters.indices.randomElement(using: &generator)
            else { continue }
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: characters[position] = letter
            case 1: characters.remove(at: position)
            default: characters.insert(letter, at: position)
            }
        }
        return String(characters)
    }
}
