import Addressing
import LinuxSystem
import Logging
import Synchronization
import TestKit
import Testing
import VRRP

@testable import VRRPRuntime

/// One director: a namespace with an interface, a runtime in it, and what the runtime says.
final class Host: Sendable {
    let namespace: NetworkNamespace
    let runtime: VRRPRuntime
    let log = LogLines()
    private let events: AsyncStream<VRRPRuntimeEvent>
    private let supervisor: ProcessSupervisor

    init(_ namespace: NetworkNamespace, _ configuration: VRRPRuntimeConfiguration) throws {
        self.namespace = namespace
        let (events, continuation) = AsyncStream.makeStream(of: VRRPRuntimeEvent.self)
        self.events = events
        let log = log
        let supervisor = try ProcessSupervisor()
        self.supervisor = supervisor
        // The runtime's thread stays in the namespace that it is made in.
        runtime = try namespace.run {
            var logger = Logger(label: "test") { _ in LogRecorder(lines: log) }
            logger.logLevel = .debug
            return VRRPRuntime(configuration, logger: logger, supervisor: supervisor) { continuation.yield($0) }
        }
    }

    /// A host whose routers are all masters and have announced their addresses.
    static func masters(_ namespace: NetworkNamespace, _ routers: [VRRPRuntimeConfiguration.Router]) async throws
        -> Host
    {
        let host = try Host(namespace, VRRPRuntimeConfiguration(routers: routers))
        try await host.runtime.start()
        var missing = Set(routers.map { "(\($0.configuration.id)) Entering MASTER STATE" })
        while !missing.isEmpty {
            await host.reaches { _ in true }
            missing.subtract(host.log.all)
        }
        let addresses = Set(routers.flatMap { $0.addresses.map { "\($0.prefix.address)" } })
        while !addresses.isSubset(of: host.announced()) { try await Task.sleep(for: .milliseconds(5)) }
        return host
    }

    /// The addresses that were announced since a point in the log.
    func announced(since start: Int = 0) -> Set<String> {
        Set(
            log.all.dropFirst(start).compactMap { line in
                guard line.contains("Sending/queueing gratuitous ARPs") else { return nil }
                return line.split(separator: " ").last.map(String.init)
            })
    }

    /// Waits for the router to reach a state; states on the way are passed over.
    func reaches(_ state: RouterState, router: String = "VI_1") async {
        for await event in events {
            if case .routerChanged(RouterID(router), state, _) = event { return }
        }
    }

    /// Waits for any event that fits.
    func reaches(_ fits: (VRRPRuntimeEvent) -> Bool) async {
        for await event in events where fits(event) { return }
    }

    func status(_ router: String = "VI_1") async -> RouterStatus? {
        await runtime.status().routers.first { $0.id == RouterID(router) }
    }

    /// Whether an interface of the host carries the address.
    func holds(_ address: String) throws -> Bool {
        try namespace.shell("ip -o address show").contains(" \(address)")
    }
}

/// What was logged, for tests that look for a line.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) { lines.withLock { $0.append(line) } }
}

struct LogRecorder: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.message)") }
}

/// Two hosts on one segment.
struct Segment {
    static let vip = "10.1.80.90/32"

    let left: NetworkNamespace
    let right: NetworkNamespace

    init() throws {
        left = try NetworkNamespace()
        right = try NetworkNamespace()
        try left.connect("enp0s3", to: right, "enp0s3")
        try left.shell("ip address add 10.1.80.91/24 dev enp0s3")
        try right.shell("ip address add 10.1.80.92/24 dev enp0s3")
        // No waiting for duplicate detection: the link-local addresses that the kernel makes would be tentative.
        for (host, last) in [(left, "91"), (right, "92")] {
            try host.shell(
                """
                ip address flush dev enp0s3 scope link
                ip address add fe80::\(last)/64 dev enp0s3 nodad
                ip address add 2001:db8::\(last)/64 dev enp0s3 nodad
                """)
        }
    }

    /// A router of version 3 on `enp0s3` that holds the virtual address. Its interval is long enough that a busy test
    /// machine does not make a backup think that the master is gone.
    static func router(
        priority: UInt8, name: String = "VI_1", virtualRouterID: UInt8 = 51, addresses: [String] = [vip],
        _ change: (inout RouterConfiguration) -> Void = { _ in }
    ) throws -> VRRPRuntimeConfiguration.Router {
        let held = try addresses.map { HeldAddress(prefix: try #require(Prefix($0))) }
        var configuration = RouterConfiguration(
            id: RouterID(name), virtualRouterID: virtualRouterID, version: .v3, priority: priority,
            addresses: held.map(\.prefix.address))
        configuration.interface = "enp0s3"
        configuration.advertInterval = .milliseconds(400)
        configuration.trackers = [.init(.interface("enp0s3"))]
        change(&configuration)
        return .init(configuration: configuration, addresses: held)
    }
}
