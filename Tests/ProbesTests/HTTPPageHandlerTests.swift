import HealthChecks
import NIOCore
import NIOEmbedded
import Testing

@testable import Probes

@Suite("HTTP page handler on an embedded channel")
struct HTTPPageHandlerTests {
    /// What a handler has said, and how often.
    private final class Verdicts {
        var all: [CheckFailure?] = []
    }

    private struct Subject {
        let channel: EmbeddedChannel
        let handler: HTTPPageHandler
        let verdicts: Verdicts

        init(_ page: HTTPPage = HTTPPage(path: "/"), timeout: Duration = .seconds(5), connected: Bool = true) throws {
            let verdicts = Verdicts()
            handler = HTTPPageHandler(request: Array("GET".utf8), page: page, timeout: timeout) {
                verdicts.all.append($0)
            }
            self.verdicts = verdicts
            channel = EmbeddedChannel(handler: handler)
            if connected { try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait() }
        }

        func receive(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

        func advance(_ amount: TimeAmount) {
            channel.embeddedEventLoop.advanceTime(by: amount)
            handler.expire(now: channel.embeddedEventLoop.now)
        }
    }

    @Test("the request goes out when the connection is open")
    func request() throws {
        let subject = try Subject()
        #expect(try subject.channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "GET"))
    }

    @Test("a complete answer is judged once and the connection closed, whatever comes behind it")
    func once() throws {
        let subject = try Subject()
        try subject.receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")
        #expect(subject.verdicts.all.isEmpty)
        try subject.receive("\r\nhiHTTP/1.1 500 No\r\n\r\n")
        #expect(subject.verdicts.all == [nil])
        #expect(!subject.channel.isActive)
        subject.advance(.seconds(1000))
        #expect(subject.verdicts.all.count == 1)
    }

    @Test("the end of the connection ends the answer")
    func endOfConnection() throws {
        let subject = try Subject()
        try subject.receive("HTTP/1.0 404 Not Found\r\n\r\n")
        _ = try subject.channel.finish(acceptAlreadyClosed: true)
        #expect(subject.verdicts.all == [.unexpectedStatus(path: "/", status: 404)])
    }

    @Test("an error of the connection is the reason")
    func connectionError() throws {
        let subject = try Subject()
        subject.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "read"))
        #expect(subject.verdicts.all == [.connectionLost(path: "/", reason: "Connection reset by peer")])
    }

    @Test("every piece of the answer moves the deadline, but not for ever")
    func deadline() throws {
        let subject = try Subject(timeout: .seconds(5))
        subject.advance(.seconds(4))
        try subject.receive("HTTP/1.0 200 OK\r\n\r\n")
        subject.advance(.seconds(4))
        #expect(subject.verdicts.all.isEmpty)
        for _ in 0..<20 {
            try subject.receive(".")
            subject.advance(.seconds(4))
        }
        #expect(subject.verdicts.all == [.responseTimedOut(path: "/", after: .seconds(5))])
        #expect(!subject.channel.isActive)
    }

    @Test("silence for as long as the timeout is a failure, a moment less is none")
    func silence() throws {
        let subject = try Subject(timeout: .seconds(5))
        subject.advance(.milliseconds(4999))
        #expect(subject.verdicts.all.isEmpty)
        subject.advance(.milliseconds(1))
        #expect(subject.verdicts.all == [.responseTimedOut(path: "/", after: .seconds(5))])
    }

    @Test("an abandoned exchange gives no verdict")
    func abandoned() throws {
        let subject = try Subject()
        subject.handler.abandon()
        #expect(!subject.channel.isActive)
        #expect(subject.verdicts.all.isEmpty)
    }
}
