public import Addressing

/// How a packet reaches a destination (`IP_VS_CONN_F_FWD_MASK` of `linux/ip_vs.h`).
public enum ForwardingMethod: Sendable, Hashable {
    /// Network address translation, keepalived's `NAT`, ipvsadm's `Masq`.
    case masquerading
    /// The destination is this host itself; only the kernel reports it.
    case localNode
    /// IP-in-IP or another tunnel, keepalived's `TUN`.
    case tunneling(Tunnel)
    /// Direct routing, keepalived's `DR`, ipvsadm's `Route`.
    case directRouting
    /// Deliver without scheduling, for packets of unknown connections; only the kernel reports it.
    case bypass
}

/// The encapsulation of a tunnelled destination (`IPVS_DEST_ATTR_TUN_*`).
public enum Tunnel: Sendable, Hashable {
    /// Plain IP-in-IP.
    case ipip
    /// Generic UDP encapsulation to `port`.
    case gue(port: Port, checksum: TunnelChecksum)
    /// Generic routing encapsulation; a remote checksum does not exist for it.
    case gre(checksum: TunnelChecksum)
}

/// Whether tunnel packets carry a checksum (`IP_VS_TUNNEL_ENCAP_FLAG_*`). Raw values are the kernel's flags.
public enum TunnelChecksum: UInt16, Sendable, Hashable {
    /// No checksum.
    case none = 0
    /// A checksum over the encapsulated packet.
    case checksum = 1
    /// Remote checksum offload, GUE only.
    case remote = 2
}
