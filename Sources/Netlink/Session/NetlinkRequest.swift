/// One request: what to send, without the sequence number, which the session gives.
public struct NetlinkRequest: Sendable, Hashable {
    /// An `RTM_*` type or the id of a generic-netlink family.
    public var type: UInt16
    /// Flags beside `NLM_F_REQUEST`, `NLM_F_ACK` and `NLM_F_DUMP`, which the session sets.
    public var flags: MessageFlags
    /// Family header and attributes.
    public var payload: [UInt8]

    /// Creates a request from its bytes.
    public init(type: UInt16, flags: MessageFlags = [], payload: [UInt8]) {
        self.type = type
        self.flags = flags
        self.payload = payload
    }

    /// Creates a request whose payload `body` writes.
    public init(type: UInt16, flags: MessageFlags = [], _ body: (inout MessageWriter) -> Void) {
        var writer = MessageWriter()
        body(&writer)
        self.init(type: type, flags: flags, payload: writer.bytes)
    }

    func write(to writer: inout MessageWriter, sequence: UInt32, adding more: MessageFlags) {
        writer.message(type: type, flags: flags.union(more).union(.request), sequence: sequence) {
            $0.append(bytes: payload)
        }
    }
}
