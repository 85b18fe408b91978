/// What the parameters of an interface were before virtual interfaces on it changed them.
///
/// It is kept in the alias of the virtual interface, where it survives a crash of this process and, like what it is
/// about, no restart of the host: `martlet eth0 pid=4711 arp_ignore=0 arp_announce=0`.
struct BaseMemory: Sendable, Hashable {
    private static let mark = "martlet"

    /// The interface below.
    var base: String
    /// The process that has the virtual interface.
    var process: Int?
    /// Former values by parameter.
    var values: [String: Int]

    init(base: String, process: Int? = nil, values: [String: Int] = [:]) {
        self.base = base
        self.process = process
        self.values = values
    }

    /// Reads an alias; nil for one that is not of this form.
    init?(alias: String?) {
        guard let alias else { return nil }
        let words = alias.split(separator: " ")
        guard words.count >= 2, words[0] == Self.mark else { return nil }
        base = String(words[1])
        values = [:]
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=")
            guard parts.count == 2, let value = Int(parts[1]) else { return nil }
            if parts[0] == "pid" { process = value } else { values[String(parts[0])] = value }
        }
    }

    /// The alias that says it, far below the kernel's 255 bytes.
    var alias: String {
        ([Self.mark, base] + (process.map { ["pid=\($0)"] } ?? [])
            + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
            .joined(separator: " ")
    }
}
