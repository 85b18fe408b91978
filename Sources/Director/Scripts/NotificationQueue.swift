import KeepalivedConfig

/// A script to run because something changed.
public struct Notification: Sendable, Hashable {
    /// What the notification is about: notifications of one target run one after the other, in the order in which
    /// things happened, so that the last script to run tells the last state.
    public enum Target: Sendable, Hashable {
        /// A virtual router by instance name.
        case router(String)
        /// A sync group by name.
        case group(String)
        /// A router or group that stops. Apart from what it was before, because the stop waits only for a moment and
        /// must not be spent on a script that hangs.
        case stopping(String)
        /// A virtual service by its name in logs.
        case service(String)
    }

    /// What it is about.
    public var target: Target
    /// The script as configured.
    public var script: Script
    /// Arguments after the configured ones.
    public var arguments: [String]

    /// Creates a notification.
    public init(target: Target, script: Script, arguments: [String] = []) {
        self.target = target
        self.script = script
        self.arguments = arguments
    }
}

extension Notification.Target: CustomStringConvertible {
    /// The target in words: `instance VI_1`.
    public var description: String {
        switch self {
        case .router(let name): "instance \(name)"
        case .group(let name): "group \(name)"
        case .stopping(let name): name
        case .service(let name): "service \(name)"
        }
    }
}

/// Decides which notification may run now: one at a time for each target, in order, targets side by side.
///
/// A value: what it returns is to be started, and ``finished(_:)`` is to be called when that has ended. What waits is
/// bounded: behind a script that hangs the oldest notifications give way, because the last one tells the state.
public struct NotificationQueue: Sendable {
    /// How many notifications of one target may wait.
    public static let limit = 256

    /// What becomes of a notification.
    public enum Admission: Sendable, Hashable {
        /// It is to be started now.
        case starts
        /// Others of its target come first.
        case waits
        /// It waits, and the oldest one that waited will not be run.
        case waitsInPlaceOf(Notification)
    }

    private var waiting: [Notification.Target: [Notification]] = [:]
    private var running: Set<Notification.Target> = []

    /// An empty queue.
    public init() {}

    /// Whether nothing runs or waits.
    public var isIdle: Bool { running.isEmpty }

    /// Takes a notification, which is to be started when nothing of its target runs.
    public mutating func enqueue(_ notification: Notification) -> Admission {
        guard !running.insert(notification.target).inserted else { return .starts }
        var queue = waiting[notification.target] ?? []
        waiting[notification.target] = nil
        defer { waiting[notification.target] = queue }
        queue.append(notification)
        return queue.count > Self.limit ? .waitsInPlaceOf(queue.removeFirst()) : .waits
    }

    /// How many notifications of a target wait.
    public func waitingCount(of target: Notification.Target) -> Int { waiting[target]?.count ?? 0 }

    /// How many notifications wait in all.
    public var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    /// Forgets what waits; returns it, so that it can be told.
    public mutating func removeWaiting() -> [Notification] {
        defer { waiting = [:] }
        return waiting.values.flatMap { $0 }
    }

    /// The running notification of `target` has ended, or is waited for no longer; returns the next one to start.
    public mutating func finished(_ target: Notification.Target) -> Notification? {
        guard var queue = waiting[target], !queue.isEmpty else {
            running.remove(target)
            return nil
        }
        let next = queue.removeFirst()
        waiting[target] = queue.isEmpty ? nil : queue
        return next
    }
}
