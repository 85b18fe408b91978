/// What the language of a configuration depends on besides its text.
public struct LanguageOptions: Sendable, Hashable {
    /// What `@ID` lines are compared with and `${_INSTANCE}` stands for; keepalived's default is the host name up to
    /// its first dot.
    public var configID: String
    /// Whether every include must find what it names, as with `--all-config`.
    public var checksAllIncludes: Bool
    /// Where `${_RANDOM}` starts when the file has no `random_seed`. With the same seed an unchanged file reads the
    /// same, so a process keeps one for its life.
    public var randomSeed: UInt64

    /// Creates options.
    public init(configID: String = "", checksAllIncludes: Bool = false, randomSeed: UInt64 = 0) {
        self.configID = configID
        self.checksAllIncludes = checksAllIncludes
        self.randomSeed = randomSeed
    }
}

/// The numbers of `${_RANDOM}`: SplitMix64, whose whole state is the seed.
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
