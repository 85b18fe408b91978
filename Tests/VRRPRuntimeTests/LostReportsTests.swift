import Glibc
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import TestKit
import Testing
import VRRP

@testable import VRRPRuntime

@Suite(.enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"), .timeLimit(.minutes(2)))
struct LostReportsTests {
    @Test("when the kernel's reports overran, everything is read anew and a lost address is noticed all the same")
    func overrun() async throws {
        let segment = try Segment()
        let configuration = VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 255)])
        let (events, continuation) = AsyncStream.makeStream(of: VRRPRuntimeEvent.self)
        let lines = LogLines()
        let supervisor = try ProcessSupervisor()
        let group = try segment.left.run { MultiThreadedEventLoopGroup(numberOfThreads: 1) }
        let loop = VRRPLoop(
            configuration, eventLoop: group.next(), logger: Logger(label: "test") { _ in LogRecorder(lines: lines) },
            supervisor: supervisor, onEvent: { continuation.yield($0) })
        try await loop.start()
        var iterator = events.makeAsyncIterator()
        func reaches(_ state: RouterState) async {
            while let event = await iterator.next(isolation: #isolation) {
                if case .routerChanged(_, state, _) = event { return }
            }
        }
        await reaches(.master)

        // The loop's thread waits at a pipe while more happens than its socket can hold.
        var gate: [Int32] = [0, 0]
        #expect(pipe(&gate) == 0)
        let (entrance, exit) = (gate[0], gate[1])
        group.next().execute {
            var byte: UInt8 = 0
            _ = read(entrance, &byte, 1)
        }
        try segment.left.shell(
            """
            ip address del 10.1.80.90/32 dev enp0s3
            for n in $(seq 8000); do echo "link set lo mtu $((2000 + n))"; done | ip -batch -
            """)
        close(exit)
        while !lines.all.contains(where: { $0.hasSuffix("put back") }) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(lines.all.contains { $0.contains("overran") })
        #expect(try segment.left.shell("ip -o address show").contains("10.1.80.90/32"))
        // The new socket hears what happens now.
        try segment.left.shell("ip link set enp0s3 down")
        await reaches(.fault)
        await loop.stop(keepAddresses: false)
        try await group.shutdownGracefully()
        close(entrance)
    }
}
