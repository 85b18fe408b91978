import HealthChecks
import TestKit
import Testing
import Timing

@Suite("One probe for everyone who asks the same")
struct SharedProbeTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)

    private func policy(_ retries: UInt32, delay: Int = 3, interval: Int = 6) -> CheckPolicy {
        CheckPolicy(
            retries: retries, delayBeforeRetry: .seconds(delay), interval: .seconds(interval), warmup: .zero)
    }

    private func probe(_ policies: [CheckPolicy]) -> (SharedProbe, [Check]) {
        var probe = SharedProbe()
        let checks = policies.map { tcpCheck(93, policy: $0) }
        for check in checks { probe.add(check, state: CheckState(continuing: .up(weight: nil)), due: start) }
        return (probe, checks)
    }

    @Test("a success counts for all and puts off the next run of each by its own interval")
    func success() {
        var (probe, _) = probe([policy(1, interval: 6), policy(1, interval: 60)])
        #expect(probe.record(.success(), started: start, ended: start).isEmpty)
        #expect(probe.due == start + .seconds(6))
        // The one with the long interval is answered along with the other, and never has to ask itself.
        let next = start + .seconds(6)
        #expect(probe.record(.success(), started: next, ended: next).isEmpty)
        #expect(probe.due == next + .seconds(6))
    }

    @Test("a check that waits for its retry does not count what comes before that is due")
    func retryDelay() {
        var (probe, checks) = probe([policy(1, delay: 10, interval: 60), policy(3, delay: 1, interval: 60)])
        var now = start
        var downs: [(check: Check, after: Duration)] = []
        while now < start + .seconds(30) {
            for outcome in probe.record(.failure(refused), started: now, ended: now) {
                if case .down = outcome.event { downs.append((outcome.check, now - start)) }
            }
            guard let due = probe.due else { break }
            now = due
        }
        #expect(downs.map(\.check) == [checks[1], checks[0]])
        #expect(downs.map(\.after) == [.seconds(3), .seconds(10)])
    }

    @Test("a check that waits for its second success does not count what others ask before that is due")
    func secondSuccess() {
        var careful = policy(0, interval: 6)
        careful.successesToReturn = 2
        var (probe, checks) = probe([careful, policy(0, interval: 2)])
        var now = start
        var ups: [(check: Check, after: Duration)] = []
        for run in 0..<5 {
            let result: CheckResult = run == 0 ? .failure(refused) : .success()
            for outcome in probe.record(result, started: now, ended: now) {
                if case .up = outcome.event { ups.append((outcome.check, now - start)) }
            }
            now = now + .seconds(2)
        }
        // Down at 0 s, well at 2 s for both; the careful one believes it an interval of its own later.
        #expect(ups.map(\.check) == [checks[1], checks[0]])
        #expect(ups.map(\.after) == [.seconds(2), .seconds(8)])
    }

    @Test("a run that could not be made says nothing to those who had not asked")
    func inconclusive() {
        var (probe, checks) = probe([policy(1, interval: 6), policy(1, interval: 60)])
        _ = probe.record(.success(), started: start, ended: start)
        let next = start + .seconds(6)
        let outcomes = probe.record(.inconclusive("no descriptor"), started: next, ended: next)
        #expect(outcomes.map(\.check) == [checks[0]])
        #expect(outcomes.map(\.event) == [.notRun(reason: "no descriptor")])
    }

    @Test("who goes is not heard of again, and with the last one the probe has nothing to do")
    func removal() {
        var (probe, checks) = probe([policy(0), policy(1)])
        probe.remove(checks[0])
        #expect(probe.count == 1)
        #expect(probe.record(.failure(refused), started: start, ended: start).map(\.check) == [checks[1]])
        probe.remove(checks[1])
        #expect(probe.isEmpty)
        #expect(probe.due == nil)
    }

    @Test("every check gives the verdict that it would give alone, when all are asked at the same times")
    func sameAsAlone() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let retries = UInt32.random(in: 0...3, using: &generator)
            let shared = policy(retries)
            var (probe, checks) = probe([shared])
            var alone = CheckState(continuing: .up(weight: nil))
            var now = start
            for _ in 0..<40 {
                let result: CheckResult = Bool.random(using: &generator) ? .success() : .failure(refused)
                let event = alone.record(result, of: checks[0]).event
                let outcomes = probe.record(result, started: now, ended: now)
                #expect(outcomes.first?.event == event, "seed \(seed)")
                now = probe.due ?? now
            }
        }
    }
}
