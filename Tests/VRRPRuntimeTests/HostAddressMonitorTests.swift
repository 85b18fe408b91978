import Addressing
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import VRRPRuntime

@Suite(.enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"), .timeLimit(.minutes(1)))
struct HostAddressMonitorTests {
    @Test("addresses that come to the host and go are told, until nobody listens")
    func changes() async throws {
        let segment = try Segment()
        let group = try segment.left.run { MultiThreadedEventLoopGroup(numberOfThreads: 1) }
        let loop = group.next()
        let (sets, continuation) = AsyncStream.makeStream(of: Set<IPAddress>.self)
        let monitor = try await loop.submit {
            try HostAddressMonitor(eventLoop: loop) { continuation.yield($0) }
        }.get()
        let virtual = try #require(IPAddress("10.1.80.90"))
        let other = try #require(IPAddress("2001:db8::90"))
        let first = try await loop.submit { monitor.addresses }.get()
        #expect(!first.contains(virtual) && !first.isEmpty)
        var iterator = sets.makeAsyncIterator()
        func becomes(_ fits: (Set<IPAddress>) -> Bool) async {
            while let set = await iterator.next(isolation: #isolation) {
                if fits(set) { return }
            }
        }
        try segment.left.shell("ip address add 10.1.80.90/32 dev enp0s3")
        await becomes { $0.contains(virtual) && $0.isSuperset(of: first) }
        try segment.left.shell("ip address add 2001:db8::90/128 dev enp0s3 nodad")
        await becomes { $0.contains(other) }
        try segment.left.shell("ip address del 10.1.80.90/32 dev enp0s3")
        await becomes { !$0.contains(virtual) && $0.contains(other) }
        try await loop.submit { monitor.stop() }.get()
        try await group.shutdownGracefully()
    }
}
