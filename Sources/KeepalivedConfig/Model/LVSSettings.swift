public import Addressing

/// `lvs_flush_on_stop`: how IPVS is left at a clean stop.
public enum LVSFlushOnStop: Sendable, Hashable {
    /// Every destination and service of the configuration is deleted one by one.
    case off
    /// The whole table is flushed.
    case all
    /// `VS`: only the services are deleted, the kernel drops their destinations.
    case virtualServers
}

/// `lvs_sync_daemon`.
public struct LVSSyncDaemon: Sendable, Hashable {
    /// The interface that carries the multicast.
    public var interface: String
    /// The instance that decides between master and backup; nil runs both for good.
    public var instance: String?
    /// `id`, 0…255; nil takes the instance's virtual router id.
    public var syncID: UInt8?
    /// `maxlen`, 1…65507.
    public var maximumLength: UInt16?
    /// `port`.
    public var port: Port?
    /// `ttl`.
    public var ttl: UInt8?
    /// `group`.
    public var group: IPAddress?

    /// Creates a daemon setting.
    public init(interface: String) { self.interface = interface }
}

/// `nftables_ipvs*`: marks that an nftables table puts on the packets of a group, so that one service holds it.
public struct IPVSMarkSettings: Sendable, Hashable {
    /// `nftables_ipvs`: the table.
    public var table = "keepalived_ipvs"
    /// `nftables_ipvs_priority`: of the hook.
    public var priority: Int32 = -1
    /// `nftables_ipvs_start_fwmark`: the first mark, 1 or more.
    public var startMark: UInt32 = 1000

    /// Every default.
    public init() {}
}
