import Addressing
import IPVS
import IPVSAdmin
import LinuxSystem

/// The machine's names for listings.
struct SystemNames: NameResolver {
    private let names = HostNames()

    func hostName(of address: IPAddress) -> String? { names.name(of: address) }

    func serviceName(of port: Port, protocol transport: TransportProtocol) -> String? {
        names.name(of: port, transport: transport.name)
    }

    func ipv4Address(ofHost name: String) -> IPv4Address? { names.ipv4Address(of: name) }

    func port(ofService name: String, protocol transport: TransportProtocol) -> Port? {
        names.port(of: name, transport: transport.name)
    }
}
