import Testing
import Timing
import VRRP

@Suite("Tracked files and processes")
struct FileAndProcessTrackingTests {
    static let numbers: [(number: Int32, weight: Int, isReversed: Bool, priority: UInt8, isFault: Bool)] = [
        (0, 1, false, 100, false), (5, 1, false, 105, false), (-5, 1, false, 95, false), (5, -2, false, 90, false),
        (5, 2, true, 90, false), (5, -2, true, 110, false),
        // A product is cut at 253 and a priority at 254; -254 and less is a fault.
        (1000, 1, false, 254, false), (-253, 1, false, 1, false), (-254, 1, false, 100, true),
        (Int32.min, 254, false, 100, true), (Int32.max, -254, false, 100, true), (Int32.max, 254, false, 254, false),
        // Without a weight any number but 0 is a fault.
        (0, 0, false, 100, false), (1, 0, false, 100, true), (-1, 0, false, 100, true), (0, 0, true, 100, true),
        (1, 0, true, 100, false),
    ]

    @Test("the number of a file is multiplied by its weight", arguments: numbers)
    func products(number: Int32, weight: Int, isReversed: Bool, priority: UInt8, isFault: Bool) {
        var bench = Bench(
            TrackingTests.tracking([.init(.file("f"), weight: weight, isReversed: isReversed)]))
        _ = bench.start()
        #expect(bench.status().pendingFiles == ["f"])
        _ = bench.handle(.fileChanged(name: "f", number: number))
        #expect(bench.status().effectivePriority == priority)
        #expect(bench.state == (isFault ? .fault : .backup))
        #expect(bench.status().faults == (isFault ? [.file("f")] : []))
        // 0 with reverse is the one number that does not end the fault of the others.
        _ = bench.handle(.fileChanged(name: "f", number: isReversed ? 1 : 0))
        #expect(bench.state == .backup)
    }

