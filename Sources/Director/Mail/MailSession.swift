import NIOCore
import SMTP
import Timing

/// One session with the mail server: carries out what ``MailDialogue`` says. Every step has a limit, and so has every
/// mail as a whole. Used on its event loop only.
final class MailSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Limit of a mail in steps: a server may be slow once, not at every step.
    private static let stepsPerMail: Int64 = 4

    /// What came of the mail under way. Called for every mail that was begun, and with nil at the end of the session
    /// when none was under way.
    typealias Completion = (_ outcome: Result<[MailDialogue.Refusal], MailFailure>?) -> MailMessage?

    private var dialogue: MailDialogue
    private let eventLoop: any EventLoop
    private let stepTimeout: TimeAmount
    /// Tells the outcome; returns the next mail.
    private var completion: Completion?
    private var context: ChannelHandlerContext?
    private var stepTimer: Scheduled<Void>?
    private var mailTimer: Scheduled<Void>?

    /// - Parameter stepTimeout: of the connection, the look-up of its name included, and of each answer.
    init(
        dialogue: MailDialogue, eventLoop: any EventLoop, stepTimeout: TimeAmount, completion: @escaping Completion
    ) {
        self.dialogue = dialogue
        self.eventLoop = eventLoop
        self.stepTimeout = stepTimeout
        self.completion = completion
        startTimers()
    }

    /// Takes over an open connection that nothing has been read from.
    func adopt(_ channel: any Channel) {
        guard completion != nil else { return channel.close(promise: nil) }
        do {
            try channel.pipeline.syncOperations.addHandler(self)
            try channel.syncOptions?.setOption(.autoRead, value: true)
            armStep()
        } catch {
            connectionFailed("\(error)")
            channel.close(promise: nil)
        }
    }

    /// The connection could not be opened.
    func connectionFailed(_ reason: String) {
        end(.failure(MailFailure(.greeting, .connection(reason))))
    }

    /// Ends the session without a word to anybody.
    func abandon() {
        completion = nil
        stepTimer?.cancel()
        mailTimer?.cancel()
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard completion != nil else { return }
        armStep()
        carryOut(dialogue.receive(buffer.readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { carryOut(dialogue.receiveEnd()) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.connection("\(error)"))
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    private func carryOut(_ action: MailDialogue.Action) {
        guard completion != nil else { return }
        switch action {
        case .wait: break
        case .send(let bytes): send(bytes)
        case .delivered(let refusals):
            if let next = completion?(.success(refusals)) {
                startTimers()
                send(dialogue.begin(next))
            } else {
                mailTimer?.cancel()
                send(dialogue.quit())
            }
        case .failed(let failure): end(.failure(failure))
        case .finished: end(nil)
        }
    }

    private func fail(_ reason: MailFailure.Reason) {
        // After the last mail nothing can fail any more that matters.
        end(dialogue.step == .quit ? nil : .failure(MailFailure(dialogue.step, reason)))
    }

    private func end(_ outcome: Result<[MailDialogue.Refusal], MailFailure>?) {
        guard let completion else { return }
        self.completion = nil
        stepTimer?.cancel()
        mailTimer?.cancel()
        context?.close(promise: nil)
        _ = completion(outcome)
    }

    private func send(_ bytes: [UInt8]) {
        guard let context else { return }
        armStep()
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
    }

    private func startTimers() {
        armStep()
        mailTimer?.cancel()
        mailTimer = timer(after: .nanoseconds(stepTimeout.nanoseconds * Self.stepsPerMail))
    }

    private func armStep() {
        stepTimer?.cancel()
        stepTimer = timer(after: stepTimeout)
    }

    private func timer(after delay: TimeAmount) -> Scheduled<Void> {
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        return eventLoop.scheduleTask(in: delay) {
            let limit = Duration.nanoseconds(delay.nanoseconds)
            if this.value.context == nil {
                this.value.connectionFailed("no connection within \(limit.inWords)")
            } else {
                this.value.fail(.timedOut(after: limit))
            }
        }
    }
}
