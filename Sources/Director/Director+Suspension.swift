import Addressing
import HealthChecks
import KeepalivedConfig
import Logging
import Probes
import VRRPRuntime

extension Director {
    /// Watches the addresses of this host while a service of the configuration in force has `ha_suspend`.
    func watchHostAddresses() {
        guard !options.isDryRun, configuration.virtualServers.contains(where: \.suspendsWithoutAddress) else {
            stopWatchingHostAddresses()
            return hostAddressesChanged(nil)
        }
        if hostAddresses == nil {
            do throws(VRRPRuntimeError) {
                hostAddresses = try HostAddressMonitor(eventLoop: eventLoop) { [weak self] addresses in
                    self?.assumeIsolated { $0.hostAddressesChanged(addresses) }
                }
            } catch {
                loggers.checkers.error(
                    "Cannot watch the addresses of this host: ha_suspend has no effect", metadata: ["cause": "\(error)"]
                )
            }
        }
        hostAddressesChanged(hostAddresses?.addresses)
    }

    /// Looks at the addresses no longer.
    func stopWatchingHostAddresses() {
        hostAddresses?.stop()
        hostAddresses = nil
    }

    private func hostAddressesChanged(_ addresses: Set<IPAddress>?) {
        // A reload that is under way looks again when it is done.
        guard !isStopping, heldReports == nil else { return }
        let former = board.checks
        let update = board.setHostAddresses(addresses)
        guard !update.events.isEmpty else { return }
        change(Set(update.changed), because: update.events)
        let current = board
        probes?.update(current.checks) { current.verdict(of: $0) }
        deliverSessions(to: current.checks.subtracting(former))
    }
}
