import Addressing

/// Everything that a file says, before defaults and corrections.
struct FileDraft: Sendable {
    var global = GlobalDraft()
    var scripts: [TrackScriptDraft] = []
    var instances: [VRRPInstanceDraft] = []
    var groups: [SyncGroupDraft] = []
    var servers: [VirtualServerDraft] = []
    /// Something that has work to do was there, right or wrong.
    var hasWork = false
}

/// The top level.
enum RootKeywords {
    static let table = KeywordTable<FileDraft>("the top level of the file", blocks + notBuilt)

    private static let blocks: [Keyword<FileDraft>] = [
        .custom("global_defs", "{ … }", "settings of the whole director", takesBlock: true) {
            draft, statement, analyzer in
            analyzer.expectNoMore(than: 0, of: statement)
            analyzer.read(GlobalKeywords.table, of: statement, into: &draft.global)
        },
        .custom("vrrp_script", "NAME { … }", "a command that instances track", takesBlock: true) {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a name"), analyzer.requireBlock(statement)
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            var script = TrackScriptDraft(name: analyzer.tree.string(word), span: word.span)
            analyzer.read(TrackerKeywords.script, of: statement, into: &script)
            draft.scripts.append(script)
        },
        .custom("vrrp_instance", "NAME { … }", "virtual addresses that fail over", takesBlock: true) {
            draft, statement, analyzer in
            draft.hasWork = true
            guard let word = analyzer.required(of: statement, expected: "a name"), analyzer.requireBlock(statement)
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            var instance = VRRPInstanceDraft(name: analyzer.tree.string(word), span: word.span)
            analyzer.read(InstanceKeywords.table, of: statement, into: &instance)
            draft.instances.append(instance)
        },
        .custom("vrrp_sync_group", "NAME { … }", "instances that are master together", takesBlock: true) {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a name"), analyzer.requireBlock(statement)
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            var group = SyncGroupDraft(name: analyzer.tree.string(word), span: word.span)
            analyzer.read(SyncGroupKeywords.table, of: statement, into: &group)
            draft.groups.append(group)
        },
        .custom("virtual_server", "ADDRESS [PORT]|fwmark MARK { … }", "a service with its servers", takesBlock: true) {
            draft, statement, analyzer in
            draft.hasWork = true
            guard var server = analyzer.virtualServer(statement), analyzer.requireBlock(statement) else { return }
            analyzer.read(VirtualServerKeywords.table, of: statement, into: &server)
            draft.servers.append(server)
        },
    ]

    private static let elsewhere = "set them in the system's network configuration"

    private static let notBuilt: [Keyword<FileDraft>] = [
        .refused(
            "virtual_server_group", "its services would not exist",
            remedy: "write a 'virtual_server' for each address, or one for a firewall mark",
            "services with many addresses"),
        .refused("static_ipaddress", "its addresses would be missing", remedy: elsewhere, "addresses for good"),
        .refused("static_routes", "its routes would be missing", remedy: elsewhere, "routes for good"),
        .refused("static_rules", "its rules would be missing", remedy: elsewhere, "rules for good"),
        .refused(
            "net_namespace", "the director would work on the wrong network",
            remedy: "start Martlet in the namespace: 'ip netns exec NAME martlet …'", "network namespace"),
        .refused(
            "net_namespace_ipvs", "the services would be programmed in the wrong network",
            remedy: "start Martlet in the namespace: 'ip netns exec NAME martlet …'", "network namespace of IPVS"),
        .noEffect("track_group", "there are no static addresses in this version", "instances of static addresses"),
        .noEffect("track_file", "files are not tracked by this version", "a file whose number is tracked"),
        .noEffect("vrrp_track_file", "files are not tracked by this version", "old name of `track_file`"),
        .noEffect("vrrp_track_process", "processes are not tracked by this version", "a process that is tracked"),
        .noEffect("bfd_instance", "there is no BFD in this version", "a BFD session"),
        .noEffect("garp_group", "each interface has a pace of its own", "interfaces with one pace"),
        .noEffect("SSL", "SSL_GET is not supported by this version", "certificates of SSL_GET"),
        .noEffect("namespace_with_ipsets", "there are no sets in this version", "sets in a namespace"),
        .noEffect("use_pid_dir", "name the file with `-p`", "place of the pid files"),
        .noEffect("instance", "name the files with options", "name among several daemons"),
        .noEffect("child_wait_time", "Martlet is one process", "patience at a stop"),
        .noEffect("linkbeat_use_polling", "link state comes from the kernel", "poll links"),
        .noEffect("linkbeat_interfaces", "link state comes from the kernel", "poll these links"),
        .noEffect("interface_up_down_delays", "link changes count at once", "debounce of links"),
    ]
}

extension Analyzer {
    /// The head of a `virtual_server` block.
    mutating func virtualServer(_ statement: Int) -> VirtualServerDraft? {
        guard let word = required(of: statement, expected: "an address and a port, or 'fwmark' and a number") else {
            return nil
        }
        let name = (0..<tree.argumentCount(statement)).prefix(3).compactMap { tree.argument($0, of: statement) }
            .map { tree.string($0) }.joined(separator: " ")
        func draft(_ target: VirtualServerDraft.Target) -> VirtualServerDraft {
            VirtualServerDraft(target: target, name: name, span: word.span)
        }
        switch tree.string(word) {
        case "fwmark":
            guard let second = required(1, of: statement, expected: "a firewall mark"),
                let mark = integer(second, in: UInt32(1)...UInt32.max)
            else { return nil }
            expectNoMore(than: 2, of: statement)
            return draft(.firewallMark(mark))
        case "group":
            sink.report(
                .unsupported(
                    "virtual_server group", consequence: "its services would not exist",
                    remedy: "write a 'virtual_server' for each address, or one for a firewall mark"), at: word.span)
            return nil
        default:
            guard let address = address(word) else { return nil }
            expectNoMore(than: 2, of: statement)
            guard let second = tree.argument(1, of: statement) else { return draft(.endpoint(address, .any)) }
            guard let port = port(second, allowsZero: true) else { return nil }
            return draft(.endpoint(address, port))
        }
    }
}
