import Addressing
import Glibc
import TestKit
import Testing
import VRRP

@testable import VRRPRuntime

/// A pair of which one director is keepalived: exactly one of them is master, whichever has the higher priority.
@Suite(
    .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"),
    .enabled(if: access("/usr/sbin/keepalived", X_OK) == 0, "needs the package keepalived"),
    .timeLimit(.minutes(2)))
struct KeepalivedPairTests {
    /// How the pair talks.
    enum Dialect: String, CaseIterable, CustomTestStringConvertible {
        case version2, version2WithPassword, version3, version3Unicast, ipv6, ipv6Unicast

        var testDescription: String { rawValue }

        var lines: String {
            switch self {
            case .version2: "advert_int 1"
            case .version2WithPassword: "advert_int 1\n authentication {\n auth_type PASS\n auth_pass 1111\n }"
            case .version3: "version 3\n advert_int 0.3"
            case .version3Unicast:
                """
                version 3
                advert_int 0.3
                unicast_src_ip 10.1.80.92
                unicast_peer {
                10.1.80.91
                }
                """
            case .ipv6: "advert_int 0.3"
            case .ipv6Unicast:
                """
                advert_int 0.3
                unicast_src_ip 2001:db8::92
                unicast_peer {
                2001:db8::91
                }
                """
            }
        }

        var isIPv6: Bool { self == .ipv6 || self == .ipv6Unicast }

        /// The virtual address.
        var vip: String { isIPv6 ? "2001:db8::90" : "10.1.80.90" }

        /// The virtual addresses of the adverts.
        var vips: [String] { isIPv6 ? ["fe80::90/128", "2001:db8::90/128"] : ["10.1.80.90/32"] }

        func apply(to configuration: inout RouterConfiguration) {
            switch self {
            case .version2, .version2WithPassword:
                configuration.version = .v2
                configuration.advertInterval = .seconds(1)
                if self == .version2WithPassword { configuration.password = Array("1111".utf8) }
            case .version3, .version3Unicast:
                configuration.advertInterval = .milliseconds(300)
                if self == .version3Unicast {
                    configuration.delivery = .unicast(
                        peers: [.init(address: .v4(IPv4Address(10, 1, 80, 92)))], ttl: 255, checksSource: false)
                }
            case .ipv6:
                configuration.advertInterval = .milliseconds(300)
                configuration.delivery = .multicast(group: .v6(IPv6Address(high: 0xFF02 << 48, low: 0x12)))
            case .ipv6Unicast:
                configuration.advertInterval = .milliseconds(300)
                let peer = IPv6Address(high: 0x2001_0DB8 << 32, low: 0x92)
                configuration.delivery = .unicast(
                    peers: [.init(address: .v6(peer), ttl: 64...64)], ttl: 255, checksSource: true)
            }
        }
    }

    let segment: Segment
    let folder: TemporaryFolder

    init() throws {
        segment = try Segment()
        folder = try TemporaryFolder()
    }

    /// Starts keepalived with priority 100 on the right host.
    func startKeepalived(_ dialect: Dialect) throws {
        try segment.right.shell(
            """
            cat > \(folder.path)/keepalived.conf <<'END'
            vrrp_instance VI_1 {
            interface enp0s3
            virtual_router_id 51
            priority 100
            \(dialect.lines)
            virtual_ipaddress {
            \(dialect.vips.joined(separator: "\n"))
            }
            }
            END
            keepalived --vrrp -f \(folder.path)/keepalived.conf -p \(folder.path)/pid -r \(folder.path)/vrrp.pid > /dev/null 2>&1
            """)
    }

    /// Stops it and waits until it has ended.
    func stopKeepalived() throws {
        try segment.right.shell(
            """
            pid=$(cat \(folder.path)/pid)
            kill $pid
            while kill -0 $pid 2> /dev/null; do sleep 0.05; done
            """)
    }

    /// Waits until keepalived has, or has not, the virtual address.
    func keepalivedHolds(_ wanted: Bool, _ dialect: Dialect) async throws {
        while try segment.right.shell("ip -o address show").contains(" \(dialect.vip)/") != wanted {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test(
        "Martlet with the higher priority takes over from keepalived, and hands over when it stops",
        arguments: Dialect.allCases)
    func higherPriority(dialect: Dialect) async throws {
        try startKeepalived(dialect)
        defer { _ = try? segment.right.shell("kill $(cat \(folder.path)/pid)") }
        try await keepalivedHolds(true, dialect)
        let left = try Host(
            segment.left,
            VRRPRuntimeConfiguration(routers: [
                try Segment.router(priority: 101, addresses: dialect.vips) { dialect.apply(to: &$0) }
            ]))
        try await left.runtime.start()
        await left.reaches(.master)
        try await keepalivedHolds(false, dialect)
        #expect(try left.holds("\(dialect.vip)/"))
        #expect(await left.status()?.statistics.rejected == 0)
        await left.runtime.stop()
        try await keepalivedHolds(true, dialect)
    }

    @Test(
        "Martlet with the lower priority yields to keepalived, and takes over when that stops",
        arguments: Dialect.allCases)
    func lowerPriority(dialect: Dialect) async throws {
        let left = try Host(
            segment.left,
            VRRPRuntimeConfiguration(routers: [
                try Segment.router(priority: 99, addresses: dialect.vips) { dialect.apply(to: &$0) }
            ]))
        try await left.runtime.start()
        await left.reaches(.master)
        try startKeepalived(dialect)
        await left.reaches(.backup)
        try await keepalivedHolds(true, dialect)
        #expect(try !left.holds("\(dialect.vip)/"))
        try stopKeepalived()
        await left.reaches(.master)
        #expect(try left.holds("\(dialect.vip)/"))
        #expect(await left.status()?.statistics.rejected == 0)
        await left.runtime.stop()
    }
}
