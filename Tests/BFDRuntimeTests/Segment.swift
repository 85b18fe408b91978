import Addressing
import BFD
import Glibc
import LinuxSystem
import Logging
import Synchronization
import TestKit
import Testing

@testable import BFDRuntime

/// Two hosts on one segment.
struct Segment {
    let left: NetworkNamespace
    let right: NetworkNamespace

    init() throws {
        left = try NetworkNamespace()
        right = try NetworkNamespace()
        try left.connect("enp0s3", to: right, "enp0s3")
        for (host, number) in [(left, 91), (right, 92)] {
            try host.shell(
                """
                ip address add 10.1.80.\(number)/24 dev enp0s3
                ip address add 2001:db8:80::\(number)/64 dev enp0s3 nodad
                """)
        }
    }

    static func address(_ family: AddressFamily, _ number: Int) throws -> IPAddress {
        try #require(IPAddress(family == .ipv4 ? "10.1.80.\(number)" : "2001:db8:80::\(number)"))
    }

    /// A session of the host with this number with the other one: 50 ms, ten packets, which is longer than a busy machine
    /// keeps anybody waiting.
    static func session(
        _ number: Int = 91, _ family: AddressFamily = .ipv4, name: String = "B",
        _ change: (inout SessionConfiguration) -> Void = { _ in }
    ) throws -> SessionConfiguration {
        var session = SessionConfiguration(
            name: name,
            identity: .init(
                neighbor: try address(family, number == 91 ? 92 : 91), source: try address(family, number)))
        session.transmitInterval = 50_000
        session.receiveInterval = 50_000
        session.multiplier = 10
        change(&session)
        return session
    }
}

/// A runtime in a namespace, and what it says.
final class Speaker: Sendable {
    let runtime: BFDRuntime
    private let verdicts: AsyncStream<BFDVerdict>
    /// Verdicts that came while another session's was waited for.
    private let passedOver = Mutex<[BFDVerdict]>([])

    init(in namespace: NetworkNamespace, _ sessions: [SessionConfiguration]) throws {
        let (verdicts, continuation) = AsyncStream.makeStream(of: BFDVerdict.self)
        self.verdicts = verdicts
        runtime = try namespace.run {
            var logger = Logger(label: "bfd") { _ in SwiftLogNoOpLogHandler() }
            logger.logLevel = .critical
            return try BFDRuntime(
                BFDRuntimeConfiguration(sessions: sessions, realTimePriority: 10), logger: logger
            ) {
                continuation.yield($0)
            }
        }
    }

    /// Waits for the next verdict about a session.
    func verdict(_ session: String = "B") async -> BFDVerdict? {
        let earlier = passedOver.withLock { passedOver in
            passedOver.firstIndex { $0.session == session }.map { passedOver.remove(at: $0) }
        }
        if let earlier { return earlier }
        for await verdict in verdicts {
            if verdict.session == session { return verdict }
            passedOver.withLock { $0.append(verdict) }
        }
        return nil
    }

    func session(_ name: String = "B") async -> BFDRuntimeStatus.Session? {
        await runtime.status().sessions.first { $0.status.configuration.name == name }
    }

    /// Waits until the status of a session fits.
    func reaches(_ name: String = "B", _ fits: (BFDRuntimeStatus.Session) -> Bool) async throws {
        while true {
            if let session = await session(name), fits(session) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
