import Digests

/// Reads an HTTP/1 answer piece by piece, however it is split (RFC 9112).
///
/// It knows the end of an answer from `Content-Length` or chunked coding, so it need not wait for the peer to close;
/// where neither is there, the end of the connection is the end of the body. A connection that ends early leaves what
/// has come as the body: the digest, not the length, decides whether it is the right one. Only one that ends before the
/// last chunk is broken off for certain.
///
/// Nothing that a peer sends makes it trap or take more memory than the header's limit.
public struct HTTPResponseParser {
    /// Longest header, status line included.
    public static let headerLimit = 32 * 1024
    /// Longest line of a chunk's size, extensions included, and of one trailer.
    static let chunkLineLimit = 4096

    private enum State {
        case header
        case body(remaining: Int)
        case bodyToEnd
        case chunked(ChunkState)
        case complete
    }

    private enum ChunkState {
        case size(line: [UInt8])
        case data(remaining: Int)
        /// The line end behind the data; how many of its bytes have come.
        case dataEnd
        case trailer(lineLength: Int)

        /// Whether the last chunk has come, with or without the lines behind it.
        var isBehindBody: Bool { if case .trailer = self { true } else { false } }
    }

    private var state = State.header
    private var header: [UInt8] = []
    private var status: UInt16 = 0
    private var bodyLength = 0
    private var digest: MD5?
    private let search: (any PageSearch)?

    /// A parser that has seen nothing.
    ///
    /// - Parameters:
    ///   - wantsDigest: also compute the MD5 of the body.
    ///   - search: is given the body as it comes, and asked once at its end.
    public init(wantsDigest: Bool, search: (any PageSearch)? = nil) {
        digest = wantsDigest ? MD5() : nil
        self.search = search
    }

    /// Takes in further bytes.
    ///
    /// - Returns: The answer when it is complete; bytes behind it are ignored.
    public mutating func consume(_ bytes: some Sequence<UInt8>) throws(HTTPResponseError) -> HTTPResponse? {
        try consume(Array(bytes)[...])
    }

    /// Takes in the end of the connection.
    public mutating func finish() throws(HTTPResponseError) -> HTTPResponse {
        if case .header = state { throw .noData }
        var response = response
        if case .chunked(let chunk) = state { response.isBrokenOff = !chunk.isBehindBody }
        state = .complete
        return response
    }

    private var response: HTTPResponse {
        HTTPResponse(status: status, bodyLength: bodyLength, digest: digest?.value, search: search?.finish())
    }

    /// Takes in further bytes, which are not copied.
    ///
    /// - Returns: The answer when it is complete; bytes behind it are ignored.
    public mutating func consume(_ bytes: ArraySlice<UInt8>) throws(HTTPResponseError) -> HTTPResponse? {
        var rest = bytes
        while true {
            switch state {
            case .complete: return response
            case .header:
                guard !rest.isEmpty else { return nil }
                guard let behind = try takeHeader(rest) else { return nil }
                rest = behind
            case .bodyToEnd:
                addToBody(rest)
                return nil
            case .body(let remaining):
                let part = rest.prefix(remaining)
                addToBody(part)
                rest = rest.dropFirst(part.count)
                guard part.count == remaining else {
                    state = .body(remaining: remaining - part.count)
                    return nil
                }
                state = .complete
            case .chunked(let chunk):
                guard let byte = rest.first else { return nil }
                try takeChunk(chunk, byte, &rest)
            }
        }
    }

    private mutating func addToBody(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        bodyLength += bytes.count
        search?.take(bytes)
        guard digest != nil else { return }
        bytes.withUnsafeBytes { digest?.update($0) }
    }

    /// Collects the header and, at its end, decides how the body ends. Returns the bytes behind it.
    private mutating func takeHeader(_ bytes: ArraySlice<UInt8>) throws(HTTPResponseError) -> ArraySlice<UInt8>? {
        let before = header.count
        let new = bytes.prefix(Self.headerLimit + 1 - before)
        // Nearly every header comes in one piece, and is read where it is.
        if header.isEmpty, let end = Self.headerEnd(new.span, from: 0) {
            let fields = new.prefix(end)
            try begin(HTTPHeader(fields.span))
            return bytes.dropFirst(end)
        }
        header += new
        // The blank line may begin up to three bytes before the new ones.
        guard let end = Self.headerEnd(header.span, from: max(0, before - 3)) else {
            guard header.count <= Self.headerLimit else { throw .headerTooLarge(limit: Self.headerLimit) }
            return nil
        }
        let fields = header.prefix(end)
        try begin(HTTPHeader(fields.span))
        header.removeAll(keepingCapacity: true)
        return bytes.dropFirst(end - before)
    }

    private mutating func begin(_ fields: HTTPHeader) {
        status = fields.status
        switch fields.status {
        // An interim answer; the real one follows.
        case 100...199 where fields.status != 101: state = .header
        // Behind 101 comes another protocol.
        case 101, 204, 304: state = .complete
        default:
            state =
                if fields.isChunked {
                    .chunked(.size(line: []))
                } else if let length = fields.contentLength {
                    .body(remaining: length)
                } else {
                    .bodyToEnd
                }
        }
    }

    /// The index behind the first blank line; a bare line feed ends a line too (RFC 9112, 2.2).
    private static func headerEnd(_ header: borrowing Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < header.count {
            if header[index] == UInt8(ascii: "\n") {
                let next = index + 1
                if next < header.count, header[next] == UInt8(ascii: "\n") { return next + 1 }
                if next + 1 < header.count, header[next] == UInt8(ascii: "\r"), header[next + 1] == UInt8(ascii: "\n") {
                    return next + 2
                }
            }
            index += 1
        }
        return nil
    }

    private mutating func takeChunk(
        _ chunk: ChunkState, _ byte: UInt8, _ rest: inout ArraySlice<UInt8>
    ) throws(HTTPResponseError) {
        switch chunk {
        case .size(var line):
            rest.removeFirst()
            guard byte == UInt8(ascii: "\n") else {
                guard line.count < Self.chunkLineLimit else { throw .chunkSize }
                // Collected in place: the state must not keep a second reference to the line.
                state = .complete
                line.append(byte)
                state = .chunked(.size(line: line))
                return
            }
            let size = try chunkSize(line)
            state = .chunked(size == 0 ? .trailer(lineLength: 0) : .data(remaining: size))
        case .data(let remaining):
            let part = rest.prefix(remaining)
            addToBody(part)
            rest = rest.dropFirst(part.count)
            state = .chunked(part.count == remaining ? .dataEnd : .data(remaining: remaining - part.count))
        case .dataEnd:
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n"): state = .chunked(.size(line: []))
            default: throw .chunkSize
            }
        case .trailer(let length):
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "\n"): state = length == 0 ? .complete : .chunked(.trailer(lineLength: 0))
            case UInt8(ascii: "\r"): break
            default:
                guard length < Self.chunkLineLimit else { throw .headerTooLarge(limit: Self.chunkLineLimit) }
                state = .chunked(.trailer(lineLength: length + 1))
            }
        }
    }

    private func chunkSize(_ line: [UInt8]) throws(HTTPResponseError) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: " ") }
        guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .chunkSize }
        return size
    }
}
