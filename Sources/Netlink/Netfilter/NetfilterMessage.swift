import CLinux

/// What every message of nfnetlink begins with (`struct nfgenmsg`).
enum NetfilterMessage {
    /// The first and the last message of a transaction.
    enum Boundary {
        case begin, end
    }

    /// Bytes of the header.
    static let headerByteCount = 4

    /// `NFNL_SUBSYS_NFTABLES`.
    static let tables = UInt8(truncatingIfNeeded: NFNL_SUBSYS_NFTABLES)

    /// The type on the wire: subsystem and message.
    static func type(_ message: UInt32, of subsystem: UInt8) -> UInt16 {
        UInt16(subsystem) << 8 | UInt16(truncatingIfNeeded: message)
    }

    /// Appends the header.
    static func writeHeader(family: UInt8, resource: UInt16 = 0, to writer: inout MessageWriter) {
        writer.append(family)
        writer.append(UInt8(truncatingIfNeeded: NFNETLINK_V0))
        writer.append(resource.bigEndian)
    }

    static func boundary(_ boundary: Boundary, subsystem: UInt8) -> NetlinkRequest {
        NetlinkRequest(
            type: UInt16(truncatingIfNeeded: boundary == .begin ? NFNL_MSG_BATCH_BEGIN : NFNL_MSG_BATCH_END)
        ) { writeHeader(family: 0, resource: UInt16(subsystem), to: &$0) }
    }
}

extension MessageWriter {
    /// Appends an attribute with an integer in network order, as nfnetlink has them.
    mutating func networkAttribute(_ type: UInt32, _ value: some FixedWidthInteger) {
        attribute(UInt16(truncatingIfNeeded: type), value.bigEndian)
    }
}
