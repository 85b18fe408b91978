import Timing

/// Judges what comes back after a query.
///
/// The server is well when it answers the question without an error code, with or without records: "there is no such
/// record" is an answer. What answers another query, or comes from who cannot know ours, is passed over: only silence at
/// the end of the time says that nobody answers.
public struct DNSExchange: Sendable {
    /// What a message means.
    public enum Outcome: Sendable, Hashable {
        /// It answers something else; go on waiting.
        case ignore
        /// The answer did not fit into a datagram: ask again over a connection (RFC 7766, section 5).
        case askOverConnection
        /// The question is answered.
        case answered
        /// The server is not well.
        case failed(DNSFailure)
    }

    /// What carries the messages.
    public enum Transport: Sendable, Hashable {
        /// One message in a datagram.
        case datagram
        /// A connection.
        case connection
    }

    private let question: DNSQuestion
    private let id: UInt16
    /// How many messages answered something else.
    public private(set) var ignored = 0

    /// - Parameter id: that of the query.
    public init(_ question: DNSQuestion, id: UInt16) {
        self.question = question
        self.id = id
    }

    /// Takes in a message.
    public mutating func receive(_ bytes: [UInt8], over transport: Transport) -> Outcome {
        let message: DNSMessage
        do throws(DNSMessageError) {
            // Only who knows the id of the query can say that the answer to it is malformed.
            guard bytes.count >= 2, UInt16(bytes[0]) << 8 | UInt16(bytes[1]) == id else { return pass() }
            message = try DNSMessage(bytes)
        } catch {
            return .failed(.malformed(error))
        }
        let header = message.header
        guard header.isResponse, header.opcode == 0 else { return pass() }
        if let asked = message.question {
            guard asked == question, message.questionClass == DNSQuestion.internetClass else { return pass() }
        } else if header.responseCode == .noError {
            return .failed(.malformed(.questionCount(0)))
        }
        guard header.responseCode == .noError else { return .failed(.refused(header.responseCode)) }
        return header.isTruncated && transport == .datagram ? .askOverConnection : .answered
    }

    private mutating func pass() -> Outcome {
        ignored += 1
        return .ignore
    }
}

/// Why a name server is not well.
public enum DNSFailure: Error, Sendable, Hashable {
    /// It answers with an error code.
    case refused(DNSResponseCode)
    /// Its answer is no DNS message.
    case malformed(DNSMessageError)
    /// It did not answer in time; `ignored` messages that answered something else did come.
    case timedOut(after: Duration, ignored: Int)
    /// The network or the host sends the query back; the system's reason.
    case unreachable(String)
    /// The answer was truncated and there is no connection on which to ask again; the system's reason.
    case connectionFailed(String)
    /// The server closed the connection instead of answering on it.
    case connectionClosed
    /// The answer was truncated, and on the connection none came in time; `ignored` that answered something else did.
    case connectionTimedOut(after: Duration, ignored: Int)
}

extension DNSFailure: CustomStringConvertible {
    /// The cause in words, to stand behind "because".
    public var description: String {
        switch self {
        case .refused(let code): "answer \(code)"
        case .malformed(let error): "no DNS answer: \(error)"
        case .timedOut(let timeout, let ignored):
            "no answer within \(timeout.inWords)" + Self.words(ignored: ignored)
        case .unreachable(let reason): reason
        case .connectionFailed(let reason): "truncated answer, and no TCP connection to ask again: \(reason)"
        case .connectionClosed: "truncated answer, and the TCP connection was closed without another"
        case .connectionTimedOut(let timeout, let ignored):
            "truncated answer, and none over TCP within \(timeout.inWords)" + Self.words(ignored: ignored)
        }
    }

    private static func words(ignored: Int) -> String {
        ignored == 0 ? "" : ", only \(ignored) that \(ignored == 1 ? "belongs" : "belong") to other questions"
    }
}
