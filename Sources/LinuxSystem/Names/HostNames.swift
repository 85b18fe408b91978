public import Addressing
import Glibc

/// Names for addresses and ports, and back, as the machine's own sources give them: `/etc/hosts`, name servers,
/// `/etc/services`.
///
/// Every answer is remembered, the lack of one too: a listing asks for the same servers over and over, and a name
/// server that is away costs seconds per question. Used by one thread.
public final class HostNames {
    private var hosts: [IPAddress: String?] = [:]
    private var services: [ServiceKey: String?] = [:]

    private struct ServiceKey: Hashable {
        var port: Port
        var transport: String
    }

    /// Creates a resolver that remembers nothing yet.
    public init() {}

    /// The name of a host, or nil when it has none.
    public func name(of address: IPAddress) -> String? {
        if let known = hosts[address] { return known }
        let name = Self.lookUp(address)
        hosts[address] = .some(name)
        return name
    }

    /// The name of a port in `/etc/services` for a protocol such as `tcp`, or nil when it has none.
    public func name(of port: Port, transport: String) -> String? {
        let key = ServiceKey(port: port, transport: transport)
        if let known = services[key] { return known }
        let name = getservbyport(Int32(port.rawValue.bigEndian), transport).map { String(cString: $0.pointee.s_name) }
        services[key] = .some(name)
        return name
    }

    /// The first IPv4 address of a host name, or nil when it has none.
    public func ipv4Address(of host: String) -> IPv4Address? {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let list else { return nil }
        defer { freeaddrinfo(list) }
        guard let address = list.pointee.ai_addr, list.pointee.ai_family == AF_INET else { return nil }
        let number = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
        return IPv4Address(rawValue: UInt32(bigEndian: number))
    }

    /// The port of a service name for a protocol such as `tcp`, or nil when `/etc/services` has none.
    public func port(of service: String, transport: String) -> Port? {
        getservbyname(service, transport).map {
            Port(rawValue: UInt16(bigEndian: UInt16(truncatingIfNeeded: $0.pointee.s_port)))
        }
    }

    private static func lookUp(_ address: IPAddress) -> String? {
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let failure = withSocketAddress(address) {
            getnameinfo($0, $1, &name, socklen_t(name.count), nil, 0, NI_NAMEREQD)
        }
        guard failure == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
