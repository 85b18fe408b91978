extension RouterConfiguration.Tracker {
    /// What the subject adds to the priority. A positive weight is granted while the subject is up, a negative one is
    /// taken while it is down, `reverse` flips the sign; a subject of unknown state adds nothing.
    func contribution(isUp: Bool?) -> Int {
        guard let isUp, isUp == (weight > 0) else { return 0 }
        return isReversed ? -weight : weight
    }

    /// Whether the subject forbids taking part. Only weight 0 does: when the subject is down, or up with `reverse`.
    func faults(isUp: Bool?) -> Bool {
        guard let isUp, weight == 0 else { return false }
        return isUp == isReversed
    }
}

extension RouterConfiguration {
    /// The base priority and what the trackers add, kept within 1…254. Owners are never altered.
    static func effectivePriority(base: UInt8, contributions: Int) -> UInt8 {
        guard base != ownerPriority else { return base }
        return UInt8(min(max(Int(base) + contributions, 1), 254))
    }

    /// The priority of the router that owns the addresses (RFC 9568 section 5.2.4).
    static let ownerPriority: UInt8 = 255

    /// `nopreempt` means nothing to an owner nor with `state MASTER`.
    var yieldsToLivingMaster: Bool { !preempts && !wantsMaster && priority != Self.ownerPriority }

    /// `preempt_delay` means nothing with `nopreempt` nor with `state MASTER`.
    var effectivePreemptDelay: Duration { preempts && !wantsMaster ? preemptDelay : .zero }
}

/// A cause that keeps a virtual router in FAULT.
public enum RouterFault: Sendable, Hashable {
    /// A script tracked with weight 0 fails; with `reverse`, succeeds.
    case script(String)
    /// An interface tracked with weight 0 is down or missing; with `reverse`, up.
    case interface(String)
    /// A BFD session tracked with weight 0 is down; with `reverse`, up.
    case session(String)
    /// The interface has no address of the router's family to send from.
    case noSourceAddress
    /// Another member of the sync group is in FAULT.
    case syncGroup(String)
}

extension RouterFault: CustomStringConvertible {
    /// The cause in words, for log lines and status.
    public var description: String {
        switch self {
        case .script(let name): "script \(name)"
        case .interface(let name): "interface \(name)"
        case .session(let name): "BFD session \(name)"
        case .noSourceAddress: "no address to send from"
        case .syncGroup(let name): "another member of sync group \(name)"
        }
    }
}
