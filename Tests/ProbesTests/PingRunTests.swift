import Addressing
import Glibc
import HealthChecks
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import Probes

@Suite("Ping checks", .enabled(if: NetworkNamespace.isAvailable, "needs root"), .timeLimit(.minutes(1)))
struct PingRunTests {
    /// A host of its own with one link to nowhere, and its event loop.
    private func host(groups: String) throws -> (namespace: NetworkNamespace, group: MultiThreadedEventLoopGroup) {
        let namespace = try NetworkNamespace()
        for command in [
            "ip link add left type veth peer name right", "ip address add 192.0.2.1/24 dev left",
            "ip address add 2001:db8::1/64 dev left nodad", "ip link set left up", "ip link set right up",
            // Nobody has this address, and nobody is asked for it.
            "ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev left nud permanent",
            "sysctl -qw net.ipv4.neigh.left.retrans_time_ms=20 net.ipv6.neigh.left.retrans_time_ms=20",
            "sysctl -qw 'net.ipv4.ping_group_range=\(groups)'",
        ] { try namespace.shell(command) }
        return (namespace, try namespace.run { MultiThreadedEventLoopGroup(numberOfThreads: 1) })
    }

    private static let short = Duration.milliseconds(100)
    /// With sockets for echo requests, and without.
    private static let groupRanges = ["0 2147483647", "1 0"]

    private func target(_ address: String, _ timeout: Duration) -> ConnectionTarget {
        ConnectionTarget(address: IPAddress(address) ?? .v4(.any), port: .any, timeout: timeout)
    }

    @Test("a host that answers is well, one that does not is down with the reason", arguments: groupRanges)
    func results(groups: String) async throws {
        let (_, group) = try host(groups: groups)
        let cases: [(address: String, timeout: Duration, result: CheckResult)] = [
            ("127.0.0.1", .seconds(30), .success()), ("::1", .seconds(30), .success()),
            ("192.0.2.1", .seconds(30), .success()), ("2001:db8::1", .seconds(30), .success()),
            ("192.0.2.9", Self.short, .failure(.ping(.noReply(after: Self.short)))),
            ("192.0.2.10", .seconds(30), .failure(.ping(.unreachable("No route to host")))),
            ("2001:db8::10", .seconds(30), .failure(.ping(.unreachable("No route to host")))),
            ("198.51.100.1", .seconds(30), .failure(.ping(.unreachable("Network is unreachable")))),
        ]
        for (address, timeout, result) in cases {
            let target = target(address, timeout)
            let found = try await RunHarness(loop: group.next()).result { state, completion in
                PingRun(target, poll: state.poll, completion: completion)
            }
            #expect(found == result, "\(address)")
        }
        try await group.shutdownGracefully()
    }

    @Test("many runs at once each get their own reply", arguments: groupRanges)
    func many(groups: String) async throws {
        let (_, group) = try host(groups: groups)
        let loop = group.next()
        let target = target("127.0.0.1", .seconds(30))
        try await withThrowingTaskGroup(of: CheckResult.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    try await RunHarness(loop: loop).result { state, completion in
                        PingRun(target, poll: state.poll, completion: completion)
                    }
                }
            }
            for try await result in tasks { #expect(result == .success()) }
        }
        try await group.shutdownGracefully()
    }

    @Test("the system's setting of who may ping is left as it is")
    func sysctl() async throws {
        let (namespace, group) = try host(groups: "1 0")
        let target = target("127.0.0.1", .seconds(30))
        #expect(
            try await RunHarness(loop: group.next()).result { state, completion in
                PingRun(target, poll: state.poll, completion: completion)
            } == .success())
        try namespace.shell("test \"$(cat /proc/sys/net/ipv4/ping_group_range)\" = \"$(printf '1\\t0')\"")
        try await group.shutdownGracefully()
    }

    @Test("a UDP service's silence is told from that of a host that is off")
    func silentHost() async throws {
        let (_, group) = try host(groups: "0 2147483647")
        let exchange = UDPExchange(payload: [1])
        let cases: [(address: String, isRemembered: Bool, timeout: Duration, result: CheckResult)] = [
            // Nothing is known of it: it may be one that never answers ping.
            ("192.0.2.9", false, Self.short, .success()),
            ("192.0.2.9", true, Self.short, .failure(.udp(.hostSilent(after: Self.short)))),
            // Nobody on the link has the address.
            ("192.0.2.10", false, .seconds(30), .failure(.udp(.unreachable("No route to host")))),
            ("2001:db8::10", false, .seconds(30), .failure(.udp(.unreachable("No route to host")))),
            ("198.51.100.1", false, .seconds(30), .failure(.udp(.unreachable("Network is unreachable")))),
        ]
        for (address, isRemembered, timeout, result) in cases {
            var target = target(address, timeout)
            target.port = 53
            let found = try await RunHarness(loop: group.next()).result { [target] state, completion in
                if isRemembered { state.echoes.remember(target) }
                return UDPRun(target, exchange, poll: state.poll, echoes: state.echoes, completion: completion)
            }
            #expect(found == result, "\(address)")
        }
        try await group.shutdownGracefully()
    }
}
