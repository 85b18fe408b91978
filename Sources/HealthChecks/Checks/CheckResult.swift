/// What one run of a check found.
public enum CheckResult: Sendable, Hashable {
    /// All is well. `weight` is what a dynamic script asks for (0…253); nil is the configured weight.
    case success(weight: Int32? = nil)
    /// The server is not well.
    case failure(CheckFailure)
    /// This host could not ask (no descriptor, no port, an address that is not here): says nothing about the server.
    case inconclusive(String)
}

/// Why a server is not well.
public enum CheckFailure: Error, Sendable, Hashable {
    /// No connection; the system's reason: `Connection refused`.
    case connectionFailed(String)
    /// No connection within the timeout.
    case connectionTimedOut(after: Duration)
    /// The connection broke while a page was fetched; the system's reason.
    case connectionLost(path: String, reason: String)
    /// Nothing more came within the timeout, or the page took too long as a whole.
    case responseTimedOut(path: String, after: Duration)
    /// The answer is not HTTP.
    case malformedResponse(path: String, HTTPResponseError)
    /// The status code is not an accepted one.
    case unexpectedStatus(path: String, status: UInt16)
    /// The body has another digest than expected; the one it has.
    case unexpectedDigest(path: String, digest: [UInt8])
    /// The script ended with this status.
    case exited(status: Int32)
    /// A signal ended the script.
    case killed(signal: Int32)
    /// The script did not end in time.
    case scriptTimedOut(after: Duration)
    /// The script could not be started. keepalived takes this for success; a check that does not check must not.
    case notExecuted(String)
}

extension CheckFailure: CustomStringConvertible {
    /// The cause in words, to stand behind "because": `status 500 for /index.html`.
    public var description: String {
        switch self {
        case .connectionFailed(let reason): reason
        case .connectionTimedOut(let timeout): "no connection within \(seconds(timeout))"
        case .connectionLost(let path, let reason): "connection lost while fetching \(path): \(reason)"
        case .responseTimedOut(let path, let timeout): "no complete answer for \(path) within \(seconds(timeout))"
        case .malformedResponse(let path, let error): "no HTTP answer for \(path): \(error)"
        case .unexpectedStatus(let path, let status): "status \(status) for \(path)"
        case .unexpectedDigest(let path, let digest): "digest \(hexadecimal(digest)) for \(path)"
        case .exited(let status): "exited with status \(status)"
        case .killed(let signal): "ended by signal \(signal)"
        case .scriptTimedOut(let timeout): "still running after \(seconds(timeout))"
        case .notExecuted(let reason): "could not be executed: \(reason)"
        }
    }
}

/// A duration as `3 s` or `0.25 s`.
private func seconds(_ duration: Duration) -> String {
    let (whole, attoseconds) = duration.components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    guard milliseconds != 0 else { return "\(whole) s" }
    var digits = String(milliseconds)
    digits = String(repeating: "0", count: 3 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(whole).\(digits) s"
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
