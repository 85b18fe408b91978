import FoundationEssentials

/// JSON as it goes over the control socket and to standard output.
public enum ControlCodec {
    /// One line without its newline; the keys of objects are sorted, so that equal values give equal text.
    ///
    /// The types of this module hold nothing that JSON cannot say, so it fails for no value of theirs.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Several lines, indented, for people and files.
    public static func encodeIndented(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Reads one value.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
