/// Why a netlink exchange, or one request of it, did not do what was asked.
public struct NetlinkError: Error, Sendable, Hashable {
    /// What went wrong, as far as a caller reacts to it.
    public enum Code: Sendable, Hashable {
        /// The kernel refused the request with this error number.
        case kernel(ErrorNumber)
        /// Sending or receiving failed with this error number.
        case transport(ErrorNumber)
        /// No answer came within the session's timeout; the request may have been carried out.
        case timedOut
        /// The kernel dropped answers because the receive buffer ran over; the request may have been carried out.
        case overrun
        /// The request was not sent because an earlier one of the same batch lost the transport.
        case notSent
        /// A message or attribute breaks the format of RFC 3549 and `linux/netlink.h`.
        case malformed
        /// The kernel's answer lacks an attribute that it always carries.
        case missingAttribute
        /// The table changed under every attempt to dump it.
        case dumpInterrupted
        /// The generic-netlink family is not registered: the kernel module is not loaded.
        case unknownFamily
    }

    /// What went wrong.
    public var code: Code
    /// The kernel's own words (`NLMSGERR_ATTR_MSG`), or what was malformed; nil when there is nothing to add.
    public var message: String?

    /// Creates an error.
    public init(_ code: Code, message: String? = nil) {
        self.code = code
        self.message = message
    }

    /// The kernel's error number when the kernel refused the request.
    public var errorNumber: ErrorNumber? {
        if case .kernel(let number) = code { number } else { nil }
    }

    /// Whether the socket has to be opened anew before it can be relied on: answers are missing or out of step.
    public var losesSynchronization: Bool {
        switch code {
        case .transport, .timedOut, .overrun, .malformed: true
        case .kernel, .notSent, .missingAttribute, .dumpInterrupted, .unknownFamily: false
        }
    }

    @usableFromInline
    static func malformed(_ message: String) -> NetlinkError { NetlinkError(.malformed, message: message) }
}

extension NetlinkError: CustomStringConvertible {
    /// One sentence without a full stop: the error number's words, then the kernel's explanation if it gave one.
    public var description: String {
        let text =
            switch code {
            case .kernel(let number): number.description
            case .transport(let number): "netlink socket: \(number)"
            case .timedOut: "no answer from the kernel in time"
            case .overrun: "netlink receive buffer ran over, answers are lost"
            case .notSent: "not sent because the netlink socket failed"
            case .malformed: "malformed netlink message"
            case .missingAttribute: "the kernel's answer lacks an attribute"
            case .dumpInterrupted: "the kernel's table changed during every attempt to read it"
            case .unknownFamily: "generic netlink family is not registered"
            }
        guard let message, !message.isEmpty else { return text }
        return "\(text): \(message)"
    }
}
