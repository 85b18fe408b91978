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

/// Decides which notification may run now: one at a time for each target, in order, targets side by side.
///
/// A value: what it returns is to be started, and ``finished(_:)`` is to be called when that has ended.
public struct NotificationQueue: Sendable {
    private var waiting: [Notification.Target: [Notification]] = [:]
    private var running: Set<Notification.Target> = []

    /// An empty queue.
    public init() {}

    /// Whether nothing runs or waits.
    public var isIdle: Bool { running.isEmpty }

    /// Takes a notification; returns it when nothing of its target runs.
    public mutating func enqueue(_ notification: Notification) -> Notification? {
        guard running.insert(notification.target).inserted else {
            waiting[notification.target, default: []].append(notification)
            return nil
        }
        return notification
    }

    /// The running notification of `target` has ended; returns the next one to start.
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
