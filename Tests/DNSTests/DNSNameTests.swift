import Testing

@testable import DNS

@Suite("Domain names")
struct DNSNameTests {
    private static let longestLabel = String(repeating: "a", count: 63)

    @Test(
        "a name is encoded label by label",
        arguments: [
            (".", [0]), ("a", [1, 0x61, 0]), ("a.", [1, 0x61, 0]), ("a.bc", [1, 0x61, 2, 0x62, 0x63, 0]),
            (longestLabel, [63] + Array(longestLabel.utf8) + [0]),
        ] as [(String, [UInt8])])
    func encoding(text: String, bytes: [UInt8]) throws { #expect(try DNSName(text).encoded == bytes) }

    @Test(
        "what is no name is refused by name",
        arguments: [
            ("", DNSNameError.emptyLabel), ("..", .emptyLabel), ("a..b", .emptyLabel), (".a", .emptyLabel),
            (longestLabel + "a", .labelTooLong(64)),
            (Array(repeating: longestLabel, count: 4).joined(separator: "."), .nameTooLong(257)),
        ])
    func refused(text: String, error: DNSNameError) { #expect(throws: error) { try DNSName(text) } }

    @Test("the longest name has 255 bytes")
    func longest() throws {
        let text = Array(repeating: Self.longestLabel, count: 3).joined(separator: ".") + "."
        #expect(try DNSName(text + String(repeating: "b", count: 61)).encoded.count == 255)
        #expect(throws: DNSNameError.nameTooLong(256)) { try DNSName(text + String(repeating: "b", count: 62)) }
    }

    @Test("the case of letters makes no difference, other bytes do")
    func equality() throws {
        #expect(try DNSName("WWW.Example.org") == DNSName("www.example.ORG."))
        #expect(try DNSName("WWW.Example.org").hashValue == DNSName("www.example.ORG.").hashValue)
        #expect(try DNSName("a.b") != DNSName("a.b.c"))
        #expect(try DNSName("a@") != DNSName("a`"))
    }

    @Test("a name in words cannot break a line")
    func words() throws {
        #expect("\(DNSName.root)" == ".")
        #expect(try "\(DNSName("www.example.org."))" == "www.example.org")
        #expect(try "\(DNSName(labels: [Array("a.b\\".utf8), [0, 10, 127, 200]]))" == "a\\.b\\\\.\\000\\010\\127\\200")
    }

    @Test("the types that can be asked for have the numbers of the registry")
    func types() {
        let numbers: [String: UInt16] = [
            "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "RRSIG": 46, "DNSKEY": 48,
        ]
        for (name, number) in numbers {
            #expect(DNSRecordType(name: name)?.rawValue == number)
            #expect("\(DNSRecordType(rawValue: number))" == name)
        }
        #expect(DNSRecordType(name: "a") == nil)
        #expect("\(DNSRecordType(rawValue: 65))" == "TYPE65")
    }
}
