import BFD
import TestKit
import Testing
import Timing

/// Two hosts and what lies between them.
private struct Link {
    /// What happens to packets, each way.
    struct Weather {
        var loss = 0.0
        var duplication = 0.0
        var delay: ClosedRange<Int> = 50...300
        var isCut = false
    }

    private struct Flight {
        var at: Instant
        var to: Int
        var bytes: [UInt8]
    }

    var hosts: [Host]
    /// To host 0 and to host 1.
    var weather = [Weather(), Weather()]
    var now = Instant.epoch
    private var random: SeededGenerator
    private var flights: [Flight] = []

    init(seed: UInt64, _ configurations: [SessionConfiguration]) {
        random = SeededGenerator(seed: seed)
        hosts = [Host(0, seed: seed &+ 1), Host(1, seed: seed &+ 2)]
        for (number, configuration) in configurations.enumerated() { configure(number, configuration) }
    }

    mutating func configure(_ number: Int, _ configuration: SessionConfiguration) {
        hosts[number].now = now
        let packets = hosts[number].apply(configuration)
        send(packets, from: number)
    }

    /// A host starts anew and knows nothing.
    mutating func restart(_ number: Int, _ configuration: SessionConfiguration) {
        let changes = hosts[number].changes
        hosts[number] = Host(number, seed: random.next())
        hosts[number].changes = changes
        configure(number, configuration)
    }

    mutating func cut(_ isCut: Bool, to numbers: [Int] = [0, 1]) {
        for number in numbers { weather[number].isCut = isCut }
    }

    private mutating func send(_ packets: [ControlPacket], from: Int) {
        let weather = weather[1 - from]
        for packet in packets where !weather.isCut {
            for _ in 0..<(random.chance(weather.duplication) ? 2 : 1) where !random.chance(weather.loss) {
                // Random delays let packets overtake each other.
                let delay = Duration.microseconds(Int.random(in: weather.delay, using: &random))
                flights.append(Flight(at: now + delay, to: 1 - from, bytes: packet.encoded))
            }
        }
    }

    /// Lets time pass for as long as a condition does not hold; returns whether it did.
    @discardableResult
    mutating func run(for duration: Duration, until isReached: (Link) -> Bool = { _ in false }) -> Bool {
        let end = now + duration
        while !isReached(self) {
            let arrival = flights.indices.min { flights[$0].at < flights[$1].at }
            let deadlines = [0, 1].map { hosts[$0].table.nextDeadline }
            let events = [arrival.map { flights[$0].at }] + deadlines
            guard let next = events.compactMap({ $0 }).min(), next <= end else {
                now = end
                return isReached(self)
            }
            now = max(now, next)
            if let arrival, flights[arrival].at <= next {
                let flight = flights.remove(at: arrival)
                hosts[flight.to].now = now
                let packets = hosts[flight.to].receive(flight.bytes)
                send(packets, from: flight.to)
            } else {
                for number in [0, 1] where deadlines[number] == next {
                    let packets = hosts[number].pass(until: now).map(\.packet)
                    send(packets, from: number)
                }
            }
        }
        return true
    }

    var longestDetectionTime: Duration? { hosts.compactMap { $0.status?.detectionTime }.max() }
    var areUp: Bool { hosts.allSatisfy { $0.state == .up } }
    var isOneUp: Bool { hosts.contains { $0.state == .up } }
}

@Suite("Two BFD sessions on a bad link")
struct SimulationTests {
    static let seeds: [UInt64] = (0..<25).map { _ in UInt64.random(in: .min ... .max) }

    private func configurations(seed: UInt64) -> [SessionConfiguration] {
        var random = SeededGenerator(seed: seed)
        var passive = 2
        if random.chance(0.3) { passive = Int.random(in: 0...1, using: &random) }
        return [0, 1].map { number in
            Host.configuration(number) {
                $0.transmitInterval = [10_000, 50_000, 300_000].randomElement(using: &random) ?? 0
                $0.receiveInterval = [10_000, 50_000, 300_000].randomElement(using: &random) ?? 0
                $0.multiplier = [3, 5].randomElement(using: &random) ?? 0
                $0.isPassive = number == passive
            }
        }
    }

