import Addressing
import CLinux
import Glibc
import HealthChecks
import LinuxSystem
import NIOCore
import Timing

/// One run of a ping check: an echo request and the wait for its reply.
///
/// It goes through a socket for echo requests where this process may have one, and through a raw socket otherwise. The
/// system's setting of who may is left alone.
final class PingRun: ProbeRun {
    private let poll: DescriptorPoll
    private let timeout: Duration
    private let completion: (CheckResult) -> Void
    private var conversation: DatagramConversation?
    private var isOver = false
    private(set) var deadline: Instant?

    /// Starts; a refusal may be reported before this returns.
    init(_ target: ConnectionTarget, poll: DescriptorPoll, completion: @escaping (CheckResult) -> Void) {
        self.poll = poll
        timeout = target.timeout
        self.completion = completion
        deadline = poll.now + timeout
        var target = target
        target.port = .any
        target.bindPort = nil
        do throws(DatagramConversation.Refusal) {
            do throws(DatagramConversation.Refusal) {
                try start(target, over: .echo, poll)
            } catch {
                // Not permitted, or no such sockets in this kernel.
                guard case .impossible = error else { throw error }
                try start(target, over: .rawEcho, poll)
            }
        } catch {
            switch error {
            case .unreachable(let error): finish(.failure(.ping(.unreachable("\(error)"))))
            case .impossible(let reason): finish(.inconclusive(reason))
            }
        }
    }

    func expire(now: Instant) {
        guard !isOver, let deadline, deadline <= now else { return }
        conversation?.takeIn()
        finish(.failure(.ping(.noReply(after: timeout))))
    }

    /// Takes in what has come and was not seen yet.
    func takeIn() { conversation?.takeIn() }

    /// Goes on without its owner for a while.
    func end(after delay: Duration) {
        guard !isOver else { return }
        poll.loop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { self.abandon() }
    }

    func abandon() {
        isOver = true
        conversation?.close()
    }

    private func start(
        _ target: ConnectionTarget, over transport: ProbeTransport, _ poll: DescriptorPoll
    ) throws(DatagramConversation.Refusal) {
        let family = target.address.family
        let exchange = PingExchange(
            family: family, identifier: .random(in: .min ... .max), sequence: .random(in: .min ... .max),
            token: .random(in: .min ... .max), kernelIdentifies: transport == .echo)
        let hasPacketHeader = transport == .rawEcho && family == .ipv4
        conversation = try DatagramConversation(
            target, over: transport, sending: exchange.requestBytes, poll: poll,
            configure: { if transport == .rawEcho { Self.admitRepliesOnly($0, family) } },
            receive: { [weak self] event in
                switch event {
                case .unreachable(let error): self?.finish(.failure(.ping(.unreachable("\(error)"))))
                case .received(let bytes, _):
                    guard let message = hasPacketHeader ? ICMPEcho.messageInPacket(bytes) : bytes,
                        exchange.isAnswered(by: message)
                    else { return }
                    self?.finish(.success())
                }
            })
    }

    /// Keeps other messages away from a raw socket, which would get all that the peer sends (icmp(7), RFC 3542 section
    /// 3.2).
    private static func admitRepliesOnly(_ descriptor: Int32, _ family: AddressFamily) {
        let type = ICMPEcho.replyType(family)
        // One bit for each type that is kept away, 256 of them for IPv6, the first 32 for IPv4.
        var blocked = [UInt32](repeating: .max, count: family == .ipv4 ? 1 : 8)
        blocked[Int(type) / 32] &= ~(1 << UInt32(type % 32))
        let level = family == .ipv4 ? SOL_RAW : Int32(IPPROTO_ICMPV6)
        let length = socklen_t(blocked.count * MemoryLayout<UInt32>.size)
        // Without the filter more comes in and is passed over.
        _ = setsockopt(descriptor, level, Int32(CLINUX_ICMP_FILTER), &blocked, length)
    }

    private func finish(_ result: CheckResult) {
        guard !isOver else { return }
        isOver = true
        conversation?.close()
        completion(result)
    }
}
