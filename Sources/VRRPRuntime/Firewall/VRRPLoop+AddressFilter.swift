import Addressing
import Logging
import NIOCore
import Netlink
import VRRP

extension VRRPLoop {
    /// Makes the kernel drop packets to and from the addresses of masters with `no_accept`, and no others.
    func filterAddresses() {
        var needed: Set<AddressFamily> = []
        var wanted: Set<FilteredAddress> = []
        for router in configuration.routers where router.filtersAddresses {
            needed.formUnion(router.addresses.map(\.prefix.address.family))
            guard holding.contains(router.configuration.id) else { continue }
            for address in addresses(of: router) {
                guard let name = interfaces.name(of: address.interfaceIndex) else { continue }
                wanted.insert(
                    FilteredAddress(
                        address: address.prefix.address, interface: name, interfaceIndex: address.interfaceIndex))
            }
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
