import Addressing

/// `global_defs`.
enum GlobalKeywords {
    static let table = KeywordTable<GlobalDraft>(
        "'global_defs'",
        identity + mail + scripts + processes + reload + dumps + fifos + lvs + adverts + announcements + elections
            + firewall + buffers + management)

    private static let identity: [Keyword<GlobalDraft>] = [
        .text("router_id", "NAME", default: "the host name", "name of this router in messages") {
            $0.model.routerID = $1.value
        },
        .boolean("checker_log_all_failures", "log every failed try of a checker") { draft, value, _ in
            draft.model.checkerLogAllFailures = value
        },
        .integer("checker_threads", UInt8(1)...64, default: "1", "Martlet's own: threads that probe") {
            $0.model.checkerThreads = $1.value
        },
        .integer(
            "checker_max_probes", UInt32(1)...1_000_000, default: "no limit",
            "Martlet's own: probes that may run at the same moment"
        ) { $0.model.checkerMaxProbes = $1.value },
        .integer(
            "checker_max_probes_per_server", UInt32(1)...1_000_000, default: "no limit",
            "Martlet's own: how many of them may ask the same address"
        ) { $0.model.checkerMaxProbesPerServer = $1.value },
    ]

    private static let scripts: [Keyword<GlobalDraft>] = [
        .custom(
            "script_user", "USER [GROUP]", default: "keepalived_script where it exists, else the user of Martlet",
            "who runs scripts"
        ) { draft, statement, analyzer in
            guard analyzer.required(of: statement, expected: "a user") != nil else { return }
            analyzer.expectNoMore(than: 2, of: statement)
            draft.model.scriptUser = analyzer.scriptUser(statement)
        },
        .flag("enable_script_security", "refuse scripts of root that others could have written") { draft, _ in
            draft.model.enableScriptSecurity = true
        },
        .boolean("set_supplementary_groups", "scripts have the other groups of their user") { draft, value, _ in
            draft.model.setsSupplementaryGroups = value
        },
        .boolean("use_symlink_paths", "keep symbolic links in script paths") { draft, value, _ in
            draft.model.usesSymlinkPaths = value
        }.withoutEffect("paths are used as they are written"),
        Keyword<GlobalDraft>.firstScript("startup_script", "command before the start") { draft, change in
            var script = draft.model.startupScript?.script
            change(&script)
            draft.model.startupScript = script.map { TimedScript(script: $0) }
        },
        .interval(
            "startup_script_timeout", .seconds(1)...Interval.seconds(1000), default: "10", "its limit"
        ) { $0.startupTimeout = $1.value },
        Keyword<GlobalDraft>.firstScript("shutdown_script", "command after the stop") { draft, change in
            var script = draft.model.shutdownScript?.script
            change(&script)
            draft.model.shutdownScript = script.map { TimedScript(script: $0) }
        },
        .interval(
            "shutdown_script_timeout", .seconds(1)...Interval.seconds(1000), default: "10", "its limit"
        ) { $0.shutdownTimeout = $1.value },
    ]
}

/// Bounds of intervals that keepalived does not bound.
enum Intervals {
    static let hour = Interval.seconds(3600)
    static let day = Interval.seconds(86_400)
    static let year = Interval.seconds(31_536_000)
    static let millisecond = Interval(microseconds: 1000)
    static let microsecond = Interval(microseconds: 1)
}
