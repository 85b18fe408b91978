import HealthChecks
import LinuxSystem
import NIOCore

/// Fetches one page on a connection that is open, and judges it.
///
/// The judgement is given once; the connection is closed with it. The handler has no timer: the probes' loop asks it
/// at its ticks whether the peer has taken too long.
final class HTTPPageHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How many timeouts a whole answer may take when it keeps coming in drops.
    static let longestAnswer = 10

    private let request: [UInt8]
    private let page: HTTPPage
    private let timeout: Duration
    private let completion: (CheckFailure?) -> Void
    private var parser: HTTPResponseParser
    private var isDone = false
    private var context: ChannelHandlerContext?
    private var lastDeadline: NIODeadline?
    /// When the peer will have taken too long; every piece of the answer moves it, within limits.
    private(set) var deadline: NIODeadline?

    /// - Parameters:
    ///   - timeout: longest silence of the peer.
    ///   - completion: called once, with the reason when the page is not as expected.
    init(request: [UInt8], page: HTTPPage, timeout: Duration, completion: @escaping (CheckFailure?) -> Void) {
        self.request = request
        self.page = page
        self.timeout = timeout
        self.completion = completion
        parser = HTTPResponseParser(wantsDigest: page.digest != nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let now = context.eventLoop.now
        lastDeadline = now + TimeAmount(timeout * Self.longestAnswer)
        deadline = now + TimeAmount(timeout)
        if context.channel.isActive { send(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that fails before it is active goes away without a word.
        finish(.connectionLost(path: page.path, reason: "connection closed"))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        send(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard !isDone else { return }
        let next = context.eventLoop.now + TimeAmount(timeout)
        deadline = lastDeadline.map { min($0, next) } ?? next
        do {
            guard let response = try parser.consume(buffer.readableBytesView) else { return }
            finish(page.failure(of: response))
        } catch {
            finish(.malformedResponse(path: page.path, error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        endOfConnection()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.connectionLost(path: page.path, reason: Self.reason(error)))
    }

    /// Ends the exchange as too slow when its deadline has passed.
    func expire(now: NIODeadline) {
        guard let deadline, deadline <= now else { return }
        finish(.responseTimedOut(path: page.path, after: timeout))
    }

    /// Ends the exchange without a judgement.
    func abandon() {
        isDone = true
        context?.close(promise: nil)
    }

    private func send(_ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: request.count)
        buffer.writeBytes(request)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func endOfConnection() {
        guard !isDone else { return }
        do {
            finish(page.failure(of: try parser.finish()))
        } catch {
            finish(.malformedResponse(path: page.path, error))
        }
    }

    private func finish(_ failure: CheckFailure?) {
        guard !isDone else { return }
        isDone = true
        context?.close(promise: nil)
        completion(failure)
    }

    private static func reason(_ error: any Error) -> String {
        (error as? IOError).map { "\(Errno(rawValue: $0.errnoCode))" } ?? "\(error)"
    }
}
