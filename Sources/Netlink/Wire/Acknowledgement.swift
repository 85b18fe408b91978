import CLinux

/// What a `NLMSG_ERROR` message says of the request with its sequence number.
public struct Acknowledgement: Sendable, Hashable {
    /// Nil when the request was carried out.
    public let error: NetlinkError?

    /// Decodes the payload of a `NLMSG_ERROR` message (`struct nlmsgerr` and, when flagged, attributes).
    public init(payload: borrowing RawSpan, flags: MessageFlags) throws(NetlinkError) {
        let code: Int32 = try payload.integer()
        guard code != 0 else {
            error = nil
            return
        }
        let number = ErrorNumber(rawValue: code == .min ? .max : abs(code))
        var message: String?
        if flags.contains(.acknowledgementAttributes) {
            var offset = 4 + MessageHeader.byteCount
            if !flags.contains(.capped) {
                let repeated: UInt32 = try payload.integer(at: 4)
                offset = 4 + (Int(repeated) + 3) & ~3
            }
            try payload.forEachAttribute(from: offset) { type, value throws(NetlinkError) in
                if UInt32(type) == NLMSGERR_ATTR_MSG.rawValue { message = value.text }
            }
        }
        error = NetlinkError(.kernel(number), message: message)
    }
}
