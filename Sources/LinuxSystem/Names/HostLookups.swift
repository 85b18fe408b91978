import Addressing
import Glibc
import Synchronization

/// Questions to the machine's name sources, several at once: each is a call that blocks for as long as a name server
/// does. Threads that never come back end with the process.
final class HostLookups: Sendable {
    /// What is asked.
    enum Question: Sendable, Hashable {
        case name(of: IPAddress)
        case address(of: String)
    }

    /// What came of a question.
    struct Answer: Sendable {
        var question: Question
        var result: Outcome
    }

    /// Nil is none.
    enum Outcome: Sendable {
        case name(String?)
        case address(IPv4Address?)
        /// No name server could be asked, or none had an answer in its own time.
        case silence
    }

    /// So many questions are under way at once.
    private static let threadLimit = 32

    private struct State {
        var questions: [Question] = []
        var threads = 0
    }

    private let state = Mutex(State())
    private let inbox: WakingInbox<Answer>

    /// Nil when the kernel gives no descriptor: then there are no names.
    init?() {
        guard let inbox = try? WakingInbox<Answer>(purpose: "look up names") else { return nil }
        self.inbox = inbox
    }

    /// Begins to look up names and addresses.
    func ask(_ questions: Set<Question>) {
        let more = state.withLock { state in
            state.questions += questions
            let more = max(0, min(Self.threadLimit, state.questions.count) - state.threads)
            state.threads += more
            return more
        }
        for _ in 0..<more {
            do throws(SystemError) {
                try startThread(named: "names", purpose: "look up names") { [self] in work() }
            } catch {
                state.withLock { $0.threads -= 1 }
            }
        }
    }

    /// Forgets the questions that nobody has begun with.
    func giveUp() { state.withLock { $0.questions = [] } }

    /// What has been answered since the last call; waits for the first one, but no longer than this. A question whose
    /// answer comes later is answered by a later call.
    func answers(within limit: Duration) -> [Answer] {
        let end = ContinuousClock.now + limit
        while true {
            let answers = inbox.take()
            if !answers.isEmpty { return answers }
            let left = end - ContinuousClock.now
            guard left > .zero else { return [] }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            var waiting = pollfd(fd: inbox.wakeDescriptor, events: Int16(POLLIN), revents: 0)
            poll(&waiting, 1, Int32(clamping: milliseconds + 1))
        }
    }

    private func work() {
        while true {
            let question = state.withLock { state in
                let question = state.questions.popLast()
                if question == nil { state.threads -= 1 }
                return question
            }
            guard let question else { return }
            let result =
                switch question {
                case .name(let address): Self.name(of: address)
                case .address(let name): Self.address(of: name)
                }
            inbox.post(Answer(question: question, result: result))
        }
    }

    private static func name(of address: IPAddress) -> Outcome {
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let failure = withSocketAddress(address) {
            getnameinfo($0, $1, &name, socklen_t(name.count), nil, 0, NI_NAMEREQD)
        }
        guard failure == 0 else { return failure == EAI_AGAIN ? .silence : .name(nil) }
        return .name(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    static func address(of host: String) -> Outcome {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        guard failure == 0, let list else { return failure == EAI_AGAIN ? .silence : .address(nil) }
        defer { freeaddrinfo(list) }
        guard let address = list.pointee.ai_addr, list.pointee.ai_family == AF_INET else { return .address(nil) }
        let number = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
        return .address(IPv4Address(rawValue: UInt32(bigEndian: number)))
    }
}
