import CLinux
import Glibc

/// The reading end of a child's output. Keeps the beginning and goes on reading, so that the child never waits for
/// room. Used by the supervisor's thread alone.
struct OutputReader {
    /// Read at most this often in a row, so that one loud child does not hold up the others.
    private static let chunksInARow = 16

    let descriptor: Int32
    private(set) var bytes: [UInt8] = []
    private(set) var dropped = 0

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// A pipe whose reading end does not block; nil when there is none to be had, which costs only the output.
    static func pipe() -> (reading: Int32, writing: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return nil }
        // The numbers of the standard streams are taken by the child itself.
        guard ends[1] > 2, fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 else {
            close(ends[0])
            close(ends[1])
            return nil
        }
        return (ends[0], ends[1])
    }

    /// Takes what is there. Returns false at the end, when nobody can write any more.
    mutating func read() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<Self.chunksInARow {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 { return errno == EINTR || errno == EAGAIN }
            if count == 0 { return false }
            let kept = min(count, ChildOutput.limit - bytes.count)
            bytes += chunk.prefix(kept)
            dropped += count - kept
        }
        return true
    }
}
