import LinuxSystem
import Netlink

extension RealServerHost {
    /// The ports at which the kernel opens tunnels; none without the module.
    func tunnelPorts() throws(RealServerError) -> [TunnelPort: Bool] {
        let purpose = "read the ports at which the kernel opens tunnels"
        guard let ports = try openTunnelPorts(loadingModule: false, purpose: purpose) else { return [:] }
        do throws(NetlinkError) { return try ports.all() } catch {
            // Only root may look.
            if error.errorNumber == .operationNotPermitted { return [:] }
            throw .netlink(error, purpose: purpose)
        }
    }

    func addTunnelPort(_ port: TunnelPort, purpose: String) throws(RealServerError) {
        guard let ports = try openTunnelPorts(loadingModule: true, purpose: purpose) else {
            throw .module("for \(port.subject)", reason: "module fou is missing")
        }
        do throws(NetlinkError) { try ports.add(port) } catch { throw .netlink(error, purpose: purpose) }
    }

    func removeTunnelPort(_ port: TunnelPort, purpose: String) throws(RealServerError) {
        guard let ports = try openTunnelPorts(loadingModule: false, purpose: purpose) else { return }
        do throws(NetlinkError) { try ports.remove(port) } catch { throw .netlink(error, purpose: purpose) }
    }

    /// Nil without the module. A kernel that can load modules by itself loads this one at the question.
    private func openTunnelPorts(loadingModule: Bool, purpose: String) throws(RealServerError) -> TunnelPorts? {
        let transport = try system { () throws(SystemError) in try LibnlTransport(.generic) }
        let session = NetlinkSession(transport: transport)
        for attempt in 0...1 {
            do throws(NetlinkError) { return try TunnelPorts(session: session) } catch {
                guard error.code == .unknownFamily else { throw .netlink(error, purpose: purpose) }
            }
            guard loadingModule, attempt == 0 else { break }
            _ = KernelModule.load("fou")
        }
        return nil
    }
}
