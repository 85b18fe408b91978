public import Addressing
public import Timing

/// Another router that is master of the same virtual router at the same time, and stays it.
public struct RivalMaster: Sendable, Hashable {
    /// Where its adverts come from.
    public var address: IPAddress
    /// The hardware address of that; nil until it is known.
    public var hardwareAddress: MACAddress?
    /// The priority of its adverts.
    public var priority: UInt8
    /// When it was heard first.
    public var since: Instant
    /// When it was heard last.
    public var last: Instant
    /// Why its adverts are refused; nil when they are taken, and it does not hear ours.
    public var refusal: String?
}
