import Addressing
import Netlink

/// The addresses of one interface in the kernel's order, found by their prefixes: a new master of thousands of addresses
/// hears of each of them.
struct AddressList: Sendable {
    /// Those that are gone leave a gap, until there are more gaps than addresses.
    private var entries: [InterfaceAddress?] = []
    /// Where the addresses of a prefix stand; those of one prefix differ in their far ends.
    private var positions: [Prefix: [Int]] = [:]
    private var gaps = 0

    /// The addresses.
    var all: [InterfaceAddress] { entries.compactMap { $0 } }

    /// The first address with this prefix; nil when there is none.
    func first(_ prefix: Prefix) -> InterfaceAddress? { positions[prefix]?.first.flatMap { entries[$0] } }

    /// Adds an address at the end, or puts it in the place of the one with its prefix and far end.
    mutating func update(_ address: InterfaceAddress) {
        if let position = position(of: address) {
            entries[position] = address
        } else {
            positions[address.prefix, default: []].append(entries.count)
            entries.append(address)
        }
    }

    /// Takes an address out.
    mutating func remove(_ address: InterfaceAddress) {
        guard let position = position(of: address) else { return }
        entries[position] = nil
        gaps += 1
        positions[address.prefix]?.removeAll { $0 == position }
        if positions[address.prefix]?.isEmpty ?? false { positions[address.prefix] = nil }
        guard gaps > entries.count / 2 else { return }
        let rest = all
        self = AddressList()
        for address in rest { update(address) }
    }

    private func position(of address: InterfaceAddress) -> Int? {
        positions[address.prefix]?.first { entries[$0]?.peer == address.peer }
    }
}
