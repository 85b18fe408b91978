import Glibc
import HealthChecks
import LinuxSystem

/// A TCP connection on which little is said and heard. Used on its loop alone.
final class StreamConversation {
    /// What happened.
    enum Event {
        /// The connection is open.
        case opened
        /// The peer has sent something.
        case received(ArraySlice<UInt8>)
        /// The peer has closed its side.
        case closed
        /// The connection could not be opened.
        case failed(Errno)
        /// The open connection broke.
        case lost(Errno)
        /// This host could not ask: nothing is known of the peer.
        case impossible(String)
    }

    /// Most pieces taken in at one look: a flood must not hold up other probes.
    private static let piecesPerLook = 4
    private static let pieceLength = 16_384

    private let poll: DescriptorPoll
    private let receive: (Event) -> Void
    private var descriptor: Int32 = -1
    private var entry: DescriptorPoll.Entry?
    private var isConnected = false

    /// A conversation that has not begun.
    ///
    /// - Parameter receive: called for what happens; it may close the conversation. After an event that ends it, it is
    ///   closed.
    init(poll: DescriptorPoll, receive: @escaping (Event) -> Void) {
        self.poll = poll
        self.receive = receive
    }

    deinit { close() }

    /// Begins to connect. A refusal may be reported before this returns.
    func open(_ target: ConnectionTarget) {
        switch ConnectionAttempt.begin(target) {
        case .failed(let error): end(.failed(error))
        case .impossible(let reason): end(.impossible(reason))
        case .inProgress(let descriptor):
            self.descriptor = descriptor
            entry = poll.add(descriptor, for: .writable) { [weak self] in self?.ready() }
            if entry == nil { end(.impossible("epoll: \(Errno.current)")) }
        }
    }

    /// Sends a few bytes; they fit the socket's buffer, or the connection counts as lost.
    func send(_ bytes: [UInt8]) {
        guard isConnected else { return }
        let sent = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard sent != bytes.count else { return }
        end(.lost(sent < 0 ? .current : Errno(rawValue: ENOBUFS)))
    }

    /// Ends it.
    func close() {
        guard descriptor >= 0 else { return }
        if let entry { poll.remove(entry) }
        entry = nil
        Glibc.close(descriptor)
        descriptor = -1
        isConnected = false
    }

    private func end(_ event: Event) {
        close()
        receive(event)
    }

    private func ready() {
        if isConnected {
            takeIn()
        } else {
            let error = pendingError(of: descriptor)
            guard error.rawValue == 0 else { return end(.failed(error)) }
            isConnected = true
            if let entry { poll.change(entry, to: .readable) }
            receive(.opened)
        }
    }

    private func takeIn() {
        for _ in 0..<Self.piecesPerLook {
            guard isConnected else { return }
            let count = poll.buffer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, min($0.count, Self.pieceLength), 0)
            }
            switch count {
            case 1...: receive(.received(poll.buffer.prefix(count)))
            case 0: return end(.closed)
            default:
                let error = Errno.current
                if [EAGAIN, EINTR].contains(error.rawValue) { return }
                return end(.lost(error))
            }
        }
    }
}
