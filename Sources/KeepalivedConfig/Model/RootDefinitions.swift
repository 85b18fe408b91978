/// The keywords of the top level that are about the whole daemon.
public struct RootDefinitions: Sendable, Hashable {
    /// `net_namespace_ipvs`.
    public enum IPVSNamespace: Sendable, Hashable {
        /// That of everything else.
        case same
        /// The one that the daemon was started in.
        case initial
        /// A named one.
        case named(String)
    }

    /// `net_namespace`; nil is the one that the daemon was started in.
    public var networkNamespace: String?
    /// `net_namespace_ipvs`.
    public var ipvsNamespace = IPVSNamespace.same
    /// `namespace_with_ipsets`.
    public var allowsSetsInNamespace = false
    /// `use_pid_dir`, also by `instance`: pid files stand in a directory of their own.
    public var usesPIDDirectory = false
    /// `instance`: the name of this daemon among several.
    public var instanceName: String?
    /// `child_wait_time`: patience at a stop, default 5 s.
    public var childWaitTime: Interval = .seconds(5)
    /// `linkbeat_use_polling`: the state of every link is polled.
    public var pollsAllLinks = false
    /// `linkbeat_interfaces`: the links that are polled.
    public var polledLinks: [PolledLink] = []
    /// `interface_up_down_delays`: how long a link must be down or up before that counts.
    public var linkDelays: [LinkDelay] = []

    /// Every default.
    public init() {}
}

/// One line of `linkbeat_interfaces`.
public struct PolledLink: Sendable, Hashable {
    /// How the link is asked.
    public enum Method: Sendable, Hashable {
        /// The MII registers.
        case mii
        /// The driver's ethtool interface.
        case ethtool
        /// The interface's flags.
        case ioctl
    }

    /// The interface.
    public var interface: String
    /// How it is asked; nil tries one after the other.
    public var method: Method?

    /// Creates a line.
    public init(interface: String, method: Method? = nil) {
        self.interface = interface
        self.method = method
    }
}

/// One line of `interface_up_down_delays`.
public struct LinkDelay: Sendable, Hashable {
    /// The interface.
    public var interface: String
    /// How long it must be down, 0…255 s.
    public var down: Interval
    /// How long it must be up, 0…255 s.
    public var up: Interval

    /// Creates a line.
    public init(interface: String, down: Interval, up: Interval) {
        self.interface = interface
        self.down = down
        self.up = up
    }
}

/// `track_group`: instances that static addresses, routes and rules follow.
public struct TrackGroup: Sendable, Hashable {
    /// The name of the group.
    public var name: String
    /// Names of the instances that exist.
    public var members: [String]

    /// Creates a group.
    public init(name: String, members: [String] = []) {
        self.name = name
        self.members = members
    }
}

/// `garp_group`: interfaces that share one pace of announcements.
public struct GratuitousARPGroup: Sendable, Hashable {
    /// `garp_interval`: between two gratuitous ARPs; nil is not set.
    public var garpInterval: Interval?
    /// `gna_interval`: between two unsolicited neighbour advertisements; nil is not set.
    public var gnaInterval: Interval?
    /// `interface` and `interfaces`.
    public var interfaces: [String] = []

    /// A group without interfaces.
    public init() {}
}
