import CLinux

/// Appends netlink messages, headers and attributes to a byte buffer. Lengths are filled in when a message or a
/// nested attribute is closed, so no caller counts bytes.
///
/// Writing is total: a value that does not fit the 16-bit length of an attribute is cut, and the kernel refuses what
/// is left of it.
public struct MessageWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Creates an empty buffer.
    public init(reservingCapacity capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Longest value that an attribute can carry: its 16-bit length counts its own four bytes.
    static let maximumValueLength = Int(UInt16.max) - 4

    /// Appends an integer in host order.
    public mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    /// Appends raw bytes.
    public mutating func append(bytes other: some Collection<UInt8>) { bytes.append(contentsOf: other) }

    /// Appends zeros up to the next multiple of four, where the next header or attribute begins.
    public mutating func pad() {
        while bytes.count & 3 != 0 { bytes.append(0) }
    }

    /// Appends a message: its header, then what `body` writes.
    public mutating func message(
        type: UInt16, flags: MessageFlags, sequence: UInt32, port: UInt32 = 0, _ body: (inout MessageWriter) -> Void
    ) {
        let start = bytes.count
        append(UInt32(0))
        append(type)
        append(flags.rawValue)
        append(sequence)
        append(port)
        body(&self)
        store(UInt32(clamping: bytes.count - start), at: start)
        pad()
    }

    /// Appends an attribute with an integer in host order.
    public mutating func attribute(_ type: UInt16, _ value: some FixedWidthInteger) {
        append(UInt16(4 + value.bitWidth / 8))
        append(type)
        append(value)
        pad()
    }

    /// Appends an attribute with raw bytes, such as an address in network order.
    public mutating func attribute(_ type: UInt16, bytes value: some Collection<UInt8>) {
        let kept = value.prefix(Self.maximumValueLength)
        append(UInt16(4 + kept.count))
        append(type)
        append(bytes: kept)
        pad()
    }

    /// Appends an attribute with a string and the NUL that the kernel expects after it.
    public mutating func attribute(_ type: UInt16, string: String) {
        let kept = string.utf8.prefix(Self.maximumValueLength - 1)
        append(UInt16(5 + kept.count))
        append(type)
        append(bytes: kept)
        bytes.append(0)
        pad()
    }

    /// Appends an attribute that holds the attributes which `body` writes.
    public mutating func nested(_ type: UInt16, _ body: (inout MessageWriter) -> Void) {
        let start = bytes.count
        append(UInt16(0))
        append(type | UInt16(truncatingIfNeeded: NLA_F_NESTED))
        body(&self)
        store(UInt16(clamping: bytes.count - start), at: start)
        pad()
    }

    private mutating func store(_ value: some FixedWidthInteger, at offset: Int) {
        withUnsafeBytes(of: value) { source in
            for (index, byte) in source.enumerated() { bytes[offset + index] = byte }
        }
    }
}
