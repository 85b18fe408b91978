import Addressing

/// From what a file says to what it means: inheritance, defaults and the corrections that keepalived makes, in its
/// order, each with a warning.
struct Resolver {
    let tree: SyntaxTree
    var sink: DiagnosticSink
    var places = ElementPlaces()

    init(tree: SyntaxTree, sink: DiagnosticSink) {
        self.tree = tree
        self.sink = sink
    }

    /// The configuration of a file.
    mutating func resolve(_ draft: FileDraft) -> Configuration {
        var configuration = Configuration()
        configuration.global = draft.global.model
        for interface in draft.global.interfaces {
            places.interfaces.append(InterfaceSpan(name: interface.value, span: interface.span))
        }
        configuration.scripts = resolve(draft.scripts)
        let membership = membership(of: draft.groups)
        configuration.instances = resolve(
            draft.instances, global: draft.global, scripts: configuration.scripts, membership: membership)
        let names = configuration.instances.map { $0.name }
        configuration.syncGroups = resolve(draft.groups, instances: names, scripts: configuration.scripts)
        if let daemon = draft.global.syncDaemonInstance, !names.contains(daemon.value) {
            sink.report(
                .unknownInstance(daemon.value, nearest: Suggestion.nearest(to: daemon.value, among: names)),
                at: daemon.span)
        }
        configuration.virtualServers = resolve(draft.servers, global: draft.global)
        return configuration
    }

    func line(_ span: Span) -> Int { tree.text.place(of: span).line }

    private mutating func resolve(_ drafts: [TrackScriptDraft]) -> [TrackScript] {
        var first: [String: Span] = [:]
        var result: [TrackScript] = []
        for draft in drafts {
            if let other = first[draft.name] {
                guard sink.admits(.error) else { continue }
                sink.report(.duplicate("vrrp_script \(draft.name)", line: line(other)), .error, at: draft.span)
                continue
            }
            first[draft.name] = draft.span
            guard let script = draft.script else {
                sink.report(.scriptWithoutCommand(draft.name), at: draft.span)
                continue
            }
            var block = TrackScript(name: draft.name, script: script.value)
            block.script.user = script.value.user ?? draft.user
            let second = Interval.seconds(1)
            block.interval = draft.interval.map { $0.microseconds == 0 ? second : $0 } ?? second
            block.timeout = draft.timeout.map { $0.microseconds == 0 ? second : $0 } ?? block.interval
            block.weight = draft.weight
            block.isReversed = draft.isReversed
            block.rise = draft.rise
            block.fall = draft.fall
            block.startsFailed = draft.startsFailed
            result.append(block)
        }
        return result
    }

    /// Trackers of an instance or a group.
    mutating func trackedInterfaces(_ drafts: [TrackDraft], allowsWeights: Bool) -> [TrackedInterface] {
        drafts.map { draft in
            places.interfaces.append(InterfaceSpan(name: draft.name, span: draft.span))
            let weight = weight(draft.weight ?? 0, of: draft, allowsWeights: allowsWeights)
            return TrackedInterface(name: draft.name, weight: weight, isReversed: draft.isReversed ?? false)
        }
    }

    /// Trackers of an instance or a group; those that do not exist are left out.
    mutating func trackedScripts(
        _ drafts: [TrackDraft], scripts: [String: TrackScript], allowsWeights: Bool
    ) -> [TrackedScript] {
        drafts.compactMap { draft in
            guard let script = scripts[draft.name] else {
                guard sink.admits(.warning) else { return nil }
                sink.report(
                    .unknownTracker(
                        draft.name, kind: "vrrp_script",
                        nearest: Suggestion.nearest(to: draft.name, among: scripts.keys.sorted())), at: draft.span)
                return nil
            }
            let weight = weight(draft.weight ?? script.weight, of: draft, allowsWeights: allowsWeights)
            return TrackedScript(
                name: draft.name, weight: weight, isReversed: draft.isReversed ?? script.isReversed)
        }
    }

    private mutating func weight(_ weight: Int, of draft: TrackDraft, allowsWeights: Bool) -> Int {
        guard weight != 0, !allowsWeights else { return weight }
        sink.report(.weightIgnoredInGroup(draft.name), at: draft.span)
        return 0
    }

    /// The group of each instance.
    private mutating func membership(of groups: [SyncGroupDraft]) -> [String: SyncGroupDraft] {
        var result: [String: SyncGroupDraft] = [:]
        for group in groups {
            for member in group.members {
                if let other = result[member.value] {
                    if other.span != group.span {
                        sink.report(.memberOfTwoGroups(member.value, group: other.name), at: member.span)
                    }
                } else {
                    result[member.value] = group
                }
            }
        }
        return result
    }

    private mutating func resolve(
        _ drafts: [SyncGroupDraft], instances: [String], scripts: [TrackScript]
    ) -> [SyncGroup] {
        let scriptsByName = Dictionary(scripts.map { ($0.name, $0) }) { first, _ in first }
        var first: [String: Span] = [:]
        var result: [SyncGroup] = []
        for draft in drafts {
            if let other = first[draft.name] {
                guard sink.admits(.error) else { continue }
                sink.report(.duplicate("vrrp_sync_group \(draft.name)", line: line(other)), .error, at: draft.span)
                continue
            }
            first[draft.name] = draft.span
            var group = SyncGroup(name: draft.name)
            for member in draft.members where !group.members.contains(member.value) {
                if instances.contains(member.value) {
                    group.members.append(member.value)
                } else {
                    guard sink.admits(.warning) else { continue }
                    sink.report(
                        .unknownMember(
                            member.value, nearest: Suggestion.nearest(to: member.value, among: instances)),
                        at: member.span)
                }
            }
            if group.members.count < 2 { sink.report(.smallGroup(group.members.count), at: draft.span) }
            guard !group.members.isEmpty else { continue }
            group.allowsTrackingWeights = draft.allowsTrackingWeights
            group.trackedInterfaces = trackedInterfaces(draft.interfaces, allowsWeights: draft.allowsTrackingWeights)
            group.trackedScripts = trackedScripts(
                draft.scripts, scripts: scriptsByName, allowsWeights: draft.allowsTrackingWeights)
            group.notify = draft.notify
            result.append(group)
        }
        return result
    }
}

/// Where the elements of a configuration stand, in the order of the model.
struct ElementPlaces: Sendable {
    var instances: [Span] = []
    var virtualServers: [Span] = []
    /// Parallel to ``Configuration/virtualServers``.
    var realServers: [[Span]] = []
    var interfaces: [InterfaceSpan] = []
}

/// An interface that the configuration names, with its place.
struct InterfaceSpan: Sendable {
    var name: String
    var span: Span
}
