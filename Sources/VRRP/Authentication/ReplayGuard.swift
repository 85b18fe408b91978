import Addressing

/// The newest signed advert of each sender: nothing that is not newer is believed.
///
/// It is told only of senders that proved to have a key, so strangers can neither fill nor move it.
struct ReplayGuard: Sendable {
    private struct Mark {
        var sender: IPAddress
        var sequence: AdvertSequence
    }

    /// The sender that was heard last is at the end.
    private var marks: [Mark] = []
    /// More masters than this, one after the other, are not told apart any more.
    private static let capacity = 16

    /// Whether an advert is newer than what was heard of its sender.
    ///
    /// - Parameter window: a mark that is further than this from the clock orders only what the clock forbids anyway; it
    ///   does not keep a sender out whose clock was put right.
    func accepts(_ sequence: AdvertSequence, from sender: IPAddress, utc: AdvertSequence, window: UInt16?) -> Bool {
        guard let mark = marks.first(where: { $0.sender == sender })?.sequence else { return true }
        if let window, utc.lead(over: mark).magnitude > UInt32(window) { return true }
        return sequence.follows(mark)
    }

    /// An advert of a sender was accepted.
    mutating func note(_ sequence: AdvertSequence, from sender: IPAddress) {
        marks.removeAll { $0.sender == sender }
        if marks.count == Self.capacity { marks.removeFirst() }
        marks.append(Mark(sender: sender, sequence: sequence))
    }
}
