import Glibc
public import LinuxSystem

/// Why a director could not be asked.
public enum ControlClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody listens there.
    case noDirector(path: String)
    /// The socket may not be used by this user.
    case notPermitted(path: String)
    /// No socket can have this name.
    case unusablePath(String)
    /// No answer within the time that was given.
    case timedOut(path: String)
    /// The director went away before it had answered.
    case connectionLost(path: String)
    /// What came is no answer.
    case badAnswer(path: String)
    /// The director refused.
    case refused(ControlFailure)
    /// The kernel refused.
    case system(SystemError)

    /// One sentence with the way out where there is one.
    public var description: String {
        switch self {
        case .noDirector(let path): "no director listens on \(path)"
        case .notPermitted(let path): "this user may not connect to \(path): run as root"
        case .unusablePath(let path):
            "'\(path)' cannot be a socket's path: it takes 1 to \(LocalSocketAddress.limit - 1) bytes"
        case .timedOut(let path): "the director on \(path) did not answer in time"
        case .connectionLost(let path): "the director on \(path) went away before it had answered"
        case .badAnswer(let path): "what listens on \(path) gave no answer that this program understands"
        case .refused(let failure): failure.message
        case .system(let error): "\(error)"
        }
    }
}

/// Asks a running director one thing. Blocks until the answer is there; for command lines.
public struct ControlClient: Sendable {
    /// An answer longer than this is none.
    private static let answerLimit = 256 << 20

    /// The director's socket.
    public let path: String
    private let timeout: Duration

    /// Creates a client; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - path: the director's socket.
    ///   - timeout: how long connecting, asking and answering may take together.
    public init(path: String, timeout: Duration = .seconds(60)) {
        self.path = path
        self.timeout = timeout
    }

    /// Connects, asks and waits for the answer.
    public func ask(_ request: ControlRequest) throws(ControlClientError) -> ControlAnswer {
        guard let address = LocalSocketAddress(path) else { throw .unusablePath(path) }
        let end = ContinuousClock.now + timeout
        let connection = try connection(to: address)
        guard let line = try? ControlCodec.encode(request) + [UInt8(ascii: "\n")] else { throw .badAnswer(path: path) }
        try send(line, over: connection, until: end)
        let bytes = try receive(from: connection, until: end)
        guard let answer = try? ControlCodec.decode(ControlAnswer.self, from: bytes) else {
            throw .badAnswer(path: path)
        }
        if let failure = answer.failure { throw .refused(failure) }
        return answer
    }

    private func connection(to address: LocalSocketAddress) throws(ControlClientError) -> FileDescriptor {
        do throws(SystemError) {
            let connection = FileDescriptor(
                owning: try systemCall("socket", "open a socket") {
                    socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
                })
            let number = connection.rawValue
            try systemCall("connect", "connect to \(path)") { address.withKernelForm { connect(number, $0, $1) } }
            return connection
        } catch {
            switch error.errno.rawValue {
            case ENOENT, ECONNREFUSED, ENOTDIR: throw .noDirector(path: path)
            case EACCES, EPERM: throw .notPermitted(path: path)
            default: throw .system(error)
            }
        }
    }

    private func send(
        _ line: [UInt8], over connection: borrowing FileDescriptor, until end: ContinuousClock.Instant
    ) throws(ControlClientError) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, on: connection, until: end)
            } else if errno != EINTR {
                // A server that sends a client away says why before it closes.
                return
            }
        }
    }

    private func receive(
        from connection: borrowing FileDescriptor, until end: ContinuousClock.Instant
    ) throws(ControlClientError) -> [UInt8] {
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(connection.rawValue, $0.baseAddress, $0.count) }
            if count > 0 {
                answer += chunk.prefix(count)
                if answer.last == UInt8(ascii: "\n") { return answer }
                guard answer.count <= Self.answerLimit else { throw .badAnswer(path: path) }
            } else if count == 0 {
                throw .connectionLost(path: path)
            } else if errno == EAGAIN {
                try wait(for: POLLIN, on: connection, until: end)
            } else if errno != EINTR {
                throw .connectionLost(path: path)
            }
        }
    }

    private func wait(
        for event: Int32, on connection: borrowing FileDescriptor, until end: ContinuousClock.Instant
    ) throws(ControlClientError) {
        let rest = end - ContinuousClock.now
        guard rest > .zero else { throw .timedOut(path: path) }
        let milliseconds =
            min(rest.components.seconds, 1_000_000) * 1000 + 1
            + rest.components.attoseconds / 1_000_000_000_000_000
        var descriptor = pollfd(fd: connection.rawValue, events: Int16(event), revents: 0)
        if poll(&descriptor, 1, Int32(milliseconds)) == 0 { throw .timedOut(path: path) }
    }
}
