import Addressing
import NIOCore
import NIOPosix
import Synchronization

/// A UDP server on loopback that answers each datagram with what a closure makes of it.
final class DatagramServer: Sendable {
    private let channel: any Channel
    private let seen = Mutex<[[UInt8]]>([])

    init(
        host: String = "127.0.0.1", port: Int = 0, answer: @escaping @Sendable ([UInt8]) -> [[UInt8]] = { _ in [] }
    ) async throws {
        let box = Box()
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Answerer { bytes in
                            box.server.withLock { $0 }?.seen.withLock { $0.append(bytes) }
                            return answer(bytes)
                        })
                }
            }
            .bind(host: host, port: port).get()
        box.server.withLock { $0 = self }
    }

    private final class Box: Sendable {
        let server = Mutex<DatagramServer?>(nil)
    }

    var port: Port { Port(rawValue: UInt16(channel.localAddress?.port ?? 0)) }

    /// What has come.
    var datagrams: [[UInt8]] { seen.withLock { $0 } }

    func close() async throws { try await channel.close() }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>
        private let answer: ([UInt8]) -> [[UInt8]]

        init(_ answer: @escaping ([UInt8]) -> [[UInt8]]) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            for bytes in answer(Array(envelope.data.readableBytesView)) {
                let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
                context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
            }
        }
    }
}
