import Addressing

extension GlobalKeywords {
    private static let noCopies = "this version keeps no copies of the configuration"

    static let reload: [Keyword<GlobalDraft>] = [
        .optionalText("reload_check_config", "FILE", default: "off", "check before a reload") { draft, word, _ in
            draft.model.reload.checkLog = word?.value ?? "/dev/null"
        }.withoutEffect("every reload is checked first anyway"),
        .text("reload_time_file", "FILE", "file with the time of the next reload") {
            $0.model.reload.timeFile = $1.value
        }.withoutEffect("reloads happen on SIGHUP only"),
        .flag("reload_repeat", "reload every day") { draft, _ in
            draft.model.reload.repeats = true
        }.withoutEffect("reloads happen on SIGHUP only"),
        .optionalText("reload_file", "FILE", default: "off", "file that exists during a reload") { draft, word, _ in
            draft.model.reload.markFile = word.map { .path($0.value) } ?? .standard
        }.withoutEffect("no file marks a reload"),
        .text("config_save_dir", "DIRECTORY", "copies of each configuration") {
            $0.model.reload.saveDirectory = $1.value
        }.withoutEffect(noCopies),
        .text("tmp_config_directory", "DIRECTORY", default: "memory", "where the text that was read is kept") {
            $0.model.reload.temporaryDirectory = $1.value
        }.withoutEffect("the configuration is held in memory"),
        .custom(
            "include_check", "[[+|-]read|match|wildcard_match|brace_match]…", default: "none; all without a word",
            "what makes a failed `include` an error", accumulates: true
        ) { _, _, _ in
            // It holds from its line on, so reading the text has carried it out.
        },
        .text("iproute_usr_dir", "DIRECTORY", "names of routing tables that the distribution ships") {
            $0.model.iprouteDirectories.distribution = $1.value
        },
        .text("iproute_etc_dir", "DIRECTORY", "names of routing tables that the administrator changed") {
            $0.model.iprouteDirectories.administrator = $1.value
        },
    ]

    static let dumps: [Keyword<GlobalDraft>] = [
        .boolean("data_use_instance", "names of dumps have the instance") { draft, value, _ in
            draft.model.dumps.namesInstance = value
        },
        .text("state_dump_file", "FILE", default: "/tmp/keepalived.data", "dump of the state") {
            $0.model.dumps.stateFile = $1.value
        },
        .text("stats_dump_file", "FILE", default: "/tmp/keepalived.stats", "dump of the statistics") {
            $0.model.dumps.statisticsFile = $1.value
        },
        .text("json_dump_file", "FILE", default: "/tmp/keepalived.json", "dump as JSON") {
            $0.model.dumps.jsonFile = $1.value
        },
        .integer("json_version", UInt8(1)...2, default: "1", "layout of the dump as JSON") {
            $0.model.dumps.jsonVersion = $1.value
        },
    ]

    static let fifos: [Keyword<GlobalDraft>] =
        fifo("", "every event") { draft, change in
            var fifo = draft.model.fifos.all
            change(&fifo)
            draft.model.fifos.all = fifo
        }
        + fifo("vrrp_", "events of instances and groups") { draft, change in
            var fifo = draft.model.fifos.vrrp
            change(&fifo)
            draft.model.fifos.vrrp = fifo
        }
        + fifo("lvs_", "events of services and servers") { draft, change in
            var fifo = draft.model.fifos.lvs
            change(&fifo)
            draft.model.fifos.lvs = fifo
        }
        + [
            .flag("fifo_write_vrrp_states_on_reload", "states again after a reload") { draft, _ in
                draft.model.fifos.writesStatesOnReload = true
            },
            .boolean("vrrp_notify_priority_changes", "default of `notify_priority_changes`") { draft, value, _ in
                draft.model.notifiesPriorityChanges = value
            },
            .boolean(
                "vrrp_notify_dual_master", "Martlet's own: tell the FIFOs when another router is master too"
            ) { draft, value, _ in draft.model.notifiesDualMaster = value },
            .boolean("rs_init_notifies", "notify servers that are up from the start") { draft, value, _ in
                draft.model.notifiesInitialServers = value
            },
        ]

    private static func fifo(
        _ prefix: String, _ events: String,
        _ field: @escaping @Sendable (inout GlobalDraft, (inout NotifyFIFO?) -> Void) -> Void
    ) -> [Keyword<GlobalDraft>] {
        [
            .custom("\(prefix)notify_fifo", "PATH [USER [GROUP]]", "FIFO for \(events)") {
                draft, statement, analyzer in
                guard let word = analyzer.required(of: statement, expected: "a path") else { return }
                analyzer.expectNoMore(than: 3, of: statement)
                var isGiven = false
                field(&draft) { isGiven = $0?.path != nil }
                guard !isGiven else {
                    analyzer.reportGivenAlready("\(prefix)notify_fifo", at: word.span)
                    return
                }
                let owner = analyzer.user(
                    (1..<3).compactMap { analyzer.tree.argument($0, of: statement) }.map { analyzer.tree.string($0) })
                let path = analyzer.tree.string(word)
                field(&draft) { fifo in
                    var changed = fifo ?? NotifyFIFO()
                    changed.path = path
                    changed.owner = owner
                    fifo = changed
                }
            },
            Keyword<GlobalDraft>.firstScript("\(prefix)notify_fifo_script", "what reads this FIFO") { draft, change in
                field(&draft) { fifo in
                    var changed = fifo ?? NotifyFIFO()
                    change(&changed.script)
                    fifo = changed.script == nil && changed.path == nil ? nil : changed
                }
            },
        ]
    }
}
