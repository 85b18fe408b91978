import HealthChecks
import Testing
import Timing

@Suite("Probe schedule")
struct ProbeScheduleTests {
    private func milliseconds(_ number: Int64) -> Instant { Instant(nanoseconds: number * 1_000_000) }

    @Test("a due time is rounded up to its tick: never early, at most a tick late")
    func rounding() {
        var schedule = ProbeSchedule()
        schedule.set(1, at: milliseconds(1001))
        schedule.set(2, at: milliseconds(1010))
        schedule.set(3, at: milliseconds(1011))
        #expect(schedule.nextTick == milliseconds(1010))
        #expect(schedule.popDue(milliseconds(1009)).isEmpty)
        #expect(schedule.popDue(milliseconds(1010)) == [1, 2])
        #expect(schedule.nextTick == milliseconds(1020))
        #expect(schedule.popDue(milliseconds(5000)) == [3])
        #expect(schedule.nextTick == nil)
    }

    @Test("a probe that is set again is due once, at the later word")
    func moved() {
        var schedule = ProbeSchedule()
        schedule.set(1, at: milliseconds(100))
        schedule.set(1, at: milliseconds(50))
        schedule.set(1, at: milliseconds(100))
        #expect(schedule.popDue(milliseconds(99)).isEmpty)
        #expect(schedule.popDue(milliseconds(100)) == [1])
        #expect(schedule.isEmpty)
    }

    @Test("a removed probe is not due")
    func removed() {
        var schedule = ProbeSchedule()
        schedule.set(1, at: milliseconds(100))
        schedule.set(2, at: milliseconds(100))
        schedule.remove(1)
        #expect(schedule.popDue(milliseconds(100)) == [2])
    }

    @Test("a thousand checks per second wake their loop a hundred times")
    func coalescing() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        var schedule = ProbeSchedule()
        for probe in 0..<1000 {
            schedule.set(probe, at: .epoch + ProbeSchedule.firstDelay(warmup: .seconds(1), using: &generator))
        }
        var wakeUps = 0
        var runs = 0
        while let tick = schedule.nextTick, tick < milliseconds(12_000) {
            wakeUps += 1
            for probe in schedule.popDue(tick) {
                runs += 1
                schedule.set(probe, at: tick + .seconds(1))
            }
        }
        #expect(wakeUps <= 1101, "seed \(seed)")
        #expect(runs >= 10_000, "seed \(seed)")
    }

    @Test("first runs are spread over the warm-up, one second after the start")
    func warmup() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        let delays = (0..<1000).map { _ in ProbeSchedule.firstDelay(warmup: .seconds(6), using: &generator) }
        #expect(delays.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(7) }, "seed \(seed)")
        for second in 1...6 {
            let share = delays.count { $0 >= .seconds(second) && $0 < .seconds(second + 1) }
            #expect((100...240).contains(share), "seed \(seed)")
        }
        #expect(ProbeSchedule.firstDelay(warmup: .zero, using: &generator) == .seconds(1))
    }

    @Test("the order of due probes is that of a sorted list, whatever the sequence of calls")
    func model() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        var schedule = ProbeSchedule()
        var model: [Int: Int64] = [:]
        var now: Int64 = 0
        for _ in 0..<5000 {
            let probe = Int.random(in: 0..<50, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                schedule.remove(probe)
                model[probe] = nil
            case 1:
                now += Int64.random(in: 0...30, using: &generator)
                let due = schedule.popDue(milliseconds(now))
                let expected = model.filter { ($0.value + 9) / 10 * 10 <= now }.map(\.key)
                #expect(due.sorted() == expected.sorted(), "seed \(seed)")
                for probe in due { model[probe] = nil }
            default:
                let at = now + Int64.random(in: 0...200, using: &generator)
                schedule.set(probe, at: milliseconds(at))
                model[probe] = at
            }
        }
    }

    @Test("instants at the ends of the range trap nothing")
    func extremes() {
        var schedule = ProbeSchedule()
        schedule.set(1, at: Instant(nanoseconds: .max))
        schedule.set(2, at: Instant(nanoseconds: .min))
        #expect(schedule.popDue(.epoch) == [2])
        #expect(schedule.nextTick == Instant(nanoseconds: .max))
    }
}
