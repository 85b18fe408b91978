/// Commands and definitions.
extension Linter {
    /// Programs that take a command line and expand it.
    private static let shells: Set<String> = [
        "sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "su", "runuser", "env",
    ]

    /// Scripts are started directly: what a shell would expand reaches the program as it is written.
    mutating func findShellSyntax() {
        var seen: Set<[String]> = []
        var found: [(words: [String], syntax: String)] = []
        configuration.forEachScript { script, _ in
            guard seen.insert(script.words).inserted, let syntax = Self.shellSyntax(script.words) else { return }
            found.append((script.words, syntax))
        }
        guard !found.isEmpty else { return }
        let spans = places.commands()
        for (words, syntax) in found {
            sink.report(
                .shellSyntax(syntax, command: words.joined(separator: " ")),
                at: spans[words] ?? Span(start: 0, length: 0))
        }
    }

    /// The first thing in a command that only a shell understands; nil where there is none or a shell is called.
    private static func shellSyntax(_ words: [String]) -> String? {
        guard let program = words.first else { return nil }
        let name = program.split(separator: "/").last.map(String.init) ?? program
        if shells.contains(name) { return nil }
        let operators: Set<String> = [
            "|", "||", "&&", "&", ";", ">", ">>", "<", "2>", "2>>", "&>", "2>&1", ">&2", "1>&2",
        ]
        for word in words {
            if operators.contains(word) { return word }
            for sign in [">/", ">>/", "2>/", "&>/", "</dev/"] where word.hasPrefix(sign) { return word }
            if word.contains("$(") || word.utf8.filter({ $0 == UInt8(ascii: "`") }).count > 1 { return word }
            if word.hasPrefix("~/") { return word }
        }
        if let last = words.first(where: { $0.hasSuffix(";") && $0.utf8.count > 1 }) { return last }
        return nil
    }

    /// What is defined and never named does nothing: mostly a renamed or forgotten line.
    mutating func findUnusedDefinitions() {
        let users: Set = ["vrrp_instance", "vrrp_sync_group", "virtual_server", "track_script"]
        guard places.elements.misspelt.isDisjoint(with: users) else { return }
        findUnusedGroups()
        // A use that does not count was reported where it stands: the definition is not to blame.
        guard !sink.warnings.contains(where: { ["MR0311", "MR0328", "MR0330"].contains($0.issue.code) }) else { return }
        var used: Set<String> = []
        for instance in configuration.instances { used.formUnion(instance.trackedScripts.map { $0.name }) }
        for group in configuration.syncGroups { used.formUnion(group.trackedScripts.map { $0.name }) }
        for script in configuration.scripts where !used.contains(script.name) {
            guard sink.admits(.warning) else { continue }
            sink.report(
                .unusedDefinition("vrrp_script", script.name, user: "track_script"),
                at: places.value(of: places.root(["vrrp_script"], named: script.name)))
        }
    }
}

extension Linter {
    private mutating func findUnusedGroups() {
        guard !configuration.virtualServerGroups.isEmpty else { return }
        let used = Set(configuration.virtualServers.compactMap { $0.groupEntry?.group })
        // A block without servers was reported, and may be the one that uses the group.
        guard !sink.warnings.contains(where: { $0.issue.code == "MR0408" }) else { return }
        for group in configuration.virtualServerGroups where !used.contains(group.name) && !group.entries.isEmpty {
            guard sink.admits(.warning) else { continue }
            sink.report(
                .unusedDefinition("virtual_server_group", group.name, user: "virtual_server group"),
                at: places.value(of: places.root(["virtual_server_group"], named: group.name)))
        }
    }
}

extension Configuration {
    /// Calls `body` with every script that may be run and the keyword that names it.
    public func forEachScript(_ body: (Script, String) -> Void) {
        if let timed = global.startupScript { body(timed.script, "startup_script") }
        if let timed = global.shutdownScript { body(timed.script, "shutdown_script") }
        for script in scripts { body(script.script, "script") }
        for instance in instances { instance.notify.forEachScript(body) }
        for group in syncGroups { group.notify.forEachScript(body) }
        for server in virtualServers {
            if let script = server.quorumUp { body(script, "quorum_up") }
            if let script = server.quorumDown { body(script, "quorum_down") }
            for real in server.realServers {
                if let script = real.notifyUp { body(script, "notify_up") }
                if let script = real.notifyDown { body(script, "notify_down") }
                for checker in real.checkers {
                    if case .misc(let check) = checker.kind { body(check.script, "misc_path") }
                }
            }
        }
    }
}

extension NotifyScripts {
    fileprivate func forEachScript(_ body: (Script, String) -> Void) {
        let scripts: [(Script?, String)] = [
            (master, "notify_master"), (backup, "notify_backup"), (fault, "notify_fault"), (stop, "notify_stop"),
            (generic, "notify"), (masterReceivedLowerPriority, "notify_master_rx_lower_pri"),
        ]
        for case (let script?, let keyword) in scripts { body(script, keyword) }
    }
}

extension PlaceFinder {
    /// Keywords whose value is a command.
    private static let commandKeywords: Set<String> = [
        "script", "misc_path", "notify", "notify_master", "notify_backup", "notify_fault", "notify_stop",
        "notify_deleted", "notify_master_rx_lower_pri", "notify_up", "notify_down", "quorum_up", "quorum_down",
        "startup_script", "shutdown_script",
    ]

    /// Where each command of the file stands first. Goes through the whole tree: for when there is something to say.
    func commands() -> [[String]: Span] { first(behind: Self.commandKeywords) { ScriptWords.command($0) } }

    /// Where each `regex` of the file stands first. Goes through the whole tree, too.
    func patterns() -> [String: Span] {
        first(behind: ["regex"]) { String(decoding: ScriptWords.split($0).first ?? [], as: UTF8.self) }
    }

    private func first<Value: Hashable>(
        behind keywords: Set<String>, _ read: (ArraySlice<UInt8>) -> Value
    ) -> [Value: Span] {
        let keywords = Set(keywords.map { Array($0.utf8) })
        var found: [Value: Span] = [:]
        for statement in tree.statements.indices {
            guard let keyword = tree.keyword(statement), let argument = tree.argument(0, of: statement) else {
                continue
            }
            let name = tree.text.bytes[Int(keyword.span.start)..<Int(keyword.span.end)]
            guard keywords.contains(Array(name)) else { continue }
            let value = read(tree.text.bytes[Int(keyword.span.end)..<Int(tree.statements[statement].end)])
            if found[value] == nil { found[value] = argument.span }
        }
        return found
    }
}

extension ScriptWords {
    /// The command in the text behind a keyword: its first argument, split once more.
    static func command(_ text: ArraySlice<UInt8>) -> [String] {
        split((split(text).first ?? [])[...]).map { String(decoding: $0, as: UTF8.self) }
    }
}
