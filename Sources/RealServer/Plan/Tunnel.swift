public import Addressing
import Netlink

/// How packets of a director with `lb_kind TUN` arrive.
///
/// The kernel opens packets of any sender on the device that a tunnel's module brings along, so one device serves every
/// director (`net/ipv4/ipip.c`, `net/ipv4/ip_gre.c`, `net/ipv6/ip6_tunnel.c`).
public struct Tunnel: Sendable, Hashable {
    /// The encapsulation, by the name that it has in `tunnel_type` of a configuration.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// IP in IP, the default of IPVS.
        case ipip
        /// Generic routing encapsulation without a key.
        case gre
        /// Generic UDP encapsulation, which ends at a port of the real server.
        case gue
    }

    /// The encapsulation.
    public var kind: Kind
    /// The family of the real server's own address, which the packets are sent to.
    public var outer: AddressFamily
    /// Whether packets of `gre` come with a checksum (`csum`). For `gue` it does not matter: the kernel takes both.
    public var hasChecksum: Bool
    /// The UDP port that packets of `gue` come to.
    public var port: UInt16?

    /// Creates a tunnel.
    public init(_ kind: Kind, outer: AddressFamily, hasChecksum: Bool = false, port: UInt16? = nil) {
        self.kind = kind
        self.outer = outer
        self.hasChecksum = kind == .gre && hasChecksum
        self.port = kind == .gue ? port : nil
    }

    /// The device that opens packets for addresses of a family, and the kind of link that it is.
    func device(for inner: AddressFamily) -> (name: String, kind: String) {
        switch (kind, outer, inner) {
        // What is inside gue is IP in IP for the kernel once the port has taken off the rest.
        case (.ipip, .ipv4, .ipv4), (.gue, .ipv4, .ipv4): ("tunl0", "ipip")
        case (.ipip, .ipv4, .ipv6), (.gue, .ipv4, .ipv6): ("sit0", "sit")
        case (.ipip, .ipv6, _), (.gue, .ipv6, _): ("ip6tnl0", "ip6tnl")
        case (.gre, .ipv4, _): ("gre0", "gre")
        case (.gre, .ipv6, _): ("ip6gre0", "ip6gre")
        }
    }

    /// What the module's own `ip6tnl0` opens unless told otherwise: IPv6 alone.
    static let usualProtocol: UInt8 = 41

    /// The protocols that a device has to be set to one of to open packets with these addresses inside; nil where it
    /// opens them whatever it is set to. 0 is any (`ip4ip6_rcv()` and `ipxip6_rcv()` of `net/ipv6/ip6_tunnel.c`).
    static func protocols(of device: String, for addresses: [RealServerAddress]) -> Set<UInt8>? {
        let inner = addresses.filter { $0.tunnel?.device(for: $0.address.family).name == device }
        guard device == "ip6tnl0", !inner.isEmpty else { return nil }
        return inner.reduce(into: [0, 4, usualProtocol]) { accepted, address in
            accepted.formIntersection([0, address.address.family == .ipv4 ? 4 : usualProtocol])
        }
    }

    /// A protocol as `ip -6 tunnel` names it.
    static func mode(_ number: UInt8) -> String {
        switch number {
        case 0: "any"
        case 4: "ipip6"
        case usualProtocol: "ip6ip6"
        default: "\(number)"
        }
    }

    /// The bytes that the encapsulation adds to a packet.
    var overhead: Int {
        let own =
            switch kind {
            case .ipip: 0
            case .gre: hasChecksum ? 8 : 4
            // UDP's header and its own without options.
            case .gue: 12
            }
        return (outer == .ipv4 ? 20 : 40) + own
    }

    /// The port that the kernel has to open for it.
    var listener: TunnelPort? { port.map { TunnelPort($0, outer) } }

    /// Whether a device takes packets with a checksum or those without; nil where it is no device of `gre`, or nothing
    /// comes through it.
    static func checksums(of device: String, for addresses: [RealServerAddress]) -> Bool? {
        addresses.lazy.compactMap { address -> Bool? in
            guard let tunnel = address.tunnel, tunnel.kind == .gre,
                tunnel.device(for: address.address.family).name == device
            else { return nil }
            return tunnel.hasChecksum
        }.first
    }

    /// The kernel module that brings the device along, by its link kind.
    static func module(ofLinkKind kind: String) -> String? {
        switch kind {
        case "ipip": "ipip"
        case "sit": "sit"
        case "ip6tnl": "ip6_tunnel"
        case "gre": "ip_gre"
        case "ip6gre": "ip6_gre"
        default: nil
        }
    }
}
