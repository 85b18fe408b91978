import Addressing
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import SMTP
import Timing

/// Sends alerts by mail, one session at a time and in order. Nothing waits for it: a mail goes into a queue, and the
/// queue goes to the server when it can. Used on its event loop only.
final class MailSender {
    /// What of the configuration it needs; absent where no mail is to be sent.
    struct Settings: Sendable, Hashable {
        var server: SMTPServer
        var recipients: [String]
        var sender: String
        var helloName: String
        var routerID: String
        var stepTimeout: Duration
    }

    private let eventLoop: any EventLoop
    private let logger: Logger
    private var settings: Settings?
    private var queue = MailQueue()
    private var session: MailSession?
    private var retry: Scheduled<Void>?
    private var idlePromises: [EventLoopPromise<Void>] = []
    private var isStopping = false
    /// Mails that were given up.
    private(set) var lostCount = 0
    /// Mails that the server has not taken yet.
    var waitingCount: Int { queue.entries.count }

    init(eventLoop: any EventLoop, logger: Logger) {
        self.eventLoop = eventLoop
        self.logger = logger
    }

    /// Takes the settings of a configuration: what waits already goes to the new server.
    func update(_ settings: Settings?) {
        eventLoop.preconditionInEventLoop()
        guard settings != self.settings else { return }
        self.settings = settings
        retry?.cancel()
        retry = nil
        if settings == nil { giveUp("the configuration names no mail server any more") }
        start()
    }

    /// Puts an alert into the queue.
    func send(_ alert: AlertMail) {
        eventLoop.preconditionInEventLoop()
        guard let settings, !isStopping else { return }
        let message = MailMessage(
            date: MailDate.now, sender: settings.sender, recipients: settings.recipients,
            subject: "[\(settings.routerID)] \(alert.subject)", body: alert.body,
            mailer: "Keepalived (Martlet \(MartletVersion.text))")
        if let lost = queue.append(message, at: .now) { tellLost(lost, "\(MailQueue.limit) mails wait already") }
        start()
    }

    /// Succeeds as soon as nothing waits, or at once while the server is not to be had.
    func whenIdle() -> EventLoopFuture<Void> {
        eventLoop.preconditionInEventLoop()
        guard session != nil else { return eventLoop.makeSucceededVoidFuture() }
        let promise = eventLoop.makePromise(of: Void.self)
        idlePromises.append(promise)
        return promise.futureResult
    }

    /// Gives up what has not been sent.
    func stop() {
        eventLoop.preconditionInEventLoop()
        isStopping = true
        retry?.cancel()
        giveUp("stop")
        succeedIdle()
    }

    private func giveUp(_ cause: String) {
        session?.abandon()
        session = nil
        for entry in queue.entries { tellLost(entry.message, cause) }
        queue = MailQueue()
    }

    private func start() {
        guard let settings, session == nil, retry == nil, !isStopping else { return }
        for expired in queue.removeExpired(at: .now) { tellLost(expired, "the mail server was away for too long") }
        guard let message = queue.first else { return }
        queue.isDelivering = true
        let timeout = TimeAmount.nanoseconds(settings.stepTimeout.wholeNanoseconds)
        let session = MailSession(
            dialogue: MailDialogue(helloName: settings.helloName, message: message), eventLoop: eventLoop,
            stepTimeout: timeout
        ) { [weak self] outcome in self?.ended(outcome) }
        self.session = session
        let bound = NIOLoopBound(session, eventLoop: eventLoop)
        // A name is looked up by a thread of NIO's own, within the same limit.
        ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.autoRead, value: false)
            .connect(host: settings.server.host, port: Int(settings.server.port.rawValue))
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): bound.value.adopt(channel)
                case .failure(let error): bound.value.connectionFailed(Self.words(error))
                }
            }
    }

    /// Takes in what came of a mail; returns the next one for the same session.
    private func ended(_ outcome: Result<[MailDialogue.Refusal], MailFailure>?) -> MailMessage? {
        switch outcome {
        case nil: sessionEnded()
        case .success(let refusals):
            if let message = queue.first, queue.isDelivering { delivered(message, refusals) }
            if let next = queue.first, retry == nil, !isStopping {
                queue.isDelivering = true
                return next
            }
        case .failure(let failure):
            failed(failure)
            sessionEnded()
        }
        return nil
    }

    private func delivered(_ message: MailMessage, _ refusals: [MailDialogue.Refusal]) {
        logger.debug("Mail sent: \(message.subject)")
        for refusal in refusals {
            logger.warning(
                "Mail to \(refusal.recipient) was not taken: \(message.subject)",
                metadata: ["cause": "\(refusal.reply)", "retried": "\(refusal.isTransient)"])
        }
        queue.delivered(retrying: refusals.filter(\.isTransient).map(\.recipient))
        // Recipients that are tried again have their pause, too.
        if refusals.contains(where: \.isTransient) { pause(queue.failed()) }
    }

    private func failed(_ failure: MailFailure) {
        guard queue.isDelivering, let message = queue.first else { return }
        guard !failure.isPermanent else {
            queue.refused()
            return tellLost(message, "\(failure)")
        }
        let delay = queue.failed()
        logger.warning(
            "Mail not sent yet: \(message.subject)",
            metadata: [
                "cause": "\(failure)", "server": "\(settings?.server.host ?? "")", "next try in": "\(delay.inWords)",
                "waiting": "\(queue.entries.count)",
            ])
        pause(delay)
    }

    private func pause(_ delay: Duration) {
        guard retry == nil, !isStopping else { return }
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        retry = eventLoop.scheduleTask(in: .nanoseconds(delay.wholeNanoseconds)) {
            this.value.retry = nil
            this.value.start()
        }
    }

    private func sessionEnded() {
        session = nil
        start()
        if session == nil { succeedIdle() }
    }

    private func succeedIdle() {
        for promise in idlePromises { promise.succeed() }
        idlePromises = []
    }

    private func tellLost(_ message: MailMessage, _ cause: String) {
        lostCount += 1
        logger.error("Mail not sent: \(message.subject)", metadata: ["cause": "\(cause)"])
    }

    private static func words(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError {
            let causes = error.connectionErrors.map { one in
                "\(one.target.ipAddress ?? error.host): \((one.error as? IOError).map(systemText) ?? "\(one.error)")"
            }
            return causes.isEmpty ? "\(error.host) has no address" : causes.joined(separator: "; ")
        }
        if let error = error as? IOError { return systemText(error) }
        if case .connectTimeout(let after) = error as? ChannelError {
            return "no connection within \(Duration.nanoseconds(after.nanoseconds).inWords)"
        }
        return "\(error)"
    }

    /// The kernel's reason without the names of functions.
    private static func systemText(_ error: IOError) -> String { "\(Errno(rawValue: error.errnoCode))" }
}
