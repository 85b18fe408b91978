import DNS
import HealthChecks
import LinuxSystem
import Timing

/// One run of a DNS check: a query in a datagram, and over a connection when the answer does not fit into one.
///
/// Each of the two may take the whole timeout: two timeouts are the longest run.
final class DNSRun: ProbeRun {
    private let target: ConnectionTarget
    private let question: DNSQuestion
    private let poll: DescriptorPoll
    private let id: UInt16
    private let completion: (CheckResult) -> Void
    private var exchange: DNSExchange
    private var datagrams: DatagramConversation?
    private var connection: StreamConversation?
    private var reader = DNSStreamReader()
    private var isConnected = false
    private var isOver = false
    private(set) var deadline: Instant?

    /// Starts; a refusal may be reported before this returns.
    init(
        _ target: ConnectionTarget, _ question: DNSQuestion, poll: DescriptorPoll,
        completion: @escaping (CheckResult) -> Void
    ) {
        self.target = target
        self.question = question
        self.poll = poll
        self.completion = completion
        id = UInt16.random(in: .min ... .max)
        exchange = DNSExchange(question, id: id)
        deadline = poll.now + target.timeout
        do throws(DatagramConversation.Refusal) {
            datagrams = try DatagramConversation(
                target, over: .datagram, sending: question.query(id: id), poll: poll
            ) { [weak self] in self?.take($0) }
        } catch {
            switch error {
            case .unreachable(let error): finish(.failure(.dns(.unreachable("\(error)"))))
            case .impossible(let reason): finish(.inconclusive(reason))
            }
        }
    }

    func expire(now: Instant) {
        guard !isOver, let deadline, deadline <= now else { return }
        datagrams?.takeIn()
        guard !isOver, let deadline = self.deadline, deadline <= now else { return }
        let failure: DNSFailure =
            if connection == nil {
                .timedOut(after: target.timeout, ignored: exchange.ignored)
            } else if isConnected {
                .connectionTimedOut(after: target.timeout, ignored: exchange.ignored)
            } else {
                .connectionFailed("none within \(target.timeout.inWords)")
            }
        finish(.failure(.dns(failure)))
    }

    func abandon() {
        isOver = true
        close()
    }

    private func take(_ event: DatagramConversation.Event) {
        guard !isOver else { return }
        switch event {
        case .unreachable(let error): finish(.failure(.dns(.unreachable("\(error)"))))
        case .received(let bytes, _): judge(Array(bytes), over: .datagram)
        }
    }

    private func take(_ event: StreamConversation.Event) {
        guard !isOver else { return }
        switch event {
        case .opened:
            isConnected = true
            connection?.send(question.framedQuery(id: id))
        case .received(let bytes):
            var rest = bytes
            while !isOver, let message = reader.consume(&rest) { judge(message, over: .connection) }
        case .closed: finish(.failure(.dns(.connectionClosed)))
        case .failed(let error), .lost(let error): finish(.failure(.dns(.connectionFailed("\(error)"))))
        case .impossible(let reason): finish(.inconclusive(reason))
        }
    }

    private func judge(_ message: [UInt8], over transport: DNSExchange.Transport) {
        switch exchange.receive(message, over: transport) {
        case .ignore: break
        case .answered: finish(.success())
        case .failed(let failure): finish(.failure(.dns(failure)))
        case .askOverConnection: askOverConnection()
        }
    }

    private func askOverConnection() {
        datagrams?.close()
        deadline = poll.now + target.timeout
        let connection = StreamConversation(poll: poll) { [weak self] in self?.take($0) }
        self.connection = connection
        connection.open(target)
    }

    private func close() {
        datagrams?.close()
        connection?.close()
    }

    private func finish(_ result: CheckResult) {
        guard !isOver else { return }
        isOver = true
        close()
        completion(result)
    }
}
