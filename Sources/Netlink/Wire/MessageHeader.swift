import CLinux

/// The flags of a netlink message (`NLM_F_*` of `linux/netlink.h`). Bits from 0x100 up mean different things in
/// dump requests, in requests that create, and in acknowledgements.
public struct MessageFlags: OptionSet, Sendable, Hashable {
    /// The kernel's number.
    public let rawValue: UInt16

    /// Creates flags from the header's bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    private init(_ macro: Int32) { rawValue = UInt16(truncatingIfNeeded: macro) }

    /// The message asks the kernel for something.
    public static let request = MessageFlags(NLM_F_REQUEST)
    /// More parts follow, up to a `NLMSG_DONE`.
    public static let multipart = MessageFlags(NLM_F_MULTI)
    /// Success is to be acknowledged too, not only failure.
    public static let acknowledge = MessageFlags(NLM_F_ACK)
    /// The table changed while it was dumped; the parts do not fit together.
    public static let dumpInterrupted = MessageFlags(NLM_F_DUMP_INTR)
    /// Every entry is asked for.
    public static let dump = MessageFlags(NLM_F_DUMP)
    /// An existing entry is to be replaced.
    public static let replace = MessageFlags(NLM_F_REPLACE)
    /// An existing entry is an error.
    public static let exclusive = MessageFlags(NLM_F_EXCL)
    /// A missing entry is to be created.
    public static let create = MessageFlags(NLM_F_CREATE)
    /// The entry goes to the end of its list.
    public static let append = MessageFlags(NLM_F_APPEND)
    /// The acknowledgement repeats only the header of the request.
    public static let capped = MessageFlags(NLM_F_CAPPED)
    /// The acknowledgement carries attributes.
    public static let acknowledgementAttributes = MessageFlags(NLM_F_ACK_TLVS)
}

/// The header in front of every netlink message (`struct nlmsghdr`, all fields in host order).
///
/// ```
///  0                   1                   2                   3
/// +---------------------------------------------------------------+
/// |                            Length                             |
/// +-------------------------------+-------------------------------+
/// |             Type              |             Flags             |
/// +-------------------------------+-------------------------------+
/// |                        Sequence number                        |
/// +---------------------------------------------------------------+
/// |                            Port ID                            |
/// +---------------------------------------------------------------+
/// ```
public struct MessageHeader: Sendable, Hashable {
    /// Bytes of a header: 16.
    public static let byteCount = 16

    /// Bytes of header and payload, padding after it not counted.
    public var length: UInt32
    /// `NLMSG_ERROR`, `NLMSG_DONE`, an `RTM_*` type or the id of a generic-netlink family.
    public var type: UInt16
    /// Flags.
    public var flags: MessageFlags
    /// Chosen by the sender of a request, repeated in its answers; 0 in notifications.
    public var sequence: UInt32
    /// The port of the socket that the message belongs to; 0 is the kernel.
    public var port: UInt32

    /// Creates a header.
    public init(length: UInt32, type: UInt16, flags: MessageFlags, sequence: UInt32, port: UInt32 = 0) {
        self.length = length
        self.type = type
        self.flags = flags
        self.sequence = sequence
        self.port = port
    }
}

/// The message types that mean the same in every netlink family (`NLMSG_*`).
public enum ControlMessageType {
    /// To be ignored.
    public static let noOperation = UInt16(truncatingIfNeeded: NLMSG_NOOP)
    /// An error, or with error number 0 an acknowledgement.
    public static let error = UInt16(truncatingIfNeeded: NLMSG_ERROR)
    /// The end of a dump.
    public static let done = UInt16(truncatingIfNeeded: NLMSG_DONE)
    /// Data was lost.
    public static let overrun = UInt16(truncatingIfNeeded: NLMSG_OVERRUN)
}
