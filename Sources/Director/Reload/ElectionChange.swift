/// What a reload does to one router, or what it would do now.
public struct ElectionChange: Sendable, Hashable, Encodable {
    /// The instance's name, the new one where it has been renamed.
    public var instance: String
    /// What becomes of it, in words: `stays master`, `gives up mastership`.
    public var outcome: String
    /// Its state before, in the word of the notifications; nil for one that is new.
    public var oldState: String?
    /// Its state right after the reload, before any election; nil for one that is gone.
    public var newState: String?
    /// The priority of its adverts before.
    public var oldPriority: UInt8?
    /// The priority of its adverts from then on.
    public var newPriority: UInt8?
    /// Addresses that it puts on an interface at once.
    public var addressesAdded: [String] = []
    /// Addresses that it takes away at once.
    public var addressesRemoved: [String] = []

    /// Creates a change.
    public init(instance: String, outcome: String) {
        self.instance = instance
        self.outcome = outcome
    }

    /// Whether the router gives up or takes up mastership, or may do so in the election that follows.
    public var movesMastership: Bool { oldState != newState && (oldState == "MASTER" || newState == "MASTER") }
}
