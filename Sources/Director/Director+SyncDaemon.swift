import Addressing
import IPVS
import KeepalivedConfig
import Netlink
import VRRP

extension Director {
    /// Starts the kernel's connection synchronization: both sides for good, or as backup where an instance decides.
    /// What a crashed predecessor left running is taken over.
    func startSyncDaemons() {
        guard let setting = configuration.global.lvsSyncDaemon else { return }
        for daemon in table?.daemons() ?? [] {
            let wanted = SyncDaemon(role: daemon.role, setting: setting, instances: configuration.instances)
            if daemon.interface == wanted.interface, daemon.syncID == wanted.syncID {
                runningSyncDaemons[daemon.role] = daemon
            } else {
                changeTable { $0.send([.stopDaemon(daemon.role)]) }
            }
        }
        runSyncDaemons(roles(of: setting))
    }

    /// Both sides without an instance, else the side of the instance's state.
    private func roles(of setting: LVSSyncDaemon) -> Set<SyncDaemon.Role> {
        guard let instance = setting.instance else { return [.master, .backup] }
        return routerStates[instance] == .master ? [.master] : [.backup]
    }

    /// The instance that `lvs_sync_daemon` names changed its state: a master sends connection states, any other
    /// receives them.
    func followWithSyncDaemon(_ router: RouterID, _ state: RouterState) {
        guard let setting = configuration.global.lvsSyncDaemon, setting.instance == router.name else { return }
        switch state {
        case .master: runSyncDaemons([.master])
        case .backup, .fault: runSyncDaemons([.backup])
        case .initialize, .stopped: break
        }
    }

    /// Ends both sides.
    func stopSyncDaemons() {
        guard !runningSyncDaemons.isEmpty else { return }
        let commands = runningSyncDaemons.keys.sorted { $0.rawValue < $1.rawValue }.map { Command.stopDaemon($0) }
        runningSyncDaemons = [:]
        changeTable { $0.send(commands) }
    }

    /// Puts a reloaded setting in force; one that did not change keeps running.
    func reloadSyncDaemons(previous: LVSSyncDaemon?) {
        guard previous != configuration.global.lvsSyncDaemon else { return }
        stopSyncDaemons()
        startSyncDaemons()
    }

    private func runSyncDaemons(_ roles: Set<SyncDaemon.Role>) {
        guard let setting = configuration.global.lvsSyncDaemon else { return }
        var commands: [Command] = []
        for role in SyncDaemon.Role.allCases where !roles.contains(role) {
            if runningSyncDaemons.removeValue(forKey: role) != nil { commands.append(.stopDaemon(role)) }
        }
        for role in SyncDaemon.Role.allCases where roles.contains(role) && runningSyncDaemons[role] == nil {
            let daemon = SyncDaemon(role: role, setting: setting, instances: configuration.instances)
            commands.append(.startDaemon(daemon))
        }
        let outcome = changeTable { $0.send(commands) }
        let refused = outcome?.failures.map(\.command) ?? commands
        for case .startDaemon(let daemon) in commands where !refused.contains(.startDaemon(daemon)) {
            runningSyncDaemons[daemon.role] = daemon
        }
    }
}

extension SyncDaemon {
    fileprivate init(role: Role, setting: LVSSyncDaemon, instances: [VRRPInstance]) {
        let instance = instances.first { $0.name == setting.instance }
        self.init(
            role: role, interface: setting.interface, syncID: setting.syncID ?? instance?.virtualRouterID ?? 0,
            maximumLength: setting.maximumLength, group: setting.group, port: setting.port, ttl: setting.ttl)
    }
}
