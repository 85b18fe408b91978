public import Addressing
public import IPVS

/// Names for numbers and numbers for names, as `/etc/hosts`, a name server and `/etc/services` give them.
///
/// Listings without `-n` ask it for every address and port, so an implementation should remember its answers: a name
/// server that is away would otherwise cost a timeout per line.
public protocol NameResolver {
    /// Looks up hosts at once, before they are asked for one by one.
    func prepare(_ addresses: [IPAddress])
    /// The name of a host, or nil when it has none and the address is to be printed.
    func hostName(of address: IPAddress) -> String?
    /// The name of a port for a protocol, or nil when it has none and the number is to be printed.
    func serviceName(of port: Port, protocol: TransportProtocol) -> String?
    /// The first IPv4 address of a host name; ipvsadm never takes an IPv6 address from a name.
    func ipv4Address(ofHost name: String) -> IPv4Address?
    /// The port of a service name for a protocol: `amqp` is one for SCTP, `http` is not.
    func port(ofService name: String, protocol: TransportProtocol) -> Port?
}

extension NameResolver {
    /// Does nothing: names are looked up when they are asked for.
    public func prepare(_ addresses: [IPAddress]) {}
}

/// Knows no names: every address and port is a number.
public struct NumericNames: NameResolver {
    /// Creates the resolver.
    public init() {}

    /// Always nil.
    public func hostName(of address: IPAddress) -> String? { nil }

    /// Always nil.
    public func serviceName(of port: Port, protocol: TransportProtocol) -> String? { nil }

    /// Always nil.
    public func ipv4Address(ofHost name: String) -> IPv4Address? { nil }

    /// Always nil.
    public func port(ofService name: String, protocol: TransportProtocol) -> Port? { nil }
}
