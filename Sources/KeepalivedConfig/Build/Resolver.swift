import Addressing

/// From what a file says to what it means: inheritance, defaults and the corrections that keepalived makes, in its
/// order, each with a warning.
struct Resolver {
    let tree: SyntaxTree
    var sink: DiagnosticSink
    var places = ElementPlaces()
    /// Where the entries of each `virtual_server_group` stand.
    var groupEntries: [String: [Span]] = [:]
    /// Trackers that were reported and left out: what names them needs no report of its own.
    var ignoredTrackers: Set<String> = []

    init(tree: SyntaxTree, sink: DiagnosticSink) {
        self.tree = tree
        self.sink = sink
    }

    /// The configuration of a file.
    mutating func resolve(_ draft: FileDraft) -> Configuration {
        places.misspelt = draft.misspelt
        var configuration = Configuration()
        configuration.root = draft.root
        configuration.global = resolve(draft.global)
        configuration.inherited = draft.global.instances.settings
        refer(to: draft.global.interfaces + draft.interfaces + draft.statics.interfaces)
        var trackers = trackers(draft)
        configuration.bfdInstances = resolve(draft.bfdInstances, servingInstances: &trackers.sessions)
        configuration.scripts = trackers.scripts.values
        configuration.trackFiles = trackers.files.values
        configuration.trackProcesses = trackers.processes.values
        let groups = groups(draft.groups)
        let priorities = rulePriorities(draft)
        configuration.instances = resolve(
            draft.instances,
            InstanceContext(
                global: draft.global, trackers: trackers, groups: groups.byMember, rulePriorities: priorities))
        configuration.syncGroups = resolve(groups.all, instances: configuration.instances, draft.global, trackers)
        let names = configuration.instances.map { $0.name }
        resolveStatics(draft, instances: names, priorities, into: &configuration)
        configuration.root.linkDelays = linkDelays(draft.linkDelays, instances: configuration.instances)
        setSyncDaemon(draft, names, &configuration.global)
        configuration.tlsClient = draft.tlsClient
        configuration.virtualServerGroups = resolve(draft.serverGroups)
        configuration.virtualServers = resolve(
            draft.servers, groups: configuration.virtualServerGroups, groupNames: draft.serverGroups.map(\.name),
            names: CheckerNames(
                sessions: configuration.bfdInstances.filter(\.servesCheckers).map(\.name),
                files: configuration.trackFiles), global: draft.global)
        return configuration
    }

    func line(_ span: Span) -> Int { tree.text.place(of: span).line }

    /// Remembers where interfaces are named.
    mutating func refer(to interfaces: [Located<String>]) {
        for interface in interfaces {
            places.interfaces.append(InterfaceSpan(name: interface.value, span: interface.span))
        }
    }

    /// Whether a name is new; reports when it is not.
    mutating func isNew(_ name: String, _ kind: String, at span: Span, in names: inout [String: Span]) -> Bool {
        if let other = names[name] {
            guard sink.admits(.warning) else { return false }
            sink.report(
                .duplicate("\(kind) \(name)", line: line(other)).relating("first defined here", to: other), at: span)
            return false
        }
        names[name] = span
        return true
    }

    /// The instance whose state decides the role of the synchronization, by either of its two keywords.
    private mutating func setSyncDaemon(_ draft: FileDraft, _ names: [String], _ global: inout GlobalDefinitions) {
        for instance in draft.instances {
            guard let interface = instance.syncDaemonInterface, names.contains(instance.name) else { continue }
            refer(to: [interface])
            guard global.lvsSyncDaemon == nil else {
                sink.report(.givenAlready("lvs_sync_daemon"), at: interface.span)
                continue
            }
            global.lvsSyncDaemon = LVSSyncDaemon(interface: interface.value)
            global.lvsSyncDaemon?.instance = instance.name
        }
        if let daemon = draft.global.syncDaemonInstance, !names.contains(daemon.value) {
            sink.report(
                .unknownInstance(daemon.value, nearest: Suggestion.nearest(to: daemon.value, among: names)),
                at: daemon.span)
            global.lvsSyncDaemon = nil
        }
    }
}

/// Where the elements of a configuration stand, in the order of the model.
struct ElementPlaces: Sendable {
    var instances: [Span] = []
    var virtualServers: [Span] = []
    /// Parallel to ``Configuration/virtualServers``.
    var realServers: [[Span]] = []
    var interfaces: [InterfaceSpan] = []
    /// Keywords that were probably meant by unknown words: what they would have set is not missing.
    var misspelt: Set<String> = []
}

/// An interface that the configuration names, with its place.
struct InterfaceSpan: Sendable {
    var name: String
    var span: Span
}
