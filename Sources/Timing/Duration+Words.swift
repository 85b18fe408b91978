extension Duration {
    /// The duration as people read it in a log: `3 s` or `0.25 s`, to the millisecond.
    public var inWords: String { "\(inSeconds) s" }

    /// The number of seconds, to the millisecond: `3` or `0.25`.
    public var inSeconds: String {
        let (whole, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "\(whole)" }
        var digits = String(milliseconds.magnitude)
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// The number of seconds with six digits of its fraction: `8.000000`.
    public var inMicroseconds: String {
        let (whole, attoseconds) = components
        let digits = String(attoseconds.magnitude / 1_000_000_000_000)
        return "\(whole).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }
}
