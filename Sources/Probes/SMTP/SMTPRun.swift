import HealthChecks
import LinuxSystem
import SMTP
import Timing

/// One run of an SMTP check: connection, greeting, `HELO`, `QUIT`.
///
/// Each of these steps may take the whole timeout, however many pieces it comes in: four timeouts are the longest run.
final class SMTPRun: ProbeRun {
    private let timeout: Duration
    private let completion: (CheckResult) -> Void
    private let poll: DescriptorPoll
    private var dialogue: SMTPCheckDialogue
    private var conversation: StreamConversation?
    private var isConnected = false
    private var isOver = false
    private(set) var deadline: Instant?

    /// Starts; a refusal may be reported before this returns.
    init(
        _ target: ConnectionTarget, helloName: String, poll: DescriptorPoll,
        completion: @escaping (CheckResult) -> Void
    ) {
        timeout = target.timeout
        self.completion = completion
        self.poll = poll
        dialogue = SMTPCheckDialogue(helloName: helloName)
        deadline = poll.now + timeout
        let conversation = StreamConversation(poll: poll) { [weak self] in self?.take($0) }
        self.conversation = conversation
        conversation.open(target)
    }

    func expire(now: Instant) {
        guard !isOver, let deadline, deadline <= now else { return }
        finish(
            .failure(
                isConnected
                    ? .smtp(.timedOut(dialogue.step, after: timeout)) : .connectionTimedOut(after: timeout)))
    }

    func abandon() {
        isOver = true
        conversation?.close()
    }

    private func take(_ event: StreamConversation.Event) {
        guard !isOver else { return }
        switch event {
        case .opened:
            isConnected = true
            deadline = poll.now + timeout
        case .received(let bytes): receive(bytes)
        case .closed: finish(dialogue.receiveEnd().map { .failure(.smtp($0)) } ?? .success())
        case .failed(let error): finish(.failure(.connectionFailed("\(error)")))
        case .lost(let error):
            finish(.failure(.smtp(.connectionLost(dialogue.step, reason: "\(error)"))))
        case .impossible(let reason): finish(.inconclusive(reason))
        }
    }

    private func receive(_ bytes: ArraySlice<UInt8>) {
        switch dialogue.receive(bytes) {
        case .wait: break
        case .send(let command):
            deadline = poll.now + timeout
            conversation?.send(command)
        case .finish(let failure): finish(failure.map { .failure(.smtp($0)) } ?? .success())
        }
    }

    private func finish(_ result: CheckResult) {
        guard !isOver else { return }
        isOver = true
        conversation?.close()
        completion(result)
    }
}
