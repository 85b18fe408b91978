import KeepalivedConfig

/// A script to run because something changed.
public struct Notification: Sendable, Hashable {
    /// What the notification is about: notifications of one ``Lane`` run one after the other, in the order in which
    /// things happened, so that the last script to run tells the last state.
    public enum Target: Sendable, Hashable {
        /// A virtual router by instance name.
        case router(String)
        /// A sync group by name.
        case group(String)
        /// A virtual service by its name in logs.
        case service(String)
    }

    /// What a notification tells, where only the latest news count: one that waits gives way to a later one of its
    /// target that tells the same. The script of a state and the general one do not replace each other, because not
    /// every state has a script of its own: who is told of masters and backups alone has to hear of the backup that
    /// became faulty while its script waited.
    public enum News: Sendable, Hashable {
        /// The state, by the script for that state.
        case state
        /// The state, by the script for all states.
        case anyState
        /// A master has heard a lower priority.
        case lowerPriority
    }

    /// Whose turn it takes. The general script of a target does not wait for those of single states.
    public struct Lane: Sendable, Hashable {
        /// What it is about.
        public var target: Target
        /// Whether it is the script for all states.
        public var isForAnyState: Bool
    }

    /// What it is about.
    public var target: Target
    /// The script as configured.
    public var script: Script
    /// Arguments after the configured ones.
    public var arguments: [String]
    /// What it tells; nil for one that no later one replaces.
    public var news: News?

    /// Those of one lane run one after the other.
    public var lane: Lane { Lane(target: target, isForAnyState: news == .anyState) }

    /// Creates a notification.
    public init(target: Target, script: Script, arguments: [String] = [], news: News? = nil) {
        self.target = target
        self.script = script
        self.arguments = arguments
        self.news = news
    }
}

extension Notification.Target: CustomStringConvertible {
    /// The target in words: `instance VI_1`.
    public var description: String {
        switch self {
        case .router(let name): "instance \(name)"
        case .group(let name): "group \(name)"
        case .service(let name): "service \(name)"
        }
    }
}

/// Decides which notification may run now: one at a time for each lane, in order, lanes side by side.
///
/// A value: what it returns is to be started, and ``finished(_:)`` is to be called when that has ended. What waits is
/// bounded: behind a script that hangs the oldest notifications give way, because the last one tells the state. Those of
/// states give way to the next state at once.
public struct NotificationQueue: Sendable {
    /// How many notifications of one lane may wait.
    public static let limit = 256

    /// What becomes of a notification.
    public enum Admission: Sendable, Hashable {
        /// It is to be started now.
        case starts
        /// Others of its lane come first.
        case waits
        /// It waits, and the oldest one that waited will not be run.
        case waitsInPlaceOf(Notification)
        /// It waits, and one whose news are out of date will not be run.
        case supersedes(Notification)
    }

    private var waiting: [Notification.Lane: [Notification]] = [:]
    private var running: Set<Notification.Lane> = []

    /// An empty queue.
    public init() {}

    /// Whether nothing runs or waits.
    public var isIdle: Bool { running.isEmpty }

    /// Takes a notification, which is to be started when nothing of its lane runs.
    public mutating func enqueue(_ notification: Notification) -> Admission {
        guard !running.insert(notification.lane).inserted else { return .starts }
        var queue = waiting[notification.lane] ?? []
        waiting[notification.lane] = nil
        defer { waiting[notification.lane] = queue }
        queue.append(notification)
        if let news = notification.news, let stale = queue.firstIndex(where: { $0.news == news }),
            stale < queue.count - 1
        {
            return .supersedes(queue.remove(at: stale))
        }
        return queue.count > Self.limit ? .waitsInPlaceOf(queue.removeFirst()) : .waits
    }

    /// How many notifications of a lane wait.
    public func waitingCount(of lane: Notification.Lane) -> Int { waiting[lane]?.count ?? 0 }

    /// The lanes in which notifications wait.
    public var waitingLanes: [Notification.Lane] { Array(waiting.keys) }

    /// How many notifications wait in all.
    public var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    /// Forgets what waits; returns it, so that it can be told.
    public mutating func removeWaiting() -> [Notification] {
        defer { waiting = [:] }
        return waiting.values.flatMap { $0 }
    }

    /// The running notification of `lane` has ended, or is waited for no longer; returns the next one to start.
    public mutating func finished(_ lane: Notification.Lane) -> Notification? {
        guard var queue = waiting[lane], !queue.isEmpty else {
            running.remove(lane)
            return nil
        }
        let next = queue.removeFirst()
        waiting[lane] = queue.isEmpty ? nil : queue
        return next
    }
}
