import Addressing
import LinuxSystem
import NIOCore
import NIOPosix

/// The sockets of one endpoint: one that sends, one that an event loop reads.
final class EndpointSockets {
    /// The interface that the sockets are bound to; nil when they are bound to none.
    let interface: InterfaceReference?
    /// Where adverts go out.
    let sender: VRRPSender

    private let channel: EventLoopFuture<any Channel>
    private let handler: DatagramHandler

    /// Opens both; packets arrive at `receive` and an unexpected end at `closed`, on the loop.
    init(
        _ endpoint: Endpoint, on interface: InterfaceReference?, eventLoop: any EventLoop,
        receive: @escaping @Sendable (ByteBuffer) -> Void, closed: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        self.interface = interface
        sender = try VRRPSender(on: interface)
        let group: IPv4Address? =
            switch endpoint.delivery {
            case .multicast(let group): group
            case .unicast: nil
            }
        let receiver = try VRRPReceiver.open(on: interface, group: group).release()
        let handler = DatagramHandler(receive: receive, closed: closed)
        self.handler = handler
        channel = DatagramBootstrap(group: eventLoop)
            // A flood is read in portions, between which timers get their turn.
            .channelOption(.maxMessagesPerRead, value: 32)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
            }
            .withBoundSocket(receiver)
        channel.whenFailure { _ in handler.end() }
    }

    /// Closes the sockets; nothing arrives any more.
    func close() {
        handler.silence()
        channel.whenSuccess { $0.close(promise: nil) }
    }
}

/// Hands packets over until it is told to be silent.
// Sound: made, called and silenced on one event loop only; the bootstrap's closure merely carries it there.
private final class DatagramHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let receive: @Sendable (ByteBuffer) -> Void
    private let closed: @Sendable () -> Void
    private var isSilent = false

    init(receive: @escaping @Sendable (ByteBuffer) -> Void, closed: @escaping @Sendable () -> Void) {
        self.receive = receive
        self.closed = closed
    }

    func silence() { isSilent = true }

    func end() {
        guard !isSilent else { return }
        isSilent = true
        closed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isSilent else { return }
        receive(unwrapInboundIn(data).data)
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Errors that end the channel show as its end; the others cost one read.
    }
}
