import Addressing
public import IPVS

extension ListingFormatter {
    /// What `--timeout` prints.
    public static func timeouts(_ timeouts: Timeouts) -> [UInt8] {
        Array("Timeout (tcp tcpfin udp): \(timeouts.tcp) \(timeouts.tcpFin) \(timeouts.udp)\n".utf8)
    }

    /// What `--daemon` prints: a line per running daemon, in the order of the kernel's dump. Attributes that the
    /// kernel leaves out or reports as 0 are left out.
    public static func daemons(_ daemons: [SyncDaemon]) -> [UInt8] {
        var text = ""
        for daemon in daemons {
            let role = daemon.role == .master ? "master" : "backup"
            text += "\(role) sync daemon (mcast=\(daemon.interface), syncid=\(daemon.syncID)"
            if let length = daemon.maximumLength, length > 0 { text += ", maxlen=\(length)" }
            if let group = daemon.group, !group.isUnspecified { text += ", group=\(group)" }
            if let port = daemon.port, port != .any { text += ", port=\(port)" }
            if let ttl = daemon.ttl, ttl > 0 { text += ", ttl=\(ttl)" }
            text += ")\n"
        }
        return Array(text.utf8)
    }
}
