import Addressing

/// The rules that compare a configuration with a host.
extension Linter {
    private static let hostRules: [@Sendable (inout Linter, HostFacts) -> Void] = [
        { $0.findUnknownInterfaces($1.interfaces) },
        { linter, host in
            if let interfaces = host.interfaces { linter.compare(with: HostNetwork(interfaces, linter.configuration)) }
        },
        { $0.findScriptProblems($1.scripts) },
        { $0.findPatternProblems($1.patterns) },
        { $0.findClientCertificateProblem($1.clientCertificate) },
        { $0.findNamespaceProblems($1.namespaces) },
    ]

    /// Applies every rule that needs the host.
    mutating func run(against host: HostFacts) {
        for rule in Self.hostRules { rule(&self, host) }
    }

    /// An error at the first place that names each interface that is missing, or a warning where `dynamic_interfaces`
    /// lets it appear later.
    private mutating func findUnknownInterfaces(_ interfaces: [String: HostFacts.Interface]?) {
        guard let interfaces else { return }
        let severity: Diagnostic.Severity = configuration.global.dynamicInterfaces ? .warning : .error
        var named = Set(interfaces.keys)
        for reference in places.elements.interfaces.sorted(by: { $0.span.start < $1.span.start }) {
            guard named.insert(reference.name).inserted, sink.admits(severity) else { continue }
            let nearest = Suggestion.nearest(to: reference.name, among: interfaces.keys.sorted())
            sink.report(.unknownInterface(reference.name, nearest: nearest), severity, at: reference.span)
        }
    }

    private mutating func findPatternProblems(_ findings: [PagePattern: HostFacts.PatternFinding]) {
        guard !findings.isEmpty else { return }
        let spans = places.patterns()
        var said: Set<String> = []
        for pattern in configuration.namedPatterns {
            guard let finding = findings[pattern], said.insert(pattern.text).inserted else { continue }
            sink.report(
                .invalidPattern(pattern.text, finding), at: spans[pattern.text] ?? Span(start: 0, length: 0))
        }
    }

    private mutating func findClientCertificateProblem(_ finding: HostFacts.ClientCertificateFinding?) {
        guard let finding else { return }
        sink.report(.clientCertificate(finding), at: places.fileOfTLS(finding.path) ?? Span(start: 0, length: 0))
    }

    private mutating func findNamespaceProblems(_ findings: [String: String]) {
        for (name, reason) in findings.sorted(by: { $0.key < $1.key }) {
            sink.report(
                .namespaceCannotBeEntered(name, reason: reason),
                at: places.namespace(name) ?? Span(start: 0, length: 0))
        }
    }

    private mutating func findScriptProblems(_ findings: [Script: HostFacts.ScriptFinding]) {
        guard !findings.isEmpty else { return }
        let spans = places.commands()
        let isSecure = configuration.global.enableScriptSecurity
        var said: Set<HostFacts.ScriptFinding> = []
        for script in configuration.namedScripts {
            // One program with other arguments has the same problem.
            guard let finding = findings[script],
                !Suggestion.startsWithTypographicQuote(script.words.first ?? ""), said.insert(finding).inserted,
                sink.admits(.warning)
            else { continue }
            sink.report(
                .script(script, finding, isSecure: isSecure), at: spans[script.words] ?? Span(start: 0, length: 0))
        }
    }
}

/// The interfaces of a host, without the addresses that this configuration has put there: a director that is master
/// when its file is checked holds its virtual addresses.
struct HostNetwork {
    let interfaces: [String: HostFacts.Interface]
    /// The addresses that an interface has for itself.
    private let own: [String: [Prefix]]
    /// The addresses that the host has for itself.
    let addresses: Set<IPAddress>

    init(_ interfaces: [String: HostFacts.Interface], _ configuration: Configuration) {
        self.interfaces = interfaces
        // By address alone: what is held may be about to get another prefix length.
        var virtual: Set<IPAddress> = []
        for instance in configuration.instances where instance.priority < 255 {
            virtual.formUnion((instance.virtualAddresses + instance.excludedVirtualAddresses).map { $0.prefix.address })
        }
        let own = interfaces.mapValues { interface in
            let first = interface.addresses.first { $0.address.family == .ipv4 }
            return interface.addresses.filter { prefix in
                // What stands first was there before; a virtual address with a subnet of its own comes behind it.
                !virtual.contains(prefix.address) || (prefix == first && !prefix.isHost)
            }
        }
        self.own = own
        addresses = Set(own.values.joined().map { $0.address })
    }

    /// The addresses that an interface has for itself; empty where there is no such interface.
    func addresses(of interface: String) -> [Prefix] { own[interface] ?? [] }

    /// Whether adverts of an instance have an address to come from: one that is not itself virtual.
    func hasSource(for instance: VRRPInstance, on interface: String) -> Bool {
        let held = Set((instance.virtualAddresses + instance.excludedVirtualAddresses).map { $0.prefix })
        return addresses(of: interface).contains { $0.address.family == instance.family && !held.contains($0) }
    }

    /// The interface that stands for the network segment of another: a macvlan or ipvlan shares that of the interface
    /// below it, and the port of a bridge, bond or team that of the whole. A VLAN is a segment of its own.
    func segment(of name: String) -> String {
        var name = name
        // Stacks are a few interfaces high; a circle would not be.
        for _ in 0..<8 {
            guard let interface = interfaces[name] else { break }
            if let lower = interface.lower, ["macvlan", "macvtap", "ipvlan", "ipvtap"].contains(interface.kind) {
                name = lower
            } else if let master = interface.master,
                ["bridge", "bond", "team"].contains(interfaces[master]?.kind ?? "")
            {
                name = master
            } else {
                break
            }
        }
        return name
    }
}
