import NIOCore
import NIOPosix
import Synchronization

/// A mail server on loopback that answers each line by a script.
final class ScriptedMailServer: Sendable {
    /// The answer to a command; nil is silence.
    typealias Answer = @Sendable (_ connection: Int, _ line: String) -> String?

    private let channel: any Channel
    private let seen: Seen

    final class Seen: Sendable {
        let lines = Mutex<[String]>([])
        let connections = Mutex(0)
    }

    init(greeting: String? = "220 ready\r\n", _ answer: @escaping Answer) async throws {
        let seen = Seen()
        self.seen = seen
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Dialogue(greeting, seen, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: UInt16 { UInt16(channel.localAddress?.port ?? 0) }
    var lines: [String] { seen.lines.withLock { $0 } }
    var connections: Int { seen.connections.withLock { $0 } }

    /// Answers as a server that takes everything.
    static let good: Answer = { _, line in
        if line == "DATA" { return "354 go\r\n" }
        if line == "QUIT" { return "221 bye\r\n" }
        let isCommand = ["HELO ", "MAIL FROM:", "RCPT TO:"].contains { line.hasPrefix($0) }
        return isCommand || line == "." ? "250 ok\r\n" : nil
    }

    private final class Dialogue: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let greeting: String?
        private let seen: Seen
        private let answer: Answer
        private var rest = ""
        private var number = 0

        init(_ greeting: String?, _ seen: Seen, _ answer: @escaping Answer) {
            self.greeting = greeting
            self.seen = seen
            self.answer = answer
        }

        func channelActive(context: ChannelHandlerContext) {
            number = seen.connections.withLock { count in
                count += 1
                return count
            }
            if let greeting { send(greeting, context) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            rest += String(buffer: unwrapInboundIn(data))
            while let end = rest.firstRange(of: "\r\n") {
                let line = String(rest[..<end.lowerBound])
                rest = String(rest[end.upperBound...])
                seen.lines.withLock { $0.append(line) }
                guard let reply = answer(number, line) else { continue }
                if reply.isEmpty { return context.close(promise: nil) }
                send(reply, context)
            }
        }

        private func send(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
