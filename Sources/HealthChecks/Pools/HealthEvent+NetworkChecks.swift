import DNS
import SMTP

/// The log line of an SMTP check. The reason stands in it, as it does with keepalived.
func smtpMessage(_ event: CheckEvent, _ server: String) -> String? {
    switch event {
    case .up: "Remote SMTP server \(server) succeed on service."
    case .down(let failure, let retries, _): "SMTP_CHECK \(smtpReason(failure)) server \(server)\(after(retries))."
    case .tryFailed(let failure, _, _), .stillDown(let failure): "SMTP_CHECK \(smtpReason(failure)) server \(server)."
    case .notRun(let reason): "SMTP check of \(server) could not run (\(reason)). Rescheduling."
    case .weightChanged: nil
    }
}

private func smtpReason(_ failure: CheckFailure) -> String {
    switch failure {
    case .connectionTimedOut: "Timeout connecting to"
    case .smtp(.timedOut): "Read timeout from"
    case .smtp(.connectionClosed), .smtp(.connectionLost), .smtp(.malformedReply): "Read error with"
    case .smtp(.unexpectedReply(.greeting, _)): "Bad greeting banner from"
    case .smtp(.unexpectedReply(.hello, _)): "Bad HELO response from"
    case .smtp(.unexpectedReply(.quit, _)): "Bad QUIT response from"
    default: "Error connecting to"
    }
}

/// The log line of a DNS check; success has none.
func dnsMessage(_ event: CheckEvent, _ server: String) -> String? {
    switch event {
    case .up, .weightChanged: nil
    case .down(let failure, let retries, _): "DNS_CHECK (\(server)) \(failure)\(after(retries))"
    case .tryFailed(let failure, _, _), .stillDown(let failure): "DNS_CHECK (\(server)) \(failure)"
    case .notRun(let reason): "DNS check of \(server) could not run (\(reason)). Rescheduling."
    }
}

/// The log line of a UDP check.
func udpMessage(_ event: CheckEvent, _ server: String) -> String? {
    switch event {
    case .up: "UDP connection to \(server) success."
    case .down(_, let retries, _): "UDP_CHECK on service \(server) failed\(after(retries))."
    case .tryFailed, .stillDown: "UDP connection to \(server) failed."
    case .notRun(let reason): "UDP check of \(server) could not run (\(reason)). Rescheduling."
    case .weightChanged: nil
    }
}

/// The log line of a ping check.
func pingMessage(_ event: CheckEvent, _ server: String, _ service: String) -> String? {
    switch event {
    case .up: "ICMP connection to \(server) success."
    case .down(_, retries: 0, _): "ICMP CHECK on service \(server) failed."
    case .down(_, let retries, _): "ICMP CHECK on service \(server) of \(service) failed\(after(retries))."
    case .tryFailed, .stillDown: "ICMP connection to \(server) failed."
    case .notRun(let reason): "ICMP check of \(server) could not run (\(reason)). Rescheduling."
    case .weightChanged: nil
    }
}

/// The log line of a file check. What it adds to the weight has a line of its own.
func fileMessage(_ event: CheckEvent, _ target: FileTarget, _ server: String) -> String? {
    switch event {
    case .up(_, isFirst: false): "FILE_CHECK [\(target.path)] on service \(server) success."
    case .down: "FILE_CHECK [\(target.path)] on service \(server) failed."
    case .notRun(let reason): "FILE_CHECK [\(target.path)] on service \(server) could not run: \(reason)."
    case .up, .tryFailed, .stillDown, .weightChanged: nil
    }
}

func after(_ retries: UInt32) -> String { retries == 0 ? "" : " after \(retries) retries" }
