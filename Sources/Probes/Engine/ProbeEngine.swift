public import HealthChecks
public import LinuxSystem
public import NIOCore
import Synchronization

/// Runs checks and reports what changes.
///
/// Checks that do the same share one probe, however they count its results (see `SharedProbe`). Probes are dealt out to one
/// or more event loops; a probe stays on its loop. What a check found crosses to its
/// receiver as a value, and only when it matters: a thousand checks per second that all succeed report nothing.
public final class ProbeEngine: Sendable {
    private struct Shard: Sendable {
        var loop: any EventLoop
        var probes: NIOLoopBoundBox<ProbeLoop>
    }

    /// Where the probe of a target is, and which checks count its results.
    fileprivate struct Place {
        var shard: Int
        var id: Int
        var checks: [Check] = []
    }

    fileprivate struct Assignment {
        var places: [CheckTarget: Place] = [:]
        var nextID = 0
        var generator: any RandomNumberGenerator & Sendable
        var isStopped = false
    }

    private let shards: [Shard]
    private let assignment: Mutex<Assignment>

    /// Creates an engine without checks. Raises the process's limit of open descriptors, see
    /// `OpenFileLimit`.
    ///
    /// - Parameters:
    ///   - loops: event loops that may be kept busy with checks, at least one. They must be able to adopt sockets.
    ///   - supervisor: runs the scripts; its owner stops it after the engine.
    ///   - limits: how many probes may run at once, on all loops together.
    ///   - generator: spreads the first runs.
    ///   - refusedNumber: told of a watched file whose number does not fit and changes nothing, on the check's loop.
    ///   - report: called on the check's loop; it hands the value on and returns.
    public init(
        loops: [any EventLoop], supervisor: ProcessSupervisor, limits: ProbeLimits = ProbeLimits(),
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        refusedNumber: @escaping @Sendable (_ path: String, _ text: String) -> Void = { _, _ in },
        report: @escaping @Sendable (CheckReport) -> Void
    ) {
        precondition(!loops.isEmpty, "an engine needs an event loop")
        OpenFileLimit.raise()
        shards = loops.map { loop in
            Shard(
                loop: loop,
                probes: .makeBoxSendingValue(
                    ProbeLoop(
                        loop: loop, supervisor: supervisor, limits: limits.share(among: loops.count),
                        refusedNumber: refusedNumber, report: report),
                    eventLoop: loop))
        }
        assignment = Mutex(Assignment(generator: generator))
    }

    /// Replaces the set of checks. One that stays keeps its state and its rhythm; a new one first runs after a second
    /// and a random part of its warm-up; one that goes is given up in the middle of its run.
    ///
    /// - Parameter known: what is known of a new check, because it asks what another one has asked.
    public func update(_ checks: Set<Check>, known: (Check) -> CheckState.Verdict = { _ in .unknown }) {
        var changes = [Change](repeating: Change(), count: shards.count)
        assignment.withLock { assignment in
            guard !assignment.isStopped else { return }
            for check in checks where assignment.places[check.target]?.checks.contains(check) != true {
                let (place, delay) = assignment.place(check, shards: shards.count)
                changes[place.shard].added.append((place.id, check, CheckState(continuing: known(check)), delay))
            }
            for (check, place) in assignment.drop(allBut: checks) {
                changes[place.shard].removed.append((place.id, check))
            }
        }
        for (shard, change) in zip(shards, changes) where !change.isEmpty {
            shard.loop.execute {
                let probes = shard.probes.value
                // First what is new: a probe that gets another asker instead of its last one goes on.
                for (id, check, state, delay) in change.added { probes.add(id, check, state, firstAfter: delay) }
                for (id, check) in change.removed { probes.remove(id, check) }
            }
        }
    }

    /// Something outside of the probes has found how a target stands that is watched and not asked.
    public func deliver(_ result: CheckResult, of target: CheckTarget) {
        guard let place = assignment.withLock({ $0.places[target] }) else { return }
        let shard = shards[place.shard]
        shard.loop.execute { shard.probes.value.deliver(place.id, result) }
    }

    /// Gives up every check. Later calls change nothing.
    ///
    /// - Returns: Succeeds when nothing of the engine is left on any loop and no report will come any more.
    public func stop() -> EventLoopFuture<Void> {
        assignment.withLock { assignment in
            assignment.isStopped = true
            assignment.places = [:]
        }
        let stopped = shards.map { shard in shard.loop.submit { shard.probes.value.stop() } }
        return .andAllSucceed(stopped, on: shards[0].loop)
    }

    /// How every probe stands.
    public func statuses() -> EventLoopFuture<[ProbeStatus]> {
        let parts = shards.map { shard in shard.loop.submit { shard.probes.value.statuses() } }
        return EventLoopFuture.reduce(into: [], parts, on: shards[0].loop) { $0 += $1 }
    }
}

extension ProbeEngine {
    /// What a loop has to do about a new set of checks.
    private struct Change {
        var removed: [(id: Int, check: Check)] = []
        var added: [(id: Int, check: Check, state: CheckState, delay: Duration)] = []

        var isEmpty: Bool { removed.isEmpty && added.isEmpty }
    }
}

extension ProbeEngine.Assignment {
    /// Gives a check its place, with the probe of its target if there is one, and says how long its first run waits.
    fileprivate mutating func place(_ check: Check, shards: Int) -> (ProbeEngine.Place, Duration) {
        var place = places[check.target] ?? ProbeEngine.Place(shard: nextID % shards, id: nextID)
        // Ids need not be dense: the next one is free whether or not this one was new.
        nextID += 1
        place.checks.append(check)
        places[check.target] = place
        return (place, ProbeSchedule.firstDelay(warmup: check.policy.warmup, using: &generator))
    }

    /// Forgets the checks that are not wanted any more, and the places that nobody needs.
    fileprivate mutating func drop(allBut checks: Set<Check>) -> [(Check, ProbeEngine.Place)] {
        var dropped: [(Check, ProbeEngine.Place)] = []
        for (target, place) in places where !place.checks.allSatisfy(checks.contains) {
            dropped += place.checks.filter { !checks.contains($0) }.map { ($0, place) }
            let kept = place.checks.filter(checks.contains)
            places[target] = kept.isEmpty ? nil : ProbeEngine.Place(shard: place.shard, id: place.id, checks: kept)
        }
        return dropped
    }
}

extension ProbeLimits {
    /// What each of several loops may use of them.
    fileprivate func share(among loops: Int) -> ProbeLimits {
        func part(_ limit: Int) -> Int { limit == .max ? .max : max(1, limit / loops) }
        return ProbeLimits(total: part(total), perAddress: part(perAddress))
    }
}
