/// What was found and done on a real server, line by line.
public struct RealServerReport: Sendable, Hashable {
    /// One thing that LVS-DR needs of the host.
    public struct Item: Sendable, Hashable {
        /// How it is now.
        public enum Outcome: Sendable, Hashable {
            /// It was as wanted.
            case inOrder
            /// It was not, and has been changed.
            case changed
            /// It is not as wanted; only a status report says so.
            case wrong
        }

        /// What: `10.1.80.90/32 on lo`, `net.ipv4.conf.all.arp_ignore`.
        public var subject: String
        /// How it was found: `absent`, `0`.
        public var actual: String
        /// How it is to be: `present`, `1`.
        public var wanted: String
        /// How it is now.
        public var outcome: Outcome

        /// Creates an item.
        public init(subject: String, actual: String, wanted: String, outcome: Outcome) {
            self.subject = subject
            self.actual = actual
            self.wanted = wanted
            self.outcome = outcome
        }
    }

    /// The items, in the order they were dealt with.
    public var items: [Item]

    /// Creates a report.
    public init(items: [Item]) { self.items = items }

    /// Whether everything is as wanted now.
    public var isInOrder: Bool { items.allSatisfy { $0.outcome != .wrong } }

    /// Whether anything was changed.
    public var isChanged: Bool { items.contains { $0.outcome == .changed } }
}

extension RealServerReport.Item: CustomStringConvertible {
    /// One line: `net.ipv4.conf.all.arp_ignore: 1, was 0`.
    public var description: String {
        switch outcome {
        case .inOrder: "\(subject): \(actual)"
        case .changed: "\(subject): \(wanted), was \(actual)"
        case .wrong: "\(subject): \(actual), should be \(wanted)"
        }
    }
}
