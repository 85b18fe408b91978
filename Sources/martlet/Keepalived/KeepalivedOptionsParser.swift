/// Reads keepalived's options the way `getopt_long` does: clusters of short ones, values in the same or the next word,
/// `--long=value`, and long names shortened to any unambiguous beginning.
struct KeepalivedOptionsParser {
    private enum Shape { case none, required, optional }

    private struct Option {
        var short: Character?
        var long: String
        var shape: Shape
        var apply: @Sendable (inout KeepalivedOptions, String, String?) throws(KeepalivedOptionsError) -> Void
    }

    private var options = KeepalivedOptions()

    /// Reads the words behind the command's name.
    static func parse(_ arguments: some Sequence<String>) throws(KeepalivedOptionsError) -> KeepalivedOptions {
        var parser = KeepalivedOptionsParser()
        var words = ArraySlice(Array(arguments))
        while let word = words.popFirst() {
            if word.hasPrefix("--"), word.count > 2 {
                try parser.long(word, &words)
            } else if word.hasPrefix("-"), word.count > 1 {
                try parser.cluster(word, &words)
            } else {
                parser.options.surplusWords.append(word)
            }
            // What follows is another program's command line.
            if parser.options.mode == .pageDigest { break }
        }
        return parser.options
    }

    private mutating func long(_ word: String, _ words: inout ArraySlice<String>) throws(KeepalivedOptionsError) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        let exact = Self.table.filter { $0.long == name }
        let matches = exact.isEmpty ? Self.table.filter { $0.long.hasPrefix(name) } : exact
        guard matches.count == 1, let option = matches.first else { throw .unknownOption(word) }
        var value = parts.count == 2 ? String(parts[1]) : nil
        switch option.shape {
        case .none: if let value { throw .surplusArgument(option: "--\(option.long)", argument: value) }
        case .required:
            if value == nil { value = words.popFirst() }
            if value == nil { throw .missingArgument("--\(option.long)") }
        case .optional: break
        }
        try option.apply(&options, "--\(option.long)", value)
    }

    private mutating func cluster(_ word: String, _ words: inout ArraySlice<String>) throws(KeepalivedOptionsError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = Self.table.first(where: { $0.short == letter }) else {
                throw .unknownOption("-\(letter)")
            }
            var value: String?
            if option.shape != .none, !letters.isEmpty {
                value = String(option.shape == .optional && letters.first == "=" ? letters.dropFirst() : letters)
                letters = ""
            } else if option.shape == .required {
                value = words.popFirst()
                if value == nil { throw .missingArgument("-\(letter)") }
            }
            try option.apply(&options, "-\(letter)", value)
        }
    }

    private static let table: [Option] = [
        option("f", "use-file", .required) { $0.configurationPath = $1 },
        flag("n", "dont-fork") { $0.staysInForeground = true },
        flag("l", "log-console") { $0.logsToConsole = true },
        flag("D", "log-detail") { $0.detail += 1 },
        Option(short: "S", long: "log-facility", shape: .required) {
            options, name, value throws(KeepalivedOptionsError) in
            options.syslogFacility = try facility(value ?? "", option: name)
        },
        flag("G", "no-syslog") { $0.usesSyslog = false },
        flag("d", "dump-conf") { $0.dumpsConfiguration = true },
        Option(short: "t", long: "config-test", shape: .optional) { options, _, value in
            options.mode = .test(log: value)
        },
        flag("P", "vrrp") { $0.onlyVRRP = true },
        flag("C", "check") { $0.onlyCheckers = true },
        option("p", "pid", .required) { $0.pidFile = $1 },
        option("r", "vrrp_pid", .required) { $0.vrrpPIDFile = $1 },
        option("c", "checkers_pid", .required) { $0.checkersPIDFile = $1 },
        flag("V", "dont-release-vrrp") { $0.keepsAddressesOnStop = true },
        flag("I", "dont-release-ipvs") { $0.keepsIPVSOnStop = true },
        option("i", "config-id", .required) { $0.configID = $1 },
        option("s", "namespace", .required) { $0.networkNamespace = $1 },
        option(nil, "control", .required) { $0.controlSocket = $1 },
        flag(nil, "ignore-sigint") { $0.ignoresInterrupt = true },
        flag("v", "version") { $0.mode = .version },
        flag("h", "help") { $0.mode = .help },
        option(nil, "signum", .required) { $0.mode = .signalNumber($1) },
        flag("T", "genhash") { $0.mode = .pageDigest },
        flag("e", "all-config") { $0.requiresAllFiles = true },
        // One process does all the work, so there is nothing to fork, to respawn or to leave out.
        without("B", "no_bfd", .none), without(nil, "all", .none), without("R", "dont-respawn", .none),
        without("b", "bfd_pid", .required), without("X", "release-vips", .none),
        without("a", "address-monitoring", .none), without("g", "log-file", .optional),
        without(nil, "flush-log-file", .none), without("u", "umask", .required), without("x", "snmp", .none),
        without("A", "snmp-agent-socket", .required), without("m", "core-dump", .none),
        without("M", "core-dump-pattern", .optional), without(nil, "config-fd", .required),
        // Of builds for keepalived's own developers.
        without(nil, "debug", .optional), without(nil, "perf", .optional), without(nil, "no-mem-check", .none),
        without("L", "mem-check-log", .none),
    ]

    private static func flag(
        _ short: Character?, _ long: String, _ apply: @escaping @Sendable (inout KeepalivedOptions) -> Void
    ) -> Option {
        Option(short: short, long: long, shape: .none) { options, _, _ in apply(&options) }
    }

    private static func option(
        _ short: Character?, _ long: String, _ shape: Shape,
        _ apply: @escaping @Sendable (inout KeepalivedOptions, String) -> Void
    ) -> Option {
        Option(short: short, long: long, shape: shape) { options, _, value in apply(&options, value ?? "") }
    }

    private static func without(_ short: Character?, _ long: String, _ shape: Shape) -> Option {
        Option(short: short, long: long, shape: shape) { options, name, _ in options.withoutEffect.append(name) }
    }

    /// `0`…`7` and `local0`…`local7` are the local facilities 16…23; `daemon` and `user` go by name.
    private static func facility(_ value: String, option: String) throws(KeepalivedOptionsError) -> Int {
        switch value {
        case "daemon": return 3
        case "user": return 1
        default:
            let digits = value.hasPrefix("local") ? value.dropFirst(5) : Substring(value)
            guard let number = Int(digits), (0...7).contains(number) else {
                throw .badValue(option: option, value: value, expected: "0...7, local0...local7, daemon or user")
            }
            return 16 + number
        }
    }
}
