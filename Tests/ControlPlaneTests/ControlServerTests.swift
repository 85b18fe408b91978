import Glibc
import LinuxSystem
import NIOCore
import Testing

@testable import ControlPlane

@Suite(.serialized, .timeLimit(.minutes(1))) struct ControlServerTests {
    @Test("a request is answered on the line behind it, one after the other on one connection")
    func answers() async throws {
        try await ControlServer.with { path in
            let client = try RawClient(path)
            for _ in 0..<3 {
                client.send("{\"version\":1,\"request\":\"configuration\"}\n")
                #expect(
                    client.line()
                        == #"{"configuration":{"digest":"sha256:00","path":"/etc/x.conf","text":"text\n"},"version":1}"#
                )
            }
        }
    }

    @Test("two requests in one packet are answered in turn")
    func pipelined() async throws {
        try await ControlServer.with { path in
            let client = try RawClient(path)
            client.send("{\"version\":1,\"request\":\"status\"}\n{\"version\":1,\"request\":\"status\"}\n")
            #expect(client.line().hasPrefix("{\"configuration\""))
            #expect(client.line().hasPrefix("{\"configuration\""))
        }
    }

    @Test("a client that ends its side behind a line without a newline is answered too")
    func halfClosed() async throws {
        try await ControlServer.with { path in
            let client = try RawClient(path)
            client.send("{\"version\":1,\"request\":\"status\"}")
            client.endInput()
            #expect(client.line().hasPrefix("{\"configuration\""))
            #expect(client.isClosedByPeer())
        }
    }

    @Test(
        "what is no request gets an error that says what one is, and the connection is closed",
        arguments: [
            ("\n", "badRequest"), ("hello\n", "badRequest"), ("{}\n", "badRequest"), ("[]\n", "badRequest"),
            ("{\"version\":1}\n", "badRequest"), ("{\"version\":1,\"request\":\"halt\"}\n", "badRequest"),
            ("{\"version\":\"1\",\"request\":\"status\"}\n", "badRequest"), ("\u{0}\u{1}\u{7F}\n", "badRequest"),
            ("{\"version\":1,\"request\":\"plan\",\"file\":7}\n", "badRequest"),
            ("{\"version\":2,\"request\":\"status\"}\n", "unsupportedVersion"),
        ])
    func garbage(_ line: String, _ code: String) async throws {
        try await ControlServer.with { path in
            let client = try RawClient(path)
            client.send(line)
            #expect(client.line().contains("\"code\":\"\(code)\""))
            #expect(client.isClosedByPeer())
        }
    }

    @Test("brackets without end are no request")
    func nesting() async throws {
        try await ControlServer.with { path in
            let client = try RawClient(path)
            client.send(String(repeating: "[", count: 60_000) + "\n")
            let isRefused = client.line().contains("\"code\":\"badRequest\"")
            #expect(isRefused)
        }
    }

    @Test("a request without end is refused when it is too long")
    func oversize() async throws {
        var limits = ControlServer.Limits()
        limits.requestBytes = 1000
        try await ControlServer.with(limits) { path in
            let client = try RawClient(path)
            client.send(String(repeating: "x", count: 1001))
            #expect(client.line().contains("\"code\":\"tooLong\""))
        }
    }

    @Test("a client that says nothing, or a part only, is told and sent away")
    func silent() async throws {
        var limits = ControlServer.Limits()
        limits.requestTime = .milliseconds(50)
        try await ControlServer.with(limits) { path in
            for start in ["", "{\"version\":1,"] {
                let client = try RawClient(path)
                client.send(start)
                #expect(client.line().contains("\"code\":\"timedOut\""))
                #expect(client.isClosedByPeer())
            }
        }
    }

    @Test("a client that takes no answer is given up, and others are served meanwhile")
    func slowReader() async throws {
        var limits = ControlServer.Limits()
        limits.answerTime = .milliseconds(200)
        let long = ControlAnswer(
            ConfigurationText(path: "", digest: "", text: String(repeating: "x", count: 8 << 20)))
        try await ControlServer.with(limits, respond: { $0.request == .configuration ? long : .echo }) { path in
            let slow = try RawClient(path)
            slow.send("{\"version\":1,\"request\":\"configuration\"}\n")
            let quick = try RawClient(path)
            quick.send("{\"version\":1,\"request\":\"status\"}\n")
            #expect(quick.line().hasPrefix("{\"configuration\""))
            // It reads only after the server has given up: the line ends early.
            var patience = 100
            var events = pollfd(fd: slow.descriptor, events: 0, revents: 0)
            while patience > 0, events.revents & Int16(POLLHUP) == 0 {
                _ = poll(&events, 1, 100)
                patience -= 1
            }
            let taken = slow.line().utf8.count
            #expect(taken < 8 << 20)
        }
    }

    @Test("a client beyond the limit is told so, and its place is free again when another one goes")
    func crowd() async throws {
        var limits = ControlServer.Limits()
        limits.clients = 2
        try await ControlServer.with(limits) { path in
            let first = try RawClient(path)
            do {
                let second = try RawClient(path)
                let third = try RawClient(path)
                #expect(third.line().contains("\"code\":\"tooManyClients\""))
                second.send("{\"version\":1,\"request\":\"status\"}\n")
                #expect(second.line().hasPrefix("{\"configuration\""))
            }
            var answer = ""
            for _ in 0..<100 where !answer.hasPrefix("{\"configuration\"") {
                let next = try RawClient(path)
                next.send("{\"version\":1,\"request\":\"status\"}\n")
                answer = next.line()
            }
            #expect(answer.hasPrefix("{\"configuration\""))
            first.send("{\"version\":1,\"request\":\"status\"}\n")
            #expect(first.line().hasPrefix("{\"configuration\""))
        }
    }

    @Test("a request that takes long holds up no other client")
    func concurrent() async throws {
        let gate = AsyncStream<Void>.makeStream()
        try await ControlServer.with(respond: { request in
            if request.request == .reload { for await _ in gate.stream { break } }
            return .echo
        }) { path in
            let waiting = try RawClient(path)
            waiting.send("{\"version\":1,\"request\":\"reload\"}\n")
            let answer = try ControlClient(path: path).ask(ControlRequest(.status))
            #expect(answer == .echo)
            gate.continuation.yield()
            #expect(waiting.line().hasPrefix("{\"configuration\""))
        }
    }

    @Test("the client gives up when its time is over")
    func clientTimeout() async throws {
        let gate = AsyncStream<Void>.makeStream()
        try await ControlServer.with(respond: { _ in
            for await _ in gate.stream { break }
            return .echo
        }) { path in
            #expect(throws: ControlClientError.timedOut(path: path)) {
                try ControlClient(path: path, timeout: .milliseconds(100)).ask(ControlRequest(.status))
            }
            gate.continuation.yield()
        }
    }

    @Test("a long answer arrives whole")
    func longAnswer() async throws {
        let long = ControlAnswer(
            ConfigurationText(path: "", digest: "", text: String(repeating: "line\n", count: 1 << 20)))
        try await ControlServer.with(respond: { _ in long }) { path in
            let answer = try ControlClient(path: path).ask(ControlRequest(.configuration))
            let isWhole = answer == long
            #expect(isWhole)
        }
    }
}
