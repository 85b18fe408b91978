import Addressing
import KeepalivedConfig
import LinuxSystem
import TestKit
import Testing
import VRRP
import VRRPRuntime

@testable import Director

@Suite struct MappingTests {
    private func configuration(_ text: String) throws -> Configuration {
        try #require(ConfigurationLoader.load(text: text).configuration)
    }

    @Test("a router tracks its own interface and those of its addresses unless the file says otherwise")
    func impliedTrackers() throws {
        let text = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                track_interface {
                    eth2 weight -20
                }
                virtual_ipaddress {
                    10.0.0.1/24
                    10.0.1.1/24 dev eth1
                    10.0.2.1/24 dev eth2
                    10.0.3.1/24 dev eth3 no_track
                }
            }
            """
        let instance = try #require(try configuration(text).instances.first)
        let trackers = RouterConfiguration(instance, group: nil).trackers
        #expect(
            trackers == [
                .init(.interface("eth2"), weight: -20), .init(.interface("eth0")), .init(.interface("eth1")),
            ])
    }

    @Test("dont_track_primary leaves the router's own interface out")
    func untracked() throws {
        let text = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                dont_track_primary
                virtual_ipaddress { 10.0.0.1/24 dev eth0 }
            }
            """
        let instance = try #require(try configuration(text).instances.first)
        #expect(RouterConfiguration(instance, group: nil).trackers.isEmpty)
    }

    @Test(
        "brd asks for an address, or for host bits that are set or clear",
        arguments: [("brd 10.0.0.200", "10.0.0.200"), ("brd +", "10.0.0.255"), ("brd -", "10.0.0.0")])
    func broadcast(option: String, expected: String) throws {
        let text = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                virtual_ipaddress { 10.0.0.1/24 \(option) }
            }
            """
        let configuration = try configuration(text)
        let runtime = VRRPRuntimeConfiguration(configuration, resolver: ScriptResolver(configuration.global))
        #expect(runtime.routers.first?.addresses.first?.broadcast == IPv4Address(expected))
    }

    @Test("a password becomes at most eight bytes, in version 2")
    func password() throws {
        let text = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                authentication {
                    auth_type PASS
                    auth_pass 1111
                }
                virtual_ipaddress { 10.0.0.1 }
            }
            """
        let instance = try #require(try configuration(text).instances.first)
        #expect(RouterConfiguration(instance, group: nil).password == Array("1111".utf8))
    }

    @Test("an IPv6 instance: its family, source and addresses, with those of the other family that it holds too")
    func ipv6Instance() throws {
        let text = """
            global_defs {
                vrrp_garp_interval 0.1
                vrrp_gna_interval 0.2
            }
            vrrp_instance VI_6 {
                interface eth0
                virtual_router_id 51
                mcast_src_ip fe80::91
                virtual_ipaddress {
                    fe80::1
                    2001:db8::1/64
                }
                virtual_ipaddress_excluded {
                    10.0.0.1/24
                }
            }
            vrrp_instance VI_4 {
                interface eth0
                virtual_router_id 51
                virtual_ipaddress {
                    10.0.0.2/24
                }
            }
            vrrp_sync_group G {
                group {
                    VI_6
                    VI_4
                }
            }

            """
        let configuration = try configuration(text)
        let runtime = VRRPRuntimeConfiguration(configuration, resolver: ScriptResolver(configuration.global))
        #expect(runtime.routers.map(\.configuration.id.name) == ["VI_6", "VI_4"])
        #expect(runtime.routers.map(\.configuration.family) == [.ipv6, .ipv4])
        #expect(runtime.groups.map(\.members) == [[RouterID("VI_6"), RouterID("VI_4")]])
        let router = try #require(runtime.routers.first)
        #expect(router.configuration.delivery == .multicast(group: try #require(IPAddress("ff02::12"))))
        #expect(router.configuration.addresses == [IPAddress("fe80::1"), IPAddress("2001:db8::1")])
        #expect(router.sourceAddress == IPAddress("fe80::91"))
        #expect(router.addresses.map(\.prefix.description) == ["fe80::1/128", "2001:db8::1/64", "10.0.0.1/24"])
        // A host address is not to become the source of the host's own connections.
        #expect(router.addresses.map(\.preferredLifetime) == [0, nil, nil])
        #expect(
            runtime.announcementIntervals
                == AnnouncementIntervals(
                    gratuitousARP: .milliseconds(100), neighborAdvertisement: .milliseconds(200)))
        #expect(configuration.hasElections)
        #expect(!Configuration().hasElections)
    }
}

@Suite("Signed adverts from the configuration")
struct AuthenticationMappingTests {
    func router(_ key: String) throws -> VRRPRuntimeConfiguration.Router {
        let text = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                auth_hmac {
                    key 7 \(key)
                    active_key 7
                    time_window 9
                    mode permissive
                }
                virtual_ipaddress { 10.0.0.1 }
            }
            """
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        return try #require(
            VRRPRuntimeConfiguration(configuration, resolver: ScriptResolver(configuration.global)).routers.first)
    }

    @Test("keys in the file and keys in files of their own")
    func keys() throws {
        let folder = try TemporaryFolder()
        let hexadecimal = "hex:" + String(repeating: "0f", count: 32)
        try SmallFile.replace(folder.path + "/key", with: Array((hexadecimal + "\n").utf8))
        let expected = AdvertAuthentication(
            keys: [7: [UInt8](repeating: 0x0F, count: 32)], activeKey: 7, timeWindow: 9, mode: .permissive)
        #expect(try router(hexadecimal).configuration.authentication == expected)
        let fromFile = try router("file:\(folder.path)/key")
        #expect(fromFile.configuration.authentication == expected && fromFile.problem == nil)
    }

    @Test("a key file that is missing or holds no key stands in the way of the router, and says so")
    func badFiles() throws {
        let folder = try TemporaryFolder()
        try SmallFile.replace(folder.path + "/key", with: Array("short\n".utf8))
        #expect(try router("file:\(folder.path)/key").problem?.contains("holds no key") == true)
        #expect(try router("file:\(folder.path)/none").problem?.contains("key 7 of auth_hmac") == true)
    }
}
