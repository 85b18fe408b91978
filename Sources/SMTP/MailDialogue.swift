import Timing

/// The client's side of a session with a mail server: `HELO`, then any number of mails, then `QUIT` (RFC 5321).
///
/// A value without clock and sockets: what the server sends goes in, what is to be sent and what came of a mail comes out.
public struct MailDialogue: Sendable {
    /// Where the session stands: what answer is waited for.
    public enum Step: Sendable, Hashable {
        /// The connection is open and the server has not greeted yet.
        case greeting
        /// `HELO` was sent.
        case hello
        /// `MAIL FROM` was sent.
        case sender
        /// `RCPT TO` was sent for the recipient at this index.
        case recipient(Int)
        /// `DATA` was sent.
        case data
        /// The mail was sent.
        case content
        /// Nothing: the next mail may begin.
        case idle
        /// `QUIT` was sent.
        case quit
    }

    /// A recipient that the server did not take.
    public struct Refusal: Sendable, Hashable {
        /// Whom it did not take.
        public var recipient: String
        /// What it said.
        public var reply: SMTPReply
        /// Whether it may take the recipient another time.
        public var isTransient: Bool { reply.kind != .permanentFailure }
    }

    /// What to do next.
    public enum Action: Sendable, Hashable {
        /// Send these bytes and wait for more.
        case send([UInt8])
        /// Wait for more.
        case wait
        /// The server has taken the mail for everybody but these. ``begin(_:)`` or ``quit()`` is to follow.
        case delivered(except: [Refusal])
        /// The mail was not taken. The session is over.
        case failed(MailFailure)
        /// The session is over, after ``quit()``.
        case finished
    }

    /// Where the session stands.
    public private(set) var step = Step.greeting
    private let helloName: String
    private var parser = SMTPReplyParser()
    private var message: MailMessage
    private var addresses: [String] = []
    private var refusals: [Refusal] = []
    private var accepted = 0

    /// A session on a connection that has just been opened.
    ///
    /// - Parameters:
    ///   - helloName: the name behind `HELO`; control characters and blanks are left out.
    ///   - message: the first mail.
    public init(helloName: String, message: MailMessage) {
        self.helloName = SMTPText.hostName(helloName)
        self.message = message
    }

    /// Takes in what the server has sent, in whatever pieces.
    public mutating func receive(_ bytes: some Sequence<UInt8>) -> Action {
        var rest = Array(bytes)[...]
        var output: [UInt8] = []
        do throws(SMTPReplyError) {
            while let reply = try parser.consume(&rest) {
                let action = answer(to: reply)
                guard case .send(let command) = action else { return action }
                output += command
            }
        } catch {
            return .failed(MailFailure(step, .malformedReply(error)))
        }
        return output.isEmpty ? .wait : .send(output)
    }

    /// Takes in the end of the connection.
    public func receiveEnd() -> Action {
        step == .quit || step == .idle ? .finished : .failed(MailFailure(step, .connectionClosed))
    }

    /// Begins the next mail after one was delivered. Returns what is to be sent.
    public mutating func begin(_ next: MailMessage) -> [UInt8] {
        message = next
        return sendSender()
    }

    /// Ends the session. Returns what is to be sent.
    public mutating func quit() -> [UInt8] {
        step = .quit
        return SMTPText.command("QUIT")
    }

    private mutating func answer(to reply: SMTPReply) -> Action {
        switch (step, reply.kind) {
        case (.greeting, .completion):
            step = .hello
            return .send(SMTPText.command("HELO \(helloName)"))
        case (.hello, .completion): return .send(sendSender())
        case (.sender, .completion): return sendRecipient(0)
        case (.recipient(let index), let kind):
            if kind == .completion {
                accepted += 1
            } else if addresses.indices.contains(index) {
                refusals.append(Refusal(recipient: addresses[index], reply: reply))
            }
            // 421: the server closes the connection (RFC 5321, section 3.8).
            if reply.code == 421 { return .failed(MailFailure(step, .refused(reply))) }
            return sendRecipient(index + 1)
        case (.data, .intermediate):
            step = .content
            return .send(message.content)
        case (.content, .completion):
            step = .idle
            return .delivered(except: refusals)
        case (.quit, _): return .finished
        default: return .failed(MailFailure(step, .refused(reply)))
        }
    }

    private mutating func sendSender() -> [UInt8] {
        step = .sender
        refusals = []
        accepted = 0
        addresses = message.recipients.compactMap(MailMessage.address)
        return SMTPText.command("MAIL FROM:<\(MailMessage.address(message.sender) ?? "")>")
    }

    private mutating func sendRecipient(_ index: Int) -> Action {
        guard addresses.indices.contains(index) else {
            guard accepted > 0 else {
                let step = Step.recipient(max(0, addresses.count - 1))
                // One that may be taken later makes the mail one that is tried again.
                let reply = refusals.first { $0.isTransient }?.reply ?? refusals.first?.reply
                return .failed(MailFailure(step, reply.map { .refused($0) } ?? .noRecipients))
            }
            step = .data
            return .send(SMTPText.command("DATA"))
        }
        step = .recipient(index)
        return .send(SMTPText.command("RCPT TO:<\(addresses[index])>"))
    }
}

/// Why a mail did not get through.
public struct MailFailure: Error, Sendable, Hashable {
    /// What happened.
    public enum Reason: Sendable, Hashable {
        /// The server said no.
        case refused(SMTPReply)
        /// What it sends is not SMTP.
        case malformedReply(SMTPReplyError)
        /// It closed the connection instead of answering.
        case connectionClosed
        /// The connection could not be opened or broke; the system's reason.
        case connection(String)
        /// It did not answer in time.
        case timedOut(after: Duration)
        /// None of the recipients is a mail address.
        case noRecipients
    }

    /// Where the session stood.
    public var step: MailDialogue.Step
    /// What happened.
    public var reason: Reason

    /// Creates a failure.
    public init(_ step: MailDialogue.Step, _ reason: Reason) {
        self.step = step
        self.reason = reason
    }

    /// Whether this mail will never be taken, so that it is of no use to try again: the server refused its sender, every
    /// recipient or its text for good. What it says to the session as a whole is about itself.
    public var isPermanent: Bool {
        switch (reason, step) {
        case (.noRecipients, _): true
        case (.refused(let reply), .sender), (.refused(let reply), .recipient), (.refused(let reply), .data),
            (.refused(let reply), .content):
            reply.kind == .permanentFailure
        default: false
        }
    }
}

extension MailFailure: CustomStringConvertible {
    /// The cause in words: `answer to RCPT TO: 550 no such user`.
    public var description: String {
        switch reason {
        case .refused(let reply): "\(step): \(reply)"
        case .malformedReply(let error): "\(step): \(error)"
        case .connectionClosed: "connection closed without \(step)"
        case .connection(let reason): reason
        case .timedOut(let timeout): "no \(step) within \(timeout.inWords)"
        case .noRecipients: "no recipient has a mail address"
        }
    }
}

extension MailDialogue.Step: CustomStringConvertible {
    /// What is waited for: `greeting`, `answer to DATA`.
    public var description: String {
        switch self {
        case .greeting: "greeting"
        case .hello: "answer to HELO"
        case .sender: "answer to MAIL FROM"
        case .recipient: "answer to RCPT TO"
        case .data: "answer to DATA"
        case .content: "answer to the mail"
        case .idle: "next mail"
        case .quit: "answer to QUIT"
        }
    }
}
