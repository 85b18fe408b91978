import CLinux
import Glibc
import NIOCore
import NIOPosix

/// The signals that steer a director.
public enum DirectorSignal: Sendable, Hashable, CaseIterable {
    /// SIGTERM or SIGINT: stop cleanly.
    case stop
    /// SIGHUP: read the configuration again.
    case reload
    /// SIGUSR1: write `keepalived.data`.
    case writeData
    /// SIGUSR2: write `keepalived.stats`.
    case writeStatistics
    /// keepalived's JSON signal (SIGRTMIN + 2): write `keepalived.json`.
    case writeJSON
    /// keepalived's STATS_CLEAR (SIGRTMAX − 1): write `keepalived.stats`, then begin to count anew.
    case clearStatistics
    /// SIGXCPU: the VRRP thread ran for longer without a pause than `vrrp_rlimit_rttime` says.
    case ranTooLong
}

/// Turns signals into calls on an event loop.
///
/// ``block()`` has to run before the first thread starts: threads inherit the mask, and a signal that one thread does
/// not block would end the process.
public struct SignalSource: Sendable {
    private let descriptor: CInt

    private static let numbers: [CInt] = [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, json, clear, threadDump]

    fileprivate static let json = __libc_current_sigrtmin() + 2
    fileprivate static let clear = __libc_current_sigrtmax() - 1
    /// Without effect. A script that sends it must not end the process, which is what a signal does that nobody takes.
    private static let threadDump = __libc_current_sigrtmax()

    /// Blocks the signals in the calling thread and opens the descriptor that reads them.
    public static func block(ignoringInterrupt: Bool = false) throws -> SignalSource {
        signal(SIGPIPE, SIG_IGN)
        if ignoringInterrupt { signal(SIGINT, SIG_IGN) }
        let descriptor = clinux_open_signal_descriptor(numbers, CInt(numbers.count))
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "signalfd") }
        return SignalSource(descriptor: descriptor)
    }

    /// Delivers signals on `eventLoop` until the returned channel is closed.
    public func start(
        on eventLoop: any EventLoop, deliver: @escaping @Sendable (DirectorSignal) -> Void
    ) -> EventLoopFuture<any Channel> {
        NIOPipeBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16 * recordSize))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SignalHandler(deliver: deliver))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .map { $0 }
    }
}

private let recordSize = Int(CLINUX_SIGNAL_RECORD_SIZE)

private final class SignalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let deliver: @Sendable (DirectorSignal) -> Void

    init(deliver: @escaping @Sendable (DirectorSignal) -> Void) { self.deliver = deliver }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        while let record = buffer.readSlice(length: recordSize),
            let number = record.getInteger(at: record.readerIndex, endianness: Endianness.host, as: UInt32.self)
        {
            switch CInt(truncatingIfNeeded: number) {
            case SIGTERM, SIGINT: deliver(.stop)
            case SIGHUP: deliver(.reload)
            case SIGUSR1: deliver(.writeData)
            case SIGUSR2: deliver(.writeStatistics)
            case SIGXCPU: deliver(.ranTooLong)
            case SignalSource.json: deliver(.writeJSON)
            case SignalSource.clear: deliver(.clearStatistics)
            default: break
            }
        }
    }
}
