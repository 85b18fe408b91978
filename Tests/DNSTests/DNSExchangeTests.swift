import Testing

@testable import DNS

@Suite("What an answer says about a name server")
struct DNSExchangeTests {
    private static let cases: [(what: String, bytes: [UInt8], outcome: DNSExchange.Outcome)] = [
        ("an answer with a record", answer(counts: [1, 1, 0, 0]) + record(), .answered),
        ("an answer without a record", answer(), .answered),
        ("the name in other letters", answer(soaQuestion.map { $0 == 0x65 ? 0x45 : $0 }), .answered),
        ("a refusal", answer(flags: 0x8185), .failed(.refused(DNSResponseCode(rawValue: 5)))),
        ("a server's failure", answer(flags: 0x8182), .failed(.refused(DNSResponseCode(rawValue: 2)))),
        (
            "a failure without the question", answer(flags: 0x8181, counts: [0, 0, 0, 0], []),
            .failed(.refused(DNSResponseCode(rawValue: 1)))
        ),
        (
            "a success without the question", answer(counts: [0, 0, 0, 0], []),
            .failed(.malformed(.questionCount(0)))
        ),
        ("another id", answer(id: 0x1235), .ignore), ("a query", answer(flags: 0x0100), .ignore),
        ("another operation", answer(flags: 0x9000), .ignore),
        ("another type", answer(soaQuestion.dropLast(3) + [1, 0, 1]), .ignore),
        ("another class", answer(soaQuestion.dropLast() + [3]), .ignore),
        ("another name", answer([0, 0, 6, 0, 1]), .ignore),
        ("a byte", [0x12], .ignore), ("nothing", [], .ignore),
        ("the id alone", [0x12, 0x34], .failed(.malformed(.tooShort))),
        ("a record that is cut off", answer(counts: [1, 1, 0, 0]), .failed(.malformed(.tooShort))),
    ]

    @Test("an answer is judged by id, question and code", arguments: cases)
    func judgement(what: String, bytes: [UInt8], outcome: DNSExchange.Outcome) throws {
        let question = DNSQuestion(name: try DNSName("example.org"), type: .soa)
        for transport in [DNSExchange.Transport.datagram, .connection] {
            var exchange = DNSExchange(question, id: 0x1234)
            #expect(exchange.receive(bytes, over: transport) == outcome)
            #expect(exchange.ignored == (outcome == .ignore ? 1 : 0))
        }
    }

    @Test("a truncated answer is asked for again over a connection and taken as it is from there")
    func truncation() throws {
        let question = DNSQuestion(name: try DNSName("example.org"), type: .soa)
        var exchange = DNSExchange(question, id: 0x1234)
        let bytes = answer(flags: 0x8380, counts: [1, 1, 0, 0])
        #expect(exchange.receive(bytes, over: .datagram) == .askOverConnection)
        #expect(exchange.receive(bytes, over: .connection) == .answered)
    }

    @Test("messages are taken out of a connection however it splits them")
    func stream() {
        let stream: [UInt8] = [0, 3, 1, 2, 3, 0, 0, 0, 1, 9, 0, 2, 7]
        for pieces in 1...stream.count {
            var reader = DNSStreamReader()
            var messages: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                var piece = rest.prefix(pieces)
                rest = rest.dropFirst(pieces)
                while let message = reader.consume(&piece) { messages.append(message) }
                #expect(piece.isEmpty)
            }
            #expect(messages == [[1, 2, 3], [], [9]])
        }
    }

    @Test("every failure is named")
    func words() {
        let failures: [(DNSFailure, String)] = [
            (.refused(DNSResponseCode(rawValue: 2)), "answer SERVFAIL"),
            (.refused(DNSResponseCode(rawValue: 9)), "answer RCODE9"),
            (.malformed(.tooShort), "no DNS answer: it ends too early"),
            (.malformed(.name(.nameTooLong(300))), "no DNS answer: it has a name of 300 bytes; 255 are the most"),
            (.unreachable("Connection refused"), "Connection refused"),
            (.connectionFailed("x"), "truncated answer, and no TCP connection to ask again: x"),
            (.connectionClosed, "truncated answer, and the TCP connection was closed without another"),
            (.timedOut(after: .seconds(3), ignored: 0), "no answer within 3 s"),
            (
                .timedOut(after: .seconds(3), ignored: 2),
                "no answer within 3 s, only 2 that belong to other questions"
            ),
        ]
        for (failure, text) in failures { #expect("\(failure)" == text) }
    }
}
