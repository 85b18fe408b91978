/// The fields of an answer's header that say how its body ends.
struct HTTPHeader {
    let status: UInt16
    /// Nil when absent, contradictory or no number: then the body ends with the connection.
    private(set) var contentLength: Int?
    private(set) var isChunked = false

    /// Reads a header up to and including its blank line.
    init(_ bytes: ArraySlice<UInt8>) throws(HTTPResponseError) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        guard let first = lines.first, let status = Self.status(first) else { throw .statusLine }
        self.status = status
        var lengths: Set<Int?> = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = Self.trimmed(line[(colon + 1)...])
            switch Self.lowercased(Self.trimmed(line[..<colon])) {
            case "content-length": lengths.insert(Self.decimal(value))
            case "transfer-encoding":
                let codings = Self.lowercased(value).split(separator: ",")
                isChunked = codings.last.map { String($0).filter { $0 != " " && $0 != "\t" } } == "chunked"
            default: continue
            }
        }
        if lengths.count == 1, let length = lengths.first { contentLength = length }
    }

    /// `HTTP/x.y NNN`, with or without a reason behind it: HTTP/1.1 lets a server leave the reason out.
    private static func status(_ line: ArraySlice<UInt8>) -> UInt16? {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count >= 2, lowercased(parts[0]).hasPrefix("http/") else { return nil }
        let digits = trimmed(parts[1])
        guard digits.count == 3, let status = decimal(digits) else { return nil }
        return UInt16(exactly: status)
    }

    private static func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(String(decoding: bytes, as: UTF8.self))
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }

    private static func lowercased(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
