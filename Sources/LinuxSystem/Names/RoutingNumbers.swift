import Glibc

/// The names that the host gives to numbers of routing: iproute2's files, and the protocols of `/etc/protocols`.
public struct RoutingNumbers: Sendable, Hashable {
    /// A kind of name. Raw values are iproute2's file names.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Routing tables.
        case tables = "rt_tables"
        /// Who makes routes.
        case owners = "rt_protos"
        /// Scopes.
        case scopes = "rt_scopes"
        /// Types of service and traffic classes.
        case trafficClasses = "rt_dsfield"
        /// Realms.
        case realms = "rt_realms"
        /// Groups of interfaces.
        case interfaceGroups = "group"
        /// Protocols inside IP.
        case transports = "protocols"
    }

    private var numbers: [Kind: [String: UInt32]] = [:]

    /// Creates a table from known names.
    public init(_ numbers: [Kind: [String: UInt32]] = [:]) { self.numbers = numbers }

    /// The number behind a name; nil when no file has it.
    public subscript(kind: Kind, name: String) -> UInt32? { numbers[kind]?[name] }

    /// Reads the host's files. What is not there has no names.
    ///
    /// - Parameters:
    ///   - distribution: the folder of what the distribution ships (`iproute_usr_dir`).
    ///   - administrator: the folder of what the administrator changed (`iproute_etc_dir`).
    public static func ofHost(
        distribution: String = "/usr/share/iproute2", administrator: String = "/etc/iproute2"
    ) -> RoutingNumbers {
        var result = RoutingNumbers()
        for kind in Kind.allCases where kind != .transports {
            // As iproute2 looks: the distribution's file, then the administrator's, then what packages have dropped in.
            let files = [distribution, administrator].map { "\($0)/\(kind.rawValue)" }
            let paths = files + files.flatMap { dropIns("\($0).d") }
            for path in paths { result.read(path, as: kind) }
        }
        result.read("/etc/protocols", as: .transports)
        return result
    }

    /// Takes in a file: `NUMBER NAME` in iproute2's, `NAME NUMBER ALIAS…` in that of protocols; `#` begins a comment.
    public mutating func take(_ text: some StringProtocol, as kind: Kind) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2 else { continue }
            if kind == .transports {
                guard let number = UInt32(words[1]) else { continue }
                for name in [words[0]] + words.dropFirst(2) { numbers[kind, default: [:]][String(name)] = number }
            } else if let number = Self.number(words[0]) {
                numbers[kind, default: [:]][String(words[1])] = number
            }
        }
    }

    private mutating func read(_ path: String, as kind: Kind) {
        guard let bytes = try? SmallFile.readBeginning(path, length: 1 << 20) else { return }
        take(String(decoding: bytes, as: UTF8.self), as: kind)
    }

    private static func number(_ word: some StringProtocol) -> UInt32? {
        word.hasPrefix("0x") ? UInt32(word.dropFirst(2), radix: 16) : UInt32(word)
    }

    private static func dropIns(_ folder: String) -> [String] {
        FolderListing.names(in: folder)
            .filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }
            .map { "\(folder)/\($0)" }
            .sorted()
    }
}
