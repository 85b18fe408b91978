public import Addressing
public import LinuxSystem
public import Netlink
public import VRRP

/// Everything the VRRP loop carries out: the routers with their interfaces and addresses, groups and scripts.
public struct VRRPRuntimeConfiguration: Sendable, Hashable {
    /// One virtual router and where it lives.
    public struct Router: Sendable, Hashable {
        /// What takes part in the election. Its interface may be nil only for unicast, where the routes decide.
        public var configuration: RouterConfiguration
        /// What a master holds: the advertised addresses and the excluded ones, in this order.
        public var addresses: [HeldAddress]
        /// The source address of adverts (`mcast_src_ip`, `unicast_src_ip`); nil is the interface's primary address.
        public var sourceAddress: IPAddress?
        /// Why this router cannot be run, with the way out; nil when nothing is known that speaks against it.
        public var problem: String?
        /// Routes and rules that a master holds.
        public var routing = HeldRouting()
        /// Whether the router's interface keeps the other addresses of a subnet when their primary one goes
        /// (`promote_secondaries`).
        public var promotesSecondaries = false
        /// The virtual interface whose MAC address its adverts bear, one of
        /// ``VRRPRuntimeConfiguration/virtualInterfaces``; nil is none.
        public var virtualInterface: String?
        /// Whether adverts bear the MAC address of the interface below all the same (`vmac_xmit_base`).
        public var transmitsFromBase = false
        /// Whether packets to the addresses are taken though the router does not own them (Accept_Mode of RFC 9568
        /// section 6.1); `no_accept` clears it.
        public var acceptsPackets = true
        /// Between two announcements on interfaces where no advert shows the virtual MAC address (`garp_extra_if`);
        /// zero is none.
        public var extraAnnouncementInterval: Duration = .zero
        /// Whether interfaces without a virtual MAC address are included (`garp_extra_if all`).
        public var announcesOnEveryInterface = false

        /// Creates a router.
        public init(
            configuration: RouterConfiguration, addresses: [HeldAddress] = [], sourceAddress: IPAddress? = nil
        ) {
            self.configuration = configuration
            self.addresses = addresses
            self.sourceAddress = sourceAddress
        }
    }

    /// The routers; their identities are unique.
    public var routers: [Router]
    /// Sync groups.
    public var groups: [SyncGroupConfiguration] = []
    /// Scripts that routers may track, by unique name. One that no router tracks is not run.
    public var scripts: [TrackScriptConfiguration] = []
    /// Between two announcements on one interface; zero is no pause.
    public var announcementIntervals = AnnouncementIntervals()
    /// `track_file`: paths by name. One that no router tracks is not looked at.
    public var files: [String: String] = [:]
    /// `vrrp_track_process`, by unique name.
    public var processes: [ProcessTracker.Configuration] = []
    /// Links whose carrier is asked for every second, and how; nil tries one way after the other.
    public var polledLinks: [String: LinkState.Method?] = [:]
    /// How long a link must be down or up before that counts (`interface_up_down_delays`).
    public var linkDelays: [String: LinkDelay] = [:]
    /// From the start to the first election (`vrrp_startup_delay`).
    public var startupDelay: Duration = .zero
    /// From the boot of the host to the first election (`vrrp_delay_after_boot`); the later of the two counts.
    public var delayAfterBoot: Duration = .zero
    /// How the VRRP thread runs: `vrrp_rt_priority`, `vrrp_priority`, `vrrp_cpu_affinity` and the like.
    public var scheduling = ThreadScheduling()
    /// The lateness that raises the thread's real-time priority, as far as the scheduling allows it
    /// (`min_auto_priority_delay`).
    public var automaticPriorityDelay: Duration = .seconds(1)
    /// Interfaces that are made on top of others, by unique name.
    public var virtualInterfaces: [VirtualInterface] = []
    /// How packets to the addresses of routers that do not accept them are dropped.
    public var addressFilter = AddressFilterConfiguration()
    /// Whether to start although an interface is missing (`dynamic_interfaces`); its routers are in FAULT until it
    /// appears.
    public var allowsMissingInterfaces = false
    /// What is held as long as the daemon runs.
    public var statics = StaticHoldings()
    /// Routes, rules and groups of interfaces that are left out, and why. A reload that leaves out more than is left out already is refused.
    public var omissions: [String] = []

    /// A configuration with every default.
    public init(routers: [Router]) { self.routers = routers }
}

/// The pause between two announcements on one interface.
public struct AnnouncementIntervals: Sendable, Hashable {
    /// Interfaces that share one pause (`garp_group`), because one switch learns from all of them.
    public struct Group: Sendable, Hashable {
        /// The interfaces by name; an interface is in one group at most.
        public var interfaces: [String]
        /// Between two gratuitous ARPs; nil is the pause of interfaces without a group.
        public var gratuitousARP: Duration?
        /// Between two unsolicited neighbour advertisements; nil is the pause of interfaces without a group.
        public var neighborAdvertisement: Duration?

