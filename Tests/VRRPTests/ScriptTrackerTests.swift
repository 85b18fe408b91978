import Testing
import VRRP

@Suite struct ScriptTrackerTests {
    /// Feeds exit statuses and returns the state after each: `+` up, `-` down.
    private func states(rise: UInt32, fall: UInt32, startsFailed: Bool = false, _ statuses: [Int32]) -> String {
        var tracker = ScriptTracker(name: "chk", rise: rise, fall: fall, startsFailed: startsFailed)
        return statuses.map { status in
            _ = tracker.record(.exited(status: status))
            return tracker.isUp == true ? "+" : "-"
        }.joined()
    }

    @Test(
        "rise successes in a row bring it up, fall failures in a row bring it down, the first result decides alone",
        arguments: [
            (1, 1, [0, 1, 0, 1], "+-+-"),
            (3, 2, [0, 1, 1], "++-"),
            (3, 2, [1, 0, 0, 0], "---+"),
            (3, 2, [1, 0, 0, 1, 0, 0, 0], "------+"),
            (1, 3, [0, 1, 1, 0, 1, 1, 1], "++++++-"),
            (0, 0, [0, 1, 0], "+-+"),
        ] as [(UInt32, UInt32, [Int32], String)])
    func counting(rise: UInt32, fall: UInt32, statuses: [Int32], expected: String) {
        #expect(states(rise: rise, fall: fall, statuses) == expected)
    }

    @Test("before the first result it is neither up nor down, unless it starts failed")
    func beforeTheFirstResult() {
        #expect(ScriptTracker(name: "chk").isUp == nil)
        #expect(ScriptTracker(name: "chk", startsFailed: true).isUp == false)
        #expect(states(rise: 3, fall: 1, startsFailed: true, [0]) == "+")
    }

    @Test("a change and a new exit status are logged in keepalived's words, a repetition is not")
    func logLines() {
        var tracker = ScriptTracker(name: "chk")
        func lines(_ outcome: ScriptTracker.Outcome) -> [String] { tracker.record(outcome).reports.map(\.message) }
        #expect(lines(.exited(status: 0)) == ["VRRP_Script(chk) succeeded"])
        #expect(lines(.exited(status: 0)) == [])
        #expect(
            lines(.exited(status: 1)) == [
                "Script `chk` now returning 1", "VRRP_Script(chk) failed (exited with status 1)",
            ])
        #expect(lines(.exited(status: 2)) == ["Script `chk` now returning 2"])
        #expect(lines(.timedOut) == [])
        #expect(lines(.exited(status: 0)) == ["Script `chk` now returning 0", "VRRP_Script(chk) succeeded"])
        #expect(lines(.timedOut) == ["VRRP_Script(chk) timed_out"])
        #expect(lines(.exited(status: 0)) == ["VRRP_Script(chk) succeeded"])
        #expect(lines(.killed(signal: 9)) == ["VRRP_Script(chk) failed (due to signal 9)"])
    }

    @Test("a script that cannot be executed is down")
    func notExecuted() {
        var tracker = ScriptTracker(name: "chk")
        let change = tracker.record(.notExecuted("could not be executed: no such file"))
        #expect(change.isUp == false)
        #expect(change.reports.map(\.message) == ["VRRP_Script(chk) failed (could not be executed: no such file)"])
    }

    @Test("only a change of state is announced")
    func changes() {
        var tracker = ScriptTracker(name: "chk", fall: 2)
        #expect(tracker.record(.exited(status: 0)).isUp == true)
        #expect(tracker.record(.exited(status: 1)).isUp == nil)
        #expect(tracker.record(.exited(status: 1)).isUp == false)
    }

    @Test("new thresholds keep the state and what was counted")
    func newThresholds() {
        var tracker = ScriptTracker(name: "chk", fall: 3)
        _ = tracker.record(.exited(status: 0))
        _ = tracker.record(.exited(status: 1))
        tracker = tracker.with(rise: 1, fall: 2)
        #expect(tracker.isUp == true)
        #expect(tracker.record(.exited(status: 1)).isUp == false)
    }
}
