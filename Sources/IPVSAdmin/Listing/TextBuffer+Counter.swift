extension TextBuffer {
    /// Writes a counter in nine columns, the separating blank among them.
    ///
    /// Large values lose their last digits to a unit, cut off, not rounded. The steps are uneven because each unit
    /// begins where the one before it would need a ninth digit or would repeat its own step: 100,000,000 is
    /// `100000K`, but 1,000,000,000 is `1000M`. A value that needs all nine columns touches its neighbour. With
    /// `exact` the digits stay, and a column that needs more than nine pushes the rest of the line to the right.
    mutating func append(counter value: UInt64, exact: Bool) {
        switch value {
        case _ where exact, 0..<100_000_000:
            append(" ")
            append(decimal: value, width: 8)
        case ..<1_000_000_000: append(value, unit: "K", of: 1_000)
        case ..<100_000_000_000: append(value, unit: "M", of: 1_000_000)
        case ..<100_000_000_000_000: append(value, unit: "G", of: 1_000_000_000)
        default: append(value, unit: "T", of: 1_000_000_000_000)
        }
    }

    private mutating func append(_ value: UInt64, unit: String, of size: UInt64) {
        append(decimal: value / size, width: 8)
        append(unit)
    }
}
