import CLinux
import Glibc

/// What a device of kind `ip6tnl` opens.
public enum TunnelProtocol {
    /// Sets the protocol, 0 for any, of a device in the calling thread's network namespace.
    ///
    /// By ioctl as `ip -6 tunnel change` does it: over rtnetlink older kernels refuse it for the device that comes with
    /// the module (`ip6_tnl_changelink()` of `net/ipv6/ip6_tunnel.c`).
    public static func set(_ number: UInt8, of interface: String) throws(SystemError) {
        let purpose = "set what \(interface) opens"
        let socket = FileDescriptor(
            owning: try systemCall("socket", purpose) {
                Glibc.socket(AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
        try systemCall("ioctl", purpose) { clinux_set_ip6tnl_protocol(socket.rawValue, interface, number) }
    }
}
