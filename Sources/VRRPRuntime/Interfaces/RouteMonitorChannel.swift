import LinuxSystem
import NIOCore
import NIOPosix
import Netlink

/// Reads the kernel's reports about links and addresses on an event loop.
final class RouteMonitorChannel {
    private let channel: EventLoopFuture<any Channel>
    private let handler: ReportHandler

    /// What is reported.
    enum Subject {
        /// Links and addresses.
        case interfaces
        /// Routes and rules of this daemon that are removed.
        case ownRouting
    }

    /// Opens the socket in the calling thread's namespace.
    ///
    /// - Parameters:
    ///   - subject: What is reported.
    ///   - receive: Called on the loop with the events of one datagram.
    ///   - lost: Called on the loop, once, when reports were lost: open another one and dump everything.
    init(
        eventLoop: any EventLoop, watching subject: Subject = .interfaces,
        receive: @escaping @Sendable ([RouteEvent]) -> Void,
        lost: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let monitor: CInt
        switch subject {
        case .interfaces: monitor = try RouteMonitor.open([.links, .ipv4Addresses, .ipv6Addresses]).release()
        case .ownRouting:
            monitor = try RouteMonitor.open(
                [.ipv4Routes, .ipv6Routes, .ipv4Rules, .ipv6Rules], removalsOf: Route.keepalivedOwner
            ).release()
        }
        let handler = ReportHandler(receive: receive, lost: lost)
        self.handler = handler
        channel = NIOPipeBootstrap(group: eventLoop)
            // A datagram that does not fit would be cut; the adaptive allocator starts small.
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
            }
            .takingOwnershipOfDescriptor(inputOutput: monitor)
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
private final class ReportHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private let receive: @Sendable ([RouteEvent]) -> Void
    private let lost: @Sendable () -> Void
    private var isSilent = false

    init(receive: @escaping @Sendable ([RouteEvent]) -> Void, lost: @escaping @Sendable () -> Void) {
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
        do throws(NetlinkError) {
            receive(try RouteEvent.decode(Array(unwrapInboundIn(data).readableBytesView)))
        } catch {
            end()
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
