import IPVS

extension ReloadPlan {
    /// The plan for people, a line for each change; one line that says so when nothing changes.
    public var lines: [String] {
        var lines: [String] = []
        for refusal in refusals { lines.append("would be refused: \(refusal)") }
        lines += difference.lines
        for election in elections { lines.append(election.line) }
        if !commands.isEmpty { lines.append(commandSummary) }
        lines += limited(commands) { "  \($0)" }
        if !cutConnections.isEmpty {
            let cuts = cutConnections.filter { $0.active > 0 || $0.inactive > 0 || $0.persistent > 0 }
            lines += limited(cuts) { $0.line }
        }
        if startedChecks > 0 || stoppedChecks > 0 {
            lines.append("checks: \(startedChecks) start anew, \(stoppedChecks) end")
        }
        lines += limited(scripts) { "runs \($0.command) (\($0.occasion))" }
        if isEmpty && refusals.isEmpty { lines.append("nothing changes") }
        lines += notes.map { "note: \($0)" }
        return lines
    }

    private var commandSummary: String {
        var added = 0
        var edited = 0
        var deleted = 0
        for command in commands {
            switch command {
            case .addService, .addDestination, .startDaemon: added += 1
            case .editService, .editDestination, .setTimeouts, .zero: edited += 1
            case .deleteService, .deleteDestination, .flush, .stopDaemon: deleted += 1
            }
        }
        return "kernel: \(commands.count) \(commands.count == 1 ? "command" : "commands") "
            + "(\(added) add, \(edited) edit, \(deleted) delete)"
    }

    private func limited<Element>(_ elements: [Element], _ line: (Element) -> String) -> [String] {
        let shown = elements.prefix(Self.lineLimit).map(line)
        let rest = elements.count - shown.count
        return rest > 0 ? shown + ["  … and \(rest) more"] : shown
    }

    /// More lines of one kind than this tell nothing more.
    private static let lineLimit = 50
}

extension ConfigurationDifference {
    /// A line for each change.
    public var lines: [String] {
        var lines = global.map { "global_defs: \($0)" }
        lines += (blocks + groups).map { "\($0.block) \($0.name)\(suffix($0.kind, $0.settings))" }
        lines += instances.map { instance in
            let former = instance.formerName.map { " (the router that was \($0))" } ?? ""
            return "vrrp_instance \(instance.name)\(former)\(suffix(instance.kind, instance.settings))"
        }
        for service in services.prefix(Self.lineLimit) {
            lines.append("virtual_server \(service.id)\(suffix(service.kind, service.settings))")
            guard service.kind == .changed else { continue }
            for server in service.servers.prefix(Self.lineLimit) {
                lines.append("  real_server \(server.id)\(suffix(server.kind, server.settings))")
            }
        }
        if services.count > Self.lineLimit { lines.append("… and \(services.count - Self.lineLimit) more services") }
        return lines
    }

    private func suffix(_ kind: ChangeKind, _ settings: [SettingChange]) -> String {
        switch kind {
        case .added, .removed: " \(kind.rawValue)"
        case .changed: settings.isEmpty ? "" : ": " + settings.map { "\($0)" }.joined(separator: ", ")
        }
    }

    private static let lineLimit = 50
}

extension SettingChange: CustomStringConvertible {
    /// `priority 100 -> 150`.
    public var description: String { old == new ? "\(keyword) changed" : "\(keyword) \(old) -> \(new)" }
}

extension ElectionChange {
    /// `VI_1: priority 100 -> 150: stays master`.
    public var line: String {
        var parts: [String] = []
        if let oldPriority, let newPriority, oldPriority != newPriority {
            parts.append("priority \(oldPriority) -> \(newPriority)")
        }
        parts.append(outcome)
        if !addressesAdded.isEmpty { parts.append("adds \(addressesAdded.joined(separator: ", "))") }
        if !addressesRemoved.isEmpty {
            parts.append("\(addressesRemoved.joined(separator: ", ")) taken away")
        }
        return "\(instance): " + parts.joined(separator: ": ")
    }
}

extension ConnectionCut {
    /// `cuts 12 active and 3 inactive connections of [10.1.80.93]:80 in [10.1.80.90]:tcp:80`.
    public var line: String {
        let tied = persistent > 0 ? ", \(persistent) clients tied by persistence" : ""
        return "cuts \(active) active and \(inactive) inactive connections of \(destination) in \(service)\(tied)"
    }
}
