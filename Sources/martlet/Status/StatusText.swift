import ControlPlane
import Glibc

/// A status report for people: short, aligned, with the reason behind everything that is not well.
struct StatusText {
    private let status: StatusReport

    init(_ status: StatusReport) { self.status = status }

    /// All of it, without a newline at the end.
    var text: String {
        [head, configuration, lastReload, instances, groups, sessions, services, probes, table, notifications]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var head: String {
        let director = status.director
        var text = "Martlet \(director.version), process \(director.pid), up for \(age(director.startedAt))"
        if director.isDryRun { text += " (dry run: writes nothing, takes part in no election)" }
        if let count = director.lateWakeUps, count > 0, let largest = director.largestLateness {
            let seconds = (largest * 1000).rounded() / 1000
            text +=
                "\nElections: timers late by up to \(seconds) s, \(counted(Int(clamping: count), "time")) by more than 5 ms"
        }
        return text
    }

    private var configuration: String {
        let configuration = status.configuration
        var lines = ["Configuration: \(configuration.path), read \(age(configuration.readAt)) ago"]
        if configuration.files.count > 1 { lines[0] += ", with \(configuration.files.count - 1) included" }
        if configuration.changedFiles.isEmpty {
            lines.append("  on disk: as it was read")
        } else {
            lines.append(
                "  on disk: different in \(configuration.changedFiles.joined(separator: ", "))"
                    + " ('martlet plan' says what a reload would do)")
        }
        let digest = configuration.digest.prefix("sha256:".count + 12)
        lines.append("  in force: \(configuration.lastGood ?? "kept nowhere"), \(digest)…")
        return lines.joined(separator: "\n")
    }

    private var lastReload: String {
        guard let reload = status.lastReload else { return "" }
        let verdict =
            switch reload.verdict {
            case .applied: "applied"
            case .unchanged: "nothing changed"
            case .refused: "REFUSED: \(reload.message)"
            case .rolledBack: "FAILED: \(reload.message)"
            }
        let more = reload.diagnostics.dropFirst().map { "\n  " + $0 }.joined()
        return "Last reload: \(age(reload.at)) ago, \(verdict)\(more)"
    }

    private var instances: String {
        guard !status.instances.isEmpty else { return "" }
        var columns = Columns()
        for instance in status.instances {
            var place = instance.interface ?? "unicast"
            place += " vrid \(instance.virtualRouterID)"
            let priority =
                instance.priority == instance.basePriority
                ? "priority \(instance.priority)" : "priority \(instance.priority) (\(instance.basePriority))"
            let since = instance.since.map { "for \(age($0))" } ?? ""
            let master = instance.master.map { master in
                "master \(master.address)" + (master.priority.map { " (\($0))" } ?? "")
            }
            columns.add(["  " + instance.name, instance.state, priority, place, since, master ?? ""])
            if let rival = instance.rival {
                let hardware = rival.hardwareAddress.map { " (\($0))" } ?? ""
                let reason = rival.refusal.map { "its adverts are refused: \($0)" } ?? "it does not hear our adverts"
                columns.add(
                    note: "    DUAL MASTER: \(rival.address)\(hardware) is master too, "
                        + "with priority \(rival.priority), for \(age(rival.since)): \(reason)")
            }
            for wait in instance.waitsFor { columns.add(note: "    waits for \(wait)") }
        }
        return "Instances:\n" + columns.text
    }

    private var groups: String {
        guard !status.groups.isEmpty else { return "" }
        var columns = Columns()
        for group in status.groups {
            columns.add(["  " + group.name, group.state, group.members.joined(separator: ", ")])
        }
        return "Sync groups:\n" + columns.text
    }

    private var sessions: String {
        guard !status.sessions.isEmpty else { return "" }
        var columns = Columns()
        for session in status.sessions {
            let since = session.since.map { "for \(age($0))" } ?? ""
            let intervals = session.detectionTime.map { detection in
                "detection \(interval(detection))"
                    + (session.transmitInterval.map { ", sends every \(interval($0))" } ?? "")
            }
            columns.add([
                "  " + session.name, session.state, session.neighbor, since, intervals ?? "",
                session.state == "Up" ? "" : session.diagnostic ?? "",
            ])
            if let problem = session.problem { columns.add(note: "    \(problem)") }
        }
        return "BFD sessions:\n" + columns.text
    }

    /// An interval to the microsecond.
    private func interval(_ seconds: Double) -> String { "\((seconds * 1e6).rounded() / 1e3) ms" }

    private var services: String {
        guard !status.services.isEmpty else { return "" }
        var columns = Columns()
        for service in status.services {
            let up = service.servers.count { $0.isUp }
            var note = "  \(service.name)  \(service.scheduler)  \(service.hasQuorum ? "up" : "NO QUORUM")"
            note +=
                "  \(up) of \(service.servers.count) servers, weight \(service.liveWeight), quorum \(service.quorum)"
            if let sorry = service.sorryServer {
                note += sorry.isActive ? ", SORRY SERVER \(sorry.name) IN USE" : ", sorry server \(sorry.name)"
            }
            if service.isSuspended { note += ", checks rest: ITS ADDRESS IS NOT HERE" }
            columns.add(note: note)
            for refusal in service.refusals {
                columns.add(note: "    REFUSED BY THE KERNEL and tried again: \(refusal)")
            }
            for server in service.servers { add(server, to: &columns) }
        }
        return "Services:\n" + columns.text
    }

    private func add(_ server: ServerReport, to columns: inout Columns) {
        let state = !server.isUp ? "DOWN" : server.isChecked ? "up" : "up, not checked yet"
        let weight =
            server.weight == server.configuredWeight
            ? "weight \(server.weight)" : "weight \(server.weight) (\(server.configuredWeight))"
        let since = server.since.map { "for \(age($0))" } ?? (server.checkers == 0 ? "no checks" : "")
        columns.add(["    " + server.name, state, weight, since, server.reasons.joined(separator: "; ")])
    }

    private var probes: String {
        guard !status.probes.isEmpty else { return "" }
        var columns = Columns()
        for probe in status.probes {
            let state = probe.isUp.map { $0 ? "ok" : "FAILED" } ?? (probe.runs == 0 ? "not run yet" : "not run")
            let latency = probe.latency.map {
                "\(milliseconds($0.minimum))/\(milliseconds($0.median))/\(milliseconds($0.p99)) ms"
            }
            let next =
                probe.isRunning
                ? "runs now" : probe.isWaiting ? "waits for its turn" : probe.nextRun.map { "next in \(until($0))" }
            columns.add([
                "  " + probe.target, state, counted(probe.users.count, "user"), latency ?? "", next ?? "",
                probe.reason ?? "",
            ])
            if !probe.users.isEmpty { columns.add(note: "    for \(shortened(probe.users))") }
        }
        return "Probes (shortest/median/p99 of the last 100 runs):\n" + columns.text
    }

    private var table: String {
        let table = status.table
        guard table.isOpen else { return "" }
        var text =
            "IPVS table: compared \(counted(table.reconciliations, "time")), \(counted(table.commands, "command")) sent"
        if table.failures > 0 { text += ", \(table.failures) REFUSED" }
        if table.repairs > 0 { text += ", \(counted(table.repairs, "change")) of others put right" }
        if table.foreignServices > 0 { text += ", \(counted(table.foreignServices, "service")) of others left alone" }
        return text
    }

    private var notifications: String {
        let report = status.notifications
        var parts: [String] = []
        if report.running > 0 { parts.append("\(counted(report.running, "script")) running") }
        if report.waitingForPlace > 0 { parts.append("\(report.waitingForPlace) WAITING FOR A FREE PLACE") }
        if report.waitingForTurn > 0 { parts.append("\(report.waitingForTurn) waiting for an earlier one") }
        if report.scriptsLost > 0 { parts.append("\(counted(report.scriptsLost, "script")) NOT RUN") }
        if report.mailsWaiting > 0 { parts.append("\(counted(report.mailsWaiting, "mail")) waiting") }
        if report.mailsLost > 0 { parts.append("\(counted(report.mailsLost, "mail")) NOT SENT") }
        return parts.isEmpty ? "" : "Notifications: \(parts.joined(separator: ", "))"
    }

    private func shortened(_ names: [String]) -> String {
        let limit = 4
        guard names.count > limit else { return names.joined(separator: ", ") }
        return names.prefix(limit - 1).joined(separator: ", ") + " and \(names.count - limit + 1) more"
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private func milliseconds(_ seconds: Double) -> String {
        let tenths = (max(0, seconds) * 10_000).rounded() / 10
        return tenths < 100 ? "\(tenths)" : "\(Int(min(tenths, 1e12).rounded()))"
    }

    private func until(_ time: Double) -> String {
        "\((max(0, min(time - status.director.now, 1e9)) * 10).rounded() / 10) s"
    }

    /// How long ago something was, in its two largest units: `3 d 4 h`, `2 min 5 s`, `0.4 s`.
    private func age(_ time: Double) -> String {
        let seconds = max(0, status.director.now - time)
        if seconds < 10 { return "\((seconds * 10).rounded() / 10) s" }
        let whole = seconds < 1e12 ? Int(seconds) : 0
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        case ..<86400: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        default: return "\(whole / 86400) d \(whole % 86400 / 3600) h"
        }
    }
}

/// Lines whose cells stand below each other, with lines in between that have none.
struct Columns {
    private var rows: [[String]] = []

    /// A line of cells.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// A line as it is.
    mutating func add(note: String) { rows.append([note]) }

    /// The lines; blanks at their ends are left out.
    var text: String {
        var widths: [Int] = []
        for row in rows where row.count > 1 {
            for (column, cell) in row.enumerated() {
                if column < widths.count {
                    widths[column] = max(widths[column], cell.count)
                } else {
                    widths.append(cell.count)
                }
            }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if row.count > 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
