import Addressing
import KeepalivedConfig
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Director

@Suite(.timeLimit(.minutes(1))) struct MailSenderTests {
    let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func make(port: UInt16, host: String = "127.0.0.1", timeout: Duration = .seconds(5)) async throws
        -> NIOLoopBound<MailSender>
    {
        try await loop.submit { [loop] in
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let sender = MailSender(eventLoop: loop, logger: logger)
            sender.update(
                MailSender.Settings(
                    server: SMTPServer(host: host, port: Port(rawValue: port)),
                    recipients: ["a@example.org", "b@example.org"],
                    sender: "Balancer <lb@example.org>", helloName: "lb1", routerID: "lb1", stepTimeout: timeout))
            return NIOLoopBound(sender, eventLoop: loop)
        }.get()
    }

    private func send(_ sender: NIOLoopBound<MailSender>, _ subjects: [String]) async throws {
        try await loop.submit {
            for subject in subjects { sender.value.send(AlertMail(subject: subject, body: "=> x <=")) }
        }.get()
    }

    private func wait(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test(
        "a burst of alerts goes out in one session and in order, by name as by address",
        arguments: ["127.0.0.1", "localhost"])
    func burst(host: String) async throws {
        let server = try await ScriptedMailServer(ScriptedMailServer.good)
        let sender = try await make(port: server.port, host: host)
        try await send(sender, (1...20).map { "event \($0)" })
        try await wait { server.lines.contains("QUIT") }
        let subjects = server.lines.filter { $0.hasPrefix("Subject: ") }
        #expect(subjects == (1...20).map { "Subject: [lb1] event \($0)" })
        #expect(server.connections == 1)
        #expect(
            server.lines.prefix(4) == [
                "HELO lb1", "MAIL FROM:<lb@example.org>", "RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>",
            ])
    }

    @Test("a server that refuses for now gets the mail at the next try, once")
    func retry() async throws {
        let server = try await ScriptedMailServer { connection, line in
            connection == 1 && line.hasPrefix("MAIL") ? "" : ScriptedMailServer.good(connection, line)
        }
        let sender = try await make(port: server.port)
        try await send(sender, ["event"])
        try await wait { server.lines.contains("QUIT") }
        #expect(server.connections == 2)
        #expect(server.lines.filter { $0.hasPrefix("Subject: ") } == ["Subject: [lb1] event"])
    }

    @Test("a mail that is refused for good does not hold up the next one")
    func permanent() async throws {
        let server = try await ScriptedMailServer { connection, line in
            connection == 1 && line == "." ? "554 spam\r\n" : ScriptedMailServer.good(connection, line)
        }
        let sender = try await make(port: server.port)
        try await send(sender, ["first", "second"])
        try await wait { server.lines.contains("QUIT") }
        #expect(server.lines.filter { $0 == "Subject: [lb1] second" }.count == 1)
        #expect(server.lines.filter { $0 == "Subject: [lb1] first" }.count == 1)
    }

    @Test("a server that greets nobody costs one step's time, and a stop gives up at once")
    func silent() async throws {
        let server = try await ScriptedMailServer(greeting: nil) { _, _ in nil }
        let sender = try await make(port: server.port, timeout: .milliseconds(200))
        try await send(sender, ["event"])
        // Idle means: the session is over and the next try is a while off.
        try await loop.flatSubmit { sender.value.whenIdle() }.get()
        // On a busy machine the server hears of it when it is over, and the next try may have come by then.
        try await wait { server.connections >= 1 }
        try await loop.submit { sender.value.stop() }.get()
        try await loop.flatSubmit { sender.value.whenIdle() }.get()
    }
}
