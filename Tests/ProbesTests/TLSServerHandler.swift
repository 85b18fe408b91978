import COpenSSL
import NIOCore
import TestKit

/// What servers of tests show: the test certificate.
///
/// - Note: `@unchecked Sendable`: OpenSSL lets any number of threads use a context that nobody changes any more.
final class TLSServerContext: @unchecked Sendable {
    struct Unusable: Error {}

    let pointer: OpaquePointer

    init() throws {
        guard let pointer = SSL_CTX_new(TLS_server_method()) else { throw Unusable() }
        self.pointer = pointer
        let certificate = Self.memory(TestCertificate.certificate)
        let key = Self.memory(TestCertificate.key)
        defer {
            BIO_free(certificate)
            BIO_free(key)
        }
        let x509 = PEM_read_bio_X509(certificate, nil, nil, nil)
        let pair = PEM_read_bio_PrivateKey(key, nil, nil, nil)
        defer {
            X509_free(x509)
            EVP_PKEY_free(pair)
        }
        guard SSL_CTX_use_certificate(pointer, x509) == 1, SSL_CTX_use_PrivateKey(pointer, pair) == 1 else {
            throw Unusable()
        }
    }

    deinit { SSL_CTX_free(pointer) }

    private static func memory(_ text: String) -> OpaquePointer? {
        let memory = BIO_new(BIO_s_mem())
        BIO_write(memory, text, Int32(text.utf8.count))
        return memory
    }
}

/// The server's side of TLS on a channel.
final class TLSServerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let context: TLSServerContext
    private let ssl: OpaquePointer?
    /// What came from the peer, and what is to go to it; they belong to `ssl`.
    private let incoming = BIO_new(BIO_s_mem())
    private let outgoing = BIO_new(BIO_s_mem())
    private var hasGreeted = false
    private var isOver = false
    /// What was said before the handshake was through.
    private var early: [ByteBuffer] = []

    init(_ context: TLSServerContext) {
        self.context = context
        ssl = SSL_new(context.pointer)
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_accept_state(ssl)
    }

    deinit { SSL_free(ssl) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        _ = buffer.withUnsafeReadableBytes { BIO_write(incoming, $0.baseAddress, Int32($0.count)) }
        if !hasGreeted {
            ERR_clear_error()
            let result = SSL_do_handshake(ssl)
            hasGreeted = result == 1
            let isHopeless = result != 1 && SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ
            flush(context)
            if isHopeless { return context.close(promise: nil) }
            for buffer in early where hasGreeted { encrypt(buffer, context) }
            if hasGreeted { early = [] }
        }
        var plain = [UInt8](repeating: 0, count: 16 * 1024)
        while hasGreeted {
            ERR_clear_error()
            let count = SSL_read(ssl, &plain, Int32(plain.count))
            guard count > 0 else { break }
            context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: plain.prefix(Int(count)))))
        }
        flush(context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isOver else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        let buffer = unwrapOutboundIn(data)
        guard hasGreeted else {
            early.append(buffer)
            return promise?.succeed() ?? ()
        }
        encrypt(buffer, context, promise)
    }

    /// Says so inside TLS first.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if hasGreeted, !isOver {
            isOver = true
            ERR_clear_error()
            SSL_shutdown(ssl)
            flush(context)
        }
        context.close(mode: mode, promise: promise)
    }

    private func encrypt(
        _ buffer: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil
    ) {
        ERR_clear_error()
        if buffer.readableBytes > 0 {
            _ = buffer.withUnsafeReadableBytes { SSL_write(ssl, $0.baseAddress, Int32($0.count)) }
        }
        flush(context, promise)
    }

    private func flush(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil) {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(outgoing))
        let count = BIO_read(outgoing, &bytes, Int32(bytes.count))
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(bytes: bytes.prefix(max(0, Int(count))))), promise: promise)
    }
}
