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
    }

    private let channel: any Channel
    private let seen = Mutex<[String]>([])
    private let behaviour: Mutex<Behaviour>
    private let open = Mutex(0)

    init(_ behaviour: Behaviour = .silent) async throws {
        self.behaviour = Mutex(behaviour)
        let box = Box()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
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
            case .drip:
                send(["HTTP/1.0 200 OK\r\n\r\n"], context)
                drip(context)
            case .reset:
                let socket = context.channel as? any SocketOptionProvider
                socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
                    context.close(promise: nil)
                }
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
