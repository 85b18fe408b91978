import LinuxSystem
import NIOCore
import NIOPosix

/// Reads the kernel's reports about folders on an event loop. Used on that loop alone.
final class FolderWatchChannel {
    private let watch: FolderWatch
    private let handler: ChangeHandler
    private let channel: EventLoopFuture<any Channel>

    /// - Parameters:
    ///   - receive: called with the changes of one report.
    ///   - lost: called once when there are no more reports.
    init(
        loop: any EventLoop, receive: @escaping ([FolderWatch.Change]) -> Void, lost: @escaping () -> Void
    ) throws(SystemError) {
        watch = try FolderWatch()
        let handler = ChangeHandler(receive: receive, lost: lost)
        self.handler = handler
        let descriptor = try watch.duplicate().release()
        let bound = NIOLoopBound(handler, eventLoop: loop)
        channel = NIOPipeBootstrap(group: loop)
            // A read must have room for a report with the longest name; the adaptive allocator starts small.
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
        channel.assumeIsolated().whenFailure { _ in handler.end() }
    }

    func add(_ path: String) throws(SystemError) -> FolderWatch.Folder { try watch.add(path) }

    func addPlace(_ path: String) throws(SystemError) -> FolderWatch.Folder { try watch.addPlace(path) }

    func remove(_ folder: FolderWatch.Folder) { watch.remove(folder) }

    func close() {
        handler.silence()
        channel.whenSuccess { $0.close(promise: nil) }
    }
}

private final class ChangeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var receive: (([FolderWatch.Change]) -> Void)?
    private var lost: (() -> Void)?

    init(receive: @escaping ([FolderWatch.Change]) -> Void, lost: @escaping () -> Void) {
        self.receive = receive
        self.lost = lost
    }

    func silence() {
        receive = nil
        lost = nil
    }

    func end() {
        let lost = lost
        silence()
        lost?()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive?(FolderWatch.changes(in: Array(unwrapInboundIn(data).readableBytesView)[...]))
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
