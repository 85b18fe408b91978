/// Notification scripts and mails that are under way.
public struct NotificationsReport: Codable, Sendable, Hashable {
    /// Scripts that run.
    public var running: Int
    /// Scripts that wait because as many run as may at once.
    public var waitingForPlace: Int
    /// Scripts that wait for an earlier one of their instance, group or service.
    public var waitingForTurn: Int
    /// Scripts that were not run, because more waited behind one that did not end than may.
    public var scriptsLost: Int
    /// Mails that the server has not taken yet.
    public var mailsWaiting: Int
    /// Mails that were given up.
    public var mailsLost: Int

    /// Creates a report; without arguments nothing is under way.
    public init(
        running: Int = 0, waitingForPlace: Int = 0, waitingForTurn: Int = 0, scriptsLost: Int = 0,
        mailsWaiting: Int = 0,
        mailsLost: Int = 0
    ) {
        self.running = running
        self.waitingForPlace = waitingForPlace
        self.waitingForTurn = waitingForTurn
        self.scriptsLost = scriptsLost
        self.mailsWaiting = mailsWaiting
        self.mailsLost = mailsLost
    }
}
