import HealthChecks
import Testing

@Suite("What a datagram's answer says about a UDP service")
struct UDPExchangeTests {
    private static let picky = UDPExchange(
        payload: [1], requiresReply: true, reply: [.init(0xAB), .init(0xC0, mask: 0xF0), .init(0, mask: 0)],
        minimumLength: 2, maximumLength: 6)

    private static let cases: [(exchange: UDPExchange, reply: [UInt8], failure: UDPFailure?)] = [
        (picky, [0xAB, 0xC7, 9], nil), (picky, [0xAB, 0xC0, 0, 1, 2, 3], nil),
        (picky, [0xAA, 0xC7, 9], .unexpectedReply(byte: 0xAA, at: 0)),
        (picky, [0xAB, 0xD7, 9], .unexpectedReply(byte: 0xD7, at: 1)),
        (picky, [0xAB], .replyLength(1, minimum: 2, maximum: 6)),
        (picky, [0xAB, 0xC0], .replyLength(2, minimum: 3, maximum: 6)),
        (picky, [0xAB, 0xC0, 0, 1, 2, 3, 4], .replyLength(7, minimum: 2, maximum: 6)),
        (UDPExchange(payload: [], requiresReply: true), [], nil),
        (
            UDPExchange(payload: [], requiresReply: true), [UInt8](repeating: 0, count: 256),
            .replyLength(256, minimum: 0, maximum: 255)
        ),
        // Nobody looks at an answer that is not required.
        (UDPExchange(payload: [], reply: [.init(1)], minimumLength: 9), [], nil),
    ]

    @Test("a required answer is judged by length and by the bits that count", arguments: cases)
    func reply(exchange: UDPExchange, reply: [UInt8], failure: UDPFailure?) {
        #expect(exchange.failure(of: reply, length: reply.count) == failure)
    }

    @Test("a datagram of which only the beginning was read has its whole length")
    func longReply() {
        var exchange = UDPExchange(payload: [], requiresReply: true, reply: [.init(1)], maximumLength: 60_000)
        #expect(exchange.failure(of: [1, 2, 3], length: 50_000) == nil)
        exchange.maximumLength = 49_999
        #expect(
            exchange.failure(of: [1, 2, 3], length: 50_000) == .replyLength(50_000, minimum: 0, maximum: 49_999))
    }

    @Test("silence is a failure when an answer is required, or when the host has stopped to answer ping")
    func silence() {
        let second = Duration.seconds(1)
        let careless = UDPExchange(payload: [])
        #expect(careless.result(ofSilenceFor: second) == .success())
        #expect(careless.result(ofSilenceFor: second, answersPing: true, usedToAnswerPing: true) == .success())
        #expect(
            careless.result(ofSilenceFor: second, answersPing: false, usedToAnswerPing: true)
                == .failure(.udp(.hostSilent(after: second))))
        #expect(
            Self.picky.result(ofSilenceFor: second, answersPing: true, usedToAnswerPing: true)
                == .failure(.udp(.noReply(after: second))))
    }

    @Test("every failure is named")
    func words() {
        let failures: [(UDPFailure, String)] = [
            (.unreachable("Connection refused"), "Connection refused"),
            (.noReply(after: .milliseconds(1500)), "no reply within 1.5 s"),
            (
                .hostSilent(after: .seconds(2)),
                "no sign of life within 2 s, and the host no longer answers to ping either"
            ),
            (.replyLength(1, minimum: 2, maximum: 9), "a reply of 1 bytes, at least 2 are expected"),
            (.replyLength(10, minimum: 2, maximum: 9), "a reply of 10 bytes, at most 9 are expected"),
            (.unexpectedReply(byte: 10, at: 3), "byte 3 of the reply is 0a"),
        ]
        for (failure, text) in failures { #expect("\(CheckFailure.udp(failure))" == text) }
    }
}
