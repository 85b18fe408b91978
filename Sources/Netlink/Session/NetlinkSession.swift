/// Request, dump and batch over one transport.
///
/// A session is used by one thread or loop at a time. Every wait is bounded by ``timeout``, so a lost answer is an
/// error and never a hang; after an error that leaves answers in doubt the transport is reset, so that the next
/// exchange starts clean.
public final class NetlinkSession {
    /// How often a dump is repeated when the table changes under it.
    public static let dumpAttempts = 5

    /// Datagrams without anything for the current exchange that are passed over before it fails. Bounds the wait when
    /// something keeps sending to the socket.
    static let strayDatagramLimit = 10_000

    /// Longest wait for one datagram.
    public let timeout: Duration

    private let transport: any NetlinkTransport
    private var nextSequence: UInt32 = 1

    /// Creates a session that owns the transport's conversation.
    public init(transport: any NetlinkTransport, timeout: Duration = .seconds(5)) {
        self.transport = transport
        self.timeout = timeout
    }

    /// Sends a request and returns when the kernel has acknowledged it.
    public func perform(_ request: NetlinkRequest) throws(NetlinkError) {
        try exchange(request) { _, _ in }
    }

    /// Sends a request, hands its answers to `onAnswer`, and returns when the kernel has acknowledged it.
    ///
    /// An error that `onAnswer` throws is thrown after the exchange has ended.
    public func exchange(
        _ request: NetlinkRequest, onAnswer: (MessageHeader, RawSpan) throws(NetlinkError) -> Void
    ) throws(NetlinkError) {
        try transact(request, adding: .acknowledge, onAnswer: onAnswer)
    }

    /// Dumps a table: every entry that `decode` does not answer with nil, in the kernel's order.
    ///
    /// When the kernel says that the table changed meanwhile, the dump is repeated, ``dumpAttempts`` times in all;
    /// `beforeEach` is called before every attempt.
    @inlinable
    public func dump<Entry>(
        _ request: NetlinkRequest, beforeEach: () -> Void = {},
        decode: (MessageHeader, RawSpan) throws(NetlinkError) -> Entry?
    ) throws(NetlinkError) -> [Entry] {
        var entries: [Entry] = []
        for _ in 0..<Self.dumpAttempts {
            beforeEach()
            entries.removeAll()
            let isConsistent = try attemptDump(request) { header, payload throws(NetlinkError) in
                if let entry = try decode(header, payload) { entries.append(entry) }
            }
            if isConsistent { return entries }
        }
        throw NetlinkError(.dumpInterrupted)
    }

    /// Dumps a table once; false when the kernel says that it changed meanwhile.
    @usableFromInline
    func attemptDump(
        _ request: NetlinkRequest, onEntry: (MessageHeader, RawSpan) throws(NetlinkError) -> Void
    ) throws(NetlinkError) -> Bool {
        try transact(request, adding: .dump, onAnswer: onEntry)
    }

    /// Sends many requests and returns what became of each, in their order; nil is success. One that fails does not
    /// hold up the others.
    public func perform(batch requests: [NetlinkRequest]) -> [NetlinkError?] {
        var batch = NetlinkBatch(
            requests, firstSequence: takeSequences(requests.count),
            maximumOutstanding: transport.acknowledgementCapacity)
        var strays = 0
        do throws(NetlinkError) {
            while let chunk = batch.nextChunk() {
                try transport.send(chunk)
                while batch.isWaiting {
                    let datagram = try transport.receive(timeout: timeout)
                    if try batch.receive(datagram.span.bytes) == 0 { strays += 1 }
                    guard strays < Self.strayDatagramLimit else { throw NetlinkError(.timedOut) }
                }
            }
        } catch {
            batch.abandon(error)
            // A reset that fails shows at the next send; the outcomes already carry the cause.
            try? transport.reset()
        }
        return batch.outcomes
    }

