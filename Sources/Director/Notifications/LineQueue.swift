import DequeModule

/// Lines that wait for room in a pipe.
///
/// A bounded queue: behind a reader that has gone the oldest lines give way, because the last ones tell the state.
struct LineQueue {
    /// Most bytes that wait.
    static let limit = 256 * 1024

    private var lines: Deque<[UInt8]> = []
    /// Bytes of the first line that have been written; then it does not give way.
    private var written = 0
    private(set) var byteCount = 0

    var isEmpty: Bool { lines.isEmpty }
    var count: Int { lines.count }

    /// Adds a line with its end; returns how many lines gave way for it.
    mutating func append(_ line: [UInt8]) -> Int {
        lines.append(line)
        byteCount += line.count
        var lost = 0
        // One that is half written has to be completed, or the reader would see two lines as one. The new one stays.
        let victim = written > 0 ? 1 : 0
        while byteCount > Self.limit, victim < lines.count - 1 {
            byteCount -= lines.remove(at: victim).count
            lost += 1
        }
        return lost
    }

    /// Whole lines from the front of up to `size` bytes together, at least one, or the rest of one that was begun.
    func next(upTo size: Int) -> [UInt8] {
        guard let first = lines.first else { return [] }
        var bytes = Array(first.dropFirst(written))
        for line in lines.dropFirst() {
            guard bytes.count + line.count <= size else { break }
            bytes += line
        }
        return bytes
    }

    /// Takes so many bytes off the front.
    mutating func removeFirst(_ count: Int) {
        var rest = count
        while rest > 0, let first = lines.first {
            let left = first.count - written
            byteCount -= min(rest, left)
            guard rest >= left else {
                written += rest
                return
            }
            rest -= left
            lines.removeFirst()
            written = 0
        }
    }
}
