import Addressing
import HealthChecks
import LinuxSystem
import NIOCore
import NIOPosix
import Probes

/// An engine with its reports as a stream.
final class EngineHarness {
    let engine: ProbeEngine
    let supervisor: ProcessSupervisor
    private var reports: AsyncStream<CheckReport>.Iterator

    init(
        loops: [any EventLoop] = [MultiThreadedEventLoopGroup.singleton.next()], limits: ProbeLimits = ProbeLimits()
    ) throws {
        supervisor = try ProcessSupervisor(limit: 16)
        let (stream, continuation) = AsyncStream<CheckReport>.makeStream()
        reports = stream.makeAsyncIterator()
        engine = ProbeEngine(loops: loops, supervisor: supervisor, limits: limits) { continuation.yield($0) }
    }

    func next() async throws -> CheckReport {
        guard let report = await reports.next() else { throw Ended() }
        return report
    }

    func stop() async throws {
        try await engine.stop().get()
        supervisor.stop()
    }

    struct Ended: Error {}
}

/// A port of this host. Where the timeout is not the point, a busy machine must not make it one.
func loopback(_ port: Port, timeout: Duration = .seconds(30)) -> ConnectionTarget {
    ConnectionTarget(address: .v4(IPv4Address(127, 0, 0, 1)), port: port, timeout: timeout)
}

/// A policy that runs every few milliseconds.
func quick(retries: UInt32 = 0, interval: Duration = .milliseconds(20)) -> CheckPolicy {
    CheckPolicy(retries: retries, delayBeforeRetry: .milliseconds(10), interval: interval, warmup: .zero)
}
