public import Addressing
public import Timing
public import VRRP

/// A host of a ``SimulatedLAN``: virtual routers and what a shell would do for them.
public struct SimulatedHost: Sendable {
    /// What the process is doing.
    public enum Process: Sendable, Hashable {
        /// Handling datagrams and deadlines.
        case running
        /// Stopped or starved: datagrams wait in the socket, deadlines pass.
        case paused
        /// Killed: nobody answers, the kernel keeps the addresses.
        case dead
    }

    /// Its name in messages.
    public let name: String
    /// The address that it sends from.
    public let address: IPAddress
    /// Its one interface.
    public let interface: String
    /// The routers.
    public internal(set) var routers: VirtualRouters
    /// What the process is doing.
    public internal(set) var process = Process.dead
    /// Whether the interface is up.
    public internal(set) var isInterfaceUp = true
    /// Routers whose addresses the kernel holds.
    public internal(set) var holdsAddresses: Set<RouterID> = []
    /// Everything the routers wanted done, with the instant.
    public internal(set) var log: [(at: Instant, action: RouterAction)] = []
    /// How late the shell handles deadlines: drawn anew for each, up to this.
    public var timerJitter: Duration = .zero

    var configuration: (routers: [RouterConfiguration], groups: [SyncGroupConfiguration])
    /// The routers have been told that the process is ready.
    var hasStarted = false
    /// Datagrams that arrived while paused.
    var backlog: [Datagram] = []
    /// When the shell looks at its deadlines; nil is never.
    var wakeUp: Instant?

    init(
        name: String, address: IPAddress, interface: String, routers: [RouterConfiguration],
        groups: [SyncGroupConfiguration]
    ) {
        self.name = name
        self.address = address
        self.interface = interface
        configuration = (routers, groups)
        self.routers = VirtualRouters(routers: routers, groups: groups)
    }

    /// The state of a router; `stopped` while the process is dead.
    public func state(of id: RouterID) -> RouterState {
        process == .dead ? .stopped : routers.status(of: id)?.state ?? .stopped
    }

    /// The log lines so far.
    public var reports: [String] {
        log.compactMap { entry in
            if case .report(let report) = entry.action { report.message } else { nil }
        }
    }
}
