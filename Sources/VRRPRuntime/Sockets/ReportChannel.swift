import LinuxSystem
import NIOCore
import NIOPosix

/// A socket whose reports are read on an event loop, datagram by datagram: the kernel's about interfaces, routes and
/// processes.
final class ReportChannel<Report: Sendable>: Sendable {
    private let channel: EventLoopFuture<any Channel>
    private let handler: ReportHandler<Report>

    /// - Parameters:
    ///   - descriptor: belongs to the channel from now on.
    ///   - capacity: bytes of the largest datagram. One that does not fit would be cut.
    ///   - decode: what a datagram says; a throw means that reports may be lost.
    ///   - receive: called on the loop with what one datagram says.
    ///   - lost: called on the loop, once, when reports were lost: open another one and look at everything.
    init(
        _ descriptor: CInt, capacity: Int, on eventLoop: any EventLoop,
        decode: @escaping @Sendable ([UInt8]) throws -> Report, receive: @escaping @Sendable (Report) -> Void,
        lost: @escaping @Sendable () -> Void
    ) {
        let handler = ReportHandler(decode: decode, receive: receive, lost: lost)
        self.handler = handler
        channel = NIOPipeBootstrap(group: eventLoop)
            // The adaptive allocator starts small.
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: capacity))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
            }
            .takingOwnershipOfDescriptor(inputOutput: descriptor)
        channel.whenFailure { _ in handler.end() }
    }

    /// Closes the socket; nothing is reported any more.
    func close() {
        handler.silence()
        channel.whenSuccess { $0.close(promise: nil) }
    }
}

/// Decodes reports until they end: the kernel's "buffer ran over" closes a pipe channel.
// Sound: made, called and silenced on one event loop only; the bootstrap's closure merely carries it there.
private final class ReportHandler<Report: Sendable>: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private let decode: @Sendable ([UInt8]) throws -> Report
    private let receive: @Sendable (Report) -> Void
    private let lost: @Sendable () -> Void
    private var isSilent = false

    init(
        decode: @escaping @Sendable ([UInt8]) throws -> Report, receive: @escaping @Sendable (Report) -> Void,
        lost: @escaping @Sendable () -> Void
    ) {
        self.decode = decode
        self.receive = receive
        self.lost = lost
    }

    func silence() { isSilent = true }

    func end() {
        guard !isSilent else { return }
        isSilent = true
        lost()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isSilent else { return }
        do {
            receive(try decode(Array(unwrapInboundIn(data).readableBytesView)))
        } catch {
            end()
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