    @Test("they come up, stay up, notice a cut in time, and come up again", arguments: seeds)
    func cutAndHeal(seed: UInt64) throws {
        var link = Link(seed: seed, configurations(seed: seed))
        #expect(link.run(for: .seconds(4)) { $0.areUp }, "seed \(seed)")
        link.run(for: .seconds(20))
        #expect(link.areUp && link.hosts.allSatisfy { $0.status?.statistics.lost == 0 }, "seed \(seed)")
        let detection = try #require(link.longestDetectionTime)
        link.cut(true)
        // What is on its way still arrives.
        link.run(for: detection + .milliseconds(1))
        #expect(!link.isOneUp, "seed \(seed)")
        link.run(for: .seconds(30))
        #expect(!link.isOneUp, "seed \(seed)")
        link.cut(false)
        #expect(link.run(for: .seconds(4)) { $0.areUp }, "seed \(seed)")
    }

    @Test("a link that is cut in one direction takes both down, and neither comes up before it heals", arguments: seeds)
    func oneWay(seed: UInt64) throws {
        var link = Link(seed: seed, configurations(seed: seed))
        #expect(link.run(for: .seconds(4)) { $0.areUp }, "seed \(seed)")
        link.run(for: .seconds(3))
        let detection = try #require(link.longestDetectionTime)
        link.cut(true, to: [Int(seed % 2)])
        link.run(for: detection * 2 + .seconds(1))
        #expect(!link.isOneUp, "seed \(seed)")
        let counted = link.hosts.map { $0.status?.statistics.becameUp }
        link.run(for: .seconds(60))
        #expect(link.hosts.map { $0.status?.statistics.becameUp } == counted, "seed \(seed)")
        link.cut(false)
        #expect(link.run(for: .seconds(4)) { $0.areUp }, "seed \(seed)")
    }

    @Test("loss, duplication and overtaking alone end no session", arguments: seeds)
    func badWeather(seed: UInt64) {
        var link = Link(
            seed: seed,
            configurations(seed: seed).map {
                var configuration = $0
                // 12 missing of 12 at 5 % is not to be expected within any number of runs.
                configuration.multiplier = 12
                return configuration
            })
        let weather = Link.Weather(loss: 0.05, duplication: 0.2, delay: 100...40_000)
        link.weather = [weather, weather]
        #expect(link.run(for: .seconds(15)) { $0.areUp }, "seed \(seed)")
        // Packets of the handshake that come late may end it once more.
        link.run(for: .seconds(5))
        #expect(link.run(for: .seconds(15)) { $0.areUp }, "seed \(seed)")
        let lost = link.hosts.map { $0.status?.statistics.lost }
        link.run(for: .seconds(30))
        #expect(link.hosts.map { $0.status?.statistics.lost } == lost, "seed \(seed)")
    }

    @Test("changed intervals on both sides at any time end no session, and are in force in the end", arguments: seeds)
    func changedIntervals(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var link = Link(seed: seed, configurations(seed: seed))
        #expect(link.run(for: .seconds(4)) { $0.areUp }, "seed \(seed)")
        var last = configurations(seed: seed)
        for round in 0..<10 {
            for number in [0, 1] where random.chance(0.7) {
                var next = configurations(seed: seed &+ UInt64(round) &* 977 &+ UInt64(number))[number]
                next.isPassive = last[number].isPassive
                last[number] = next
                link.configure(number, next)
            }
            link.run(for: .milliseconds(Int.random(in: 1...800, using: &random)))
        }
        link.run(for: .seconds(10))
        #expect(link.areUp && link.hosts.allSatisfy { $0.status?.statistics.lost == 0 }, "seed \(seed)")
        for number in [0, 1] {
            let sending = max(last[number].transmitInterval, last[1 - number].receiveInterval)
            #expect(link.hosts[number].status?.transmitInterval == .microseconds(Int64(sending)), "seed \(seed)")
            let detection = Int64(sending) * Int64(last[number].multiplier)
            #expect(link.hosts[1 - number].status?.detectionTime == .microseconds(detection), "seed \(seed)")
        }
    }

    @Test("a host that starts anew takes the other one down, and both come up again", arguments: seeds.prefix(15))
    func restart(seed: UInt64) {
        let both = configurations(seed: seed)
        var link = Link(seed: seed, both)
        #expect(link.run(for: .seconds(4)) { $0.areUp }, "seed \(seed)")
        let number = Int(seed % 2)
        link.restart(number, both[number])
        #expect(link.run(for: .seconds(8)) { $0.areUp }, "seed \(seed)")
        #expect(link.hosts[1 - number].status?.statistics.lost == 1, "seed \(seed)")
        link.run(for: .seconds(10))
        #expect(link.areUp && link.hosts[1 - number].status?.statistics.lost == 1, "seed \(seed)")
    }
}
