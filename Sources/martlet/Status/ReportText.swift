import ControlPlane

/// Reloads and plans for people: what is wrong to standard error, what was done to standard output.
enum ReportText {
    static func write(_ report: ReloadReport) {
        writeDiagnostics(report.diagnostics)
        switch report.verdict {
        case .applied:
            Terminal.writeLine("Reloaded in \(milliseconds(report.seconds)).")
            for line in report.changes { Terminal.writeLine("  " + line) }
        case .unchanged: Terminal.writeLine("Nothing changed: the file means what was in force.")
        case .refused where report.diagnostics.errors > 0:
            Terminal.writeError("Reload refused: the configuration before it stays in force.")
        case .refused: Terminal.writeError("Reload refused: \(report.message)")
        case .rolledBack: Terminal.writeError("Reload failed: \(report.message)")
        }
    }

    static func write(_ report: PlanReport) {
        writeDiagnostics(report.diagnostics)
        guard report.diagnostics.errors == 0 else {
            Terminal.writeError("\(report.file) cannot be used: a reload would be refused.")
            return
        }
        for line in report.changes { Terminal.writeLine(line) }
        if !report.isPossible { Terminal.writeError(report.message) }
    }

    private static func writeDiagnostics(_ diagnostics: DiagnosticsReport) {
        if !diagnostics.text.isEmpty { Terminal.writeError(diagnostics.text) }
    }

    private static func milliseconds(_ seconds: Double) -> String {
        seconds < 10 ? "\(Int((seconds * 1000).rounded())) ms" : "\(Int(seconds.rounded())) s"
    }
}
