import IPVS
import Netlink

/// The kernel's IPVS table as the reconciler meets it: the real one, or a stand-in that only remembers.
protocol KernelTable {
    /// The whole table with its counters.
    func snapshots() throws(NetlinkError) -> [PoolSnapshot]

    /// Every service without its destinations.
    func services() throws(NetlinkError) -> [ServiceSnapshot]

    /// The destinations of a service; none when there is no such service.
    func destinations(of id: VirtualService.ID) throws(NetlinkError) -> [DestinationSnapshot]

    /// Carries out the commands in order and returns those that failed.
    func apply(_ commands: [Command]) -> [CommandFailure]

    /// The connection timeouts in force.
    func timeouts() throws(NetlinkError) -> Timeouts

    /// The synchronization daemons that run.
    func daemons() throws(NetlinkError) -> [SyncDaemon]

    /// Whether a service may have this scheduler and persistence engine.
    func support(forScheduler scheduler: String, engine: String?) -> SchedulerSupport
}

extension KernelTable {
    /// The whole table without its counters.
    func read() throws(NetlinkError) -> Table { Table(snapshots: try snapshots()) }

    func services() throws(NetlinkError) -> [ServiceSnapshot] { try snapshots().map(\.service) }

    func destinations(of id: VirtualService.ID) throws(NetlinkError) -> [DestinationSnapshot] {
        try snapshots().first { $0.service.service.id == id }?.destinations ?? []
    }
}

/// The kernel itself.
struct LiveKernelTable: KernelTable {
    let client: IPVSClient

    func snapshots() throws(NetlinkError) -> [PoolSnapshot] { try client.pools() }

    func services() throws(NetlinkError) -> [ServiceSnapshot] { try client.services() }

    func destinations(of id: VirtualService.ID) throws(NetlinkError) -> [DestinationSnapshot] {
        try client.destinations(of: id)
    }

    func apply(_ commands: [Command]) -> [CommandFailure] { client.apply(commands) }

    func timeouts() throws(NetlinkError) -> Timeouts { try client.timeouts() }

    func daemons() throws(NetlinkError) -> [SyncDaemon] { try client.daemons() }

    func support(forScheduler scheduler: String, engine: String?) -> SchedulerSupport {
        client.support(forScheduler: scheduler, engine: engine)
    }
}

/// A table that starts empty, does what it is told and says so, for `--dry-run`.
final class DryRunKernelTable: KernelTable {
    private let announce: (Command) -> Void
    private var table = Table()

    /// - Parameter announce: called with each command.
    init(announce: @escaping (Command) -> Void) { self.announce = announce }

    func snapshots() throws(NetlinkError) -> [PoolSnapshot] {
        table.pools.values.map { pool in
            PoolSnapshot(
                service: ServiceSnapshot(service: pool.service),
                destinations: pool.destinations.map { DestinationSnapshot(destination: $0) })
        }
    }

    func apply(_ commands: [Command]) -> [CommandFailure] {
        for command in commands {
            announce(command)
            table.apply(command)
        }
        return []
    }

    func timeouts() throws(NetlinkError) -> Timeouts { Timeouts() }

    func daemons() throws(NetlinkError) -> [SyncDaemon] { [] }

    func support(forScheduler scheduler: String, engine: String?) -> SchedulerSupport { .unknown }
}
