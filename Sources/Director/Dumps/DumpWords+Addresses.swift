import Addressing
import KeepalivedConfig

extension DumpWords {
    /// `10.1.80.90/24 dev vrrp.51@enp0s3 scope global label enp0s3:1 set`
    ///
    /// - Parameters:
    ///   - base: the interface of the line, or of its instance.
    ///   - carrier: the virtual interface that carries the address in its place.
    static func address(
        _ address: VirtualAddress, on base: String?, by carrier: String? = nil, isSet: Bool
    ) -> String {
        let family = address.prefix.address.family
        var words = [address.prefix.isHost ? "\(address.prefix.address)" : "\(address.prefix)"]
        if let broadcast = broadcast(of: address) { words += ["brd", "\(broadcast)"] }
        if let base {
            let isCarried = carrier.map { $0 != base } ?? false
            words += ["dev", isCarried ? "\(carrier ?? "")@\(base)" : base]
        }
        if address.usesVMAC { words.append("use_vmac") }
        words += ["scope", scope(address.scope ?? 0)]
        if let label = address.label { words += ["label", label] }
        if let peer = address.peer { words += ["peer", "\(peer)/\(address.prefix.length)"] }
        let flags: [(VirtualAddress.Flags, String)] = [
            (.home, "home"), (.detectsDuplicates, "-nodad"), (.managesTemporaryAddresses, "mngtmpaddr"),
            (.noPrefixRoute, "noprefixroute"), (.autojoin, "autojoin"),
        ]
        words += flags.filter { address.flags.contains($0.0) }.map(\.1)
        if address.isUntracked { words.append("no_track") }
        if let group = address.trackGroup { words += ["track_group", group] }
        if family == .ipv6 { words.append(lifetime(address.preferredLifetime ?? (address.prefix.isHost ? 0 : .max))) }
        if isSet { words.append("set") }
        return words.joined(separator: " ")
    }

    private static func lifetime(_ seconds: UInt32) -> String {
        switch seconds {
        case 0: "deprecated"
        case .max: "preferred_lft forever"
        default: "preferred_lft \(seconds)"
        }
    }

    private static func broadcast(of address: VirtualAddress) -> IPv4Address? {
        guard case .v4(let own) = address.prefix.address, let broadcast = address.broadcast else { return nil }
        let hostBits = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(32 - min(address.prefix.length, 32))) - 1)
        switch broadcast {
        case .address(let broadcast): return broadcast
        case .hostBitsSet: return IPv4Address(rawValue: own.rawValue | hostBits)
        case .hostBitsClear: return IPv4Address(rawValue: own.rawValue & ~hostBits)
        }
    }

    static func scope(_ number: UInt8) -> String {
        switch number {
        case 0: "global"
        case 200: "site"
        case 253: "link"
        case 254: "host"
        case 255: "nowhere"
        default: "\(number)"
        }
    }
}
