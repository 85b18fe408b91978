import LinuxSystem
public import NIOCore
import NIOPosix

/// Listens on a control socket and hands each request on.
///
/// It lives on an event loop of the caller's and blocks it never: answers are made and encoded elsewhere, and a client
/// that is silent, slow, talks nonsense or comes in crowds costs a bounded amount of memory for a bounded time.
public final class ControlServer: Sendable {
    /// What clients may take.
    public struct Limits: Sendable, Hashable {
        /// Clients at once; a further one is told so and sent away.
        public var clients = 16
        /// Bytes of one request with its newline.
        public var requestBytes = 64 << 10
        /// Within this time after connecting, or after an answer, a complete request must be there.
        public var requestTime = TimeAmount.seconds(10)
        /// Within this time the client must have taken an answer.
        public var answerTime = TimeAmount.seconds(30)

        /// The limits that a director works with.
        public init() {}
    }

    /// Carries out a request. It is called outside the event loop, for several clients at once.
    public typealias Responder = @Sendable (ControlRequest) async -> ControlAnswer

    private let socket: ControlSocket
    private let channel: any Channel

    private init(socket: consuming ControlSocket, channel: any Channel) {
        self.socket = socket
        self.channel = channel
    }

    /// Opens the socket and starts to listen.
    ///
    /// - Parameters:
    ///   - path: where the socket is to be.
    ///   - eventLoop: the loop that connections belong to.
    ///   - limits: what clients may take.
    ///   - respond: carries out a request.
    public static func start(
        path: String, on eventLoop: any EventLoop, limits: Limits = Limits(), respond: @escaping Responder
    ) async throws(ControlSocketError) -> ControlServer {
        let socket = try ControlSocket.take(path)
        let descriptor = socket.descriptor
        let clients = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: eventLoop)
        do {
            let channel = try await ServerBootstrap(group: eventLoop)
                .serverChannelOption(.backlog, value: 16)
                .serverChannelInitializer { channel in
                    // Out of descriptors, a client that waits would keep the loop busy.
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                    }
                }
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ControlSession(channel, limits: limits, clients: clients, respond: respond))
                    }
                }
                .withBoundSocket(descriptor).get()
            return ControlServer(socket: socket, channel: channel)
        } catch {
            throw .system(
                SystemError(
                    call: "listen", errno: Errno(rawValue: (error as? IOError)?.errnoCode ?? 0),
                    purpose: "open the control socket \(path)"))
        }
    }

    /// Where it listens.
    public var path: String { socket.path }

    /// Takes no more clients. Those that wait for an answer still get it; the socket goes with this object.
    public func stop() async { try? await channel.close() }
}
