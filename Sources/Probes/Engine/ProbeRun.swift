import FileWatching
import HealthChecks
import Timing

/// A run of a check that is under way, from its start to its one result. Used on its loop alone.
///
/// It is made with a completion that it calls once, with what it found; never after ``abandon()``.
protocol ProbeRun: AnyObject {
    /// When it will have taken too long; nil for one that somebody else watches over.
    var deadline: Instant? { get }

    /// Whether it waits for its turn among runs of its kind.
    var isWaiting: Bool { get }

    /// The deadline has passed. It ends now, or has a later deadline because something came meanwhile.
    func expire(now: Instant)

    /// Gives it up and lets go of everything that it holds.
    func abandon()
}

extension ProbeRun {
    var isWaiting: Bool { false }
}

/// Something that is watched rather than asked: it reports a result whenever there is another one. Used on its loop
/// alone.
protocol ProbeWatch: AnyObject {
    /// Ends it; nothing is reported any more.
    func stop()
}

extension FileNumbers.Watch: ProbeWatch {}
