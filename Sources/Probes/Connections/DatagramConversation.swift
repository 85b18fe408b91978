import Glibc
import HealthChecks
import LinuxSystem

/// A connected socket that carries datagrams to one peer and back. Used on its loop alone.
///
/// What the network sends back (no such host, port or route, and nobody who has the address on this link) comes as an
/// error of the socket.
final class DatagramConversation {
    /// What came.
    enum Event {
        /// A datagram: its beginning, and how long it was.
        case received(ArraySlice<UInt8>, length: Int)
        /// The network or the peer has refused.
        case unreachable(Errno)
    }

    /// Why there is no conversation.
    enum Refusal: Error {
        /// The network has refused at once.
        case unreachable(Errno)
        /// This host could not ask: nothing is known of the peer.
        case impossible(String)
    }

    /// Most datagrams taken in at one look: a flood must not hold up other probes.
    private static let datagramsPerLook = 64

    private let poll: DescriptorPoll
    private let descriptor: Int32
    private var entry: DescriptorPoll.Entry?
    private var isOpen = true
    private let receive: (Event) -> Void

    /// Opens a socket, sends one datagram and waits for what comes.
    ///
    /// - Parameters:
    ///   - configure: sets further options of the socket.
    ///   - receive: called at a tick; it may close the conversation.
    init(
        _ target: ConnectionTarget, over transport: ProbeTransport, sending bytes: [UInt8], poll: DescriptorPoll,
        configure: (Int32) -> Void = { _ in }, receive: @escaping (Event) -> Void
    ) throws(Refusal) {
        switch ConnectionAttempt.begin(target, over: transport) {
        case .failed(let error): throw .unreachable(error)
        case .impossible(let reason): throw .impossible(reason)
        case .inProgress(let descriptor): self.descriptor = descriptor
        }
        self.poll = poll
        self.receive = receive
        configure(descriptor)
        do throws(Refusal) {
            try send(bytes)
        } catch {
            Glibc.close(descriptor)
            isOpen = false
            throw error
        }
        entry = poll.add(descriptor, for: .readable) { [weak self] in self?.takeIn() }
        if entry == nil {
            let error = Errno.current
            Glibc.close(descriptor)
            isOpen = false
            throw .impossible("epoll: \(error)")
        }
    }

    deinit { close() }

    /// Ends it.
    func close() {
        guard isOpen else { return }
        isOpen = false
        if let entry { poll.remove(entry) }
        Glibc.close(descriptor)
    }

    /// Takes in what has come and was not seen yet.
    func takeIn() {
        for _ in 0..<Self.datagramsPerLook {
            guard isOpen else { return }
            let count = poll.buffer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_TRUNC))
            }
            guard count < 0 else {
                receive(.received(poll.buffer.prefix(min(count, poll.buffer.count)), length: count))
                continue
            }
            switch errno {
            // Too large for a link on the way: that says nothing about the peer.
            case EINTR, EMSGSIZE: continue
            case EAGAIN, ENOBUFS, ENOMEM: return
            case let number: return receive(.unreachable(Errno(rawValue: number)))
            }
        }
    }

    private func send(_ bytes: [UInt8]) throws(Refusal) {
        while Glibc.send(descriptor, bytes, bytes.count, 0) < 0 {
            let error = Errno.current
            switch error.rawValue {
            case EINTR: continue
            // No room, a rule of this host's own firewall, a datagram larger than a link: ours, not the peer's.
            case EAGAIN, ENOBUFS, ENOMEM, EPERM, EACCES, EMSGSIZE, EADDRNOTAVAIL:
                throw .impossible("send: \(error)")
            default: throw .unreachable(error)
            }
        }
    }
}
