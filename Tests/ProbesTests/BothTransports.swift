import Addressing
import NIOCore
import NIOPosix
import Synchronization

/// A name server on loopback whose answers in datagrams are truncated, with a TCP server of the same port or none.
final class BothTransports: Sendable {
    private let datagrams: DatagramServer
    private let connections: (any Channel)?

    /// - Parameters:
    ///   - truncating: makes the answer in a datagram from a query.
    ///   - lines: what the connection says, made from the query that came in a datagram.
    init(
        truncating: @escaping @Sendable ([UInt8]) -> [UInt8],
        lines: (@Sendable ([UInt8]) -> [TalkingServer.Line])?
    ) async throws {
        let query = Box()
        // The port of the one is not always free for the other.
        var attempts = 0
        while true {
            let datagrams = try await DatagramServer { bytes in
                query.bytes.withLock { $0 = bytes }
                return [truncating(bytes)]
            }
            guard let lines else {
                self.datagrams = datagrams
                connections = nil
                return
            }
            do {
                connections = try await TalkingServer.listen(port: Int(datagrams.port.rawValue)) {
                    lines(query.bytes.withLock { $0 })
                }
                self.datagrams = datagrams
                return
            } catch {
                try await datagrams.close()
                attempts += 1
                if attempts == 20 { throw error }
            }
        }
    }

    private final class Box: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    var port: Port { datagrams.port }

    func close() async throws {
        try await datagrams.close()
        try await connections?.close()
    }
}
