public import Addressing

/// Reading netlink: every function checks its bounds and throws ``NetlinkError/Code/malformed`` instead of trapping,
/// whatever the bytes are.
extension RawSpan {
    /// The integer in host order at `offset`. Inlinable, because a dump has dozens of them per entry.
    @inlinable
    public func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, at offset: Int = 0
    ) throws(NetlinkError) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, byteCount >= size, offset <= byteCount - size else {
            throw .malformed("\(byteCount) bytes where \(size) at offset \(offset) are needed")
        }
        return unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    /// The text up to the first NUL or the end; bytes that are not UTF-8 are replaced.
    public var text: String {
        withUnsafeBytes { buffer in String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The address in network order at the front: 4 or 16 bytes, more are passed over (IPVS always sends 16).
    public func address(_ family: AddressFamily) throws(NetlinkError) -> IPAddress {
        switch family {
        case .ipv4:
            let number: UInt32 = try integer()
            return .v4(IPv4Address(rawValue: UInt32(bigEndian: number)))
        case .ipv6:
            let high: UInt64 = try integer()
            let low: UInt64 = try integer(at: 8)
            return .v6(IPv6Address(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)))
        }
    }

    /// The bytes as an array.
    public var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Calls `body` with the header and the payload of each message of a datagram.
    public func forEachMessage(
        _ body: (MessageHeader, RawSpan) throws(NetlinkError) -> Void
    ) throws(NetlinkError) {
        var offset = 0
        while offset < byteCount {
            let header = try messageHeader(at: offset)
            let end = offset + Int(header.length)
            try body(header, extracting(offset + MessageHeader.byteCount..<end))
            offset = (end + 3) & ~3
        }
    }

    /// The header at `offset`, checked to lie with its payload inside the bytes.
    func messageHeader(at offset: Int) throws(NetlinkError) -> MessageHeader {
        let header = MessageHeader(
            length: try integer(at: offset), type: try integer(at: offset + 4),
            flags: MessageFlags(rawValue: try integer(at: offset + 6)), sequence: try integer(at: offset + 8),
            port: try integer(at: offset + 12))
        guard header.length >= UInt32(MessageHeader.byteCount), Int(header.length) <= byteCount - offset else {
            throw .malformed("message of \(header.length) bytes in \(byteCount - offset)")
        }
        return header
    }

    /// Calls `body` with the type and the value of each attribute from `offset` on. The type comes without the bits
    /// for nesting and byte order.
    @inlinable
    public func forEachAttribute(
        from offset: Int = 0, _ body: (UInt16, RawSpan) throws(NetlinkError) -> Void
    ) throws(NetlinkError) {
        guard offset >= 0, offset <= byteCount else {
            throw .malformed("attributes begin at \(offset) in \(byteCount) bytes")
        }
        var offset = offset
        while byteCount - offset >= 4 {
            let length = Int(unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
            let type = unsafeLoadUnaligned(fromByteOffset: offset + 2, as: UInt16.self)
            guard length >= 4, length <= byteCount - offset else {
                throw .malformed("attribute \(type) of \(length) bytes in \(byteCount - offset)")
            }
            try body(type & attributeTypeMask, extracting(offset + 4..<offset + length))
            offset = min((offset + length + 3) & ~3, byteCount)
        }
    }
}

/// `NLA_TYPE_MASK`, a macro that Swift does not import: all but the flags for nesting and byte order.
@inlinable
var attributeTypeMask: UInt16 { 0x3FFF }
