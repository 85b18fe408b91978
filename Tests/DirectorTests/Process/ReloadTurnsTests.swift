import Testing

@testable import Director

@Suite(.timeLimit(.minutes(1))) struct ReloadTurnsTests {
    /// Numbers reloads; each lasts until it is let go.
    private actor Desk {
        private var turns = ReloadTurns<Int>()
        private(set) var done = 0
        private(set) var waiting = 0
        private var running: CheckedContinuation<Void, Never>?

        func reload() async -> Int {
            var followers: [CheckedContinuation<ReloadTurns<Int>.Turn, Never>] = []
            if !turns.begin() {
                let turn = await withCheckedContinuation {
                    turns.wait($0)
                    waiting += 1
                }
                switch turn {
                case .verdict(let number): return number
                case .lead(let others): followers = others
                }
            }
            await withCheckedContinuation { running = $0 }
            done += 1
            let number = done
            turns.end(number, followers: followers)
            return number
        }

        func idle() async { await withCheckedContinuation { turns.waitUntilIdle($0) } }

        /// Ends the reload that runs; false when none does yet.
        func finish() -> Bool {
            guard let running else { return false }
            self.running = nil
            running.resume()
            return true
        }

        var isRunning: Bool { running != nil }
    }

    @Test("requests during a reload share exactly one more, and each hears the verdict of its own")
    func sharing() async {
        let desk = Desk()
        let first = Task { await desk.reload() }
        while !(await desk.isRunning) { await Task.yield() }
        let rest = (0..<20).map { _ in Task { await desk.reload() } }
        while await desk.waiting < 20 { await Task.yield() }
        #expect(await desk.finish())
        #expect(await first.value == 1)
        while !(await desk.finish()) { await Task.yield() }
        for request in rest { #expect(await request.value == 2) }
        #expect(await desk.done == 2)
    }

    @Test("a request during the second one gets a third")
    func third() async {
        let desk = Desk()
        let first = Task { await desk.reload() }
        while !(await desk.isRunning) { await Task.yield() }
        let second = Task { await desk.reload() }
        while await desk.waiting < 1 { await Task.yield() }
        #expect(await desk.finish())
        while !(await desk.isRunning) { await Task.yield() }
        let third = Task { await desk.reload() }
        while await desk.waiting < 2 { await Task.yield() }
        let idle = Task { await desk.idle() }
        #expect(await desk.finish())
        while !(await desk.finish()) { await Task.yield() }
        #expect(await [first.value, second.value, third.value] == [1, 2, 3])
        await idle.value
        #expect(await desk.done == 3)
    }

    @Test("without a reload nobody waits")
    func idle() async {
        await Desk().idle()
    }
}
