/// Reads the parts of a message front to back, never behind its end.
struct DNSReader {
    private let bytes: [UInt8]
    private var position = 0

    /// Pointers in one name; more than a name can have labels serve nobody but an attacker.
    private static let pointerLimit = 127

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func byte(at index: Int) throws(DNSMessageError) -> UInt8 {
        guard bytes.indices.contains(index) else { throw .tooShort }
        return bytes[index]
    }

    mutating func uint16() throws(DNSMessageError) -> UInt16 {
        let value = UInt16(try byte(at: position)) << 8 | UInt16(try byte(at: position + 1))
        position += 2
        return value
    }

    mutating func record() throws(DNSMessageError) -> DNSRecord {
        let name = try self.name()
        let type = DNSRecordType(rawValue: try uint16())
        let recordClass = try uint16()
        let timeToLive = UInt32(try uint16()) << 16 | UInt32(try uint16())
        let length = Int(try uint16())
        guard bytes.count - position >= length else { throw .tooShort }
        defer { position += length }
        return DNSRecord(
            name: name, type: type, recordClass: recordClass, timeToLive: timeToLive,
            data: Array(bytes[position..<(position + length)]))
    }

    /// A name with its compression undone (RFC 1035, section 4.1.4).
    mutating func name() throws(DNSMessageError) -> DNSName {
        var labels: [[UInt8]] = []
        var length = 1
        var index = position
        var end: Int?
        // Each pointer must lead further to the front than the one before it, so their number is bounded.
        var front = position
        var pointers = 0
        while true {
            let first = try byte(at: index)
            switch first >> 6 {
            case 0b00 where first == 0:
                position = end ?? index + 1
                do throws(DNSNameError) {
                    return try DNSName(labels: labels)
                } catch {
                    throw .name(error)
                }
            case 0b00:
                let next = index + 1 + Int(first)
                guard next <= bytes.count else { throw .tooShort }
                length += Int(first) + 1
                guard length <= DNSName.limit else { throw .name(.nameTooLong(length)) }
                labels.append(Array(bytes[(index + 1)..<next]))
                index = next
            case 0b11:
                let target = Int(first & 0x3F) << 8 | Int(try byte(at: index + 1))
                pointers += 1
                guard target < front, pointers <= Self.pointerLimit else { throw .compression }
                end = end ?? index + 2
                front = target
                index = target
            default: throw .compression
            }
        }
    }
}
