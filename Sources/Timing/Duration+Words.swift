extension Duration {
    /// The duration as people read it in a log: `3 s` or `0.25 s`, to the millisecond.
    public var inWords: String {
        let (whole, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "\(whole) s" }
        var digits = String(milliseconds.magnitude)
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits) s"
    }
}
