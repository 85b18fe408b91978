public import HealthChecks
public import LinuxSystem
public import NIOCore
import Synchronization

/// Runs checks and reports what changes.
///
/// Checks are dealt out to one or more event loops; a check stays on its loop. What a check found crosses to its
/// receiver as a value, and only when it matters: a thousand checks per second that all succeed report nothing.
public final class ProbeEngine: Sendable {
    private struct Shard: Sendable {
        var loop: any EventLoop
        var probes: NIOLoopBoundBox<ProbeLoop>
    }

    private struct Place {
        var shard: Int
        var id: Int
    }

    private struct Assignment {
        var places: [Check: Place] = [:]
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
    ///   - generator: spreads the first runs.
    ///   - report: called on the check's loop; it hands the value on and returns.
    public init(
        loops: [any EventLoop], supervisor: ProcessSupervisor,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        report: @escaping @Sendable (CheckReport) -> Void
    ) {
        precondition(!loops.isEmpty, "an engine needs an event loop")
        OpenFileLimit.raise()
        shards = loops.map { loop in
            Shard(
                loop: loop,
                probes: .makeBoxSendingValue(
                    ProbeLoop(loop: loop, supervisor: supervisor, report: report), eventLoop: loop))
        }
        assignment = Mutex(Assignment(generator: generator))
    }

    /// Replaces the set of checks. One that stays keeps its state and its rhythm; a new one first runs after a second
    /// and a random part of its warm-up; one that goes is given up in the middle of its run.
    public func update(_ checks: Set<Check>) {
        struct Change {
            var removed: [Int] = []
            var added: [(id: Int, check: Check, delay: Duration)] = []
        }
        let changes = assignment.withLock { assignment in
            var changes = [Change](repeating: Change(), count: shards.count)
            guard !assignment.isStopped else { return changes }
            for (check, place) in assignment.places where !checks.contains(check) {
                changes[place.shard].removed.append(place.id)
                assignment.places[check] = nil
            }
            for check in checks where assignment.places[check] == nil {
                let place = Place(shard: assignment.nextID % shards.count, id: assignment.nextID)
                assignment.nextID += 1
                assignment.places[check] = place
                let delay = ProbeSchedule.firstDelay(warmup: check.policy.warmup, using: &assignment.generator)
                changes[place.shard].added.append((place.id, check, delay))
            }
            return changes
        }
        for (shard, change) in zip(shards, changes) where !change.removed.isEmpty || !change.added.isEmpty {
            shard.loop.execute {
                let probes = shard.probes.value
                for id in change.removed { probes.remove(id) }
                for (id, check, delay) in change.added { probes.add(id, check, firstAfter: delay) }
            }
        }
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

    /// How every check stands.
    public func statuses() -> EventLoopFuture<[Check: CheckStatus]> {
        let parts = shards.map { shard in shard.loop.submit { shard.probes.value.statuses() } }
        return EventLoopFuture.reduce(into: [:], parts, on: shards[0].loop) { all, part in
            all.merge(part) { first, _ in first }
        }
    }
}
