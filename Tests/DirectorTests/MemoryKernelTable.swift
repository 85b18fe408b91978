import IPVS
import Netlink
import Synchronization

@testable import Director

/// A kernel that holds a table, counts how often it was read, and refuses what it is told to refuse.
///
/// Director and test use it from different threads, one at a time.
final class MemoryKernelTable: KernelTable, Sendable {
    fileprivate struct State {
        var table: Table
        var reads = 0
        var applied: [Command] = []
        var batches = 0
        var refuses: @Sendable (Command) -> Bool = { _ in false }
        var connections: [Destination.ID: (active: UInt32, inactive: UInt32, persistent: UInt32)] = [:]
        var timeouts = Timeouts(tcp: 900, tcpFin: 120, udp: 300)
        var daemons: [SyncDaemon] = []
        var missingSchedulers: Set<String> = []
        var probes: [String] = []
        /// Refuses the command with this number, counted from now; nil refuses none.
        var countdown: Int?
    }

    private let state: Mutex<State>

    init(_ table: Table = Table()) { state = Mutex(State(table: table)) }

    var table: Table {
        get { state.withLock { $0.table } }
        set { state.withLock { $0.table = newValue } }
    }
    var reads: Int { state.withLock { $0.reads } }
    var applied: [Command] {
        get { state.withLock { $0.applied } }
        set { state.withLock { $0.applied = newValue } }
    }
    /// How often commands came, one or many at a time.
    var batches: Int { state.withLock { $0.batches } }
    var probes: [String] { state.withLock { $0.probes } }
    var timeoutsInForce: Timeouts { state.withLock { $0.timeouts } }
    var runningDaemons: [SyncDaemon] { state.withLock { $0.daemons } }
    var missingSchedulers: Set<String> {
        get { state.withLock { $0.missingSchedulers } }
        set { state.withLock { $0.missingSchedulers = newValue } }
    }

    /// Refuses commands that fit.
    func refuse(_ refuses: @escaping @Sendable (Command) -> Bool) { state.withLock { $0.refuses = refuses } }

    /// Refuses one command: the one with this number, counted from now.
    func refuseOnce(at number: Int) { state.withLock { $0.countdown = number } }

    func setConnections(of id: Destination.ID, active: UInt32, inactive: UInt32, persistent: UInt32) {
        state.withLock { $0.connections[id] = (active, inactive, persistent) }
    }

    func snapshots() throws(NetlinkError) -> [PoolSnapshot] {
        state.withLock { state in
            state.reads += 1
            return state.table.pools.values.map { pool in
                PoolSnapshot(
                    service: ServiceSnapshot(service: pool.service),
                    destinations: pool.destinations.map { destination in
                        let counts = state.connections[destination.id] ?? (0, 0, 0)
                        return DestinationSnapshot(
                            destination: destination, activeConnections: counts.active,
                            inactiveConnections: counts.inactive, persistentConnections: counts.persistent)
                    })
            }
        }
    }

    func apply(_ commands: [Command]) -> [CommandFailure] {
        state.withLock { state in
            state.batches += 1
            var failures: [CommandFailure] = []
            for (index, command) in commands.enumerated() {
                var isRefused = state.refuses(command)
                if let countdown = state.countdown {
                    isRefused = isRefused || countdown == 0
                    state.countdown = countdown == 0 ? nil : countdown - 1
                }
                if isRefused {
                    failures.append(
                        CommandFailure(index: index, command: command, error: NetlinkError(.missingAttribute)))
                } else {
                    state.carryOut(command)
                }
            }
            return failures
        }
    }

    func timeouts() throws(NetlinkError) -> Timeouts { timeoutsInForce }

    func daemons() throws(NetlinkError) -> [SyncDaemon] { runningDaemons }

    func support(forScheduler scheduler: String, engine: String?) -> SchedulerSupport {
        state.withLock { state in
            state.probes.append(scheduler)
            return state.missingSchedulers.contains(scheduler) ? .missing : .available
        }
    }
}

extension MemoryKernelTable.State {
    fileprivate mutating func carryOut(_ command: Command) {
        table.apply(command)
        applied.append(command)
        switch command {
        case .setTimeouts(let wanted):
            if wanted.tcp != 0 { timeouts.tcp = wanted.tcp }
            if wanted.tcpFin != 0 { timeouts.tcpFin = wanted.tcpFin }
            if wanted.udp != 0 { timeouts.udp = wanted.udp }
        case .startDaemon(let daemon): daemons.append(daemon)
        case .stopDaemon(let role): daemons.removeAll { $0.role == role }
        default: break
        }
    }
}

extension Table {
    /// The table with the destinations of each pool in one order: the kernel's order tells nothing.
    var sorted: Table {
        Table(
            pools.values.map { pool in
                Pool(service: pool.service, destinations: pool.destinations.sorted { $0.id < $1.id })
            })
    }
}
