import Addressing
import DNS
import HealthChecks
import IPVS
import SMTP
import Testing

@Suite("Log lines of checks")
struct NetworkCheckMessageTests {
    private static let connection = ConnectionTarget(address: .v4(IPv4Address(10, 1, 80, 93)), port: 25)
    private static let smtp = CheckTarget.smtp(connection, helloName: "a")
    private static let dns = CheckTarget.dns(connection, DNSQuestion())
    private static let udp = CheckTarget.udp(connection, UDPExchange(payload: []))
    private static let ping = CheckTarget.ping(connection)
    private static let server = "[10.1.80.93]:tcp:80"

    private static let cases: [(target: CheckTarget, event: CheckEvent, message: String?)] = [
        (smtp, .up(weight: nil, isFirst: true), "Remote SMTP server \(server) succeed on service."),
        (
            smtp, .down(.connectionFailed("Connection refused"), retries: 2, isFirst: false),
            "SMTP_CHECK Error connecting to server \(server) after 2 retries."
        ),
        (
            smtp, .stillDown(.smtp(.unexpectedReply(.greeting, SMTPReply(code: 554)))),
            "SMTP_CHECK Bad greeting banner from server \(server)."
        ),
        (
            smtp, .tryFailed(.smtp(.timedOut(.hello, after: .seconds(1))), number: 1, of: 2),
            "SMTP_CHECK Read timeout from server \(server)."
        ),
        (dns, .up(weight: nil, isFirst: true), nil),
        (
            dns, .down(.dns(.refused(DNSResponseCode(rawValue: 2))), retries: 3, isFirst: false),
            "DNS_CHECK (\(server)) answer SERVFAIL after 3 retries"
        ),
        (udp, .up(weight: nil, isFirst: true), "UDP connection to \(server) success."),
        (
            udp, .down(.udp(.noReply(after: .seconds(1))), retries: 0, isFirst: true),
            "UDP_CHECK on service \(server) failed."
        ),
        (ping, .up(weight: nil, isFirst: true), "ICMP connection to \(server) success."),
        (
            ping, .down(.ping(.noReply(after: .seconds(1))), retries: 0, isFirst: true),
            "ICMP CHECK on service \(server) failed."
        ),
        (
            ping, .down(.ping(.noReply(after: .seconds(1))), retries: 1, isFirst: false),
            "ICMP CHECK on service \(server) of [10.1.80.90]:tcp:80 failed after 1 retries."
        ),
        (
            ping, .notRun(reason: "socket: Too many open files"),
            "ICMP check of \(server) could not run (socket: Too many open files). Rescheduling."
        ),
    ]

    @Test("a line is worded as monitoring knows it", arguments: cases)
    func messages(target: CheckTarget, event: CheckEvent, message: String?) {
        let event = HealthEvent(service: service.id, kind: .check(destination(93).id, target, event))
        #expect(event.message == message)
    }
}
