/// What the host says to the configuration (`MR05…`).
extension Issue {
    static func unknownInterface(_ name: String, nearest: String?) -> Issue {
        error(
            "MR0501", "there is no interface \(quoted(name)) on this host",
            nearest.map { "did you mean '\($0)'?" }
                ?? "'ip link' lists them; 'dynamic_interfaces' in 'global_defs' lets it appear later")
    }

    static func invalidPattern(_ pattern: String, _ finding: HostFacts.PatternFinding) -> Issue {
        let rest = String(decoding: pattern.utf8.dropFirst(finding.offset).prefix(20), as: UTF8.self)
        let place =
            rest.isEmpty
            ? "noticed at the end of the pattern" : "noticed at byte \(finding.offset), before \(quoted(rest))"
        return warning(
            "MR0502", "'regex' is no pattern: \(finding.message)", "\(place); the page is judged without it"
        ).leavingOut
    }

    /// One of each code, for the catalogue.
    static let examplesOfHost: [Issue] = [
        .unknownInterface("enp0s3", nearest: "enp0s4"),
        .invalidPattern(
            "(up|ok", HostFacts.PatternFinding(message: "missing closing parenthesis", offset: 6)),
    ]
}
