import IPVS
import Netlink

/// The kernel's IPVS table as the reconciler meets it: the real one, or a stand-in that only remembers.
protocol KernelTable {
    /// The whole table.
    func read() throws(NetlinkError) -> Table

    /// Carries out the commands in order and returns those that failed.
    func apply(_ commands: [Command]) -> [CommandFailure]

    /// The connection timeouts in force.
    func timeouts() throws(NetlinkError) -> Timeouts

    /// The synchronization daemons that run.
    func daemons() throws(NetlinkError) -> [SyncDaemon]
}

/// The kernel itself.
struct LiveKernelTable: KernelTable {
    let client: IPVSClient

    func read() throws(NetlinkError) -> Table { Table(snapshots: try client.pools()) }

    func apply(_ commands: [Command]) -> [CommandFailure] { client.apply(commands) }

    func timeouts() throws(NetlinkError) -> Timeouts { try client.timeouts() }

    func daemons() throws(NetlinkError) -> [SyncDaemon] { try client.daemons() }
}

/// A table that starts empty and says what it is told, for `--dry-run`.
struct DryRunKernelTable: KernelTable {
    /// Called with each command in words.
    let announce: (Command) -> Void

    func read() throws(NetlinkError) -> Table { Table() }

    func apply(_ commands: [Command]) -> [CommandFailure] {
        for command in commands { announce(command) }
        return []
    }

    func timeouts() throws(NetlinkError) -> Timeouts { Timeouts() }

    func daemons() throws(NetlinkError) -> [SyncDaemon] { [] }
}
