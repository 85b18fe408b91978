import Addressing
import Glibc
import Synchronization

/// Questions to the machine's name sources, several at once: each is a call that blocks for as long as a name server
/// does. Threads that never come back end with the process.
final class HostLookups: Sendable {
    /// What came of a question.
    struct Answer: Sendable {
        var address: IPAddress
        /// Nil when there is no name.
        var name: String?
    }

    /// So many questions are under way at once.
    private static let threadLimit = 16

    private struct State {
        var questions: [IPAddress] = []
        var threads = 0
    }

    private let state = Mutex(State())
    private let inbox: WakingInbox<Answer>

    /// Nil when the kernel gives no descriptor: then there are no names.
    init?() {
        guard let inbox = try? WakingInbox<Answer>(purpose: "look up names") else { return nil }
        self.inbox = inbox
    }

    /// Begins to look up names.
    func ask(_ addresses: Set<IPAddress>) {
        let more = state.withLock { state in
            state.questions += addresses
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
            inbox.post(Answer(address: question, name: Self.name(of: question)))
        }
    }

    private static func name(of address: IPAddress) -> String? {
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let failure = withSocketAddress(address) {
            getnameinfo($0, $1, &name, socklen_t(name.count), nil, 0, NI_NAMEREQD)
        }
        guard failure == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
