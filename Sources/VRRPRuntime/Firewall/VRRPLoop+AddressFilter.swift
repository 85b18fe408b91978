import Addressing
import Logging
import NIOCore
import Netlink
import VRRP

extension VRRPLoop {
    /// Makes the kernel drop packets to and from the addresses of masters with `no_accept`, and no others.
    func filterAddresses() {
        var needed: Set<AddressFamily> = []
        var wanted: [RouterID: Set<FilteredAddress>] = [:]
        for router in configuration.routers where router.filtersAddresses {
            needed.formUnion(router.addresses.map(\.prefix.address.family))
            wanted[router.configuration.id] = filteredAddresses(of: router)
        }
        guard !needed.isEmpty || filter.isInstalled else { return }
        do throws(AddressFilterError) {
            try filter.reconcile(wanted, needed: needed)
            isFilterFailing = false
        } catch {
            report(error)
        }
        guard filter.isInstalled, filterCheck == nil else { return }
        let pause = TimeAmount.seconds(Self.filterCheckSeconds)
        filterCheck = eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
            self.assumeIsolated { $0.repairFilter() }
        }
    }

    /// The same, where nothing but the state of this router has changed.
    func filterAddresses(of id: RouterID) {
        guard let router = known[id], router.filtersAddresses, filter.isInstalled, !isFilterFailing else {
            return filterAddresses()
        }
        do throws(AddressFilterError) {
            try filter.hold(filteredAddresses(of: router), of: id)
        } catch {
            report(error)
        }
    }

    /// What a router holds, on the interfaces that exist.
    private func filteredAddresses(of router: VRRPRuntimeConfiguration.Router) -> Set<FilteredAddress> {
        guard holding.contains(router.configuration.id) else { return [] }
        return Set(
            addresses(of: router).compactMap { address in
                interfaces.name(of: address.interfaceIndex).map {
                    FilteredAddress(
                        address: address.prefix.address, interface: $0, interfaceIndex: address.interfaceIndex)
                }
            })
    }

    /// Takes away the tables that a crash has left and this configuration has no use for: they would drop what it is to
    /// take.
    func removeAbandonedTables() {
        guard !configuration.routers.isEmpty else { return }
        let families = { (filters: Bool) in
            self.configuration.routers.filter { $0.filtersAddresses == filters }.flatMap(\.addresses)
        }
        let (removed, inTheWay) = filter.removeAbandoned(
            needed: Set(families(true).map(\.prefix.address.family)),
            accepted: Set(families(false).map(\.prefix.address)))
        for table in removed {
            logger.notice("Removed the nftables table \(table), which a director that is gone has left")
        }
        for table in inTheWay {
            logger.warning(
                "The nftables table \(table) drops packets to virtual addresses",
                metadata: [
                    "cause":
                        "another director has made it; if none runs any more, `nft delete table \(table)` removes it"
                ])
        }
    }

    private static let filterCheckSeconds: Int64 = 5

    private func repairFilter() {
        do throws(AddressFilterError) {
            guard try filter.repair() else { return }
            logger.notice(
                "The nftables table \(filter.filter.configuration.table) was taken away by somebody else; it is there again"
            )
        } catch {
            report(error)
        }
    }

    private func report(_ error: AddressFilterError) {
        guard !isFilterFailing else { return }
        isFilterFailing = true
        logger.warning(
            "no_accept does not hold: packets to virtual addresses are taken", metadata: ["cause": "\(error)"])
    }
}

extension VRRPRuntimeConfiguration.Router {
    /// Whether packets to its addresses are dropped: never those of an address owner (RFC 9568 section 6.1).
    var filtersAddresses: Bool { !acceptsPackets && configuration.priority < 255 }
}
