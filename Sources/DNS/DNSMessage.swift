/// The first twelve bytes of a message (RFC 1035, section 4.1.1).
public struct DNSHeader: Sendable, Hashable {
    static let length = 12
    static let recursionDesired: UInt16 = 0x0100

    /// Ties an answer to its query.
    public var id: UInt16
    /// QR, opcode, AA, TC, RD, RA, Z, rcode.
    public var flags: UInt16
    /// Entries of the four sections: questions, answers, authority, additional.
    public var questionCount: UInt16
    /// Records that answer.
    public var answerCount: UInt16
    /// Records that name authorities.
    public var authorityCount: UInt16
    /// Further records.
    public var additionalCount: UInt16

    /// Whether this is an answer.
    public var isResponse: Bool { flags & 0x8000 != 0 }
    /// The kind of query; 0 is a standard one.
    public var opcode: UInt16 { flags >> 11 & 0xF }
    /// Whether not all fitted into the datagram.
    public var isTruncated: Bool { flags & 0x0200 != 0 }
    /// What came of the query.
    public var responseCode: DNSResponseCode { DNSResponseCode(rawValue: UInt8(flags & 0xF)) }

    init(_ reader: inout DNSReader) throws(DNSMessageError) {
        id = try reader.uint16()
        flags = try reader.uint16()
        questionCount = try reader.uint16()
        answerCount = try reader.uint16()
        authorityCount = try reader.uint16()
        additionalCount = try reader.uint16()
    }
}

/// What came of a query (RFC 1035, section 4.1.1).
public struct DNSResponseCode: RawRepresentable, Sendable, Hashable {
    /// 0…15.
    public let rawValue: UInt8

    /// A code by its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The query was answered, perhaps with no record.
    public static let noError = DNSResponseCode(rawValue: 0)
}

extension DNSResponseCode: CustomStringConvertible {
    /// The name that tools print, such as `SERVFAIL`.
    public var description: String {
        let names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
        return names.indices.contains(Int(rawValue)) ? names[Int(rawValue)] : "RCODE\(rawValue)"
    }
}

/// One record of an answer (RFC 1035, section 4.1.3).
public struct DNSRecord: Sendable, Hashable {
    /// Whose record it is.
    public var name: DNSName
    /// Its type.
    public var type: DNSRecordType
    /// Its class; 1 is the Internet.
    public var recordClass: UInt16
    /// How long it may be kept, in seconds.
    public var timeToLive: UInt32
    /// Its data as the wire carries it; names in it may be compressed.
    public var data: [UInt8]
}

/// An answer, read completely (RFC 1035, section 4).
///
/// Nothing in a message makes the reader loop: a compression pointer has to point before the name that it is in, and a
/// name ends at 255 bytes.
public struct DNSMessage: Sendable, Hashable {
    /// The header.
    public var header: DNSHeader
    /// What was asked; nil without a question. A message has one question at most.
    public var question: DNSQuestion?
    /// The class of the question; 1 is the Internet.
    public var questionClass: UInt16?
    /// Records that answer.
    public var answers: [DNSRecord] = []

    /// Reads a message. Authority and additional records are read over, bytes behind them ignored.
    ///
    /// A truncated message may end anywhere behind its question: what is cut off is no error.
    public init(_ bytes: [UInt8]) throws(DNSMessageError) {
        var reader = DNSReader(bytes)
        header = try DNSHeader(&reader)
        switch header.questionCount {
        case 0: break
        case 1:
            question = DNSQuestion(name: try reader.name(), type: DNSRecordType(rawValue: try reader.uint16()))
            questionClass = try reader.uint16()
        default: throw .questionCount(header.questionCount)
        }
        do throws(DNSMessageError) {
            for _ in 0..<header.answerCount { answers.append(try reader.record()) }
            for _ in 0..<(Int(header.authorityCount) + Int(header.additionalCount)) { _ = try reader.record() }
        } catch {
            guard header.isTruncated, error == .tooShort else { throw error }
        }
    }
}

/// Why bytes are no DNS message.
public enum DNSMessageError: Error, Sendable, Hashable {
    /// They end before the message does.
    case tooShort
    /// A message with this many questions instead of one.
    case questionCount(UInt16)
    /// A name that is too long or refers to itself.
    case name(DNSNameError)
    /// A compression pointer does not point back, or a label has a reserved type.
    case compression
}

extension DNSMessageError: CustomStringConvertible {
    /// In words.
    public var description: String {
        switch self {
        case .tooShort: "it ends too early"
        case .questionCount(let count): "it has \(count) questions"
        case .name(let error): "it has \(error)"
        case .compression: "a compressed name does not point back"
        }
    }
}
