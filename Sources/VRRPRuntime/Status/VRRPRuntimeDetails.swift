public import Addressing
public import Netlink
public import VRRP

/// Everything that a dump says about a runtime, beside its status.
public struct VRRPRuntimeDetails: Sendable, Hashable {
    /// An interface with its addresses.
    public struct Interface: Sendable, Hashable {
        /// The link.
        public var link: Link
        /// Its addresses in the kernel's order.
        public var addresses: [InterfaceAddress]
    }

    /// A tracked process.
    public struct Process: Sendable, Hashable {
        /// How many of it run.
        public var count: Int
        /// Whether that is its quorum; nil before anybody has looked.
        public var hasQuorum: Bool?
        /// Whether a change waits for its delay.
        public var isDelayed: Bool

        /// Creates a process.
        public init(count: Int, hasQuorum: Bool?, isDelayed: Bool) {
            self.count = count
            self.hasQuorum = hasQuorum
            self.isDelayed = isDelayed
        }
    }

    /// The routers and groups.
    public var status: VRRPRuntimeStatus
    /// Every interface of the host, by index.
    public var interfaces: [Interface] = []
    /// What each router holds at present.
    public var held: [RouterID: Set<Prefix>] = [:]
    /// The state of each script that is run; nil before its first result.
    public var scripts: [String: Bool?] = [:]
    /// The numbers of tracked files that are known.
    public var files: [String: Int32] = [:]
    /// Tracked processes.
    public var processes: [String: Process] = [:]

    /// Details without anything but a status.
    public init(status: VRRPRuntimeStatus) { self.status = status }
}
