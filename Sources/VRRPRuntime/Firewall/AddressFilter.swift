import Addressing
import Netlink

/// An address whose packets are dropped, and the interface that carries it.
struct FilteredAddress: Sendable, Hashable {
    var address: IPAddress
    var interface: String
    var interfaceIndex: UInt32
}

/// The tables that drop packets to and from addresses, as a value: what is to be sent to the kernel for a first
/// installation, for a change and for the end.
///
/// ```
/// table ip6 keepalived {
///     set vips { type ipv6_addr }
///     set vips_link_local { type ipv6_addr . ifname }
///     chain in {
///         type filter hook input priority 100; policy accept;
///         icmpv6 type nd-neighbor-solicit accept
///         icmpv6 type nd-neighbor-advert accept
///         ip6 daddr @vips drop
///         ip6 daddr . iifname @vips_link_local drop
///     }
///     chain out { … }
/// }
/// ```
struct AddressFilter: Sendable, Hashable {
    /// What stands in a set of a table. One stands for an address on several interfaces.
    struct Element: Sendable, Hashable {
        var family: AddressFamily
        var set: String
        var key: [UInt8]
    }

    /// Elements per message; the attribute that holds them has room for 64 KiB.
    private static let elementsPerCommand = 500

    let configuration: AddressFilterConfiguration

    init(_ configuration: AddressFilterConfiguration) { self.configuration = configuration }

    func table(_ family: AddressFamily) -> NFTable { NFTable(family: family, name: configuration.table) }

    /// Makes the table of a family with these elements in it, in place of one that is there: in a transaction, no
    /// packet meets anything between the two.
    func installation(_ family: AddressFamily, elements: Set<Element>) -> [NFTablesCommand] {
        let table = table(family)
        // A table can only be deleted where there is one.
        var commands: [NFTablesCommand] = [
            .addTable(table), .deleteTable(table), .addTable(table, comment: TableMark.current.comment),
        ]
        commands += sets(family).map { .addSet(table, $0) }
        if configuration.filtersInput {
            commands += chain("in", .input, family: family, addressOffset: family == .ipv4 ? 16 : 24)
        }
        if configuration.filtersOutput {
            commands += chain("out", .output, family: family, addressOffset: family == .ipv4 ? 12 : 8)
        }
        return commands + change(family, adding: elements)
    }

    /// What changes in the table of a family. Elements of other families are passed over.
    func change(
        _ family: AddressFamily, adding new: Set<Element>, removing old: Set<Element> = []
    ) -> [NFTablesCommand] {
        sets(family).map(\.name).flatMap { set in
            Self.portions(of: new, family, set).map { .addElements(table(family), set: set, $0) }
                + Self.portions(of: old, family, set).map { .deleteElements(table(family), set: set, $0) }
        }
    }

    /// Takes the table of a family away.
    func removal(_ family: AddressFamily) -> [NFTablesCommand] { [.deleteTable(table(family))] }

    // MARK: Parts

    static let addressSet = "vips"
    private static let linkLocalSet = "vips_link_local"

    private var interfacePart: NFTSet.KeyPart {
        configuration.matchesInterfaceIndex ? .interfaceIndex : .interfaceName
    }

    private func sets(_ family: AddressFamily) -> [NFTSet] {
        let addresses = NFTSet(name: Self.addressSet, key: [.address(family)])
        guard family == .ipv6 else { return [addresses] }
        return [addresses, NFTSet(name: Self.linkLocalSet, key: [.address(.ipv6), interfacePart])]
    }

    /// The same link-local address can be a virtual one on one interface and the host's own on another.
    func element(of filtered: FilteredAddress) -> Element {
        let address = filtered.address
        guard address.ipv6?.isLinkLocal == true else {
            return Element(family: address.family, set: Self.addressSet, key: address.bytes)
        }
        return Element(
            family: address.family, set: Self.linkLocalSet, key: address.bytes + interfaceKey(filtered))
    }

    private func interfaceKey(_ filtered: FilteredAddress) -> [UInt8] {
        guard !configuration.matchesInterfaceIndex else {
            return withUnsafeBytes(of: filtered.interfaceIndex) { Array($0) }
        }
        let name = Array(filtered.interface.utf8.prefix(15))
        return name + [UInt8](repeating: 0, count: 16 - name.count)
    }

    private func chain(
        _ name: String, _ hook: NFTChain.Hook, family: AddressFamily, addressOffset: UInt32
    ) -> [NFTablesCommand] {
        let table = table(family)
        let drop: [NFTablesExpression] = (configuration.hasCounters ? [.counter] : []) + [.verdict(.drop)]
        let address = NFTablesExpression.payload(
            .network, offset: addressOffset, length: UInt32(family.byteCount), into: .first)
        var rules: [[NFTablesExpression]] = [[address, .lookup(set: Self.addressSet, from: .first)] + drop]
        if family == .ipv6 {
            let interface: NFTablesExpression.Meta =
                switch (hook, configuration.matchesInterfaceIndex) {
                case (.input, false): .inputInterfaceName
                case (.input, true): .inputInterface
                case (.output, false): .outputInterfaceName
                case (.output, true): .outputInterface
                }
            rules.append(
                [address, .meta(interface, into: .second), .lookup(set: Self.linkLocalSet, from: .first)] + drop)
            // Who has the address is answered all the same: RFC 9568 section 6.4.3 (650).
            rules = Self.neighborDiscovery + rules
        }
        return [.addChain(table, NFTChain(name: name, hook: hook, priority: configuration.priority))]
            + rules.map { .addRule(table, chain: name, $0) }
    }

    /// Neighbor solicitations (135) and advertisements (136) pass.
    private static let neighborDiscovery: [[NFTablesExpression]] = [135, 136].map { type in
        [
            .meta(.transportProtocol, into: .first), .equals(.first, [58]),
            .payload(.transport, offset: 0, length: 1, into: .first), .equals(.first, [type]), .verdict(.accept),
        ]
    }

    private static func portions(
        of elements: Set<Element>, _ family: AddressFamily, _ set: String
    ) -> [[[UInt8]]] {
        let sorted = elements.filter { $0.family == family && $0.set == set }.map(\.key)
            .sorted { $0.lexicographicallyPrecedes($1) }
        return stride(from: 0, to: sorted.count, by: elementsPerCommand).map { start in
            Array(sorted[start..<min(start + elementsPerCommand, sorted.count)])
        }
    }
}
