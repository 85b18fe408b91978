import ControlPlane

extension PlanReport {
    /// A plan in words and in its form for programs, made outside the loop.
    @concurrent init(_ plan: ReloadPlan, file: String, diagnostics: DiagnosticsReport) async {
        let message =
            if !plan.refusals.isEmpty {
                "a reload would be refused: \(plan.refusals.map { "\($0)" }.joined(separator: "; "))"
            } else if plan.isEmpty {
                "a reload would change nothing"
            } else {
                "a reload would do what is listed"
            }
        self.init(
            file: file, isPossible: plan.refusals.isEmpty, changesSomething: !plan.isEmpty, message: message,
            changes: plan.lines, plan: await JSONValue(plan), diagnostics: diagnostics)
    }

    /// There is no plan, because the file cannot be used.
    init(file: String, reason: String, diagnostics: DiagnosticsReport) {
        self.init(
            file: file, isPossible: false, changesSomething: false,
            message: "a reload would be refused: \(reason)", diagnostics: diagnostics)
    }
}

extension JSONValue {
    /// A plan in its form for programs; nil when it has none.
    @concurrent init?(_ plan: ReloadPlan) async {
        guard let bytes = try? ControlCodec.encode(plan),
            let value = try? ControlCodec.decode(JSONValue.self, from: bytes)
        else { return nil }
        self = value
    }
}
