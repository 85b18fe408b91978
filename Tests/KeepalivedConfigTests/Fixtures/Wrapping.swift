import Testing

@testable import KeepalivedConfig

/// Lines, with an empty one in the place of each whose keyword is in `others`: nothing is set twice.
private func settings(_ lines: [String], without others: [String]) -> String {
    var words: Set<Substring> = []
    var depth = 0
    for line in others.flatMap({ $0.split(separator: "\n") }) {
        if depth == 0, let word = setting(of: line) { words.insert(word) }
        depth += line.count { $0 == "{" } - line.count { $0 == "}" }
    }
    return lines.map { line in setting(of: line[...]).map(words.contains) ?? false ? "" : line }
        .joined(separator: "\n")
}

private func setting(of line: Substring) -> Substring? {
    switch line.split(separator: " ").first {
    case "lvs_sched": "lb_algo"
    case "lvs_method": "lb_kind"
    case let word: word
    }
}

/// Lines of a `vrrp_instance` block, behind three lines that make it complete: the first of `lines` is line 5.
func instance(_ lines: String...) -> String {
    """
    vrrp_instance VI_1 {
    \(settings(["interface eth0", "virtual_router_id 51"], without: lines))
    virtual_ipaddress { 10.1.80.90 }
    \(lines.joined(separator: "\n"))
    }

    """
}

/// Lines of a `virtual_server` block, behind four lines of settings: the first of `lines` is line 6. A real server
/// follows.
func virtualServer(_ lines: String...) -> String {
    """
    virtual_server 10.1.80.90 80 {
    \(settings(["delay_loop 6", "lb_algo wrr", "lb_kind NAT", "protocol TCP"], without: lines))
    \(lines.joined(separator: "\n"))
    real_server 10.1.80.99 80 { }
    }

    """
}

/// Lines of a `real_server` block: the first of `lines` is line 7.
func realServer(_ lines: String...) -> String {
    """
    virtual_server 10.1.80.90 80 {
    delay_loop 6
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    real_server 10.1.80.93 8080 {
    \(lines.joined(separator: "\n"))
    }
    }

    """
}

/// Severity, code, line and column of each diagnostic.
func places(_ result: LoadResult) -> [String] {
    result.diagnostics.map { "\($0.severity) \($0.code) \($0.line):\($0.column)" }
}

/// The only instance of a text.
func onlyInstance(_ text: String) throws -> VRRPInstance {
    let result = ConfigurationLoader.load(text: text)
    #expect(withoutLint(result).isEmpty)
    return try #require(result.configuration?.instances.first)
}

/// The first real server of a text.
func firstRealServer(_ text: String) throws -> RealServer {
    let result = ConfigurationLoader.load(text: text)
    #expect(withoutLint(result).isEmpty)
    return try #require(result.configuration?.virtualServers.first?.realServers.first)
}

/// What a result says apart from lint, which judges whole configurations and not the lines under test.
func withoutLint(_ result: LoadResult) -> [Diagnostic] { result.diagnostics.filter { !$0.code.hasPrefix("MR06") } }

extension LoadResult {
    /// What a host that has these interfaces and no more says to the names of interfaces.
    func unknownInterfaces(known: Set<String>) -> [Diagnostic] {
        var result = self
        let interfaces = known.map { ($0, HostFacts.Interface()) }
        result.check(against: HostFacts(interfaces: Dictionary(uniqueKeysWithValues: interfaces)))
        return result.diagnostics.filter { $0.code == "MR0501" }
    }
}
