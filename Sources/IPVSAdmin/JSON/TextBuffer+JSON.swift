import Addressing
import IPVS

/// Writes JSON in place: a table of a hundred thousand servers is no tree of objects first.
extension TextBuffer {
    /// Writes a string with its quotes.
    mutating func append(json text: some StringProtocol) {
        append("\"")
        if text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            append(String(text))
        } else {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": append("\\\"")
                case "\\": append("\\\\")
                case _ where scalar.value < 32:
                    let digits = String(scalar.value, radix: 16)
                    append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
                default: append(String(scalar))
                }
            }
        }
        append("\"")
    }

    /// Writes `,"key":` without a comma behind an opening brace or bracket.
    mutating func key(_ name: StaticString) {
        if let last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") { append(",") }
        append("\"")
        name.withUTF8Buffer { append($0) }
        append("\":")
    }

    mutating func field(_ name: StaticString, _ value: some UnsignedInteger) {
        key(name)
        append(decimal: UInt64(value))
    }

    mutating func field(_ name: StaticString, signed value: Int64) {
        key(name)
        append(signed: value)
    }

    mutating func field(_ name: StaticString, _ value: some StringProtocol) {
        key(name)
        append(json: value)
    }

    mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        append(value ? "true" : "false")
    }

    mutating func field(_ name: StaticString, _ value: IPAddress) {
        key(name)
        append("\"")
        append(value)
        append("\"")
    }

    mutating func field(_ name: StaticString, object: (inout TextBuffer) -> Void) {
        key(name)
        append("{")
        object(&self)
        append("}")
    }

    mutating func field(_ name: StaticString, strings: [String]) {
        key(name)
        append("[")
        for (index, text) in strings.enumerated() {
            if index > 0 { append(",") }
            append(json: text)
        }
        append("]")
    }

    /// Counters, then rates.
    mutating func fields(_ statistics: Statistics) {
        field("counters") {
            $0.field("connections", statistics.connections)
            $0.field("incomingPackets", statistics.incomingPackets)
            $0.field("outgoingPackets", statistics.outgoingPackets)
            $0.field("incomingBytes", statistics.incomingBytes)
            $0.field("outgoingBytes", statistics.outgoingBytes)
        }
        field("rates") {
            $0.field("connections", statistics.connectionRate)
            $0.field("incomingPackets", statistics.incomingPacketRate)
            $0.field("outgoingPackets", statistics.outgoingPacketRate)
            $0.field("incomingBytes", statistics.incomingByteRate)
            $0.field("outgoingBytes", statistics.outgoingByteRate)
        }
    }
}
