import Addressing
import LinuxSystem
import Netlink
import VRRP

/// Keeps the kernel's tables as they are to be. Used on the VRRP loop only.
final class AddressFilterTables {
    private(set) var filter: AddressFilter
    private var families: Set<AddressFamily> = []
    /// The addresses of each router that has any.
    private var held: [RouterID: Set<FilteredAddress>] = [:]
    /// Of how many addresses an element speaks.
    private var counts: [AddressFilter.Element: Int] = [:]
    private var client: NFTablesClient?

    init(_ configuration: AddressFilterConfiguration) { filter = AddressFilter(configuration) }

    /// Whether a table was made and not taken away.
    var isInstalled: Bool { !families.isEmpty }

    /// Makes the tables hold exactly these addresses.
    ///
    /// A table that somebody has taken away in between, as a firewall does that loads its rules anew, is made again.
    ///
    /// - Parameter needed: The families that are to have a table, be it an empty one.
    func reconcile(
        _ wanted: [RouterID: Set<FilteredAddress>], needed: Set<AddressFamily>
    ) throws(AddressFilterError) {
        try change(wanted.merging(held.mapValues { _ in [] }) { wanted, _ in wanted }, needed: needed)
    }

    /// Changes the addresses of one router, at a cost that depends on no other: hundreds of them may become masters in
    /// one moment.
    func hold(_ addresses: Set<FilteredAddress>, of router: RouterID) throws(AddressFilterError) {
        try change([router: addresses], needed: families)
    }

    private func change(
        _ changes: [RouterID: Set<FilteredAddress>], needed: Set<AddressFamily>
    ) throws(AddressFilterError) {
        var differences: [AddressFilter.Element: Int] = [:]
        for (router, addresses) in changes {
            let former = held[router, default: []]
            for address in addresses.subtracting(former) { differences[filter.element(of: address), default: 0] += 1 }
            for address in former.subtracting(addresses) { differences[filter.element(of: address), default: 0] -= 1 }
        }
        let new = needed.subtracting(families)
        let old = families.subtracting(needed)
        guard !new.isEmpty || !old.isEmpty || !differences.isEmpty else { return }
        let client = try opened()
        let added = Set(differences.filter { $0.value > 0 && counts[$0.key] == nil }.keys)
        let removed = Set(differences.filter { $0.value < 0 && counts[$0.key] == -$0.value }.keys)
        func installation(_ family: AddressFamily) -> [NFTablesCommand] {
            filter.installation(family, elements: added.union(counts.keys).subtracting(removed))
        }
        var commands = new.flatMap(installation)
        for family in families.intersection(needed) {
            commands += filter.change(family, adding: added, removing: removed)
        }
        for family in old { commands += filter.removal(family) }
        do throws(NetlinkError) {
            do throws(NetlinkError) {
                try client.commit(commands)
            } catch {
                guard error.errorNumber == .noSuchEntry else { throw error }
                try client.commit(needed.flatMap(installation))
            }
        } catch {
            throw .refused(error)
        }
        families = needed
        for (router, addresses) in changes { held[router] = addresses.isEmpty ? nil : addresses }
        for (element, difference) in differences {
            let count = counts[element, default: 0] + difference
            counts[element] = count > 0 ? count : nil
        }
    }

    /// Makes tables again that somebody has taken away, as a firewall does that loads its rules anew; whether there were
    /// any.
    func repair() throws(AddressFilterError) -> Bool {
        guard isInstalled else { return false }
        let client = try opened()
        do throws(NetlinkError) {
            var commands: [NFTablesCommand] = []
            for family in families {
                if try client.tables(family).contains(filter.configuration.table) { continue }
                commands += filter.installation(family, elements: Set(counts.keys))
            }
            try client.commit(commands)
            return !commands.isEmpty
        } catch {
            throw .refused(error)
        }
    }

    /// Takes away what a process that is gone has left and nobody needs. Where the kernel has no nftables, it has left
    /// nothing.
    ///
    /// - Parameter needed: The families whose table is about to be made in its place.
    /// - Returns: What was taken away, and of keepalived's tables, which may be those of one that runs, those that are in
    ///   the way of these addresses.
    func removeAbandoned(
        needed: Set<AddressFamily>, accepted: Set<IPAddress>
    ) -> (removed: [NFTable], inTheWay: [NFTable]) {
        var removed: [NFTable] = []
        var inTheWay: [NFTable] = []
        guard let client = try? opened() else { return ([], []) }
        for family in [AddressFamily.ipv4, .ipv6] {
            for (name, comment) in (try? client.commentedTables(family)) ?? [] {
                let table = NFTable(family: family, name: name)
                let isReplaced = needed.contains(family) && name == filter.configuration.table
                if let mark = TableMark(comment: comment) {
                    guard !isReplaced, ProcessNumber.isGone(mark.process) else { continue }
                    if (try? client.commit([.deleteTable(table)])) != nil { removed.append(table) }
                } else if !isReplaced, name == filter.configuration.table,
                    let keys = try? client.elements(of: AddressFilter.addressSet, in: table),
                    !accepted.isDisjoint(with: keys.compactMap { IPAddress(bytes: $0, family: family) })
                {
                    inTheWay.append(table)
                }
            }
        }
        return (removed, inTheWay)
    }

    /// Replaces the settings; everything is made anew by the next ``reconcile(_:needed:)``.
    func replace(_ configuration: AddressFilterConfiguration) {
        guard configuration != filter.configuration else { return }
        // The table's name does not change at a reload, so the new rules take the place of the old ones.
        if configuration.table != filter.configuration.table { remove() }
        filter = AddressFilter(configuration)
        families = []
        held = [:]
        counts = [:]
    }

    /// Takes the tables away; what is gone already is no matter.
    func remove() {
        guard let client else { return }
        for family in families { try? client.commit(filter.removal(family)) }
        families = []
        held = [:]
        counts = [:]
    }

    private func opened() throws(AddressFilterError) -> NFTablesClient {
        if let client { return client }
        do throws(SystemError) {
            let opened = try NFTablesClient.open(timeout: .seconds(1))
            client = opened
            return opened
        } catch {
            throw .system(error)
        }
    }
}

/// Why packets cannot be dropped.
enum AddressFilterError: Error {
    /// No netfilter socket.
    case system(SystemError)
    /// The kernel refuses the rules.
    case refused(NetlinkError)
}

extension AddressFilterError: CustomStringConvertible {
    var description: String {
        switch self {
        case .system(let error): error.description
        case .refused(let error) where error.errorNumber == .notSupported:
            "the kernel has no nftables: load it with `modprobe nf_tables`"
        case .refused(let error): "nftables: \(error)"
        }
    }
}
