public import IPVS

/// What a reload does, or would do now: the difference between the files, and what follows from it in the kernel, in the
/// elections and for connections.
public struct ReloadPlan: Sendable {
    /// What changed between the configurations.
    public var difference = ConfigurationDifference()
    /// The commands to the kernel's IPVS, in order.
    public var commands: [Command] = []
    /// Routers whose state, priority or addresses change.
    public var elections: [ElectionChange] = []
    /// Connections of destinations that are taken out of the table, as the kernel counts them at this moment.
    public var cutConnections: [ConnectionCut] = []
    /// Scripts that run because of the reload, with what they are run for.
    public var scripts: [ScriptRunPlan] = []
    /// Checks that start anew.
    public var startedChecks = 0
    /// Checks that are given up.
    public var stoppedChecks = 0
    /// Why a reload would be refused before anything has changed; empty when nothing is known that speaks against it.
    public var refusals: [ReloadFailure.Reason] = []
    /// What the operator should know besides, such as settings that only a restart takes up.
    public var notes: [String] = []

    /// A plan that does nothing.
    public init() {}

    /// Whether nothing changes, neither in the configuration nor in the kernel.
    public var isEmpty: Bool {
        difference.isEmpty && commands.isEmpty && elections.isEmpty && scripts.isEmpty && startedChecks == 0
            && stoppedChecks == 0
    }
}

/// Connections that the removal of a destination cuts.
public struct ConnectionCut: Sendable, Hashable {
    /// The service.
    public var service: VirtualService.ID
    /// The destination that goes.
    public var destination: Destination.ID
    /// Connections in an established state.
    public var active: UInt32
    /// Other connections.
    public var inactive: UInt32
    /// Persistence templates: clients that are tied to it.
    public var persistent: UInt32

    /// Creates a count.
    public init(
        service: VirtualService.ID, destination: Destination.ID, active: UInt32, inactive: UInt32, persistent: UInt32
    ) {
        self.service = service
        self.destination = destination
        self.active = active
        self.inactive = inactive
        self.persistent = persistent
    }
}

/// A script that a reload runs.
public struct ScriptRunPlan: Sendable, Hashable, Encodable {
    /// What it is run for: `notify_down of [10.1.80.93]:80 in [10.1.80.90]:tcp:80`.
    public var occasion: String
    /// The program with its arguments.
    public var command: String

    /// Creates an entry.
    public init(occasion: String, command: String) {
        self.occasion = occasion
        self.command = command
    }
}
