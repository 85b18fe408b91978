import Addressing

extension RootKeywords {
    static let elections: [Keyword<FileDraft>] = [
        .custom("vrrp_instance", "NAME { … }", "virtual addresses that fail over", takesBlock: true) {
            draft, statement, analyzer in
            draft.hasWork = true
            guard let word = analyzer.blockName(statement) else { return }
            var instance = VRRPInstanceDraft(name: analyzer.tree.string(word), span: word.span)
            let meant = analyzer.read(InstanceKeywords.table, of: statement, into: &instance)
            draft.misspelt.formUnion(meant.keys)
            instance.meant = Set(meant.keys)
            instance.hasAddresses = instance.hasAddresses || meant["virtual_ipaddress"] != nil
            if !instance.hasInterface, let span = meant["interface"] {
                instance.hasInterface = analyzer.sink.refuse(
                    at: span, consequence: "without it there is no 'interface'")
            }
            if !instance.hasVirtualRouterID, let span = meant["virtual_router_id"] {
                instance.hasVirtualRouterID = analyzer.sink.refuse(
                    at: span, consequence: "without it there is no 'virtual_router_id'")
            }
            draft.instances.append(instance)
        },
        .custom("vrrp_sync_group", "NAME { … }", "instances that are master together", takesBlock: true) {
            draft, statement, analyzer in
            guard let word = analyzer.blockName(statement) else { return }
            var group = SyncGroupDraft(name: analyzer.tree.string(word), span: word.span)
            let meant = analyzer.read(SyncGroupKeywords.table, of: statement, into: &group)
            draft.misspelt.formUnion(meant.keys)
            group.hasUnreadable = meant["group"] != nil
            draft.groups.append(group)
        },
        Keyword<FileDraft>.custom("garp_group", "{ … }", "interfaces that share one pace", takesBlock: true) {
            draft, statement, analyzer in
            guard analyzer.requireBlock(statement) else { return }
            analyzer.expectNoMore(than: 0, of: statement)
            var group = GARPGroupDraft(span: analyzer.tree.span(statement))
            analyzer.read(SyncGroupKeywords.garpGroup, of: statement, into: &group)
            draft.garpGroups.append(group)
            draft.interfaces += group.interfaces
        },
    ]

    private static let trackFile = Keyword<FileDraft>.custom(
        "track_file", "NAME { … }", "a file whose number is tracked", takesBlock: true
    ) { draft, statement, analyzer in
        guard let word = analyzer.blockName(statement) else { return }
        var file = TrackFileDraft(name: analyzer.tree.string(word), span: word.span, order: statement)
        analyzer.read(TrackerKeywords.file, of: statement, into: &file)
        draft.trackFiles.append(file)
    }

    static let trackers: [Keyword<FileDraft>] = [
        .custom("vrrp_script", "NAME { … }", "a command that instances track", takesBlock: true) {
            draft, statement, analyzer in
            guard let word = analyzer.blockName(statement) else { return }
            var script = TrackScriptDraft(name: analyzer.tree.string(word), span: word.span, order: statement)
            let meant = analyzer.read(TrackerKeywords.script, of: statement, into: &script)
            script.cause = script.cause ?? meant["script"]
            draft.scripts.append(script)
        },
        trackFile, .formerly("vrrp_track_file", trackFile),
        .custom("vrrp_track_process", "NAME { … }", "a process that is tracked", takesBlock: true) {
            draft, statement, analyzer in
            guard let word = analyzer.blockName(statement) else { return }
            var process = TrackProcessDraft(name: analyzer.tree.string(word), span: word.span, order: statement)
            analyzer.read(TrackerKeywords.process, of: statement, into: &process)
            draft.trackProcesses.append(process)
        },
    ]

    static let statics: [Keyword<FileDraft>] = [
        Keyword<FileDraft>.custom(
            "track_group", "NAME { … }", "instances that static addresses, routes and rules follow", takesBlock: true
        ) { draft, statement, analyzer in
            guard let word = analyzer.blockName(statement) else { return }
            var group = TrackGroupDraft(name: analyzer.tree.string(word), span: word.span, order: statement)
            analyzer.read(SyncGroupKeywords.trackGroup, of: statement, into: &group)
            draft.trackGroups.append(group)
        },
        Keyword<FileDraft>.list(
            "static_ipaddress", "\(InstanceKeywords.addressLine) [track_group NAME]", "addresses for good"
        ) { draft, line, analyzer in
            guard let address = analyzer.addressLine(line, isStatic: true) else { return }
            draft.statics.addresses.append(address.address)
            if let interface = address.interface { draft.statics.interfaces.append(interface) }
            if let group = address.trackGroup { draft.statics.groupUses.append((group, line)) }
        },
        Keyword<FileDraft>.list(
            "static_routes", "\(InstanceKeywords.routeLine) [track_group NAME]", "routes for good"
        ) { draft, line, analyzer in
            guard let route = analyzer.routeLine(line, isStatic: true) else { return }
            draft.statics.routes.append(route)
            draft.statics.interfaces += route.value.interfaces.map { Located($0, route.span) }
            if let group = route.value.trackGroup { draft.statics.groupUses.append((Located(group, route.span), line)) }
        },
        Keyword<FileDraft>.list(
            "static_rules", "\(InstanceKeywords.ruleLine) [track_group NAME]", "rules for good"
        ) { draft, line, analyzer in
            guard let rule = analyzer.ruleLine(line, isStatic: true) else { return }
            draft.statics.rules.append(rule)
            draft.statics.interfaces += rule.rule.interfaces.map { Located($0, rule.span) }
            if let group = rule.rule.trackGroup { draft.statics.groupUses.append((Located(group, rule.span), line)) }
        },
    ]
}

extension Analyzer {
    /// The name of a block that must have one.
    mutating func blockName(_ statement: Int) -> Word? {
        guard let word = required(of: statement, expected: "a name"), requireBlock(statement) else { return nil }
        expectNoMore(than: 1, of: statement)
        return word
    }
}
