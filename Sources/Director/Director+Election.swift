import KeepalivedConfig
import Logging
import NIOCore
import VRRP
import VRRPRuntime

extension Director {
    /// Opens the sockets and lets the elections begin.
    ///
    /// - Parameter wanted: what to run; nil is what the configuration in force asks for.
    func startElections(_ wanted: VRRPRuntimeConfiguration? = nil) async throws(DirectorError) {
        let wanted = wanted ?? VRRPRuntimeConfiguration(configuration, resolver: resolver)
        let elections = VRRPRuntime(
            wanted, logger: loggers.vrrp,
            supervisor: supervisors.trackers
        ) { [eventLoop, weak self] event in
            eventLoop.execute { [weak self] in self?.assumeIsolated { $0.electionChanged(event) } }
        }
        self.elections = elections
        sessionRelay.attach(elections)
        do throws(VRRPRuntimeError) {
            try await elections.start()
            runtimeConfiguration = wanted
        } catch {
            sessionRelay.attach(nil)
            await elections.stop()
            self.elections = nil
            throw .elections(error)
        }
    }

    /// What the routers are at; empty without elections.
    public func electionStatus() async -> [RouterStatus] { await elections?.status().routers ?? [] }

    /// What dumps are made from.
    func dumpFacts() async -> DumpFacts {
        let details = await elections?.details()
        return DumpFacts(
            moment: .now, configuration: configuration, elections: details, board: probes == nil ? nil : board)
    }

    /// Every instance begins to count anew.
    func clearStatistics() async { await elections?.clearStatistics() }
}

extension Configuration {
    /// Whether there is an instance, and so an election.
    var hasElections: Bool { !instances.isEmpty }
}
