import Timing

/// How long the last runs of a probe took.
public struct LatencySample: Sendable, Hashable {
    /// How many runs are kept.
    public static let capacity = 100

    /// Microseconds; the oldest is overwritten once there are ``capacity``.
    private var values: [UInt32] = []
    private var next = 0

    /// Nothing measured yet.
    public init() {}

    /// How many runs are known.
    public var count: Int { values.count }

    /// Takes in a run.
    public mutating func record(_ elapsed: Duration) {
        let microseconds = UInt32(clamping: elapsed.wholeNanoseconds / 1000)
        // At once what it will come to: what a director takes must not grow for hours.
        if values.isEmpty { values.reserveCapacity(Self.capacity) }
        if values.count < Self.capacity {
            values.append(microseconds)
        } else {
            values[next] = microseconds
            next = (next + 1) % Self.capacity
        }
    }

    /// The value that this many of a hundred runs do not exceed: 0 is the shortest, 50 the median. Nil before the first
    /// run.
    public func percentile(_ percent: Int) -> Duration? {
        guard !values.isEmpty else { return nil }
        let rank = (min(max(percent, 0), 100) * values.count + 99) / 100
        return .microseconds(Int64(values.sorted()[max(rank, 1) - 1]))
    }
}
