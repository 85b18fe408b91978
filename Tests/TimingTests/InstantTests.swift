import Testing
import Timing

@Suite struct InstantTests {
    @Test("adding and taking away a duration move the instant by it")
    func arithmetic() {
        let start = Instant(nanoseconds: 1_000)
        #expect(start + .microseconds(2) == Instant(nanoseconds: 3_000))
        #expect(start - .microseconds(2) == Instant(nanoseconds: -1_000))
        #expect(start + .nanoseconds(-1) == Instant(nanoseconds: 999))
        #expect(start + .seconds(1) - start == .seconds(1))
        #expect(start - (start + .seconds(1)) == .seconds(-1))
        #expect(start < start + .nanoseconds(1))
    }

    @Test("an instant never wraps: it stays at the end of the range")
    func saturation() {
        let last = Instant(nanoseconds: .max)
        let first = Instant(nanoseconds: .min)
        #expect(last + .nanoseconds(1) == last)
        #expect(first - .nanoseconds(1) == first)
        #expect(first + .nanoseconds(-1) == first)
        #expect(last - .nanoseconds(-1) == last)
        #expect(Instant.epoch + .seconds(Int64.max) == last)
        #expect(Instant(nanoseconds: -2) - .seconds(Int64.max) == first)
        #expect(Instant.epoch - .seconds(Int64.min) == last)
        #expect(Instant(nanoseconds: 1) - .nanoseconds(Int64.min) == last)
        #expect(last - first == .nanoseconds(Int64.max))
        #expect(first - last == .nanoseconds(Int64.min))
    }

    @Test(
        "a duration in nanoseconds cuts off the rest and stays within 64 bits",
        arguments: [
            (.zero, 0 as Int64), (.nanoseconds(1), 1), (.milliseconds(1_500), 1_500_000_000), (.nanoseconds(-1), -1),
            (Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999), 1),
            (Duration(secondsComponent: 0, attosecondsComponent: -1_999_999_999), -1),
            (.nanoseconds(Int64.max), .max), (.nanoseconds(Int64.max) + .nanoseconds(1), .max),
            (.nanoseconds(Int64.max) - .nanoseconds(1), .max - 1), (.nanoseconds(Int64.min), .min),
            (.nanoseconds(Int64.min) + .nanoseconds(1), .min + 1), (.seconds(Int64.max), .max),
            (.seconds(Int64.min), .min),
            // Seconds that do not fit 64 bits any more.
            (.seconds(Int64.max) * 8, .max), (.seconds(Int64.min) * 8, .min),
        ] as [(Duration, Int64)])
    func wholeNanoseconds(duration: Duration, expected: Int64) {
        #expect(duration.wholeNanoseconds == expected)
    }
}
