/// Weights and priorities that do not decide what they look like they decide.
extension Linter {
    /// What moves the priority of an instance.
    struct WeightedTracker: Hashable {
        var name: String
        /// What it adds while it counts, with its sign.
        var contribution: Int
        /// The block that names it.
        var block: String
    }

    func weightedTrackers(_ instance: VRRPInstance) -> [WeightedTracker] {
        let scripts = instance.trackedScripts.map { ($0.name, $0.weight, $0.isReversed, "track_script") }
        let interfaces = instance.trackedInterfaces.map { ($0.name, $0.weight, $0.isReversed, "track_interface") }
        return (scripts + interfaces).filter { $0.1 != 0 }.map { name, weight, isReversed, block in
            WeightedTracker(name: name, contribution: isReversed ? -weight : weight, block: block)
        }
    }

    private mutating func place(of tracker: WeightedTracker, in instance: Int) -> Span {
        let statement = places.instance(instance)
        let line = places.line(of: [tracker.block], in: statement) { $0 == tracker.name }
        return places.keyword(of: line ?? statement)
    }

    /// The owner's priority never changes, and a backup with `nopreempt` takes no notice of a lower one.
    mutating func findWeightsWithoutEffect() {
        for (index, instance) in configuration.instances.enumerated() {
            guard instance.priority == 255 || instance.noPreempt else { continue }
            // It is 255 only because nobody knew the keyword.
            guard instance.priority < 255 || !places.elements.misspelt.contains("priority") else { continue }
            guard let tracker = weightedTrackers(instance).first else { continue }
            let place = place(of: tracker, in: index)
            if instance.priority == 255 {
                sink.report(.weightOfOwner(tracker.name), at: place)
            } else {
                let cause = places.last(["nopreempt"], in: places.instance(index))
                sink.report(
                    .weightWithoutPreemption(tracker.name).relating(
                        "preempting is off here", to: places.value(of: cause)),
                    at: place)
            }
        }
    }

    /// Sums beyond 1…254 all look alike to the peers.
    mutating func findClampedPriorities() {
        for (index, instance) in configuration.instances.enumerated() where instance.priority < 255 {
            let contributions = weightedTrackers(instance).map { $0.contribution }
            let highest = contributions.reduce(Int(instance.priority)) { $0 + max(0, $1) }
            let lowest = contributions.reduce(Int(instance.priority)) { $0 + min(0, $1) }
            guard highest > 254 || lowest < 1 else { continue }
            let statement = places.instance(index)
            let place = places.value(of: places.last(["priority"], in: statement) ?? statement)
            if highest > 254 { sink.report(.priorityClamped(sum: highest, used: 254), at: place) }
            if lowest < 1 { sink.report(.priorityClamped(sum: lowest, used: 1), at: place) }
        }
    }

    /// Two routers that are master for one instance each have each other's priorities, so that one file shows what the
    /// other router has: a failing script must bring the priority of the master below that of the backup.
    mutating func findWeightsBelowTheDifference() {
        struct Pattern: Hashable {
            var trackers: Set<WeightedTracker>
        }
        var backups: [Pattern: VRRPInstance] = [:]
        for instance in configuration.instances where instance.initialState == .backup && !instance.noPreempt {
            let pattern = Pattern(trackers: Set(weightedTrackers(instance)))
            // The nearest one below is the strictest to compare with.
            if let other = backups[pattern], other.priority >= instance.priority { continue }
            backups[pattern] = instance
        }
        for (index, instance) in configuration.instances.enumerated() {
            guard instance.initialState == .master, instance.priority < 255 else { continue }
            let trackers = weightedTrackers(instance)
            guard let first = trackers.first, let backup = backups[Pattern(trackers: Set(trackers))],
                backup.priority < instance.priority
            else { continue }
            let difference = Int(instance.priority) - Int(backup.priority)
            let total = trackers.reduce(0) { $0 + abs($1.contribution) }
            guard total <= difference else { continue }
            let names = trackers.map { $0.name }
            let other = configuration.instances.firstIndex { $0.name == backup.name }.flatMap { places.instance($0) }
            sink.report(
                .weightBelowDifference(
                    names, total: total, priority: instance.priority, backup: backup.name,
                    backupPriority: backup.priority
                ).relating(
                    "the priority of a backup here", to: places.value(of: places.last(["priority"], in: other) ?? other)
                ),
                at: place(of: first, in: index))
        }
    }
}