    @Test("every other number moves the priority, and the same one changes nothing")
    func changes() {
        var bench = Bench(TrackingTests.tracking([.init(.file("f"), weight: 10)]))
        _ = bench.handle(.fileChanged(name: "f", number: 1))
        #expect(bench.start().messages == ["(VI_1) Entering BACKUP STATE (init)"])
        #expect(
            bench.handle(.fileChanged(name: "f", number: 3)).messages == [
                "(VI_1) Changing effective priority from 110 to 130"
            ])
        #expect(bench.handle(.fileChanged(name: "f", number: 3)).isEmpty)
    }

    @Test("a fault of a file says the number")
    func words() {
        var bench = Bench(TrackingTests.tracking([.init(.file("f"), weight: 0)]))
        _ = bench.start()
        #expect(
            bench.handle(.fileChanged(name: "f", number: 7)).messages == [
                "(VI_1): entering FAULT state (tracked file f has status 7)", "(VI_1) Entering FAULT STATE (init)",
            ])
    }

    @Test("a process without its quorum is a fault or costs its weight, and what it waits for is known")
    func processes() {
        var bench = Bench(TrackingTests.tracking([.init(.process("p"))]))
        _ = bench.start()
        #expect(bench.status().pendingProcesses == ["p"])
        #expect(bench.status().waitsSince == bench.now)
        _ = bench.handle(.processChanged(name: "p", isUp: true))
        #expect(bench.state == .backup)
        bench.pass(.seconds(1))
        _ = bench.handle(.processChanged(name: "p", isUp: false))
        #expect(bench.status().faults == [.process("p")])
        #expect(bench.status().faultsSince == [.process("p"): bench.now])
        var weighted = Bench(TrackingTests.tracking([.init(.process("p"), weight: -10)]))
        _ = weighted.start()
        _ = weighted.handle(.processChanged(name: "p", isUp: false))
        #expect(weighted.state == .backup)
        #expect(weighted.status().effectivePriority == 90)
    }

    @Test("a reload keeps what is known of sessions, files and processes")
    func reload() {
        let trackers: [RouterConfiguration.Tracker] = [
            .init(.session("b")), .init(.file("f"), weight: 1), .init(.process("p"), weight: 5),
        ]
        let configuration = TrackingTests.tracking(trackers)
        var bench = Bench(configuration)
        _ = bench.handle(.sessionChanged(name: "b", isUp: true))
        _ = bench.handle(.fileChanged(name: "f", number: 7))
        _ = bench.handle(.processChanged(name: "p", isUp: true))
        _ = bench.start()
        #expect(bench.status().effectivePriority == 112)
        var next = configuration
        next.trackers.append(.init(.script("s"), weight: 1))
        _ = bench.routers.replace(routers: [next], groups: [], at: bench.now)
        #expect(bench.status().effectivePriority == 112)
        #expect(bench.state == .backup)
        _ = bench.handle(.sessionChanged(name: "b", isUp: false))
        _ = bench.routers.replace(routers: [configuration], groups: [], at: bench.now)
        #expect(bench.state == .fault)
    }

    // MARK: Counting

    private func tracker(
        quorum: Int = 1, maximum: Int? = nil, startDelay: Duration = .zero, endDelay: Duration = .zero
    ) -> ProcessTracker {
        ProcessTracker(
            .init(
                name: "p", pattern: ProcessPattern(command: ["nginx"]), quorum: quorum, maximum: maximum,
                startDelay: startDelay, endDelay: endDelay))
    }

    @Test("as many processes as the quorum says, and no more than the maximum")
    func quorum() {
        var tracker = tracker(quorum: 2, maximum: 3)
        let now = Instant.epoch
        #expect(tracker.started(1, at: now) == nil)
        #expect(tracker.settle() == false)
        #expect(tracker.started(1, at: now) == nil)
        #expect(tracker.started(2, at: now) == true)
        #expect(tracker.started(3, at: now) == nil)
        #expect(tracker.started(4, at: now) == false)
        #expect(tracker.ended(9, at: now) == nil)
        #expect(tracker.ended(4, at: now) == true)
        #expect(tracker.ended(3, at: now) == nil)
        #expect(tracker.ended(2, at: now) == false)
        var none = self.tracker(quorum: 0, maximum: 0)
        #expect(none.settle() == true)
        #expect(none.started(1, at: now) == false)
        #expect(none.ended(1, at: now) == true)
    }

    @Test("a change counts when it has lasted for its delay; one that is undone has never been")
    func delays() {
        var tracker = tracker(startDelay: .seconds(3), endDelay: .seconds(1))
        var now = Instant.epoch
        #expect(tracker.settle() == false)
        #expect(tracker.started(1, at: now) == nil)
        #expect(tracker.deadline == now + .seconds(3))
        now = now + .seconds(2)
        #expect(tracker.ended(1, at: now) == nil)
        #expect(tracker.deadline == nil)
        #expect(tracker.started(2, at: now) == nil)
        #expect(tracker.deadlineReached(at: now + .seconds(2)) == nil)
        #expect(tracker.deadlineReached(at: now + .seconds(3)) == true)
        #expect(tracker.ended(2, at: now) == nil)
        #expect(tracker.deadlineReached(at: now + .seconds(1)) == false)
    }

    static let matches: [(command: [String], arguments: ProcessPattern.Arguments, full: Bool, line: [String], Bool)] = [
        (["nginx"], .any, false, ["/usr/sbin/nginx", "-g"], true),
        (["apache"], .any, false, ["/usr/sbin/nginx"], false),
        (["/usr/sbin/nginx"], .any, false, ["whatever"], true), (["/usr/sbin/nginx"], .any, true, ["nginx"], false),
        (["nginx"], .any, true, ["nginx", "-g"], true), (["nginx", "-g"], .exact, true, ["nginx", "-g"], true),
        (["nginx", "-g"], .exact, true, ["nginx", "-g", "x"], false), (["nginx"], .exact, true, ["nginx"], true),
        (["nginx", "-g"], .initial, true, ["nginx", "-g", "x"], true),
        (["nginx", "-g"], .initial, true, ["nginx", "-go"], false),
        (["nginx", "-g"], .partial, true, ["nginx", "-go", "x"], true),
        (["nginx", "-g"], .partial, true, ["nginx"], false),
        (["nginx", "a", "b"], .partial, true, ["nginx", "c", "b"], false),
        (["nginx"], .any, true, [], false),
    ]

    @Test("a process counts by its name, its command line and its arguments", arguments: matches)
    func patterns(
        command: [String], arguments: ProcessPattern.Arguments, full: Bool, line: [String], expected: Bool
    ) {
        let pattern = ProcessPattern(command: command, arguments: arguments, comparesFullCommand: full)
        #expect(pattern.matches(shortName: "nginx", commandLine: line) == expected)
    }

    @Test("a short name is compared as far as the kernel keeps it")
    func longName() {
        let pattern = ProcessPattern(command: ["a-very-long-program-name"])
        #expect(pattern.matches(shortName: "a-very-long-pro", commandLine: []))
        #expect(!pattern.matches(shortName: "a-very-long-pr", commandLine: []))
    }
}
