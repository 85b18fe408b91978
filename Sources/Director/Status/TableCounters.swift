/// What has been done to the kernel's table since the start.
struct TableCounters: Sendable, Hashable {
    /// Comparisons with what is wanted, and other changes.
    var reconciliations = 0
    /// Commands that were sent.
    var commands = 0
    /// Commands that the kernel refused.
    var failures = 0
    /// Commands that put right what others had changed.
    var repairs = 0
    /// Services that others had changed, each counted as often as that was found.
    var deviations = 0
    /// Services that were in the table at the start or a reload, and were not known to be ours.
    var adopted = 0
    /// Looks for changes of others.
    var looks = 0
    /// The time that went into them.
    var lookTime = Duration.zero

    /// Takes in what one call did.
    mutating func add(_ outcome: TableReconciler.Outcome) {
        reconciliations += 1
        commands += outcome.commands.count
        failures += outcome.failures.count
    }
}
