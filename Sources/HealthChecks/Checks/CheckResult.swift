public import DNS
public import SMTP
import Timing

/// What one run of a check found.
public enum CheckResult: Sendable, Hashable {
    /// All is well. `weight` is what a dynamic script asks for (0…253), or what the number of a file adds to the
    /// configured weight; nil is the configured weight.
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
    /// Nothing more came within the timeout, or the page took longer than this as a whole.
    case responseTimedOut(path: String, after: Duration)
    /// The answer is not HTTP.
    case malformedResponse(path: String, HTTPResponseError)
    /// The status code is not an accepted one.
    case unexpectedStatus(path: String, status: UInt16)
    /// The body has another digest than expected; the one it has.
    case unexpectedDigest(path: String, digest: [UInt8])
    /// The page does not contain the pattern that it must contain.
    case patternMissing(path: String)
    /// The page contains the pattern that it must not contain.
    case patternFound(path: String)
    /// The search for the pattern took too much time or memory, or met what it cannot read.
    case searchGivenUp(path: String, reason: String)
    /// The TLS connection could not be set up, or broke the protocol.
    case tlsFailed(path: String, reason: String)
    /// The TLS handshake did not come to its end within the timeout.
    case tlsTimedOut(path: String, after: Duration)
    /// The TLS connection ended without close_notify where the configuration wants it.
    case endNotAnnounced(path: String)
    /// The script ended with this status.
    case exited(status: Int32)
    /// A signal ended the script.
    case killed(signal: Int32)
    /// The script did not end in time.
    case scriptTimedOut(after: Duration)
    /// The script could not be started. keepalived takes this for success; a check that does not check must not.
    case notExecuted(String)
    /// The BFD session with the server is not up; why.
    case sessionDown(String)
    /// The mail server does not do its part.
    case smtp(SMTPFailure)
    /// The name server does not do its part.
    case dns(DNSFailure)
    /// The UDP service does not do its part.
    case udp(UDPFailure)
    /// The host does not answer to ping.
    case ping(PingFailure)
    /// The number in the file takes the server down.
    case file(path: String, number: Int32)
}

extension CheckFailure: CustomStringConvertible {
    /// The cause in words, to stand behind "because": `status 500 for /index.html`.
    public var description: String {
        switch self {
        case .connectionFailed(let reason): reason
        case .connectionTimedOut(let timeout): "no connection within \(timeout.inWords)"
        case .connectionLost(let path, let reason): "connection lost while fetching \(path): \(reason)"
        case .responseTimedOut(let path, let timeout): "no complete answer for \(path) within \(timeout.inWords)"
        case .malformedResponse(let path, let error): "no HTTP answer for \(path): \(error)"
        case .unexpectedStatus(let path, let status): "status \(status) for \(path)"
        case .unexpectedDigest(let path, let digest): "digest \(hexadecimal(digest)) for \(path)"
        case .patternMissing(let path): "the pattern was not found in \(path)"
        case .patternFound(let path): "the pattern was found in \(path)"
        case .searchGivenUp(let path, let reason): "search in \(path) given up: \(reason)"
        case .tlsFailed(let path, let reason): "TLS failed for \(path): \(reason)"
        case .tlsTimedOut(let path, let timeout): "no TLS handshake for \(path) within \(timeout.inWords)"
        case .endNotAnnounced(let path): "TLS connection ended without close_notify after \(path)"
        case .exited(let status): "exited with status \(status)"
        case .killed(let signal): "ended by signal \(signal)"
        case .scriptTimedOut(let timeout): "still running after \(timeout.inWords)"
        case .notExecuted(let reason): "could not be executed: \(reason)"
        case .sessionDown(let reason): "BFD: \(reason)"
        case .smtp(let failure): "\(failure)"
        case .dns(let failure): "\(failure)"
        case .udp(let failure): "\(failure)"
        case .ping(let failure): "\(failure)"
        case .file(let path, let number): "\(number) in \(path)"
        }
    }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
