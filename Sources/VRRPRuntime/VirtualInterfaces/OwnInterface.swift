import Netlink
import VRRP

/// A virtual interface that the loop has made or taken over.
struct OwnInterface: Sendable, Hashable {
    /// The kernel's number of it.
    let index: UInt32
    /// The router that it is for, as the log names it.
    let router: String
    /// `VMAC` or `ipvlan`, as the log names it.
    let kind: String

    /// One that nothing in the configuration is about.
    init(abandoned link: Link) {
        index = link.index
        router = "-"
        kind = link.kind == "ipvlan" ? "ipvlan" : "VMAC"
    }

    init(index: UInt32, name: String, in configuration: VRRPRuntimeConfiguration) {
        self.index = index
        let router = configuration.routers.first { router in
            router.virtualInterface == name || router.addresses.contains { $0.interface == name }
        }
        self.router = router?.configuration.id.name ?? "-"
        let wanted = configuration.virtualInterfaces.first { $0.name == name }
        kind = wanted?.hardwareAddress == nil ? "ipvlan" : "VMAC"
    }
}
