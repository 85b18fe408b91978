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
        adoptRunningDaemons()
        runSyncDaemons(roles(of: setting, in: configuration))
    }

    /// Takes over daemons that run already as the configuration wants them, and ends those that do not.
    private func adoptRunningDaemons() {
        guard let setting = configuration.global.lvsSyncDaemon else { return }
        for daemon in table?.daemons() ?? [] {
            let wanted = SyncDaemon(role: daemon.role, setting: setting, instances: configuration.instances)
            if daemon.interface == wanted.interface, daemon.syncID == wanted.syncID {
                runningSyncDaemons[daemon.role] = daemon
            } else {
                changeTable { $0.send([.stopDaemon(daemon.role)]) }
            }
        }
    }

    /// Takes down which daemons run where a configuration is to have its own: what becomes of them is part of the
    /// change, and undone with it.
    func noteRunningDaemons(for next: Configuration) {
        guard next.global.lvsSyncDaemon != nil else { return }
        for daemon in table?.daemons() ?? [] { runningSyncDaemons[daemon.role] = daemon }
    }

    /// Both sides without an instance, else the side of the instance's state.
    private func roles(of setting: LVSSyncDaemon, in next: Configuration) -> Set<SyncDaemon.Role> {
        guard let name = setting.instance else { return [.master, .backup] }
        return state(ofInstance: name, in: next) == .master ? [.master] : [.backup]
    }

    /// The state that an instance of a configuration has; under its former name where a reload renames it.
    private func state(ofInstance name: String, in next: Configuration) -> RouterState? {
        if let state = routerStates[name] { return state }
        guard let instance = next.instances.first(where: { $0.name == name }) else { return nil }
        let former = configuration.instances.first {
            $0.virtualRouterID == instance.virtualRouterID && $0.interface == instance.interface
        }
        return former.flatMap { routerStates[$0.name] }
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

    /// The commands that make the synchronization daemons as another configuration wants them, and what runs then. A
    /// daemon that stays as it is goes on running.
    ///
    /// - Parameter running: what runs now.
    func daemonChange(
        to next: Configuration, running: [SyncDaemon.Role: SyncDaemon]
    ) -> (commands: [Command], undo: [Command], running: [SyncDaemon.Role: SyncDaemon]) {
        var wanted: [SyncDaemon.Role: SyncDaemon] = [:]
        if let setting = next.global.lvsSyncDaemon {
            for role in roles(of: setting, in: next) {
                wanted[role] = SyncDaemon(role: role, setting: setting, instances: next.instances)
            }
        }
        var commands: [Command] = []
        var undo: [Command] = []
        var result: [SyncDaemon.Role: SyncDaemon] = [:]
        for role in SyncDaemon.Role.allCases {
            let present = running[role]
            if let present, let daemon = wanted[role], present.satisfies(daemon) {
                result[role] = present
                continue
            }
            if let present {
                commands.append(.stopDaemon(role))
                undo.insert(.startDaemon(present), at: 0)
            }
            if let daemon = wanted[role] {
                commands.append(.startDaemon(daemon))
                undo.insert(.stopDaemon(role), at: 0)
                result[role] = daemon
            }
        }
        return (commands, undo, result)
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
    /// Whether it is what is wanted; what is not wanted in particular may be anything.
    fileprivate func satisfies(_ wanted: SyncDaemon) -> Bool {
        interface == wanted.interface && syncID == wanted.syncID
            && (wanted.maximumLength == nil || wanted.maximumLength == maximumLength)
            && (wanted.group == nil || wanted.group == group) && (wanted.port == nil || wanted.port == port)
            && (wanted.ttl == nil || wanted.ttl == ttl)
    }

    fileprivate init(role: Role, setting: LVSSyncDaemon, instances: [VRRPInstance]) {
        let instance = instances.first { $0.name == setting.instance }
        self.init(
            role: role, interface: setting.interface, syncID: setting.syncID ?? instance?.virtualRouterID ?? 0,
            maximumLength: setting.maximumLength, group: setting.group, port: setting.port, ttl: setting.ttl)
    }
}
