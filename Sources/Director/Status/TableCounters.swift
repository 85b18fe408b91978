/// What has been done to the kernel's table since the start.
struct TableCounters: Sendable, Hashable {
    /// Comparisons with what is wanted, and other changes.
    var reconciliations = 0
    /// Commands that were sent.
    var commands = 0
    /// Commands that the kernel refused.
    var failures = 0
    /// Changes of others that were put right.
    var repairs = 0

    /// Takes in what one call did.
    mutating func add(_ outcome: TableReconciler.Outcome) {
        reconciliations += 1
        commands += outcome.commands.count
        failures += outcome.failures.count
    }
}
