import Testing

@testable import DNS

@Suite("DNS messages")
struct DNSMessageTests {
    @Test("a query has one question, desires recursion and has nothing else")
    func query() throws {
        let question = DNSQuestion(name: try DNSName("example.org"), type: .soa)
        #expect(question.query(id: 0xABCD) == [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + soaQuestion)
        #expect(DNSQuestion().query(id: 1) == [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1])
        #expect(question.framedQuery(id: 1).prefix(2) == [0, 29])
        #expect("\(question)" == "SOA of example.org")
    }

    @Test("an answer is read with its records, compressed names included")
    func answers() throws {
        let bytes =
            answer(counts: [1, 2, 1, 1]) + record() + record(name: [3, 0x77, 0x77, 0x77, 0xC0, 12], type: 1)
            + record(name: [0xC0, 20], type: 2, data: []) + record(name: [0], type: 41) + [9, 9, 9]
        let message = try DNSMessage(bytes)
        #expect(message.question == DNSQuestion(name: try DNSName("EXAMPLE.org"), type: .soa))
        #expect(message.answers.map(\.name) == [try DNSName("example.org"), try DNSName("www.example.org")])
        #expect(message.answers.map(\.type) == [.soa, .a])
        #expect(message.answers.first?.timeToLive == 3600)
        #expect(message.answers.first?.data == [1, 2])
    }

    private static let malformed: [(bytes: [UInt8], error: DNSMessageError)] = [
        ([], .tooShort), (Array(answer().prefix(11)), .tooShort), (Array(answer().dropLast()), .tooShort),
        (answer(counts: [1, 1, 0, 0]), .tooShort),
        (answer(counts: [1, 1, 0, 0]) + record().dropLast(), .tooShort),
        (answer(counts: [1, 0xFFFF, 0xFFFF, 0xFFFF]) + record(), .tooShort),
        (answer(counts: [2, 0, 0, 0]) + soaQuestion, .questionCount(2)),
        // A name that points at itself, at another that points back, forward, and at a reserved kind of label.
        (answer(counts: [1, 0, 0, 0], [0xC0, 12, 0, 6, 0, 1]), .compression),
        (answer(counts: [1, 1, 0, 0]) + record(name: [0xC0, 29]), .compression),
        (answer(counts: [1, 1, 0, 0]) + record(name: [1, 0x61, 0xC0, 29]), .compression),
        (answer(counts: [1, 1, 0, 0]) + record(name: [0xFF, 0xFF]), .compression),
        (answer(counts: [1, 1, 0, 0]) + record(name: [0x40]), .compression),
        (answer(counts: [1, 1, 0, 0]) + record(name: [0x80]), .compression),
        (answer(counts: [1, 1, 0, 0]) + [0xC0], .tooShort),
        (answer(counts: [1, 1, 0, 0]) + [63, 0x61], .tooShort),
        (
            answer(
                counts: [1, 0, 0, 0],
                Array(repeatElement([63] + [UInt8](repeating: 0x61, count: 63), count: 4).joined())),
            .name(.nameTooLong(257))
        ),
    ]

    @Test("what is no message is refused by name and without a loop", arguments: malformed)
    func refused(bytes: [UInt8], error: DNSMessageError) {
        #expect(throws: error) { try DNSMessage(bytes) }
    }

    @Test("a chain of pointers back to the front is followed, but not without end", arguments: [1, 127, 128, 2000])
    func chain(length: Int) throws {
        // A record whose data are pointers, each to the one before it, and a record named by the last of them.
        var data: [UInt8] = []
        let start = answer().count + record(data: []).count
        for index in 0..<length {
            let target = index == 0 ? 12 : start + 2 * (index - 1)
            data += [0xC0 | UInt8(target >> 8), UInt8(truncatingIfNeeded: target)]
        }
        let last = start + 2 * (length - 1)
        let bytes =
            answer(counts: [1, 2, 0, 0]) + record(data: data)
            + record(name: [0xC0 | UInt8(last >> 8), UInt8(truncatingIfNeeded: last)])
        if length < 127 {
            #expect(try DNSMessage(bytes).answers.last?.name == DNSName("example.org"))
        } else {
            #expect(throws: DNSMessageError.compression) { try DNSMessage(bytes) }
        }
    }

    @Test("a truncated answer may end in the middle of a record, and others not")
    func truncated() throws {
        let bytes = answer(flags: 0x8380, counts: [1, 2, 0, 0]) + record() + record().dropLast(3)
        #expect(try DNSMessage(bytes).answers.count == 1)
        #expect(throws: DNSMessageError.tooShort) {
            try DNSMessage(answer(counts: [1, 2, 0, 0]) + record() + record().dropLast(3))
        }
        #expect(throws: DNSMessageError.compression) {
            try DNSMessage(answer(flags: 0x8380, counts: [1, 1, 0, 0]) + record(name: [0xFF, 0xFF]))
        }
    }
}