    /// Sends requests that the kernel carries out together or not at all (nfnetlink's batches): a message that begins
    /// the transaction, the requests, a message that ends it. Throws the first refusal; then nothing has changed.
    ///
    /// - Parameter subsystem: The `NFNL_SUBSYS_*` that the requests are for.
    public func transact(_ requests: [NetlinkRequest], subsystem: UInt8) throws(NetlinkError) {
        guard !requests.isEmpty else { return }
        let first = takeSequences(requests.count + 2)
        var writer = MessageWriter(reservingCapacity: 4_096)
        NetfilterMessage.boundary(.begin, subsystem: subsystem).write(to: &writer, sequence: first, adding: [])
        for (index, request) in requests.enumerated() {
            request.write(
                to: &writer, sequence: first &+ 1 &+ UInt32(truncatingIfNeeded: index), adding: .acknowledge)
        }
        let last = first &+ 1 &+ UInt32(truncatingIfNeeded: requests.count)
        NetfilterMessage.boundary(.end, subsystem: subsystem).write(to: &writer, sequence: last, adding: [])
        var outstanding = requests.count
        var strays = 0
        do throws(NetlinkError) {
            try transport.send(writer.bytes)
            while outstanding > 0 {
                let datagram = try transport.receive(timeout: timeout)
                var matched = false
                try datagram.span.bytes.forEachMessage { header, payload throws(NetlinkError) in
                    // A refusal of the whole comes in answer to its first message.
                    guard header.type == ControlMessageType.error, header.sequence &- first <= last &- first else {
                        return
                    }
                    matched = true
                    if let error = try Acknowledgement(payload: payload, flags: header.flags).error { throw error }
                    outstanding -= 1
                }
                if !matched { strays += 1 }
                guard strays < Self.strayDatagramLimit else { throw NetlinkError(.timedOut) }
            }
        } catch {
            // Answers to the rest may still come.
            try? transport.reset()
            throw error
        }
    }

    private func takeSequences(_ count: Int) -> UInt32 {
        let first = nextSequence
        nextSequence &+= UInt32(truncatingIfNeeded: count)
        return first
    }

    /// Sends and receives until the acknowledgement, the end of the dump or an error. Returns false when the kernel
    /// flagged a dump as interrupted.
    @discardableResult
    private func transact(
        _ request: NetlinkRequest, adding flags: MessageFlags,
        onAnswer: (MessageHeader, RawSpan) throws(NetlinkError) -> Void
    ) throws(NetlinkError) -> Bool {
        let sequence = takeSequences(1)
        var writer = MessageWriter(reservingCapacity: MessageHeader.byteCount + request.payload.count)
        request.write(to: &writer, sequence: sequence, adding: flags)
        var consistent = true
        var finished = false
        var failure: NetlinkError?
        var strays = 0
        do throws(NetlinkError) {
            try transport.send(writer.bytes)
            while !finished {
                let datagram = try transport.receive(timeout: timeout)
                var matched = false
                try datagram.span.bytes.forEachMessage { header, payload throws(NetlinkError) in
                    guard header.sequence == sequence, !finished else { return }
                    matched = true
                    if header.flags.contains(.dumpInterrupted) { consistent = false }
                    switch header.type {
                    case ControlMessageType.error:
                        if let error = try Acknowledgement(payload: payload, flags: header.flags).error {
                            failure = error
                        }
                        finished = true
                    case ControlMessageType.done:
                        // A dump that fails half-way carries the error number in its end message.
                        if payload.byteCount >= 4, let error = try Acknowledgement(payload: payload, flags: []).error {
                            failure = error
                        }
                        finished = true
                    case ControlMessageType.overrun: throw NetlinkError(.overrun)
                    case ControlMessageType.noOperation: break
                    default:
                        guard failure == nil else { return }
                        do throws(NetlinkError) { try onAnswer(header, payload) } catch { failure = error }
                    }
                }
                if !matched { strays += 1 }
                guard strays < Self.strayDatagramLimit else { throw NetlinkError(.timedOut) }
            }
        } catch {
            try? transport.reset()
            throw error
        }
        if let failure { throw failure }
        return consistent
    }
}
