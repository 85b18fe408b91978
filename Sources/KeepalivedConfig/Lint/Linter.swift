/// Looks for what a usable configuration says and hardly means. Rules see the resolved model, so that they judge what
/// will run and not how it was written; places come from the syntax tree when there is something to say.
///
/// A rule takes time proportional to the configuration, and reports at the word to change. What the host has to say is
/// in ``HostRules``.
struct Linter {
    let configuration: Configuration
    var places: PlaceFinder
    var sink: DiagnosticSink

    /// Every rule, by theme.
    private static let rules: [@Sendable (inout Linter) -> Void] = [
        { $0.findWeightsWithoutEffect() },
        { $0.findClampedPriorities() },
        { $0.findWeightsBelowTheDifference() },
        { $0.findAddressesOfTwoInstances() },
        { $0.findChainsWithoutRules() },
        { $0.findPeersThatAreTheSource() },
        { $0.findUnusedDefinitions() },
        { $0.findShellSyntax() },
        { $0.findPortsOfServicesOnEveryPort() },
        { $0.findServersThatAreVirtual() },
        { $0.findSorryServersThatAreReal() },
        { $0.findPoolsWithoutWeight() },
    ]

    /// Applies every rule.
    mutating func run() {
        for rule in Self.rules { rule(&self) }
    }
}
