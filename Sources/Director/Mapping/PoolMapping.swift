import HealthChecks
import KeepalivedConfig

extension ServicePool.Configuration {
    /// The part of a `virtual_server` that health decides about.
    init(_ server: VirtualServer, resolver: ScriptResolver) {
        self.init(
            service: server.service, quorum: server.quorum, hysteresis: server.hysteresis,
            sorryServer: server.sorryServer.map {
                ServicePool.SorryServer(destination: $0.destination, inhibits: $0.inhibits)
            },
            servers: server.realServers.map { real in
                ServicePool.Server(
                    destination: real.destination, inhibits: real.inhibitsOnFailure,
                    checkers: real.checkers.map { checker in
                        ServicePool.Checker(
                            check: Check(checker, resolver: resolver), alpha: checker.alpha,
                            logsAllFailures: checker.logsAllFailures)
                    })
            })
    }
}
