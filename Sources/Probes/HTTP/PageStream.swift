import Glibc
import TLS

/// What carries a page: a connected socket that does not block, or TLS on one.
enum PageStream {
    case plain(Int32)
    case tls(TLSConnection)

    var isTLS: Bool { if case .tls = self { true } else { false } }

    /// Goes on with what has to happen before the first byte.
    func connect() -> TLSConnection.Outcome {
        switch self {
        case .plain: .done(0)
        case .tls(let connection): connection.connect()
        }
    }

    /// Sends the beginning of these bytes.
    func write(_ bytes: ArraySlice<UInt8>) -> TLSConnection.Outcome {
        bytes.withUnsafeBytes { bytes in
            switch self {
            case .plain(let descriptor):
                outcome(of: send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)), else: .wantsToWrite)
            case .tls(let connection): connection.write(bytes)
            }
        }
    }

    /// Reads what there is, as far as the buffer goes.
    func read(into buffer: inout [UInt8]) -> TLSConnection.Outcome {
        buffer.withUnsafeMutableBytes { bytes in
            switch self {
            case .plain(let descriptor):
                switch outcome(of: recv(descriptor, bytes.baseAddress, bytes.count, 0), else: .wantsToRead) {
                case .done(0): .ended(announced: true)
                case let outcome: outcome
                }
            case .tls(let connection): connection.read(into: bytes)
            }
        }
    }

    /// Takes leave of the peer, where there is a way to.
    func end() {
        if case .tls(let connection) = self { connection.end() }
    }

    private func outcome(of result: Int, else waits: TLSConnection.Outcome) -> TLSConnection.Outcome {
        guard result < 0 else { return .done(result) }
        let number = errno
        return [EAGAIN, EWOULDBLOCK, EINTR].contains(number) ? waits : .lost(errno: number)
    }
}
