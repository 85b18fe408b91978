import CLinux
import Glibc

/// What the devices that open tunnels' packets are set to take.
public enum TunnelDevice {
    /// Sets the protocol, 0 for any, that a device of kind `ip6tnl` opens in the calling thread's network namespace.
    ///
    /// By ioctl as `ip -6 tunnel change` does it: over rtnetlink older kernels refuse it for the device that comes with
    /// the module (`ip6_tnl_changelink()` of `net/ipv6/ip6_tunnel.c`).
    public static func setProtocol(_ number: UInt8, of interface: String) throws(SystemError) {
        let purpose = "set what \(interface) opens"
        let socket = FileDescriptor(
            owning: try systemCall("socket", purpose) {
                Glibc.socket(AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
        try systemCall("ioctl", purpose) { clinux_set_ip6tnl_protocol(socket.rawValue, interface, number) }
    }

    /// Sets whether a device of kind `gre` in the calling thread's network namespace takes packets with a checksum or
    /// those without; the others it drops (`ip_tunnel_rcv()` of `net/ipv4/ip_tunnel.c`).
    ///
    /// By ioctl as `ip tunnel change` does it: over rtnetlink the kernel refuses it for the device that comes with the
    /// module, and `ip tunnel` has no word to take the setting back.
    public static func setChecksum(_ isExpected: Bool, of interface: String) throws(SystemError) {
        let purpose = "set which checksums \(interface) expects"
        let socket = FileDescriptor(
            owning: try systemCall("socket", purpose) {
                Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
        try systemCall("ioctl", purpose) { clinux_set_gre_checksum(socket.rawValue, interface, isExpected ? 1 : 0) }
    }
}
