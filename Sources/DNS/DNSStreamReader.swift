/// Takes messages out of a connection, each behind its length in two bytes (RFC 1035, section 4.2.2).
///
/// It keeps one message at most, so 64 KiB.
public struct DNSStreamReader: Sendable {
    private var buffer: [UInt8] = []

    /// A reader that has seen nothing.
    public init() {}

    /// Takes the bytes of one message off the front.
    ///
    /// - Parameter bytes: what has come; afterwards, what stands behind the message, or nothing.
    /// - Returns: The message when it is complete, nil when more bytes are needed.
    public mutating func consume(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
        take(2, from: &bytes)
        guard buffer.count >= 2 else { return nil }
        let length = Int(buffer[0]) << 8 | Int(buffer[1])
        take(2 + length, from: &bytes)
        guard buffer.count == 2 + length else { return nil }
        defer { buffer.removeAll(keepingCapacity: true) }
        return Array(buffer.dropFirst(2))
    }

    private mutating func take(_ count: Int, from bytes: inout ArraySlice<UInt8>) {
        let part = bytes.prefix(max(0, count - buffer.count))
        buffer += part
        bytes = bytes.dropFirst(part.count)
    }
}
