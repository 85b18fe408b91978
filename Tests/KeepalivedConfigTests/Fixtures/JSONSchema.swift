import FoundationEssentials

@testable import KeepalivedConfig

/// Any JSON value.
enum JSONValue: Decodable, Hashable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// The value that a text is.
    static func parse(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    subscript(_ key: String) -> JSONValue? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var elements: [JSONValue] { if case .array(let value) = self { value } else { [] } }
    var fields: [String: JSONValue] { if case .object(let value) = self { value } else { [:] } }
}

/// As much of JSON Schema as the project's own schemas use. Stricter than the standard in one way: a field that the
/// schema does not describe is a violation, so that the schema stays complete.
struct JSONSchema {
    let root: JSONValue

    /// What is wrong with a value, each with its path; empty when it conforms.
    func violations(_ value: JSONValue) -> [String] { violations(value, root, at: "$") }

    private func violations(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        if let reference = schema["$ref"]?.string {
            let name = String(reference.split(separator: "/").last ?? "")
            guard let definition = root["$defs"]?[name] else { return ["\(path): no definition \(reference)"] }
            return violations(value, definition, at: path)
        }
        var found: [String] = []
        for (key, rule) in schema.fields {
            switch (key, rule, value) {
            case ("type", _, _):
                let types = rule.elements.isEmpty ? [rule] : rule.elements
                if !types.contains(where: { Self.isType($0.string ?? "", value) }) {
                    found.append("\(path): not \(rule)")
                }
            case ("const", _, _): if value != rule { found.append("\(path): not \(rule)") }
            case ("enum", _, _): if !rule.elements.contains(value) { found.append("\(path): not one of \(rule)") }
            case ("minimum", .number(let least), .number(let number)):
                if number < least { found.append("\(path): below \(least)") }
            case ("pattern", .string(let pattern), .string(let text)):
                let isCode = text.hasPrefix("MR") && text.count == 6 && text.dropFirst(2).allSatisfy { $0.isNumber }
                if pattern != "^MR[0-9]{4}$" || !isCode { found.append("\(path): '\(text)' is not \(pattern)") }
            case ("required", .array(let names), .object(let fields)):
                found += names.filter { fields[$0.string ?? ""] == nil }.map { "\(path): no field \($0)" }
            case ("properties", .object(let properties), .object(let fields)):
                for (name, field) in fields {
                    guard let property = properties[name] else {
                        found.append("\(path): field '\(name)' is not described")
                        continue
                    }
                    found += violations(field, property, at: "\(path).\(name)")
                }
            case ("items", _, .array(let elements)):
                for (index, element) in elements.enumerated() {
                    found += violations(element, rule, at: "\(path)[\(index)]")
                }
            case ("minimum", _, _), ("pattern", _, _), ("required", _, _), ("properties", _, _), ("items", _, _),
                ("$schema", _, _), ("title", _, _), ("description", _, _), ("$defs", _, _):
                break
            default: found.append("\(path): this check does not know '\(key)'")
            }
        }
        return found
    }

    private static func isType(_ name: String, _ value: JSONValue) -> Bool {
        switch (name, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .boolean), ("null", .null): true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
