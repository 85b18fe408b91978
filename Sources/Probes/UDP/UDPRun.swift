import Addressing
import HealthChecks
import LinuxSystem
import Timing

/// One run of a UDP check: a datagram, and the wait for what comes of it.
///
/// Where no reply is required, an echo request goes along with it, so that silence of a service can be told from silence
/// of its host (see `UDPExchange.result(ofSilenceFor:answersPing:usedToAnswerPing:)`).
final class UDPRun: ProbeRun {
    private let target: ConnectionTarget
    private let exchange: UDPExchange
    private let echoes: EchoMemory
    private let completion: (CheckResult) -> Void
    private var conversation: DatagramConversation?
    private var ping: PingRun?
    /// Whether the host answered the echo request; nil when none could be sent.
    private var answersPing: Bool?
    private let usedToAnswerPing: Bool
    private var isOver = false
    private(set) var deadline: Instant?

    /// Starts; a refusal may be reported before this returns.
    init(
        _ target: ConnectionTarget, _ exchange: UDPExchange, poll: DescriptorPoll, echoes: EchoMemory,
        completion: @escaping (CheckResult) -> Void
    ) {
        self.target = target
        self.exchange = exchange
        self.echoes = echoes
        self.completion = completion
        usedToAnswerPing = echoes.answered(target)
        deadline = poll.now + target.timeout
        do throws(DatagramConversation.Refusal) {
            conversation = try DatagramConversation(
                target, over: .datagram, sending: exchange.payload, poll: poll
            ) { [weak self] in self?.take($0) }
        } catch {
            switch error {
            case .unreachable(let error): finish(.failure(.udp(.unreachable("\(error)"))))
            case .impossible(let reason): finish(.inconclusive(reason))
            }
            return
        }
        guard !exchange.requiresReply else { return }
        answersPing = false
        ping = PingRun(target, poll: poll) { [weak self, echoes] result in
            if case .success = result { echoes.remember(target) }
            self?.takeEcho(result)
        }
    }

    func expire(now: Instant) {
        guard !isOver, let deadline, deadline <= now else { return }
        conversation?.takeIn()
        guard !isOver else { return }
        ping?.takeIn()
        finish(
            exchange.result(
                ofSilenceFor: target.timeout, answersPing: answersPing ?? true, usedToAnswerPing: usedToAnswerPing))
    }

    func abandon() {
        isOver = true
        conversation?.close()
        ping?.abandon()
    }

    private func take(_ event: DatagramConversation.Event) {
        guard !isOver else { return }
        switch event {
        case .unreachable(let error): finish(.failure(.udp(.unreachable("\(error)"))))
        case .received(let bytes, let length):
            finish(exchange.failure(of: bytes, length: length).map { .failure(.udp($0)) } ?? .success())
        }
    }

    private func takeEcho(_ result: CheckResult) {
        switch result {
        case .success: answersPing = true
        // What the network says about the echo request is a sign of life of somebody; what it says about the datagram
        // comes to the datagram's own socket.
        case .failure(.ping(.unreachable)), .inconclusive: answersPing = nil
        case .failure: break
        }
    }

    private func finish(_ result: CheckResult) {
        guard !isOver else { return }
        isOver = true
        conversation?.close()
        // A service that is quicker than the echo must not keep its host from being known.
        if answersPing == false, !usedToAnswerPing { ping?.end(after: target.timeout) } else { ping?.abandon() }
        ping = nil
        completion(result)
    }
}

/// The hosts of which an answer to an echo request has come. Used on its loop alone.
final class EchoMemory {
    /// A host, and the way on which it was asked.
    private struct Path: Hashable {
        var target: ConnectionTarget

        init(_ target: ConnectionTarget) {
            self.target = target
            self.target.port = .any
            self.target.bindPort = nil
            self.target.timeout = .zero
        }
    }

    /// More hosts than anybody checks with datagrams.
    private static let limit = 65_536
    private var paths: Set<Path> = []

    func answered(_ target: ConnectionTarget) -> Bool { paths.contains(Path(target)) }

    func remember(_ target: ConnectionTarget) {
        if paths.count < Self.limit { paths.insert(Path(target)) }
    }
}
