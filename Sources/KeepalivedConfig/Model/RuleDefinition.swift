public import Addressing

/// One line of `virtual_rules` or `static_rules`: which packets look where for their route.
public struct RuleDefinition: Sendable, Hashable {
    /// What becomes of a packet that matches.
    public enum Action: Sendable, Hashable {
        /// `table`: its route is looked up there.
        case table(RoutingName)
        /// `l3mdev`: its route is looked up in the table of its routing domain.
        case routingDomain
        /// `goto`: the search goes on at the rule with this priority.
        case jump(UInt32)
        /// `nop`: the search goes on at the next rule.
        case nothing
        /// `blackhole`: it is dropped.
        case blackhole
        /// `unreachable`: it is refused.
        case unreachable
        /// `prohibit`: it is refused.
        case prohibit
    }

    /// `fwmark MARK[/MASK]`.
    public struct Mark: Sendable, Hashable {
        /// The mark.
        public var value: UInt32
        /// The bits that count; nil is all.
        public var mask: UInt32?

        /// Creates a mark.
        public init(_ value: UInt32, mask: UInt32? = nil) {
            self.value = value
            self.mask = mask
        }
    }

    /// The family of every address of the line.
    public var family = AddressFamily.ipv4
    /// `priority`: the place among the rules, lower first. Assigned where the line has none.
    public var priority: UInt32 = 0
    /// What becomes of a packet.
    public var action: Action
    /// `not`: packets that do not match are meant.
    public var isInverted = false
    /// `from`; nil is anywhere.
    public var source: Prefix?
    /// `to`; nil is anywhere.
    public var destination: Prefix?
    /// `tos`.
    public var typeOfService: RoutingName?
    /// `fwmark`.
    public var mark: Mark?
    /// `realms`, IPv4 only.
    public var realms: RouteRealms?
    /// `suppress_prefixlength`: routes to prefixes this short do not count.
    public var suppressedPrefixLength: UInt32?
    /// `suppress_ifgroup`: routes by interfaces of this group do not count.
    public var suppressedInterfaceGroup: RoutingName?
    /// `iif` or `dev`.
    public var inputInterface: String?
    /// `oif`.
    public var outputInterface: String?
    /// `tunnel-id`.
    public var tunnelID: UInt64?
    /// `uidrange`.
    public var users: ClosedRange<UInt32>?
    /// `protocol`: who made the rule; 18 for a rule that is tracked.
    public var origin: UInt8 = 18
    /// `ipproto`: a name or number.
    public var transport: RoutingName?
    /// `sport`.
    public var sourcePorts: ClosedRange<UInt16>?
    /// `dport`.
    public var destinationPorts: ClosedRange<UInt16>?
    /// `no_track`: that it vanishes is no fault.
    public var isUntracked = false
    /// `track_group`, of static rules only.
    public var trackGroup: String?

    /// A rule for every packet.
    public init(action: Action) { self.action = action }

    /// Every interface that the line names.
    public var interfaces: [String] { [inputInterface, outputInterface].compactMap { $0 } }
}
