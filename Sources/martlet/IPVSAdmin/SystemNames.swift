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

    func prepare(_ addresses: [IPAddress]) { names.prepare(addresses) }

    /// Looks up the hosts of services at once, before they are asked for one by one; for a save also where their names
    /// lead.
    func prepare(_ pools: some Sequence<PoolSnapshot>, forSave isSave: Bool = false) {
        var addresses: [IPAddress] = []
        for pool in pools {
            if case .endpoint(_, let address, _) = pool.service.service.id { addresses.append(address) }
            addresses += pool.destinations.map(\.destination.id.address)
        }
        names.prepare(addresses)
        if isSave { names.prepareAddresses(of: addresses) }
    }

    /// Says which names are missing because nobody told them in time.
    func reportSilence() {
        guard names.unanswered > 0 else { return }
        Terminal.writeError(
            "no name server told the names of \(names.unanswered) addresses in time: they are numbers here; -n asks for none"
        )
    }
}
