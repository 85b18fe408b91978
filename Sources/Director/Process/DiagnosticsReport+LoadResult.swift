import ControlPlane
import KeepalivedConfig

extension DiagnosticsReport {
    /// What a load has to say, as `martlet check` says it.
    init(_ result: LoadResult, file: String, usesColour: Bool) {
        self.init(
            errors: result.errorCount, warnings: result.warningCount,
            text: DiagnosticRenderer(usesColour: usesColour).render(result))
        guard !result.diagnostics.isEmpty,
            case .object(let members)? = try? ControlCodec.decode(
                JSONValue.self, from: DiagnosticJSON.text(result, file: file).utf8),
            let list = members["diagnostics"]
        else { return }
        self.list = list
    }
}

extension LoadResult {
    /// The first things that speak against a reload, each in one line.
    var reasons: [String] {
        diagnostics.filter { $0.severity == .error || $0.omission != nil }.prefix(5).map(\.oneLine)
    }

    /// `2 errors, the first: FILE:8:4: error[MR0201]: …`; without errors the first thing that is left out and was not
    /// before.
    func refusal(knowing known: Set<Omission> = []) -> String {
        if let first = diagnostics.first(where: { $0.severity == .error }) {
            return "\(errorCount == 1 ? "1 error" : "\(errorCount) errors, the first"): \(first.oneLine)"
        }
        let new = omissions.subtracting(known)
        if let first = diagnostics.first(where: { $0.omission.map(new.contains) ?? false }) {
            return "something of the file would be left out: \(first.oneLine)"
        }
        guard let first = new.min(by: { ($0.line, $0.code) < ($1.line, $1.code) }) else { return "it cannot be used" }
        return "something of the file would be left out, beyond the first warnings: \(first.code) '\(first.line)'"
    }
}

extension Diagnostic {
    /// Place, severity, code and message, for a log.
    var oneLine: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(severity == .error ? "error" : "warning")[\(code)]: \(message)"
    }
}
