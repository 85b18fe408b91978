/// Many requests under way at once: writes them in chunks and matches acknowledgements by sequence number. A value
/// that does no I/O; ``NetlinkSession/perform(batch:)`` drives it, and so can an event loop.
///
/// A chunk is bounded so that the acknowledgements of all its requests fit into the receive buffer at once: the
/// kernel drops what does not.
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
    private var sent = 0
    private var outstanding = 0

    /// Creates a batch whose requests take the sequence numbers from `firstSequence` on.
    public init(_ requests: [NetlinkRequest], firstSequence: UInt32, maximumOutstanding: Int) {
        self.requests = requests
        self.firstSequence = firstSequence
        maximumChunkCount = max(1, maximumOutstanding)
        states = Array(repeating: .waiting, count: requests.count)
    }

    /// Whether requests are sent that the kernel has not acknowledged.
    public var isWaiting: Bool { outstanding > 0 }

    /// The next datagram, or nil when everything is sent. Call it only while nothing is outstanding.
    public mutating func nextChunk() -> [UInt8]? {
        guard sent < requests.count else { return nil }
        var writer = MessageWriter(reservingCapacity: 32_768)
        var count = 0
        while sent < requests.count, count < maximumChunkCount {
            let request = requests[sent]
            let size = MessageHeader.byteCount + request.payload.count
            guard count == 0 || writer.bytes.count + size <= Self.maximumChunkBytes else { break }
            request.write(to: &writer, sequence: firstSequence &+ UInt32(sent), adding: .acknowledge)
            sent += 1
            count += 1
        }
        outstanding += count
        return writer.bytes
    }

    /// Takes in a datagram. Messages with foreign sequence numbers are passed over. Returns how many requests it
    /// settled.
    @discardableResult
    public mutating func receive(_ datagram: borrowing RawSpan) throws(NetlinkError) -> Int {
        let before = outstanding
        try datagram.forEachMessage { header, payload throws(NetlinkError) in
            let index = Int(header.sequence &- firstSequence)
            guard header.type == ControlMessageType.error, index < sent, case .waiting = states[index] else { return }
            states[index] = .done(try Acknowledgement(payload: payload, flags: header.flags).error)
            outstanding -= 1
        }
        return before - outstanding
    }

    /// Gives up: requests that are outstanding fail with `error`, those not sent with
    /// ``NetlinkError/Code/notSent``.
    public mutating func abandon(_ error: NetlinkError) {
        for index in states.indices {
            guard case .waiting = states[index] else { continue }
            states[index] = .done(index < sent ? error : NetlinkError(.notSent, message: error.description))
        }
        sent = requests.count
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
