import Timing
public import VRRP

/// What happens to a few hosts that share one virtual router: made of a seed, played in virtual time, judged by rules.
public struct ElectionHistory: Sendable {
    /// What does not change in a history.
    public struct Setting: Sendable {
        /// One priority for each host.
        public var priorities: [UInt8]
        /// Protocol version.
        public var version: RouterConfiguration.Version
        /// Between two adverts.
        public var interval: Duration
        /// `nopreempt` is false.
        public var preempts: Bool
        /// `preempt_delay`.
        public var preemptDelay: Duration
        /// Each to each rather than to the group.
        public var isUnicast: Bool
        /// How fast the clock of each host runs.
        public var rates: [Double]
        /// The longest that a datagram travels; each takes its own time, so that they overtake each other.
        public var longestDelay: Duration
        /// How many datagrams arrive twice.
        public var duplication: Double
    }

    /// Something that happens.
    public enum Deed: Sendable, Hashable {
        /// From now on this part of the datagrams is lost.
        case loss(Double)
        /// Hosts hear only those on the same side.
        case partition([Int])
        /// The machine of a host is switched off.
        case kill(Int)
        /// The process of a host ends as it should.
        case stop(Int)
        /// A process starts.
        case start(Int)
        /// A process stands still, as by SIGSTOP.
        case pause(Int)
        /// A process goes on.
        case resume(Int)
        /// The cable of a host.
        case interface(Int, isUp: Bool)
        /// A host gets another priority, and perhaps one more address.
        case reload(Int, priority: UInt8, moreAddresses: Bool)
        /// Somebody removes the addresses of a master.
        case loseAddresses(Int)
    }

    /// Something that happens at a moment.
    public struct Step: Sendable, Hashable {
        /// Since the beginning.
        public var at: Duration
        /// What happens.
        public var deed: Deed
    }

    /// Where the history and the chance in it come from.
    public let seed: UInt64
    /// What does not change.
    public var setting: Setting
    /// What happens, in order.
    public var steps: [Step]

    /// The history of a seed.
    public init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        setting = Setting(&random)
        let count = Int.random(in: 1...9, using: &random)
        var time = Duration.zero
        steps = []
        for _ in 0..<count {
            time += setting.interval * Double.random(in: 0...6, using: &random)
            steps.append(Step(at: time, deed: Deed(&random, hosts: setting.priorities.count)))
        }
    }
}

extension ElectionHistory.Setting {
    init(_ random: inout SeededGenerator) {
        let hosts = Int.random(in: 2...4, using: &random)
        version = Bool.random(using: &random) ? .v2 : .v3
        interval =
            version == .v2
            ? .seconds(1) : [.milliseconds(10), .milliseconds(100), .seconds(1)].randomElement(using: &random) ?? .zero
        preempts = !random.chance(0.3)
        preemptDelay = preempts && random.chance(0.2) ? interval * 5 : .zero
        isUnicast = random.chance(0.3)
        let drifts = random.chance(0.5)
        rates = (0..<hosts).map { _ in drifts ? Double.random(in: 0.99...1.01, using: &random) : 1 }
        longestDelay = interval * Double.random(in: 0.001...0.2, using: &random)
        duplication = random.chance(0.3) ? 0.3 : 0
        priorities = (0..<hosts).map { _ in UInt8.random(in: 1...254, using: &random) }
        if random.chance(0.2) { priorities[0] = 255 }
        if random.chance(0.2) { priorities[1] = min(priorities[0], 254) }
    }

    /// The longest that a host waits for a silent master.
    func masterDown(priority: UInt8) -> Duration {
        ElectionTimers.masterDown(version: version, priority: priority, masterInterval: interval)
    }

    /// The time in which a segment that is left alone has agreed.
    var patience: Duration { (masterDown(priority: 1) + interval) * 2 + preemptDelay + interval }
}

extension ElectionHistory.Deed {
    init(_ random: inout SeededGenerator, hosts: Int) {
        let host = Int.random(in: 0..<hosts, using: &random)
        switch Int.random(in: 0..<13, using: &random) {
        case 0: self = .loss([0, 0.1, 0.5, 0.9].randomElement(using: &random) ?? 0)
        case 1: self = .partition((0..<hosts).map { _ in Int.random(in: 0...1, using: &random) })
        case 2: self = .partition((0..<hosts).map { _ in 0 })
        case 3: self = .kill(host)
        case 4: self = .stop(host)
        case 5, 6: self = .start(host)
        case 7: self = .pause(host)
        case 8: self = .resume(host)
        case 9: self = .interface(host, isUp: false)
        case 10: self = .interface(host, isUp: true)
        case 11: self = .loseAddresses(host)
        default:
            self = .reload(
                host, priority: UInt8.random(in: 1...254, using: &random),
                moreAddresses: Bool.random(using: &random))
        }
    }
}

extension ElectionHistory: CustomStringConvertible {
    /// The history as it can be read: what the hosts are, and a line for each thing that happens.
    public var description: String {
        var lines = [
            "seed \(seed): version \(setting.version.rawValue), interval \(setting.interval), "
                + "priorities \(setting.priorities), \(setting.preempts ? "preempt" : "nopreempt"), "
                + "preempt_delay \(setting.preemptDelay), \(setting.isUnicast ? "unicast" : "multicast"), "
                + "clock rates \(setting.rates), delay up to \(setting.longestDelay), "
                + "\(Int(setting.duplication * 100)) % twice"
        ]
        lines += steps.map { "  at \($0.at): \($0.deed)" }
        return lines.joined(separator: "\n")
    }
}

extension ElectionHistory {
    /// What broke a rule first; nil when none was broken.
    public func violation(defect: Defect? = nil) -> String? {
        var run = HistoryRun(self, defect: defect)
        return run.play()
    }

    /// A mistake that a simulated shell can make, to see that the rules notice it.
    public enum Defect: Sendable {
        /// Nothing that arrives is handed to the first host.
        case deafness
        /// The first host reports every second advert as if it had priority 0.
        case resignation
        /// No host ever hears that a deadline has come.
        case stoppedClocks
        /// `nopreempt` does not reach the routers.
        case forgottenNoPreempt
    }

    /// The shortest history that still breaks a rule, found by leaving out what is not needed, with what it breaks; nil
    /// where no rule is broken.
    public func shrunk(defect: Defect? = nil) -> (history: ElectionHistory, violation: String)? {
        guard var violation = violation(defect: defect) else { return nil }
        var history = self
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for candidate in history.simplerOnes {
                guard let found = candidate.violation(defect: defect) else { continue }
                history = candidate
                violation = found
                hasChanged = true
                break
            }
        }
        return (history, violation)
    }

    private var simplerOnes: [ElectionHistory] {
        var candidates: [ElectionHistory] = steps.indices.map { index in
            var simpler = self
            simpler.steps.remove(at: index)
            return simpler
        }
        func add(_ change: (inout Setting) -> Void) {
            var simpler = self
            change(&simpler.setting)
            candidates.append(simpler)
        }
        if setting.duplication > 0 { add { $0.duplication = 0 } }
        if setting.rates.contains(where: { $0 != 1 }) { add { $0.rates = $0.rates.map { _ in 1 } } }
        if setting.isUnicast { add { $0.isUnicast = false } }
        if setting.preemptDelay > .zero { add { $0.preemptDelay = .zero } }
        return candidates
    }
}
