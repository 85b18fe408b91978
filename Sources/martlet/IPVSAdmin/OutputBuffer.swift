import Glibc
import IPVSAdmin
import LinuxSystem

/// Standard output in large pieces. What cannot be written is an error: a saved table that a full disk has cut off is
/// none.
struct OutputBuffer {
    /// Output that nobody takes.
    struct Failure: Error, CustomStringConvertible {
        var errno: Errno
        var description: String { "cannot write to standard output: \(errno)" }
    }

    private static let limit = 1 << 16
    private var bytes: [UInt8] = []

    mutating func write(_ more: [UInt8]) throws(Failure) {
        bytes += more
        if bytes.count >= Self.limit { try flush() }
    }

    mutating func flush() throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(STDOUT_FILENO, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                let failure = Failure(errno: .current)
                bytes = []
                throw failure
            }
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
