/// The rights of a process that a director needs (`capabilities(7)`). Raw values are bits of the kernel's sets.
public enum Capability: Int, Sendable, Hashable, CaseIterable {
    /// `CAP_NET_ADMIN`: addresses, IPVS, interface-bound sockets.
    case networkAdministration = 12
    /// `CAP_NET_RAW`: VRRP and ARP sockets.
    case rawSockets = 13

    /// The kernel's name.
    public var name: String {
        switch self {
        case .networkAdministration: "CAP_NET_ADMIN"
        case .rawSockets: "CAP_NET_RAW"
        }
    }

    /// Those of `wanted` that the calling thread does not have in effect; none when the kernel does not say.
    public static func missing(of wanted: [Capability]) -> [Capability] {
        guard let bytes = try? SmallFile.read("/proc/thread-self/status") else { return [] }
        let label = "CapEff:"
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(label) }
        let digits = line?.dropFirst(label.count).drop { $0 == "\t" || $0 == " " }
        guard let digits, let set = UInt64(digits, radix: 16) else { return [] }
        return wanted.filter { set >> UInt64($0.rawValue) & 1 == 0 }
    }
}
