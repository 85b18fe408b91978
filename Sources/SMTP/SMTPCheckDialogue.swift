import Timing

/// What a check says to a mail server and expects of it: a greeting, an answer to `HELO`, a farewell.
///
/// The server has to greet with 220 and to answer `HELO` with 250. `QUIT` may be answered with any success; a server that
/// closes instead has done what it was asked. A refusal of `QUIT` (421 of a server that shuts down) is a failure, so
/// that what the server says last counts too.
public struct SMTPCheckDialogue: Sendable {
    /// Where the dialogue stands.
    public enum Step: Sendable, Hashable {
        /// The connection is open and the server has not greeted yet.
        case greeting
        /// `HELO` was sent.
        case hello
        /// `QUIT` was sent.
        case quit
    }

    /// What to do next.
    public enum Action: Sendable, Hashable {
        /// Send these bytes and wait for more.
        case send([UInt8])
        /// Wait for more.
        case wait
        /// The dialogue is over: without a failure the server is well.
        case finish(SMTPFailure?)
    }

    /// Where the dialogue stands.
    public private(set) var step = Step.greeting
    private let helloName: String
    private var parser = SMTPReplyParser()

    /// A dialogue on a connection that has just been opened.
    ///
    /// - Parameter helloName: the name behind `HELO`; control characters and blanks are left out.
    public init(helloName: String) {
        self.helloName = SMTPText.hostName(helloName)
    }

    /// Takes in what the server has sent. What comes of it does not depend on how the bytes were split.
    public mutating func receive(_ bytes: some Sequence<UInt8>) -> Action {
        var rest = Array(bytes)[...]
        var commands: [UInt8] = []
        do throws(SMTPReplyError) {
            while let reply = try parser.consume(&rest) {
                switch act(on: reply) {
                case .send(let command): commands += command
                case .wait: break
                case .finish(let failure): return .finish(failure)
                }
            }
        } catch {
            return .finish(.malformedReply(step, error))
        }
        return commands.isEmpty ? .wait : .send(commands)
    }

    /// Takes in the end of the connection.
    public func receiveEnd() -> SMTPFailure? {
        step == .quit && !parser.isInsideReply ? nil : .connectionClosed(step)
    }

    private mutating func act(on reply: SMTPReply) -> Action {
        switch step {
        case .greeting where reply.code == 220:
            step = .hello
            return .send(SMTPText.command("HELO \(helloName)"))
        case .hello where reply.code == 250:
            step = .quit
            return .send(SMTPText.command("QUIT"))
        case .quit where reply.kind == .completion: return .finish(nil)
        case .greeting, .hello, .quit: return .finish(.unexpectedReply(step, reply))
        }
    }
}

/// Why a mail server is not well.
public enum SMTPFailure: Error, Sendable, Hashable {
    /// It answers, and not as it should.
    case unexpectedReply(SMTPCheckDialogue.Step, SMTPReply)
    /// What it sends is not SMTP.
    case malformedReply(SMTPCheckDialogue.Step, SMTPReplyError)
    /// It closes the connection instead of answering.
    case connectionClosed(SMTPCheckDialogue.Step)
    /// The connection broke; the system's reason.
    case connectionLost(SMTPCheckDialogue.Step, reason: String)
    /// It did not answer in time.
    case timedOut(SMTPCheckDialogue.Step, after: Duration)
}

extension SMTPCheckDialogue.Step: CustomStringConvertible {
    /// What is waited for: `greeting`, `answer to HELO`.
    public var description: String {
        switch self {
        case .greeting: "greeting"
        case .hello: "answer to HELO"
        case .quit: "answer to QUIT"
        }
    }
}

extension SMTPFailure: CustomStringConvertible {
    /// The cause in words, to stand behind "because": `greeting 554 no service here`.
    public var description: String {
        switch self {
        case .unexpectedReply(let step, let reply): "\(step) \(reply)"
        case .malformedReply(let step, let error): "\(step): \(error)"
        case .connectionClosed(let step): "connection closed without \(step)"
        case .connectionLost(let step, let reason):
            "connection lost while waiting for \(step): \(reason)"
        case .timedOut(let step, let timeout): "no \(step) within \(timeout.inWords)"
        }
    }
}
