/// One line of `track_interface`.
public struct TrackedInterface: Sendable, Hashable {
    /// The interface name.
    public var name: String
    /// `weight`, −253…253, its sign flipped by `reverse`; 0 faults the instance when the interface is down.
    public var weight: Int
    /// `reverse`.
    public var isReversed: Bool

    /// Creates a tracked interface.
    public init(name: String, weight: Int = 0, isReversed: Bool = false) {
        self.name = name
        self.weight = weight
        self.isReversed = isReversed
    }
}

/// One line of `track_script`.
public struct TrackedScript: Sendable, Hashable {
    /// The name of a `vrrp_script` block.
    public var name: String
    /// Weight of the line, or else of the block; 0 faults the instance when the script fails.
    public var weight: Int
    /// `reverse`.
    public var isReversed: Bool

    /// Creates a tracked script.
    public init(name: String, weight: Int = 0, isReversed: Bool = false) {
        self.name = name
        self.weight = weight
        self.isReversed = isReversed
    }
}

/// One line of `track_file`, `track_process` or `track_bfd`.
public struct NamedTracker: Sendable, Hashable {
    /// The name of the block that defines it.
    public var name: String
    /// Weight of the line, or else of the block.
    public var weight: Int
    /// `reverse`.
    public var isReversed: Bool

    /// Creates a tracker.
    public init(name: String, weight: Int, isReversed: Bool = false) {
        self.name = name
        self.weight = weight
        self.isReversed = isReversed
    }
}

/// A `vrrp_script` block.
public struct TrackScript: Sendable, Hashable {
    /// The name of the block.
    public var name: String
    /// `script`.
    public var script: Script
    /// `interval`, default 1 s.
    public var interval: Interval = .seconds(1)
    /// `timeout`, default the interval.
    public var timeout: Interval = .seconds(1)
    /// `weight`, −253…253, default 0.
    public var weight = 0
    /// `weight N reverse`.
    public var isReversed = false
    /// `rise`, default 1.
    public var rise: UInt32 = 1
    /// `fall`, default 1.
    public var fall: UInt32 = 1
    /// `init_fail`: counts as failed until the first result.
    public var startsFailed = false

    /// A block with every default.
    public init(name: String, script: Script) {
        self.name = name
        self.script = script
    }
}

/// A `track_file` block: a file whose number changes the priority.
public struct TrackFile: Sendable, Hashable {
    /// `init_file`.
    public struct Initial: Sendable, Hashable {
        /// What is written.
        public var value: Int32
        /// Whether a file that exists is written too.
        public var overwrites: Bool

        /// Creates a value.
        public init(value: Int32 = 0, overwrites: Bool = false) {
            self.value = value
            self.overwrites = overwrites
        }
    }

    /// The name of the block.
    public var name: String
    /// `file`.
    public var path: String
    /// `weight`, -254…254: what the file's number is multiplied by; 0 makes any number but 0 a fault.
    public var weight = 1
    /// `weight N reverse`.
    public var isReversed = false
    /// `init_file`; nil writes nothing at the start.
    public var initial: Initial?

    /// A block with every default.
    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// A `vrrp_track_process` block: a program that must run.
public struct TrackProcess: Sendable, Hashable {
    /// `param_match`: how the arguments of a process are compared.
    public enum Match: Sendable, Hashable {
        /// They are not.
        case none
        /// They are the same.
        case exact
        /// The first ones are the same.
        case initial
        /// The first ones are the same, and the last of them may go on.
        case partial
    }

    /// The name of the block.
    public var name: String
    /// `process`: the program and perhaps its arguments; never empty.
    public var command: [String]
    /// `param_match`; exact where ``command`` has arguments.
    public var match = Match.none
    /// `weight`, -254…254; 0 makes a missing process a fault.
    public var weight = 0
    /// `weight N reverse`.
    public var isReversed = false
    /// `quorum`: fewer processes are too few.
    public var quorum: UInt16 = 1
    /// `quorum_max`: more processes are too many; nil is no limit.
    public var maximum: UInt16?
    /// `terminate_delay` or `delay`: how long an end must last.
    public var terminateDelay: Interval = .seconds(0)
    /// `fork_delay` or `delay`: how long a start must last.
    public var forkDelay: Interval = .seconds(0)
    /// `full_command`: the whole command line is compared, not the short name.
    public var comparesFullCommand = false

    /// A block with every default.
    public init(name: String, command: [String]) {
        self.name = name
        self.command = command
    }
}
