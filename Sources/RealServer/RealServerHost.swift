import Addressing
import LinuxSystem
import Netlink

/// Reads and changes the host that the calling thread lives in.
struct RealServerHost {
    private let routes: RouteClient

    init() throws(RealServerError) {
        routes = try system { () throws(SystemError) in try RouteClient.open() }
    }

    func state() throws(RealServerError) -> HostState {
        let links: [Link]
        let addresses: [InterfaceAddress]
        do throws(NetlinkError) {
            links = try routes.links()
            addresses = try routes.addresses()
        } catch {
            throw .netlink(error, purpose: "read the addresses of lo")
        }
        guard let loopback = links.first(where: { $0.flags.contains(.loopback) && $0.name == "lo" }) else {
            throw .noLoopback
        }
        var sysctls: [Sysctl: Int] = [:]
        for setting in ARPSettings.all {
            sysctls[setting.sysctl] = try system { () throws(SystemError) in try setting.sysctl.read() }
        }
        return HostState(
            loopbackIndex: loopback.index, loopbackIsUp: loopback.flags.contains(.up),
            addresses: addresses.filter { $0.interfaceIndex == loopback.index }, sysctls: sysctls)
    }

    /// Carries out the changes in order. When one fails, those before it are taken back, the last one first.
    func carryOut(_ changes: [Change]) throws(RealServerError) {
        for (index, change) in changes.enumerated() {
            do throws(RealServerError) {
                try carryOut(change)
            } catch {
                var remaining: [String] = []
                for step in changes[..<index].reversed().map(\.inverse) {
                    do throws(RealServerError) { try carryOut(step) } catch { remaining.append(step.purpose) }
                }
                throw remaining.isEmpty ? error : .rollbackFailed(cause: error, remaining: remaining)
            }
        }
    }

    private func carryOut(_ change: Change) throws(RealServerError) {
        let command: RouteCommand
        switch change {
        case .setSysctl(let sysctl, _, let value):
            return try system { () throws(SystemError) in try sysctl.write(value) }
        case .setLoopback(let index, let up): command = .setLink(index: index, up: up)
        case .addAddress(let address): command = .addAddress(address)
        case .removeAddress(let address): command = .deleteAddress(address)
        }
        guard let failure = routes.apply([command]).first else { return }
        throw .netlink(failure.error, purpose: change.purpose)
    }
}
