import Addressing
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that answers every request in the same scripted way.
final class ScriptedServer: Sendable {
    enum Behaviour: Sendable {
        /// Sends the bytes in these pieces and closes.
        case answerAndClose([String])
        /// Sends the bytes and leaves the connection open.
        case answerAndStay([String])
        /// Takes the request and says nothing.
        case silent
        /// Sends one more byte of a body each few milliseconds, for ever.
        case drip
        /// Resets the connection when the request comes.
        case reset
        /// Sends the bytes and resets the connection.
        case answerAndReset(String)
        /// Sends the bytes one at a time, each a millisecond behind the other, and closes.
        case oneByteAtATime(String)
        /// Sends the first text and then the second one again and again, as fast as the client takes it.
        case endless(String, String)
        /// Sends the bytes and ends the connection without the close_notify of TLS.
        case answerAndCut([String])
    }

    private let channel: any Channel
    private let seen = Mutex<[String]>([])
    private let behaviour: Mutex<Behaviour>
    private let open = Mutex(0)

    init(_ behaviour: Behaviour = .silent, tls: TLSServerContext? = nil) async throws {
        self.behaviour = Mutex(behaviour)
        let box = Box()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(TLSServerHandler(tls)) }
                    try channel.pipeline.syncOperations.addHandler(Answerer(box.server.withLock { $0 }))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        box.server.withLock { $0 = self }
    }

    private final class Box: Sendable {
        let server = Mutex<ScriptedServer?>(nil)
    }

    var port: Port { Port(rawValue: UInt16(channel.localAddress?.port ?? 0)) }

    /// The requests that have come, in order.
    var requests: [String] { seen.withLock { $0 } }

    /// Connections that the clients have not closed.
    var openConnections: Int { open.withLock { $0 } }

    func set(_ behaviour: Behaviour) { self.behaviour.withLock { $0 = behaviour } }

    func close() async throws { try await channel.close() }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let server: ScriptedServer?

        init(_ server: ScriptedServer?) { self.server = server }

        func channelActive(context: ChannelHandlerContext) { server?.open.withLock { $0 += 1 } }

        func channelInactive(context: ChannelHandlerContext) { server?.open.withLock { $0 -= 1 } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let server else { return }
            server.seen.withLock { $0.append(String(buffer: unwrapInboundIn(data))) }
            switch server.behaviour.withLock({ $0 }) {
            case .answerAndClose(let pieces):
                send(pieces, context)
                context.close(promise: nil)
            case .answerAndStay(let pieces): send(pieces, context)
            case .silent: break
            case .answerAndReset(let text):
                send([text], context)
                reset(context)
            case .oneByteAtATime(let text): trickle(Array(text.utf8)[...], context)
            case .endless(let start, let again):
                send([start], context)
                flood(again, context)
            case .answerAndCut(let pieces):
                send(pieces, context)
                // Behind the TLS handler's back: the channel's own end of the pipeline.
                if let descriptor = try? context.channel.pipeline.syncOperations.context(
                    handlerType: TLSServerHandler.self)
                {
                    descriptor.close(promise: nil)
                }
            case .drip:
                send(["HTTP/1.0 200 OK\r\n\r\n"], context)
                drip(context)
            case .reset: reset(context)
            }
        }

        private func reset(_ context: ChannelHandlerContext) {
            let socket = context.channel as? any SocketOptionProvider
            socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
                context.close(promise: nil)
            }
        }

        private func trickle(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
            guard let first = bytes.first else { return context.close(promise: nil) }
            guard context.channel.isActive else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [first])), promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
                self.trickle(bytes.dropFirst(), context)
            }
        }

        /// Writes the next piece when the last one is with the kernel.
        private func flood(_ text: String, _ context: ChannelHandlerContext) {
            guard context.channel.isActive, !text.isEmpty else { return }
            let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).assumeIsolated()
            // Not at once: the loop would run nothing else, or go deeper and deeper.
            written.whenSuccess {
                context.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(100)) { self.flood(text, context) }
            }
        }

        private func send(_ pieces: [String], _ context: ChannelHandlerContext) {
            for piece in pieces {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: piece)), promise: nil)
            }
        }

        private func drip(_ context: ChannelHandlerContext) {
            guard context.channel.isActive else { return }
            send(["."], context)
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5)) { self.drip(context) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// A port of loopback on which nobody listens.
func closedPort() async throws -> Port {
    let server = try await ScriptedServer()
    let port = server.port
    try await server.close()
    return port
}
