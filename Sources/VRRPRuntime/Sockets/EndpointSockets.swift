import Addressing
import LinuxSystem
import NIOCore
import NIOPosix
import VRRP

/// The sockets of one endpoint: one that sends, and those that are read when an event loop says that something came.
final class EndpointSockets {
    /// The interface that the sockets are bound to; nil when they are bound to none.
    let interface: InterfaceReference?
    /// Where adverts go out.
    let sender: VRRPSender

    private let channel: EventLoopFuture<any Channel>
    private let handler: DatagramHandler

    /// Opens them; datagrams arrive at `receive` and an unexpected end at `closed`, on the loop.
    ///
    /// - Parameter hardwareAddress: only what frames from this address carry is heard; nil hears everything.
    init(
        _ endpoint: Endpoint, on interface: InterfaceReference?, sentFrom hardwareAddress: MACAddress? = nil,
        eventLoop: any EventLoop,
        receive: @escaping @Sendable (IPDatagram) -> Void, closed: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        self.interface = interface
        sender = try VRRPSender(on: interface, family: endpoint.family)
        let descriptor: Int32
        switch endpoint.family {
        case .ipv4:
            descriptor = try VRRPReceiver.open(
                on: interface, group: endpoint.group?.ipv4, sentFrom: hardwareAddress,
                protocolNumber: endpoint.usesAuthenticationHeaders
                    ? AuthenticationHeader.protocolNumber : VRRPReceiver.protocolNumber
            ).release()
            handler = DatagramHandler(receiver: nil, receive: receive, closed: closed)
        case .ipv6:
            let receiver: VRRPIPv6Receiver
            (receiver, descriptor) = try VRRPIPv6Receiver.open(
                on: interface, group: endpoint.group?.ipv6, sentFrom: hardwareAddress)
            handler = DatagramHandler(receiver: receiver, receive: receive, closed: closed)
        }
        let handler = handler
        channel = DatagramBootstrap(group: eventLoop)
            // A flood is read in portions, between which timers get their turn.
            .channelOption(.maxMessagesPerRead, value: 32)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
            }
            .withBoundSocket(descriptor)
        channel.whenFailure { _ in handler.end() }
    }

    /// Hands over what waits, as far as that is possible without the event loop.
    func drain() { _ = handler.drain() }

    /// Closes the sockets; nothing arrives any more.
    func close() {
        handler.silence()
        channel.whenSuccess { $0.close(promise: nil) }
    }
}

/// Hands packets over until it is told to be silent.
// Sound: made, called and silenced on one event loop only; the bootstrap's closure merely carries it there.
private final class DatagramHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// For IPv6: where the datagrams really are.
    private let receiver: VRRPIPv6Receiver?
    private let receive: @Sendable (IPDatagram) -> Void
    private let closed: @Sendable () -> Void
    private var isSilent = false

    init(
        receiver: VRRPIPv6Receiver?, receive: @escaping @Sendable (IPDatagram) -> Void,
        closed: @escaping @Sendable () -> Void
    ) {
        self.receiver = receiver
        self.receive = receive
        self.closed = closed
    }

    func silence() { isSilent = true }

    func end() {
        guard !isSilent else { return }
        isSilent = true
        closed()
    }

    /// Reads what waits for IPv6, at most as much as one turn of the loop reads; whether there was anything.
    func drain() -> Bool {
        guard let receiver else { return false }
        var count = 0
        while count < 32, !isSilent, let datagram = receiver.next() {
            receive(datagram)
            count += 1
        }
        return count > 0
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isSilent, receiver == nil else { return }
        // What is not a whole IPv4 packet cannot come from a raw IPv4 socket; nothing is lost by passing it over.
        guard let (header, payload) = try? IPv4Header.decode(unwrapInboundIn(data).data.readableBytesView) else {
            return
        }
        receive(
            IPDatagram(
                source: .v4(header.source), destination: .v4(header.destination), ttl: header.ttl, payload: payload,
                identification: header.identification))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard receiver != nil, !isSilent, !drain() else { return }
        // The kernel hands a packet to the two sockets one after the other, and this may have been in between.
        context.eventLoop.scheduleTask(in: .microseconds(100)) { _ = self.drain() }
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Errors that end the channel show as its end; the others cost one read.
    }
}
