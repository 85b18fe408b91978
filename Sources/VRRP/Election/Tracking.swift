public import Addressing

/// What is known of a tracked thing.
enum TrackedReading: Sendable, Hashable {
    /// It is up or down.
    case state(isUp: Bool)
    /// It is a number.
    case number(Int32)
}

extension RouterConfiguration.Tracker {
    /// What the subject adds to the priority. A positive weight is granted while the subject is up, a negative one is
    /// taken while it is down, the number of a file is multiplied by it; `reverse` flips the sign; a subject of which
    /// nothing is known adds nothing.
    func contribution(_ reading: TrackedReading?) -> Int {
        switch reading {
        case .state(let isUp):
            guard isUp == (weight > 0) else { return 0 }
            return isReversed ? -weight : weight
        case .number(let number):
            let product = product(number)
            return product > Self.faultyProduct ? product : 0
        case nil: return 0
        }
    }

    /// Whether the subject forbids taking part. With weight 0 it does when it is down, or its number is not 0; with
    /// `reverse` the other way round. With another weight only a number does whose product is −254 or less.
    func faults(_ reading: TrackedReading?) -> Bool {
        switch reading {
        case .state(let isUp): weight == 0 && isUp == isReversed
        case .number(let number): weight == 0 ? (number != 0) != isReversed : product(number) <= Self.faultyProduct
        case nil: false
        }
    }

    /// Weight and number, within what a priority can use.
    private func product(_ number: Int32) -> Int {
        // Two factors of 32 bits at most fit 64; a weight out of its range saturates.
        let (product, overflow) = Int(number).multipliedReportingOverflow(by: isReversed ? 0 - weight : weight)
        guard !overflow else { return Self.faultyProduct }
        return min(max(product, Self.faultyProduct), 253)
    }

    private static var faultyProduct: Int { -254 }
}

extension RouterConfiguration {
    /// The base priority and what the trackers add, kept within 1…254. Owners are never altered.
    static func effectivePriority(base: UInt8, contributions: Int) -> UInt8 {
        guard base != ownerPriority else { return base }
        return UInt8(min(max(Int(base) + contributions, 1), 254))
    }

    /// The priority of the router that owns the addresses (RFC 9568 section 5.2.4).
    static let ownerPriority: UInt8 = 255

    /// Whether the router owns its addresses: it has the priority of owners.
    var isOwner: Bool { priority == Self.ownerPriority }

    /// `nopreempt` means nothing to an owner nor with `state MASTER`.
    var yieldsToLivingMaster: Bool { !preempts && !wantsMaster && !isOwner }

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
    /// The number of a file forbids it.
    case file(String)
    /// Too few or too many processes run that are tracked with weight 0; with `reverse`, neither.
    case process(String)
    /// The interface has no address of the router's family to send from.
    case noSourceAddress
    /// The configured address to send from is not on this host (`track_src_ip`).
    case sourceAddressMissing(IPAddress)
    /// Its own interface (`use_vmac`, `use_ipvlan`) cannot carry its addresses.
    case obstacle(RouterObstacle)
    /// A unicast router has no peers (`unicast_fault_no_peer`).
    case noPeers
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
        case .file(let name): "file \(name)"
        case .process(let name): "process \(name)"
        case .noSourceAddress: "no address to send from"
        case .sourceAddressMissing(let address): "source address \(address) is not here"
        case .obstacle(let obstacle): "interface \(obstacle.interface) cannot be used: \(obstacle.reason)"
        case .noPeers: "no unicast peers"
        case .syncGroup(let name): "another member of sync group \(name)"
        }
    }
}
