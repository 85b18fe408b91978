import Glibc
import LinuxSystem
import NIOCore
import NIOPosix
import TestKit

@testable import ControlPlane

/// A client without manners: it sends what it likes and reads what comes.
final class RawClient {
    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard let address = LocalSocketAddress(path), descriptor >= 0,
            address.withKernelForm({ connect(descriptor, $0, $1) }) == 0
        else { throw SystemError(call: "socket", errno: .current, purpose: "connect") }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next line, or what came before the other side closed.
    func line() -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether the other side has closed, waiting for it.
    func isClosedByPeer() -> Bool {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count <= 0 { return count == 0 }
        }
    }
}

extension ControlServer {
    /// Runs a server for as long as the body lasts, which may block its thread.
    static func with(
        _ limits: Limits = Limits(), respond: @escaping Responder = { _ in .echo },
        _ body: @Sendable @escaping (String) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let server = try await ControlServer.start(
                path: folder.file("control.sock"), on: group.next(), limits: limits, respond: respond)
            let path = server.path
            try await NIOSingletons.posixBlockingThreadPool.runIfActive { try body(path) }
            await server.stop()
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }
}

extension ControlAnswer {
    /// An answer that is easy to know again.
    static var echo: ControlAnswer {
        ControlAnswer(ConfigurationText(path: "/etc/x.conf", digest: "sha256:00", text: "text\n"))
    }
}
