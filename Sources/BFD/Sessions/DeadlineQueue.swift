import HeapModule
import Timing

/// The next deadline of each of many sessions: a heap in which entries that a later one has replaced stay until they come
/// to the top.
struct DeadlineQueue: Sendable {
    private struct Entry: Sendable, Comparable {
        var at: Instant
        var id: SessionID

        static func < (left: Entry, right: Entry) -> Bool { (left.at, left.id) < (right.at, right.id) }
    }

    private var heap = Heap<Entry>()
    private var current: [SessionID: Instant] = [:]

    /// The earliest deadline.
    mutating func first() -> Instant? {
        while let top = heap.min {
            if current[top.id] == top.at { return top.at }
            heap.removeMin()
        }
        return nil
    }

    /// Sets the deadline of a session; nil is none.
    mutating func set(_ id: SessionID, _ deadline: Instant?) {
        guard current[id] != deadline else { return }
        current[id] = deadline
        guard let deadline else { return }
        heap.insert(Entry(at: deadline, id: id))
        // Deadlines that move with every packet leave many behind.
        if heap.count > 64, heap.count > 4 * current.count { heap = Heap(current.map { Entry(at: $1, id: $0) }) }
    }

    /// Takes out a session whose deadline has come.
    mutating func popDue(_ now: Instant) -> SessionID? {
        guard let at = first(), at <= now, let id = heap.popMin()?.id else { return nil }
        current[id] = nil
        return id
    }
}
