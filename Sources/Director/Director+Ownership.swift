import HealthChecks
import IPVS
import LinuxSystem
import Logging
import NIOCore
import NIOPosix

/// Whose a service of the kernel's table is: ours are those of the configuration and those that this director, or one
/// that has crashed, has added. All others are left alone.
extension Director {
    /// Lines about services at a start; the rest is a number.
    private static var lines: Int { 100 }

    /// What a director that has crashed has left in the table is ours.
    func recallServices() async {
        guard serviceMemory == nil, !options.isDryRun, let folder = options.stateFolder else { return }
        let recalled = await elsewhere { ServiceMemory.open(in: folder) }
        guard let recalled else { return }
        serviceMemory = recalled.memory
        if let problem = recalled.problem {
            loggers.checkers.warning(
                "Which IPVS services are ours is not remembered across a crash", metadata: ["cause": "\(problem)"])
        }
        guard let known = table?.known else { return }
        let left = recalled.services.filter { known.pools[$0] != nil }
        guard !left.isEmpty else { return }
        table?.owned.formUnion(left)
        loggers.checkers.notice("IPVS: \(left.count) services of a director that did not stop cleanly are taken over")
    }

    /// Notes what is ours, before anything of it is added to the table: whenever the process dies, all of it is known.
    /// Says which services were there without being ours.
    func rememberServices(addingTo desired: Table) async {
        guard let table else { return }
        let adopted = desired.pools.keys.filter { table.known.pools[$0] != nil && !table.owned.contains($0) }.sorted()
        tableCounters.adopted += adopted.count
        for id in adopted.prefix(Self.lines) {
            loggers.checkers.notice(
                "IPVS: service \(id) is in the table already and not known to be ours: taken over from now on")
        }
        if adopted.count > Self.lines {
            loggers.checkers.notice("IPVS: \(adopted.count - Self.lines) more services are taken over")
        }
        await write(table.owned.union(desired.pools.keys))
    }

    /// Notes what is ours now.
    func rememberServices() async {
        guard let owned = table?.owned else { return }
        await write(owned)
    }

    /// After a clean stop nothing is ours any more.
    func forgetServices() async {
        guard let serviceMemory else { return }
        _ = await elsewhere { serviceMemory.forget() }
        self.serviceMemory = nil
    }

    /// Says what of a director that has crashed is wanted no longer.
    func reportLeftovers(_ commands: [Command]) {
        let removed = commands.compactMap { command -> VirtualService.ID? in
            guard case .deleteService(let id) = command else { return nil }
            return id
        }
        for id in removed.prefix(Self.lines) {
            loggers.checkers.notice(
                "IPVS: service \(id) of a director that did not stop cleanly is configured no longer: removed")
        }
        if removed.count > Self.lines {
            loggers.checkers.notice("IPVS: \(removed.count - Self.lines) more such services were removed")
        }
    }

    private func write(_ services: Set<VirtualService.ID>) async {
        guard let serviceMemory else { return }
        let problem = await elsewhere { () -> SystemError? in
            do throws(SystemError) {
                try serviceMemory.write(services)
                return nil
            } catch {
                return error
            }
        }
        if let problem = problem ?? nil {
            loggers.checkers.warning(
                "Which IPVS services are ours is not remembered across a crash", metadata: ["cause": "\(problem)"])
        }
    }

    /// Files are no matter of a loop.
    private func elsewhere<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result? {
        try? await NIOSingletons.posixBlockingThreadPool.runIfActive(eventLoop: eventLoop, body).get()
    }
}
