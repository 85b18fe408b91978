import SMTP
import Timing

/// Mails that wait for the mail server, and how long to wait between two tries. A value that knows no clock.
///
/// Bounded: while the server is away the oldest mails give way.
struct MailQueue {
    /// How many mails may wait.
    static let limit = 500
    /// After this long a mail is given up.
    static let lifetime: Duration = .seconds(24 * 3600)
    /// The pauses after tries that failed.
    static let pauses: [Duration] = [.seconds(5), .seconds(15), .seconds(60), .seconds(300)]

    struct Entry: Sendable, Hashable {
        var message: MailMessage
        var queuedAt: Instant
    }

    private(set) var entries: [Entry] = []
    /// Whether the first entry is being delivered: it does not give way.
    var isDelivering = false
    private var failures = 0

    var first: MailMessage? { entries.first?.message }

    /// Takes a mail; returns the one that gave way for it.
    mutating func append(_ message: MailMessage, at now: Instant) -> MailMessage? {
        entries.append(Entry(message: message, queuedAt: now))
        guard entries.count > Self.limit else { return nil }
        return entries.remove(at: isDelivering ? 1 : 0).message
    }

    /// The first mail is done with: the server has taken it, except for recipients that are to be tried again.
    mutating func delivered(retrying recipients: [String]) {
        failures = 0
        isDelivering = false
        guard var entry = entries.first else { return }
        entries.removeFirst()
        guard !recipients.isEmpty else { return }
        entry.message.recipients = recipients
        entries.append(entry)
    }

    /// The first mail will never be taken: it is given up.
    mutating func refused() {
        isDelivering = false
        if !entries.isEmpty { entries.removeFirst() }
    }

    /// The first mail was not taken this time. Returns how long to wait before the next try.
    mutating func failed() -> Duration {
        isDelivering = false
        defer { failures += 1 }
        return Self.pauses[min(failures, Self.pauses.count - 1)]
    }

    /// Takes out what has waited too long.
    mutating func removeExpired(at now: Instant) -> [MailMessage] {
        let expired = entries.filter { now - $0.queuedAt > Self.lifetime }
        guard !expired.isEmpty else { return [] }
        entries.removeAll { now - $0.queuedAt > Self.lifetime }
        return expired.map(\.message)
    }
}
