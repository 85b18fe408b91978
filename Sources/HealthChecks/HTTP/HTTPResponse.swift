/// What is known of a complete answer.
public struct HTTPResponse: Sendable, Hashable {
    /// Three digits as a number.
    public var status: UInt16
    /// Bytes of the body after decoding.
    public var bodyLength: Int
    /// MD5 of the body when it was asked for, 16 bytes.
    public var digest: [UInt8]?
    /// What the search for a pattern came to when there was one.
    public var search: SearchOutcome?
    /// Whether the connection ended before the last chunk: the server has broken off.
    public var isBrokenOff: Bool

    /// Creates an answer.
    public init(
        status: UInt16, bodyLength: Int, digest: [UInt8]? = nil, search: SearchOutcome? = nil,
        isBrokenOff: Bool = false
    ) {
        self.status = status
        self.bodyLength = bodyLength
        self.digest = digest
        self.search = search
        self.isBrokenOff = isBrokenOff
    }
}

/// Why bytes are no HTTP answer.
public enum HTTPResponseError: Error, Sendable, Hashable {
    /// The connection ended before the end of the header.
    case noData
    /// The first line is not `HTTP/x.y NNN`.
    case statusLine
    /// The header has more bytes than the limit.
    case headerTooLarge(limit: Int)
    /// A chunk's size is not a hexadecimal number that fits, or its line does not end.
    case chunkSize
    /// The connection ended before the last chunk.
    case brokenOff
}

extension HTTPResponseError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .noData: "the connection ended before the end of a header"
        case .statusLine: "the first line is no HTTP status line"
        case .headerTooLarge(let limit): "the header is longer than \(limit) bytes"
        case .chunkSize: "a chunk has no valid size"
        case .brokenOff: "the connection ended before the last chunk"
        }
    }
}

extension HTTPPage {
    /// Judges an answer: the status first, then the digest, then the pattern. Redirects are not followed.
    public func failure(of response: HTTPResponse) -> CheckFailure? {
        guard statusCodes.contains(where: { $0.contains(response.status) }) else {
            return .unexpectedStatus(path: path, status: response.status)
        }
        if response.isBrokenOff { return .malformedResponse(path: path, .brokenOff) }
        if let digest, digest != response.digest {
            return .unexpectedDigest(path: path, digest: response.digest ?? [])
        }
        guard let pattern else { return nil }
        switch response.search ?? .givenUp("the page was not searched") {
        case .found: return pattern.mustNotMatch ? .patternFound(path: path) : nil
        case .notFound: return pattern.mustNotMatch ? nil : .patternMissing(path: path)
        case .givenUp(let reason): return .searchGivenUp(path: path, reason: reason)
        }
    }
}
