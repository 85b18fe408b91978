public import Timing

/// Counts the processes of one `vrrp_track_process` and says when there are as many as there should be.
///
/// A change counts when it has lasted for the delay of what caused it: `fork_delay` after a start, `terminate_delay` after
/// an end. One that is undone before has never been.
public struct ProcessTracker: Sendable, Hashable {
    /// What the counting goes by.
    public struct Configuration: Sendable, Hashable {
        /// The name of the block.
        public var name: String
        /// Which processes count.
        public var pattern: ProcessPattern
        /// `quorum`: fewer are too few; 0 where none may run.
        public var quorum: Int
        /// `quorum_max`: more are too many; nil is no limit.
        public var maximum: Int?
        /// `fork_delay`.
        public var startDelay: Duration
        /// `terminate_delay`.
        public var endDelay: Duration

        /// A configuration with the defaults of the block.
        public init(
            name: String, pattern: ProcessPattern, quorum: Int = 1, maximum: Int? = nil, startDelay: Duration = .zero,
            endDelay: Duration = .zero
        ) {
            self.name = name
            self.pattern = pattern
            self.quorum = quorum
            self.maximum = maximum
            self.startDelay = startDelay
            self.endDelay = endDelay
        }
    }

    /// What the counting goes by.
    public let configuration: Configuration
    /// The processes that run, by number.
    public private(set) var processes: Set<Int32> = []
    /// Whether there are as many as there should be; nil before ``settle()``.
    public private(set) var isUp: Bool?
    /// When a change that lasts until then counts.
    public private(set) var deadline: Instant?

    /// Nothing has been counted yet.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// A process that counts has started, or one has become it.
    public mutating func started(_ process: Int32, at now: Instant) -> Bool? {
        guard processes.insert(process).inserted else { return nil }
        return changed(after: configuration.startDelay, at: now)
    }

    /// A process has ended, or is another program now. One that did not count changes nothing.
    public mutating func ended(_ process: Int32, at now: Instant) -> Bool? {
        guard processes.remove(process) != nil else { return nil }
        return changed(after: configuration.endDelay, at: now)
    }

    /// Everything that runs has been looked at: from now on changes count. Returns the state.
    public mutating func settle() -> Bool {
        deadline = nil
        isUp = hasQuorum
        return hasQuorum
    }

    /// The ``deadline`` may have come. Returns the new state where there is one.
    public mutating func deadlineReached(at now: Instant) -> Bool? {
        guard let deadline, deadline <= now else { return nil }
        self.deadline = nil
        isUp = hasQuorum
        return isUp
    }

    private var hasQuorum: Bool {
        processes.count >= configuration.quorum && configuration.maximum.map { processes.count <= $0 } ?? true
    }

    private mutating func changed(after delay: Duration, at now: Instant) -> Bool? {
        guard let isUp else { return nil }
        guard hasQuorum != isUp else {
            deadline = nil
            return nil
        }
        guard delay > .zero else {
            deadline = nil
            self.isUp = hasQuorum
            return hasQuorum
        }
        // A further change in the same direction does not begin the wait anew.
        deadline = deadline ?? now + delay
        return nil
    }
}
