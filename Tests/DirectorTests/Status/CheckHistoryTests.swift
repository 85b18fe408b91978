import Addressing
import HealthChecks
import Testing
import Timing

@testable import Director

@Suite struct CheckHistoryTests {
    private let check = Check(
        target: .tcp(ConnectionTarget(address: .v4(IPv4Address(10, 0, 0, 1)), port: 80)),
        policy: CheckPolicy(
            retries: 2, delayBeforeRetry: .seconds(1), interval: .seconds(5), warmup: .zero))

    private func second(_ number: Int64) -> Instant { Instant(nanoseconds: number * 1_000_000_000) }

    @Test("going up or down is remembered with its time, being down still is not")
    func changes() {
        var history = CheckHistory()
        #expect(history[check] == CheckHistory.Entry())
        history.record(.up(weight: nil, isFirst: true), of: check, at: second(1))
        history.record(.weightChanged(5), of: check, at: second(2))
        #expect(history[check].changed == second(1))
        history.record(.down(.exited(status: 1), retries: 2, isFirst: false), of: check, at: second(3))
        history.record(.stillDown(.exited(status: 2)), of: check, at: second(4))
        #expect(history[check] == CheckHistory.Entry(changed: second(3)))
    }

    @Test("a failed try is remembered until the verdict")
    func tries() {
        var history = CheckHistory()
        history.record(.up(weight: nil, isFirst: true), of: check, at: second(1))
        history.record(.tryFailed(.connectionFailed("refused"), number: 1, of: 2), of: check, at: second(2))
        #expect(history[check].failedTry?.reason == "try 1 of 3 failed: refused")
        #expect(history[check].changed == second(1))
        history.record(.down(.connectionFailed("refused"), retries: 2, isFirst: false), of: check, at: second(4))
        #expect(history[check].failedTry == nil)
    }

    @Test("checks that are gone are forgotten")
    func forgetting() {
        var history = CheckHistory()
        history.record(.up(weight: nil, isFirst: true), of: check, at: second(1))
        history.keep { $0 == check }
        #expect(history[check].changed == second(1))
        history.keep { _ in false }
        #expect(history[check].changed == nil)
    }
}