        /// Creates a group.
        public init(interfaces: [String], gratuitousARP: Duration? = nil, neighborAdvertisement: Duration? = nil) {
            self.interfaces = interfaces
            self.gratuitousARP = gratuitousARP
            self.neighborAdvertisement = neighborAdvertisement
        }
    }

    /// Between two gratuitous ARPs (`garp_interval`).
    public var gratuitousARP: Duration
    /// Between two unsolicited neighbour advertisements (`gna_interval`).
    public var neighborAdvertisement: Duration
    /// Interfaces with a common pause.
    public var groups: [Group] = []

    /// Creates the pauses; zero is none.
    public init(gratuitousARP: Duration = .zero, neighborAdvertisement: Duration = .zero) {
        self.gratuitousARP = gratuitousARP
        self.neighborAdvertisement = neighborAdvertisement
    }

    subscript(family: AddressFamily) -> Duration { family == .ipv4 ? gratuitousARP : neighborAdvertisement }

    /// The pause on an interface, and the group that keeps it together; nil is the interface alone.
    func pace(of interface: String, _ family: AddressFamily) -> (group: Int?, interval: Duration) {
        guard let group = groups.firstIndex(where: { $0.interfaces.contains(interface) }),
            let interval = family == .ipv4 ? groups[group].gratuitousARP : groups[group].neighborAdvertisement
        else { return (nil, self[family]) }
        return (group, interval)
    }
}

/// How long a change of a link must last before it counts.
public struct LinkDelay: Sendable, Hashable {
    /// Before it is down.
    public var down: Duration
    /// Before it is up.
    public var up: Duration

    /// Creates delays.
    public init(down: Duration, up: Duration) {
        self.down = down
        self.up = up
    }
}

/// An address that a master holds.
public struct HeldAddress: Sendable, Hashable {
    /// The address and its prefix length.
    public var prefix: Prefix
    /// The interface that carries it; nil is the router's.
    public var interface: String?
    /// The alias label, IPv4 only, at most 15 bytes.
    public var label: String?
    /// The broadcast address; nil is none.
    public var broadcast: IPv4Address?
    /// The kernel's scope number: global 0, site 200, link 253, host 254.
    public var scope: UInt8
    /// For how many seconds the address may be chosen as a source; nil is as long as it is held. 0 keeps an IPv6 address
    /// from being chosen.
    public var preferredLifetime: UInt32?
    /// Whether an IPv6 address is used only after duplicate address detection (`-nodad`).
    public var detectsDuplicates = false
    /// The far end of a point-to-point address (`peer`); the prefix length is its.
    public var peer: IPAddress?
    /// `home`, `mngtmpaddr`, `noprefixroute` and `autojoin`.
    public var flags: InterfaceAddress.Flags = []

    /// Creates an address.
    public init(
        prefix: Prefix, interface: String? = nil, label: String? = nil, broadcast: IPv4Address? = nil, scope: UInt8 = 0
    ) {
        self.prefix = prefix
        self.interface = interface
        self.label = label
        self.broadcast = broadcast
        self.scope = scope
    }
}

/// A `vrrp_script`: what to run, how often, and how many results count.
public struct TrackScriptConfiguration: Sendable, Hashable {
    /// The name that trackers refer to.
    public var name: String
    /// What to run, and as whom.
    public var command: ChildCommand
    /// Between two starts. A run that is still under way is not joined by a second one.
    public var interval: Duration
    /// How long a run may take; then its process group is ended and it counts as failed.
    public var timeout: Duration
    /// Successes in a row that turn down to up.
    public var rise: UInt32
    /// Failures in a row that turn up to down.
    public var fall: UInt32
    /// `init_fail`: down until the first result.
    public var startsFailed: Bool

    /// Creates a script.
    ///
    /// - Parameter timeout: nil is the interval.
    public init(
        name: String, command: ChildCommand, interval: Duration = .seconds(1), timeout: Duration? = nil,
        rise: UInt32 = 1, fall: UInt32 = 1, startsFailed: Bool = false
    ) {
        self.name = name
        self.command = command
        self.interval = interval
        self.timeout = timeout ?? interval
        self.rise = rise
        self.fall = fall
        self.startsFailed = startsFailed
    }
}

extension VRRPRuntimeConfiguration {
    /// Addresses that more than one router lists.
    var sharedPrefixes: Set<Prefix> {
        var seen: Set<Prefix> = []
        var shared: Set<Prefix> = []
        for router in routers {
            for prefix in Set(router.addresses.map(\.prefix)) where !seen.insert(prefix).inserted {
                shared.insert(prefix)
            }
        }
        return shared
    }
}
