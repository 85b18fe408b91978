import Addressing
import HealthChecks
import Probes
import Testing

@testable import Director

/// Reports of checks on their way to the director.
@Suite struct ReportInboxTests {
    private static let refused = CheckFailure.connectionFailed("Connection refused")

    @Test("reports are taken in their order, many at once, and the director is sent for once until none waits")
    func inbox() throws {
        let inbox = ReportInbox()
        let target = CheckTarget.tcp(ConnectionTarget(address: .v4(IPv4Address(10, 1, 80, 93)), port: 80))
        let policy = CheckPolicy(retries: 0, delayBeforeRetry: .zero, interval: .seconds(1), warmup: .zero)
        let reports = (1...ReportInbox.batch + 3).map { number in
            CheckReport(
                check: Check(target: target, policy: policy), event: .stillDown(Self.refused),
                elapsed: .milliseconds(number))
        }
        #expect(reports.map(inbox.add) == reports.indices.map { $0 == 0 })
        let first = inbox.take()
        #expect(first.reports == Array(reports.prefix(ReportInbox.batch)))
        #expect(first.moreWait)
        #expect(!inbox.add(reports[0]))
        let second = inbox.take()
        #expect(second.reports == Array(reports.suffix(3)) + [reports[0]])
        #expect(!second.moreWait)
        #expect(inbox.add(reports[0]))
    }
}
