import CLinux
public import Netlink

/// A socket of one netlink family to a ``FakeKernel``. Nothing in it takes time: an answer that is not there when it
/// is asked for is a timeout at once.
public final class FakeSocket: NetlinkTransport {
    /// The families that the fake kernel speaks.
    public enum Family: Sendable, Hashable {
        /// Generic netlink.
        case generic
        /// Links, addresses and routes.
        case route
    }

    /// Datagrams that the receive buffer holds; more are dropped, and the next receive reports an overrun.
    public var acknowledgementCapacity = 128
    /// Answers to drop before they are queued, counted down: the receiver runs into its timeout.
    public var answersToDrop = 0
    /// Every datagram that was sent to the kernel.
    public private(set) var sent: [[UInt8]] = []
    /// How often the socket was opened anew.
    public private(set) var resets = 0

    private let kernel: FakeKernel
    private let family: Family
    private var queue: [[UInt8]] = []
    private var isOverrun = false

    init(_ kernel: FakeKernel, _ family: Family) {
        self.kernel = kernel
        self.family = family
    }

    /// Takes whole messages, lets the kernel carry out each and queues the answers.
    public func send(_ messages: [UInt8]) throws(NetlinkError) {
        sent.append(messages)
        try messages.span.bytes.forEachMessage { header, payload throws(NetlinkError) in
            guard header.flags.contains(.request) else { return }
            answer(header, try kernel.respond(family, header, payload))
        }
    }

    /// The next queued datagram.
    public func receive(timeout: Duration) throws(NetlinkError) -> [UInt8] {
        if isOverrun {
            isOverrun = false
            throw NetlinkError(.overrun)
        }
        guard !queue.isEmpty else { throw NetlinkError(.timedOut) }
        return queue.removeFirst()
    }

    /// Forgets what is queued.
    public func reset() throws(NetlinkError) {
        resets += 1
        queue = []
        isOverrun = false
    }

    /// Puts a datagram in front of the receiver, as a stray or hostile one would come.
    public func inject(_ datagram: [UInt8]) { queue.append(datagram) }

    private func answer(_ header: MessageHeader, _ response: FakeResponse) {
        switch response {
        case .refused(let number, let explanation):
            acknowledge(header, number, explanation)
        case .answered(let answers):
            if header.flags.isSuperset(of: .dump) {
                dump(header, answers)
            } else {
                for answer in answers { enqueue(message(header, answer, flags: [])) }
                if header.flags.contains(.acknowledge) { acknowledge(header, nil, nil) }
            }
        }
    }

    /// Parts of a dump, several to a datagram, and the end on its own.
    private func dump(_ header: MessageHeader, _ answers: [FakeAnswer]) {
        var flags: MessageFlags = .multipart
        if kernel.dumpsToInterrupt > 0 {
            kernel.dumpsToInterrupt -= 1
            flags.insert(.dumpInterrupted)
        }
        var datagram: [UInt8] = []
        for answer in answers {
            datagram += message(header, answer, flags: flags)
            if datagram.count > 4_096 {
                enqueue(datagram)
                datagram = []
            }
        }
        if !datagram.isEmpty { enqueue(datagram) }
        let end = FakeAnswer(type: ControlMessageType.done, payload: [0, 0, 0, 0])
        enqueue(message(header, end, flags: flags))
    }

    private func acknowledge(_ header: MessageHeader, _ number: ErrorNumber?, _ explanation: String?) {
        var writer = MessageWriter()
        writer.append(-(number?.rawValue ?? 0))
        writer.append(header.length)
        writer.append(header.type)
        writer.append(header.flags.rawValue)
        writer.append(header.sequence)
        writer.append(header.port)
        var flags: MessageFlags = .capped
        if let explanation {
            flags.insert(.acknowledgementAttributes)
            writer.attribute(UInt16(NLMSGERR_ATTR_MSG.rawValue), string: explanation)
        }
        enqueue(message(header, FakeAnswer(type: ControlMessageType.error, payload: writer.bytes), flags: flags))
    }

    private func message(_ request: MessageHeader, _ answer: FakeAnswer, flags: MessageFlags) -> [UInt8] {
        var writer = MessageWriter()
        writer.message(type: answer.type, flags: flags, sequence: request.sequence, port: 4711) {
            $0.append(bytes: answer.payload)
        }
        return writer.bytes
    }

    private func enqueue(_ datagram: [UInt8]) {
        if answersToDrop > 0 {
            answersToDrop -= 1
        } else if queue.count >= acknowledgementCapacity {
            isOverrun = true
        } else {
            queue.append(datagram)
        }
    }
}
