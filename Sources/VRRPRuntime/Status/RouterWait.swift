public import Addressing
public import Timing
public import VRRP

/// A precondition that a router waits for before it may take part: what has to come about, and since when it is missing.
public struct RouterWait: Sendable, Hashable {
    /// What has to come about.
    public enum Subject: Sendable, Hashable {
        /// An interface has to be made, or plugged in.
        case interface(String)
        /// The administrator has to set an interface up.
        case setUp(String)
        /// A link has to get its carrier.
        case carrier(String)
        /// An interface has to go down, because it is tracked with `reverse`.
        case absence(String)
        /// A link that is up has to stay it until then (`interface_up_down_delays`).
        case delay(String, until: Instant)
        /// A configured source address has to come onto the host.
        case address(IPAddress, interface: String?)
        /// Any address of the family has to come onto an interface.
        case anyAddress(AddressFamily, interface: String?)
        /// The kernel has to end its search for duplicates of the address.
        case duplicateDetection(IPAddress, interface: String)
        /// `vrrp_startup_delay` or `vrrp_delay_after_boot` has to end.
        case startupDelay(until: Instant)
        /// A script has to end for the first time.
        case firstResult(String)
        /// A script has to succeed; with `reverse`, to fail.
        case script(String)
        /// A BFD session has to come up; with `reverse`, to go down.
        case session(String)
        /// The number of a file has to be one that allows it.
        case file(String)
        /// A file has to be read for the first time.
        case firstNumber(String)
        /// A process has to have its quorum; with `reverse`, to lose it.
        case process(String)
        /// Processes have to be looked at for the first time.
        case firstCount(String)
        /// The router's own interface has to become one that can carry its addresses.
        case obstacle(RouterObstacle)
        /// The configuration has to name a peer.
        case peers
        /// The other members of a sync group have to leave FAULT.
        case syncGroup(String)
    }

    /// What has to come about.
    public var subject: Subject
    /// Since when it is missing; nil where that is not known.
    public var since: Instant?

    /// Creates a precondition.
    public init(_ subject: Subject, since: Instant? = nil) {
        self.subject = subject
        self.since = since
    }
}

extension RouterWait: CustomStringConvertible {
    /// To be read after "waits for".
    public var description: String {
        switch subject {
        case .interface(let name): "interface \(name) to appear"
        case .setUp(let name): "interface \(name) to be set up ('ip link set \(name) up')"
        case .carrier(let name): "a carrier on \(name)"
        case .absence(let name): "interface \(name) to go down"
        case .delay(let name, _): "\(name) to stay up (interface_up_down_delays)"
        case .address(let address, let interface): "address \(address)\(interface.map { " on \($0)" } ?? "")"
        case .anyAddress(let family, let interface):
            "an IPv\(family == .ipv4 ? 4 : 6) address\(interface.map { " on \($0)" } ?? "")"
        case .duplicateDetection(let address, let interface):
            "the end of duplicate address detection of \(address) on \(interface)"
        case .startupDelay: "the end of the startup delay"
        case .firstResult(let name): "the first result of script \(name)"
        case .script(let name): "script \(name) to change its result"
        case .session(let name): "BFD session \(name) to change its state"
        case .file(let name): "another number in track_file \(name)"
        case .firstNumber(let name): "the first look at track_file \(name)"
        case .process(let name): "tracked process \(name) to have its quorum"
        case .firstCount(let name): "the first look at tracked process \(name)"
        case .obstacle(let obstacle): "interface \(obstacle.interface) to be of use (\(obstacle.reason))"
        case .peers: "a unicast_peer in the configuration"
        case .syncGroup(let name): "the other members of sync group \(name) to leave FAULT"
        }
    }

    /// When it comes about by itself; nil where that is not known.
    public var end: Instant? {
        switch subject {
        case .delay(_, let until), .startupDelay(let until): until
        default: nil
        }
    }
}
