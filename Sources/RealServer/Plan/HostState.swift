import Addressing
import LinuxSystem
import Netlink

/// What matters to LVS-DR on a real server: the loopback interface and how the host answers ARP.
struct HostState: Sendable, Hashable {
    /// The index of `lo`.
    var loopbackIndex: UInt32
    /// Whether `lo` is set up; while it is not, its addresses are not reachable.
    var loopbackIsUp: Bool
    /// The addresses on `lo`.
    var addresses: [InterfaceAddress]
    /// The present values of ``ARPSettings/all``.
    var sysctls: [Sysctl: Int]
}

/// The settings that keep a host from answering ARP for addresses on `lo`, and from using them as sender in ARP
/// requests (Documentation/networking/ip-sysctl.rst, `arp_ignore` and `arp_announce`).
///
/// The kernel takes the larger value of `all` and the interface that the request came in on, so `all` covers every
/// interface; `lo` is set as the scripts that administrators know do it.
enum ARPSettings {
    /// One setting and what is wanted of it.
    struct Setting: Sendable, Hashable {
        var sysctl: Sysctl
        /// What is written where the present value will not do.
        var wanted: Int
        /// The values that will do: an administrator's stricter choice is left alone.
        var accepted: Set<Int>
    }

    static let all: [Setting] = ["all", "lo"].flatMap { interface in
        [
            // 3 would not do: it hides addresses of scope host only.
            Setting(sysctl: .ipv4(interface: interface, "arp_ignore"), wanted: 1, accepted: [1, 2, 8]),
            Setting(sysctl: .ipv4(interface: interface, "arp_announce"), wanted: 2, accepted: [2]),
        ]
    }
}
