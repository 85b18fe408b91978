import NIOCore

/// One client of the control socket: a line in, a line out, in turn.
final class ControlSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let channel: any Channel
    private let limits: ControlServer.Limits
    private let clients: NIOLoopBoundBox<Int>
    private let respond: ControlServer.Responder
    private var received = ByteBuffer()
    private var isCounted = false
    private var isAnswering = false
    private var isInputClosed = false
    private var deadline: Scheduled<Void>?

    init(
        _ channel: any Channel, limits: ControlServer.Limits, clients: NIOLoopBoundBox<Int>,
        respond: @escaping ControlServer.Responder
    ) {
        self.channel = channel
        self.limits = limits
        self.clients = clients
        self.respond = respond
    }

    func channelActive(context: ChannelHandlerContext) {
        guard clients.value < limits.clients else {
            refuse(ControlFailure(.tooManyClients, "\(limits.clients) clients are connected already; try again"))
            return
        }
        clients.value += 1
        isCounted = true
        awaitRequest()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        if isCounted { clients.value -= 1 }
        isCounted = false
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isCounted else { return }
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard received.readableBytes <= limits.requestBytes else {
            // Behind a request that is being answered there is nothing to say any more to a client like this.
            if isAnswering {
                channel.close(promise: nil)
            } else {
                refuse(ControlFailure(.tooLong, "a request is one line of at most \(limits.requestBytes) bytes"))
            }
            return
        }
        takeRequest()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isInputClosed = true
        takeRequest()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Takes the next line, if one is there and its turn has come.
    private func takeRequest() {
        guard isCounted, !isAnswering else { return }
        guard let line = nextLine() else {
            if isInputClosed { channel.close(promise: nil) }
            return
        }
        deadline?.cancel()
        isAnswering = true
        let request: ControlRequest
        do {
            request = try ControlCodec.decode(ControlRequest.self, from: line.readableBytesView)
        } catch {
            let kinds = ControlRequest.Kind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            refuse(ControlFailure(.badRequest, "a request is a JSON object with version and request, one of \(kinds)"))
            return
        }
        guard request.version == ControlRequest.currentVersion else {
            refuse(
                ControlFailure(
                    .unsupportedVersion, "this director speaks version \(ControlRequest.currentVersion)"))
            return
        }
        let answered = channel.eventLoop.makeFutureWithTask { [respond] in
            ByteBuffer(bytes: try ControlCodec.encode(await respond(request)) + [UInt8(ascii: "\n")])
        }
        answered.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let bytes): self.send(bytes)
            case .failure: self.channel.close(promise: nil)
            }
        }
    }

    /// A line without its newline; what stands before the end of the input without one is a line too.
    private func nextLine() -> ByteBuffer? {
        if let end = received.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let line = received.readSlice(length: end - received.readerIndex)
            received.moveReaderIndex(forwardBy: 1)
            received.discardReadBytes()
            return line
        }
        guard isInputClosed, received.readableBytes > 0 else { return nil }
        return received.readSlice(length: received.readableBytes)
    }

    private func send(_ bytes: ByteBuffer) {
        closeAfter(limits.answerTime)
        channel.writeAndFlush(bytes).assumeIsolated().whenComplete { result in
            self.deadline?.cancel()
            guard case .success = result else { return self.channel.close(promise: nil) }
            self.isAnswering = false
            self.awaitRequest()
            self.takeRequest()
        }
    }

    /// Says why, and that was all.
    private func refuse(_ failure: ControlFailure) {
        isAnswering = true
        closeAfter(limits.answerTime)
        let bytes = (try? ControlCodec.encode(ControlAnswer(failure))) ?? []
        channel.writeAndFlush(ByteBuffer(bytes: bytes + [UInt8(ascii: "\n")])).assumeIsolated().whenComplete { _ in
            self.channel.close(promise: nil)
        }
    }

    private func awaitRequest() {
        schedule(limits.requestTime) {
            $0.refuse(ControlFailure(.timedOut, "no complete request came in time"))
        }
    }

    private func closeAfter(_ time: TimeAmount) { schedule(time) { $0.channel.close(promise: nil) } }

    private func schedule(_ time: TimeAmount, _ body: @escaping (ControlSession) -> Void) {
        deadline?.cancel()
        deadline = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            if let self { body(self) }
        }
    }
}
