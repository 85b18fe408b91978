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
        case version2, version2WithPassword, version3, version3Unicast

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
            }
        }

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
            10.1.80.90
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
    func keepalivedHolds(_ wanted: Bool) async throws {
        while try segment.right.shell("ip -o address show").contains(" 10.1.80.90/32") != wanted {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test(
        "Martlet with the higher priority takes over from keepalived, and hands over when it stops",
        arguments: Dialect.allCases)
    func higherPriority(dialect: Dialect) async throws {
        try startKeepalived(dialect)
        defer { _ = try? segment.right.shell("kill $(cat \(folder.path)/pid)") }
        try await keepalivedHolds(true)
        let left = try Host(
            segment.left,
            VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 101) { dialect.apply(to: &$0) }]))
        try await left.runtime.start()
        await left.reaches(.master)
        try await keepalivedHolds(false)
        #expect(try left.holds("10.1.80.90/32"))
        #expect(await left.status()?.statistics.rejected == 0)
        await left.runtime.stop()
        try await keepalivedHolds(true)
    }

    @Test(
        "Martlet with the lower priority yields to keepalived, and takes over when that stops",
        arguments: Dialect.allCases)
    func lowerPriority(dialect: Dialect) async throws {
        let left = try Host(
            segment.left,
            VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 99) { dialect.apply(to: &$0) }]))
        try await left.runtime.start()
        await left.reaches(.master)
        try startKeepalived(dialect)
        await left.reaches(.backup)
        try await keepalivedHolds(true)
        #expect(try !left.holds("10.1.80.90/32"))
        try stopKeepalived()
        await left.reaches(.master)
        #expect(try left.holds("10.1.80.90/32"))
        #expect(await left.status()?.statistics.rejected == 0)
        await left.runtime.stop()
    }
}
