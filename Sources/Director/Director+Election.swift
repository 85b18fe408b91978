import Logging
import NIOCore
import VRRP
import VRRPRuntime

extension Director {
    /// Opens the sockets and lets the elections begin.
    func startElections() async throws(DirectorError) {
        let elections = VRRPRuntime(
            VRRPRuntimeConfiguration(configuration, resolver: resolver), logger: loggers.vrrp,
            supervisor: trackSupervisor
        ) { [eventLoop, weak self] event in
            eventLoop.execute { [weak self] in self?.assumeIsolated { $0.electionChanged(event) } }
        }
        self.elections = elections
        do throws(VRRPRuntimeError) {
            try await elections.start()
        } catch {
            await elections.stop()
            self.elections = nil
            throw .elections(error)
        }
    }

    /// What the routers are at; empty without elections.
    public func electionStatus() async -> [RouterStatus] { await elections?.status().routers ?? [] }
}
