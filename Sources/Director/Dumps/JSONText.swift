/// JSON text whose members stand in the order in which they are written, as readers of keepalived's file may expect.
struct JSONText: Sendable, Hashable {
    /// The text.
    let text: String

    private init(_ text: String) { self.text = text }

    static func integer(_ value: some BinaryInteger) -> JSONText { JSONText("\(value)") }

    static func bool(_ value: Bool) -> JSONText { JSONText(value ? "true" : "false") }

    /// A flag as a number, which keepalived has some of.
    static func flag(_ value: Bool) -> JSONText { JSONText(value ? "1" : "0") }

    /// A number that is written already.
    static func number(_ text: String) -> JSONText { JSONText(text) }

    static func string(_ value: String) -> JSONText {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "/": text += "\\/"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return JSONText(text + "\"")
    }

    static func array(_ values: [JSONText]) -> JSONText {
        JSONText("[" + values.map(\.text).joined(separator: ",") + "]")
    }

    /// Members in order; those without a value are left out.
    static func object(_ members: [(String, JSONText?)]) -> JSONText {
        let written = members.compactMap { name, value in value.map { "\(JSONText.string(name).text):\($0.text)" } }
        return JSONText("{" + written.joined(separator: ",") + "}")
    }
}
