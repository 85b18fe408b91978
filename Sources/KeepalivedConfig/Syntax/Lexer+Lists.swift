/// `~LST`: the rest of the line once for each value of a list.
extension Lexer {
    mutating func runList(_ head: Head, _ body: [LineItem]) {
        let place = usedPlace(head.place, head.frame)
        guard head.arguments.count >= 2, let first = head.arguments.first else {
            report(
                .malformedLoop(head.keyword, "write ~LST(NAME, VALUE, …) or ~LST({NAME,…}, {VALUE,…}, …)"), at: place)
            return
        }
        var names: [String] = []
        for range in tuple(first, in: head.text) {
            guard let name = variable(head.text[range]) else {
                report(
                    .malformedLoop(
                        head.keyword, "\(quoted(String(decoding: head.text[range], as: UTF8.self))) is not a name"),
                    at: place)
                return
            }
            names.append(name)
        }
        let tuples = head.arguments.dropFirst().map { tuple($0, in: head.text) }
        for (index, values) in tuples.enumerated() {
            let text = String(decoding: head.text[head.arguments[index + 1]], as: UTF8.self)
            guard values.count <= names.count else {
                report(.tooManyLoopValues(text, names: names.count), at: place)
                return
            }
            let hasBlank = values.contains { range in
                let value = head.text[range]
                return !value.contains(UInt8(ascii: "$")) && value.contains { isBlank($0) }
            }
            guard !hasBlank else {
                report(.malformedLoop(head.keyword, "the value \(quoted(text)) contains a blank"), at: place)
                return
            }
        }
        var cursor = PartCursor()
        for values in body.isEmpty ? tuples.suffix(1) : tuples {
            var variables: [(String, Definition.Value)] = []
            var label = ""
            for (index, name) in names.enumerated() {
                let range = index < values.count ? values[index] : 0..<0
                let text = head.text[range]
                if text.contains(UInt8(ascii: "$")) {
                    let parts = parts(range, of: head, from: &cursor)
                    guard mayGoOn(after: parts.count, at: place) else { return }
                    variables.append((name, .lines([parts.map { $0.span }])))
                } else {
                    variables.append((name, .text(Array(text))))
                }
                if label.utf8.count < 60 {
                    label += (index > 0 ? ", $" : "$") + name + " = "
                    label += String(
                        String(decoding: text, as: UTF8.self).unicodeScalars.prefix(40).map(printable).joined())
                }
            }
            guard runTurn(head, body, variables, label: label) else { return }
        }
    }

    /// `{a,b}` as its parts, anything else as itself.
    private func tuple(_ range: Range<Int>, in text: [UInt8]) -> [Range<Int>] {
        guard range.count >= 2, text[range.lowerBound] == UInt8(ascii: "{"),
            text[range.upperBound - 1] == UInt8(ascii: "}")
        else { return [range] }
        var parts: [Range<Int>] = []
        var start = range.lowerBound + 1
        var depth = 0
        for index in start..<range.upperBound {
            switch text[index] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}") where index < range.upperBound - 1: depth -= 1
            case UInt8(ascii: ",") where depth == 0, UInt8(ascii: "}"):
                parts.append(trimmed(start..<index, in: text))
                start = index + 1
            default: break
            }
        }
        return parts
    }
}
