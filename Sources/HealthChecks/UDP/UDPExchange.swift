import Timing

/// What a UDP check sends, and which answers are right (`UDP_CHECK`).
public struct UDPExchange: Sendable, Hashable {
    /// A byte of which only some bits count.
    public struct MaskedByte: Sendable, Hashable {
        /// The bits that are expected; 0 where they do not count.
        public var value: UInt8
        /// 1 for a bit that counts.
        public var mask: UInt8

        /// Creates a byte; by default all of it counts.
        public init(_ value: UInt8, mask: UInt8 = 0xFF) {
            self.value = value & mask
            self.mask = mask
        }
    }

    /// The datagram that is sent.
    public var payload: [UInt8]
    /// Whether silence is a failure.
    public var requiresReply: Bool
    /// What an answer begins with; with none any will do.
    public var reply: [MaskedByte]
    /// Bytes that an answer has at least.
    public var minimumLength: Int
    /// Bytes that an answer has at most.
    public var maximumLength: Int

    /// Creates an exchange.
    public init(
        payload: [UInt8], requiresReply: Bool = false, reply: [MaskedByte] = [], minimumLength: Int = 0,
        maximumLength: Int = 255
    ) {
        self.payload = payload
        self.requiresReply = requiresReply
        self.reply = reply
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
    }

    /// Judges an answer.
    ///
    /// Only a check that requires an answer looks at it: for the others, that the host takes datagrams is enough.
    ///
    /// - Parameters:
    ///   - bytes: its beginning, at least as much of it as ``maximumLength`` and ``reply`` need.
    ///   - length: how long it was.
    /// - Returns: What is wrong with it, nil for nothing.
    public func failure(of bytes: some Collection<UInt8>, length: Int) -> UDPFailure? {
        guard requiresReply else { return nil }
        guard length >= minimumLength, length <= maximumLength else {
            return .replyLength(length, minimum: minimumLength, maximum: maximumLength)
        }
        guard length >= reply.count, bytes.count >= reply.count else {
            return .replyLength(length, minimum: reply.count, maximum: maximumLength)
        }
        for (index, (byte, expected)) in zip(bytes, reply).enumerated() where byte & expected.mask != expected.value {
            return .unexpectedReply(byte: byte, at: index)
        }
        return nil
    }

    /// Judges that no answer came in time.
    ///
    /// Many services say nothing to a datagram that is none of theirs, so silence is a success unless an answer is
    /// required: the network says when nobody takes the datagram. A host that is off says nothing either. It is told
    /// apart from a service that keeps quiet by its answers to ping: who gave them before and gives none now is gone.
    ///
    /// - Parameters:
    ///   - timeout: how long it was waited.
    ///   - answersPing: whether the host has answered an echo request meanwhile.
    ///   - usedToAnswerPing: whether it has answered one in an earlier run.
    public func result(
        ofSilenceFor timeout: Duration, answersPing: Bool = false, usedToAnswerPing: Bool = false
    ) -> CheckResult {
        if requiresReply { return .failure(.udp(.noReply(after: timeout))) }
        if usedToAnswerPing, !answersPing { return .failure(.udp(.hostSilent(after: timeout))) }
        return .success()
    }
}

/// Why a UDP service is not well.
public enum UDPFailure: Error, Sendable, Hashable {
    /// The network or the host sends the datagram back; the system's reason.
    case unreachable(String)
    /// No answer came although one is required.
    case noReply(after: Duration)
    /// Neither the service nor the host says anything, and the host used to answer ping.
    case hostSilent(after: Duration)
    /// The answer has another length than allowed.
    case replyLength(Int, minimum: Int, maximum: Int)
    /// A byte of the answer is another one than expected.
    case unexpectedReply(byte: UInt8, at: Int)
}

extension UDPFailure: CustomStringConvertible {
    /// The cause in words, to stand behind "because".
    public var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .noReply(let timeout): "no reply within \(timeout.inWords)"
        case .hostSilent(let timeout):
            "no sign of life within \(timeout.inWords), and the host no longer answers to ping either"
        case .replyLength(let length, let minimum, let maximum):
            length < minimum
                ? "a reply of \(length) bytes, at least \(minimum) are expected"
                : "a reply of \(length) bytes, at most \(maximum) are expected"
        case .unexpectedReply(let byte, let index): "byte \(index) of the reply is \(hexadecimal([byte]))"
        }
    }
}
