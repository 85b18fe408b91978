import Addressing
import Timing
import VRRP

/// The rules that hold in every history.
///
/// What may be blamed on the network or on a host is left out: a rule about two hosts counts from the moment since which
/// neither was disturbed, nothing was lost, and no cable was moved.
struct HistoryRules {
    /// What broke a rule first.
    private(set) var violation: String?
    /// Since when a fit host has been without a master that it can hear.
    private var vacantSince: [Instant?]
    /// Since when two hosts that hear each other have both been masters, by the number of their pair.
    private var doubledSince: [Instant?]
    private let hosts: Int

    init(hosts: Int) {
        self.hosts = hosts
        vacantSince = Array(repeating: nil, count: hosts)
        doubledSince = Array(repeating: nil, count: hosts * hosts)
    }

    mutating func violate(at now: Instant, _ what: String) {
        if violation == nil { violation = "at \(now - .epoch): \(what)" }
    }

    /// A clock that is one per cent slow waits one per cent longer.
    private static let drift = 1.03

    private func hear(_ left: HistoryRun.Member, _ right: HistoryRun.Member) -> Bool {
        left.side == right.side && left.isInterfaceUp && right.isInterfaceUp && left.process == .running
            && right.process == .running
    }

    /// A host became master: not from under another master that it could hear, unless it is the better one and may
    /// preempt.
    mutating func tookOver(_ host: Int, in run: HistoryRun) {
        guard let quiet = run.quietSince else { return }
        let own = run.members[host]
        let configuration = own.configuration
        let mayPreempt = run.setting.preempts || configuration.priority == 255
        for (index, other) in run.members.enumerated() where index != host && other.isMaster && hear(own, other) {
            guard let since = other.masterSince else { continue }
            let audible = max(quiet, own.undisturbedSince, other.undisturbedSince, since)
            let longestSilence = run.setting.interval * Self.drift + run.setting.longestDelay * 2
            guard run.now - audible > longestSilence else { continue }
            if mayPreempt, configuration.priority > other.configuration.priority {
                // The delay begins with the first advert of lower priority, which is not heard before this.
                guard run.now - own.backupSince < run.setting.preemptDelay * 0.97 else { continue }
                violate(
                    at: run.now,
                    "host \(host) took over from host \(index) before its preempt_delay of \(run.setting.preemptDelay)")
                return
            }
            violate(
                at: run.now,
                "host \(host) with priority \(configuration.priority) took over without a cause: host \(index) with "
                    + "priority \(other.configuration.priority) has been heard as master since \(audible - .epoch)")
            return
        }
    }

    /// A master went back to BACKUP: only for one that is better.
    mutating func gaveUp(_ host: Int, in run: HistoryRun) {
        let own = run.members[host]
        guard run.now - own.undisturbedSince > run.setting.interval else { return }
        let recently = run.now - run.setting.longestDelay * 2
        let hasCause = run.members.enumerated().contains { index, other in
            guard index != host else { return false }
            let isRecent = other.state == .master || other.lastMasterAt.map { $0 >= recently } ?? false
            var priority = other.configuration.priority
            if let former = other.formerPriority, former.until >= run.now { priority = max(priority, former.value) }
            let ours = own.configuration.priority
            return isRecent && (priority > ours || priority == ours && other.address > own.address)
        }
        if !hasCause { violate(at: run.now, "host \(host) gave up being master without a cause") }
    }

    /// Something changed: how long what was before has lasted.
    mutating func review(_ run: HistoryRun) {
        for host in 0..<hosts {
            let own = run.members[host]
            let isVacant = own.isFit && !run.members.contains { $0.isMaster && hear(own, $0) }
            // A master that wakes up may say a word before it hears that it is none any more.
            let start = max(own.undisturbedSince, own.waitsUntil, own.heardAt)
            if let lasted = Self.follow(&vacantSince[host], isVacant, since: start, at: run.now) {
                let priority = min(own.configuration.priority, own.formerPriority?.value ?? 255)
                let bound = run.setting.masterDown(priority: priority) + run.setting.interval + run.setting.longestDelay
                if lasted > bound * Self.drift {
                    violate(at: run.now, "host \(host) is fit and had no master for \(lasted)")
                }
            }
            for other in 0..<host {
                let pair = run.members[other]
                let isDoubled = own.isMaster && pair.isMaster && hear(own, pair) && run.quietSince != nil
                let start = max(own.undisturbedSince, pair.undisturbedSince, run.quietSince ?? run.now)
                if let lasted = Self.follow(&doubledSince[host * hosts + other], isDoubled, since: start, at: run.now),
                    lasted > run.setting.interval * Self.drift + run.setting.longestDelay * 2
                {
                    violate(at: run.now, "hosts \(other) and \(host) were both masters for \(lasted)")
                }
            }
        }
    }

    /// Notes whether something is so, and returns how long it has been so up to now, without disturbance.
    private static func follow(_ since: inout Instant?, _ isSo: Bool, since start: Instant, at now: Instant)
        -> Duration?
    {
        defer { since = isSo ? since ?? now : nil }
        return since.map { now - max($0, start) }
    }

    /// What is wrong with the outcome after a calm that was long enough for everything.
    ///
    /// - Parameters:
    ///   - calm: since when nothing happens.
    ///   - settled: since when nothing may change any more.
    func outcome(of run: HistoryRun, calmSince calm: Instant, settledSince settled: Instant) -> String? {
        var rules = self
        rules.review(run)
        if let violation = rules.violation { return violation }
        if run.lastTransition > settled {
            return "at \(run.lastTransition - .epoch): a state changed although nothing has happened since "
                + "\(calm - .epoch)"
        }
        for side in Set(run.members.map(\.side)) {
            let fit = run.members.filter { $0.side == side && $0.isFit }
            let masters = fit.filter(\.isMaster)
            guard !fit.isEmpty else { continue }
            guard masters.count == 1, let master = masters.first else {
                return "in the end side \(side) has \(masters.count) masters of \(fit.count) fit hosts"
            }
            let best = fit.filter { $0.restsUntil < run.now }.map(\.configuration.priority).max() ?? 0
            if run.setting.preempts || best == 255, master.configuration.priority < best {
                return "in the end the master of side \(side) has priority \(master.configuration.priority), and a fit "
                    + "host has \(best)"
            }
        }
        return nil
    }
}
