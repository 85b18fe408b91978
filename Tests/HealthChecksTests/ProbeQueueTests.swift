import HealthChecks
import TestKit
import Testing

@Suite("Limits of probes at the same moment")
struct ProbeQueueTests {
    @Test("without limits nobody waits")
    func unlimited() {
        var queue = ProbeQueue<String>()
        let entered = (0..<1000).map { queue.enter($0, host: "a") }
        #expect(entered.allSatisfy { $0 })
        #expect(queue.waitingCount == 0)
        let turn1 = queue.next()
        #expect(turn1 == nil)
    }

    @Test("turns are given in the order of asking")
    func order() {
        var queue = ProbeQueue<String>(limit: 2)
        let entered = (0..<5).map { queue.enter($0, host: nil) }
        #expect(entered == [true, true, false, false, false])
        let turn2 = queue.next()
        #expect(turn2 == nil)
        queue.leave(0)
        let turn3 = queue.next()
        #expect(turn3 == 2)
        let turn4 = queue.next()
        #expect(turn4 == nil)
        queue.leave(1)
        queue.leave(2)
        let last = [3, 4, nil].map { _ in queue.next() }
        #expect(last == [3, 4, nil])
    }

    @Test("who waits for a busy host does not hold up the others, and comes next when it is free")
    func perHost() {
        var queue = ProbeQueue<String>(limit: 10, limitPerHost: 1)
        let turn5 = queue.enter(0, host: "a")
        #expect(turn5)
        let turn6 = queue.enter(1, host: "a")
        #expect(turn6 == false)
        let turn7 = queue.enter(2, host: "a")
        #expect(turn7 == false)
        let turn8 = queue.enter(3, host: "b")
        #expect(turn8)
        let turn9 = queue.next()
        #expect(turn9 == nil)
        queue.leave(0)
        let turn10 = queue.next()
        #expect(turn10 == 1)
        let turn11 = queue.next()
        #expect(turn11 == nil)
        queue.leave(1)
        let turn12 = queue.next()
        #expect(turn12 == 2)
    }

    @Test("who is given up while it waits gets no turn and takes none")
    func givenUp() {
        var queue = ProbeQueue<String>(limit: 1, limitPerHost: 1)
        let turn13 = queue.enter(0, host: "a")
        #expect(turn13)
        let turn14 = queue.enter(1, host: "a")
        #expect(turn14 == false)
        let turn15 = queue.enter(2, host: "b")
        #expect(turn15 == false)
        queue.leave(1)
        #expect(!queue.isWaiting(1))
        queue.leave(0)
        let turn16 = queue.next()
        #expect(turn16 == 2)
        queue.leave(2)
        let turn17 = queue.next()
        #expect(turn17 == nil)
    }

    @Test("who was next for a host and is given up passes its turn on")
    func turnPassedOn() {
        var queue = ProbeQueue<String>(limit: 10, limitPerHost: 1)
        let entered = (0..<3).map { queue.enter($0, host: "a") }
        #expect(entered == [true, false, false])
        queue.leave(0)
        queue.leave(1)
        let next = queue.next()
        #expect(next == 2)
    }

    @Test("whatever comes and goes, limits hold, nobody waits while there is room, and everyone gets a turn")
    func property() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let limit = Int.random(in: 1...6, using: &generator)
            let perHost = Bool.random(using: &generator) ? Int.max : Int.random(in: 1...3, using: &generator)
            var queue = ProbeQueue<Int>(limit: limit, limitPerHost: perHost)
            var running: [Int: Int] = [:]
            var waiting: [Int: Int] = [:]
            var number = 0
            func room(_ host: Int) -> Bool {
                running.count < limit && running.values.count(where: { $0 == host }) < perHost
            }
            for _ in 0..<300 {
                if Int.random(in: 0...2, using: &generator) > 0 {
                    let host = Int.random(in: 0...3, using: &generator)
                    if queue.enter(number, host: host) {
                        #expect(room(host), "seed \(seed)")
                        running[number] = host
                    } else {
                        waiting[number] = host
                    }
                    number += 1
                } else if let gone = (running.keys.sorted() + waiting.keys.sorted()).randomElement(using: &generator) {
                    queue.leave(gone)
                    running[gone] = nil
                    waiting[gone] = nil
                }
                while let next = queue.next() {
                    guard let host = waiting.removeValue(forKey: next) else {
                        Issue.record("\(next) did not wait, seed \(seed)")
                        return
                    }
                    #expect(room(host), "seed \(seed)")
                    running[next] = host
                }
                #expect(!waiting.values.contains(where: room), "seed \(seed)")
                #expect(queue.waitingCount == waiting.count, "seed \(seed)")
            }
        }
    }
}

@Suite("How long the last runs took")
struct LatencySampleTests {
    @Test("percentiles are of the last hundred runs")
    func percentiles() {
        var sample = LatencySample()
        #expect(sample.percentile(50) == nil)
        sample.record(.milliseconds(7))
        #expect([0, 50, 99, 100].map { sample.percentile($0) } == Array(repeating: .milliseconds(7), count: 4))
        for milliseconds in 1...300 { sample.record(.milliseconds(milliseconds)) }
        #expect(sample.count == 100)
        #expect(sample.percentile(0) == .milliseconds(201))
        #expect(sample.percentile(50) == .milliseconds(250))
        #expect(sample.percentile(99) == .milliseconds(299))
    }

    @Test("a run without end and one of negative length are bounded")
    func bounds() {
        var sample = LatencySample()
        sample.record(.seconds(Int64.max))
        sample.record(.seconds(-1))
        #expect(sample.percentile(0) == .zero)
        #expect(sample.percentile(100) == .microseconds(Int64(UInt32.max)))
    }
}
