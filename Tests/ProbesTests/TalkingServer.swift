import Addressing
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A TCP server on loopback that speaks first and goes on with each piece that it gets.
final class TalkingServer: Sendable {
    enum Line: Sendable {
        /// Sends these bytes.
        case say([UInt8])
        /// Sends one of these bytes each few milliseconds, over and over.
        case drip([UInt8])
        /// Says nothing.
        case silence
        /// Closes.
        case close
        /// Resets the connection.
        case reset

        static func say(_ text: String) -> Line { .say(Array(text.utf8)) }
    }

    private let channel: any Channel
    private let seen = Mutex<[UInt8]>([])
    private let open = Mutex(0)

    /// - Parameter lines: the first at the opening of a connection, and the next one with each piece that comes. After
    ///   the last it says nothing.
    init(_ lines: [Line], port: Int = 0) async throws {
        let box = Box()
        channel = try await Self.listen(port: port, box) { lines }
        box.server.withLock { $0 = self }
    }

    /// A server whose lines are made for each connection.
    static func listen(
        port: Int, _ lines: @escaping @Sendable () -> [Line]
    ) async throws -> any Channel { try await listen(port: port, Box(), lines) }

    private static func listen(
        port: Int, _ box: Box, _ lines: @escaping @Sendable () -> [Line]
    ) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Talker(lines(), box))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    fileprivate final class Box: Sendable {
        let server = Mutex<TalkingServer?>(nil)
    }

    var port: Port { Port(rawValue: UInt16(channel.localAddress?.port ?? 0)) }

    /// What has come on all connections.
    var received: [UInt8] { seen.withLock { $0 } }

    /// Connections that the clients have not closed.
    var openConnections: Int { open.withLock { $0 } }

    func close() async throws { try await channel.close() }

    private final class Talker: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var lines: ArraySlice<Line>
        private let box: Box

        init(_ lines: [Line], _ box: Box) {
            self.lines = lines[...]
            self.box = box
        }

        private var server: TalkingServer? { box.server.withLock { $0 } }

        func channelActive(context: ChannelHandlerContext) {
            server?.open.withLock { $0 += 1 }
            next(context)
        }

        func channelInactive(context: ChannelHandlerContext) { server?.open.withLock { $0 -= 1 } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            server?.seen.withLock { $0 += bytes }
            next(context)
        }

        private func next(_ context: ChannelHandlerContext) {
            switch lines.popFirst() {
            case nil, .silence: break
            case .say(let bytes): write(bytes, context)
            case .drip(let bytes): drip(bytes[...], context)
            case .close: context.close(promise: nil)
            case .reset:
                let socket = context.channel as? any SocketOptionProvider
                socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
                    context.close(promise: nil)
                }
            }
        }

        private func write(_ bytes: some Sequence<UInt8>, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: Array(bytes))), promise: nil)
        }

        private func drip(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
            guard context.channel.isActive else { return }
            write(bytes.prefix(1), context)
            let rest = bytes.count > 1 ? bytes.dropFirst() : bytes
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5)) { self.drip(rest, context) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
