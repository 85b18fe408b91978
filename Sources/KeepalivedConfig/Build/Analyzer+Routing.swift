import Addressing

extension Analyzer {
    /// Reads a line of `virtual_routes` or `static_routes`; a line that cannot be read is left out with a warning, as
    /// one bad route must not keep the addresses down. A missing value is an error all the same: keepalived ends.
    mutating func routeLine(_ line: Int, isStatic: Bool) -> Located<RouteDefinition>? {
        guard let words = lineWords(line, isStatic: isStatic) else { return nil }
        var reader = RouteLine(words)
        return read(&reader).map { Located($0, words.start) }
    }

    /// Reads a line of `virtual_rules` or `static_rules`.
    mutating func ruleLine(_ line: Int, isStatic: Bool) -> RuleDraft? {
        guard let words = lineWords(line, isStatic: isStatic) else { return nil }
        var reader = RuleLine(words)
        return read(&reader).map {
            RuleDraft(rule: $0, hasPriority: reader.hasPriority, span: words.start, order: line)
        }
    }

    private mutating func read<Line: RoutingLine>(_ line: inout Line) -> Line.Definition? {
        do throws(LineProblem) {
            let definition = try line.read()
            for remark in line.words.remarks { sink.report(.lineRemark(remark.message), at: remark.span) }
            return definition
        } catch {
            report(error, leavingOut: Line.name)
            return nil
        }
    }

    private mutating func report(_ problem: LineProblem, leavingOut kind: String) {
        guard let (option, expected) = problem.missing else {
            sink.report(.lineLeftOut(kind, problem.message), at: problem.span)
            return
        }
        reportMissingValue(option, expected: expected, at: problem.span, isFatal: true)
    }

    private func lineWords(_ line: Int, isStatic: Bool) -> LineWords? {
        guard let keyword = tree.keyword(line) else { return nil }
        let others = (0..<tree.argumentCount(line)).compactMap { tree.argument($0, of: line) }
        return LineWords(
            ([keyword] + others).map { (tree.string($0), $0.span) }, start: keyword.span, allowsTrackGroup: isStatic)
    }
}
