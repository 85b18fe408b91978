import Addressing
import Timing
import VRRP

/// Gratuitous ARPs and neighbour advertisements that are still to be sent, paced per interface and family.
///
/// Without an interval everything is due at once, and is handed out in portions so that thousands of announcements do
/// not hold up an advert.
struct AnnouncementQueue: Sendable {
    /// One announcement.
    struct Announcement: Sendable, Hashable {
        var router: RouterID
        var address: IPAddress
        var interface: String
    }

    /// Where and in which family announcements are paced together.
    private struct Lane: Hashable {
        /// Nil where a group takes its place.
        var interface: String?
        var group: Int?
        var family: AddressFamily
    }

    /// The pauses between two announcements on one interface.
    let intervals: AnnouncementIntervals

    private var waiting: [Announcement] = []
    private var head = 0
    private var nextAllowed: [Lane: Instant] = [:]

    init(intervals: AnnouncementIntervals) { self.intervals = intervals }

    /// The same queue with other pauses.
    func with(intervals: AnnouncementIntervals) -> AnnouncementQueue {
        var queue = AnnouncementQueue(intervals: intervals)
        queue.waiting = Array(waiting[head...])
        queue.nextAllowed = nextAllowed
        return queue
    }

    var isEmpty: Bool { head == waiting.count }

    /// Appends a burst: every address once, as often as `count` says.
    mutating func append(_ burst: [Announcement], count: UInt32) {
        for _ in 0..<count { waiting += burst }
    }

    /// Drops what a router that has given its addresses up was still to announce.
    mutating func removeAll(of router: RouterID) { removeAll { $0.router == router } }

    /// Drops announcements.
    mutating func removeAll(where isDropped: (Announcement) -> Bool) {
        waiting = waiting[head...].filter { !isDropped($0) }
        head = 0
    }

    /// Takes at most `limit` announcements that may go out now, in order per interface.
    mutating func takeDue(at now: Instant, limit: Int) -> [Announcement] {
        guard isPaced else {
            let portion = Array(waiting[head...].prefix(limit))
            head += portion.count
            if isEmpty {
                waiting = []
                head = 0
            }
            return portion
        }
        var due: [Announcement] = []
        var rest: [Announcement] = []
        for announcement in waiting[head...] {
            let (lane, interval) = pace(of: announcement)
            if due.count < limit, now >= nextAllowed[lane] ?? now {
                due.append(announcement)
                nextAllowed[lane] = interval > .zero ? now + interval : nil
            } else {
                rest.append(announcement)
            }
        }
        waiting = rest
        head = 0
        return due
    }

    /// When the next announcement may go out; nil when none waits.
    func nextDue(now: Instant) -> Instant? {
        guard !isEmpty else { return nil }
        guard isPaced else { return now }
        return Set(waiting[head...].map { pace(of: $0).0 }).map { nextAllowed[$0] ?? now }.min()
    }

    private func pace(of announcement: Announcement) -> (Lane, Duration) {
        let family = announcement.address.family
        let (group, interval) = intervals.pace(of: announcement.interface, family)
        return (Lane(interface: group == nil ? announcement.interface : nil, group: group, family: family), interval)
    }

    private var isPaced: Bool { intervals != AnnouncementIntervals() }
}
