import Addressing

/// NetworkManager: a keyfile for each interface (nm-settings-keyfile(5)). It looks after `lo` since version 1.42.
enum NetworkManagerFile {
    static func file(_ holder: Holder) -> ManagedFile {
        let id = "martlet-\(holder.name)"
        var text = ManagedFile.heading
        text += "[connection]\nid=\(id)\nuuid=\(uuid(of: id))\n"
        text += "type=\(holder.name == "lo" ? "loopback" : "dummy")\ninterface-name=\(holder.name)\n\n"
        text += family(.ipv4, of: holder) + "\n" + family(.ipv6, of: holder)
        // NetworkManager passes over a keyfile that others may read.
        return ManagedFile(
            path: "/etc/NetworkManager/system-connections/\(id).nmconnection", contents: .text(text), mode: 0o600)
    }

    private static func family(_ family: AddressFamily, of holder: Holder) -> String {
        var prefixes = holder.addresses.map(\.address).filter { $0.address.family == family }.map { "\($0.prefix)" }
        // lo keeps its own addresses.
        if holder.name == "lo" { prefixes.insert(family == .ipv4 ? "127.0.0.1/8" : "::1/128", at: 0) }
        let lines = prefixes.enumerated().map { "address\($0.offset + 1)=\($0.element)\n" }
        let method = prefixes.isEmpty ? "disabled" : "manual"
        return "[\(family == .ipv4 ? "ipv4" : "ipv6")]\n" + lines.joined() + "method=\(method)\n"
    }

    /// The same for the same name, so that a second file is not a second connection (RFC 9562, version 8: own scheme).
    private static func uuid(of id: String) -> String {
        let digits = ManagedFile(path: "", contents: .text(id)).fingerprint
        let low = ManagedFile(path: "", contents: .text(id + "."), mode: 0).fingerprint
        let hex = padded(digits) + padded(low)
        let text = Array(hex)
        func part(_ range: Range<Int>) -> String { String(text[range]) }
        return "\(part(0..<8))-\(part(8..<12))-8\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
    }

    private static func padded(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
