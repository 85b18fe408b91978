/// What was found and done on a real server, line by line.
public struct RealServerReport: Sendable, Hashable {
    /// One thing that LVS needs of the host.
    public struct Item: Sendable, Hashable {
        /// How it is now.
        public enum Outcome: String, Sendable, Hashable {
            /// It was as wanted.
            case inOrder
            /// It was not, and has been changed.
            case changed
            /// It is not as wanted; only a status report says so.
            case wrong
            /// It stays as it is: it was there before, or somebody has changed it since.
            case left
            /// The calling user may not look; only a status report says so.
            case unknown
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
    /// The steps that were taken, or would be, in words.
    public var steps: [String]
    /// The addresses that are applied now.
    public var applied: [Applied]
    /// What else there is to say: sentences.
    public var notes: [String]

    /// An address that was applied and not removed.
    public struct Applied: Sendable, Hashable {
        /// How it is held.
        public var address: RealServerAddress
        /// What brings it back after a reboot; nil is nothing.
        public var persistence: String?

        /// Creates an applied address.
        public init(address: RealServerAddress, persistence: String?) {
            self.address = address
            self.persistence = persistence
        }
    }

    /// Creates a report.
    public init(items: [Item], steps: [String] = [], applied: [Applied] = [], notes: [String] = []) {
        self.items = items
        self.steps = steps
        self.applied = applied
        self.notes = notes
    }

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
        case .left where wanted == "as before": "\(subject): \(actual), left because it was there before"
        case .left: "\(subject): \(actual), left because somebody has changed it since"
        case .unknown: "\(subject): \(actual), so that nobody knows whether it is \(wanted); root may look"
        }
    }
}
