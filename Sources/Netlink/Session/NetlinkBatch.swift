/// Many requests under way at once: writes them in chunks and matches acknowledgements by sequence number. A value
/// that does no I/O; ``NetlinkSession/perform(batch:)`` drives it, and so can an event loop.
///
/// The kernel carries out the requests of a datagram in their order and answers a refused one whether or not it was to
/// be acknowledged (`netlink_rcv_skb`). So only the last request of a chunk asks for an acknowledgement: when it is
/// answered, those before it that were not refused have succeeded. A chunk is bounded so that refusals of all its
/// requests fit into the receive buffer at once; what does not, the kernel drops, and the next receive fails.
public struct NetlinkBatch: Sendable {
    /// What became of a request.
    private enum State: Sendable {
        case waiting
        case done(NetlinkError?)
    }

    /// Bytes of a chunk at most, far below the default send buffer of 212,992 bytes.
    static let maximumChunkBytes = 65_536

    private let requests: [NetlinkRequest]
    private let firstSequence: UInt32
    private let maximumChunkCount: Int
    private var states: [State]
    /// The requests that were sent last; those before it are settled.
    private var chunk = 0..<0
    private var outstanding = 0

    /// Creates a batch whose requests take the sequence numbers from `firstSequence` on.
    public init(_ requests: [NetlinkRequest], firstSequence: UInt32, maximumOutstanding: Int) {
        self.requests = requests
        self.firstSequence = firstSequence
        maximumChunkCount = max(1, maximumOutstanding)
        states = Array(repeating: .waiting, count: requests.count)
    }

    /// Whether it is still open what became of requests that are sent.
    public var isWaiting: Bool { outstanding > 0 }

    /// The next datagram, or nil when everything is sent. Call it only while nothing is outstanding.
    public mutating func nextChunk() -> [UInt8]? {
        guard chunk.upperBound < requests.count else { return nil }
        chunk = chunk.upperBound..<endOfChunk(from: chunk.upperBound)
        outstanding = chunk.count
        var writer = MessageWriter(reservingCapacity: 32_768)
        for index in chunk {
            requests[index].write(
                to: &writer, sequence: firstSequence &+ UInt32(truncatingIfNeeded: index),
                adding: index == chunk.upperBound - 1 ? .acknowledge : [])
        }
        return writer.bytes
    }

    /// Where a chunk ends that begins with the request at `start`: it has one request at least.
    private func endOfChunk(from start: Int) -> Int {
        var end = start
        var bytes = 0
        while end < requests.count, end - start < maximumChunkCount {
            bytes += MessageHeader.byteCount + requests[end].payload.count
            guard end == start || bytes <= Self.maximumChunkBytes else { break }
            end += 1
        }
        return end
    }

    /// Takes in a datagram. Messages with foreign sequence numbers are passed over. Returns how many requests it
    /// settled.
    @discardableResult
    public mutating func receive(_ datagram: borrowing RawSpan) throws(NetlinkError) -> Int {
        let before = outstanding
        try datagram.forEachMessage { header, payload throws(NetlinkError) in
            let index = Int(header.sequence &- firstSequence)
            guard header.type == ControlMessageType.error, chunk.contains(index), case .waiting = states[index]
            else { return }
            settle(index, try Acknowledgement(payload: payload, flags: header.flags).error)
            guard index == chunk.upperBound - 1, outstanding > 0 else { return }
            for earlier in chunk { settle(earlier, nil) }
        }
        return before - outstanding
    }

    private mutating func settle(_ index: Int, _ error: NetlinkError?) {
        guard case .waiting = states[index] else { return }
        states[index] = .done(error)
        outstanding -= 1
    }

    /// Gives up: requests that are outstanding fail with `error`, those not sent with
    /// ``NetlinkError/Code/notSent``.
    public mutating func abandon(_ error: NetlinkError) {
        for index in states.indices {
            guard case .waiting = states[index] else { continue }
            states[index] = .done(index < chunk.upperBound ? error : NetlinkError(.notSent, message: error.description))
        }
        chunk = requests.count..<requests.count
        outstanding = 0
    }

    /// What became of each request, in their order; nil is success.
    public var outcomes: [NetlinkError?] {
        states.map { state in
            switch state {
            case .waiting: NetlinkError(.notSent)
            case .done(let error): error
            }
        }
    }
}
