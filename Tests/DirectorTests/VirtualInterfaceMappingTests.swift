import Addressing
import KeepalivedConfig
import LinuxSystem
import Testing
import VRRP
import VRRPRuntime

@testable import Director

@Suite("Virtual interfaces of a configuration")
struct VirtualInterfaceMappingTests {
    private func map(_ global: String = "", _ instances: String...) throws -> (VirtualInterfaceMap, [VRRPInstance]) {
        let text = "global_defs {\n\(global)\n}\n" + instances.joined(separator: "\n")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        return (VirtualInterfaceMap(configuration), configuration.instances)
    }

    private func instance(
        _ name: String, id: Int = 51, interface: String = "eth0", _ extra: String, addresses: String = "10.0.0.1"
    ) -> String {
        """
        vrrp_instance \(name) {
            interface \(interface)
            virtual_router_id \(id)
            version 3
            \(extra)
            virtual_ipaddress {
                \(addresses)
            }
        }
        """
    }

    @Test("groups of interfaces are numbers, or names of the host's file; an unknown name is left out and told")
    func groups() throws {
        let text = ["group 7", "group outside", "group default", "group nowhere"].enumerated().map { number, group in
            instance("I\(number)", id: number + 1, "use_vmac \(group)")
        }.joined(separator: "\n")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let numbers = RoutingNumbers([.interfaceGroups: ["outside": 12]])
        let map = VirtualInterfaceMap(configuration, numbers: numbers)
        #expect(map.interfaces.map(\.group) == [7, 12, 0, nil])
        #expect(
            map.omissions == [
                "(I3): the group of its interface is left out: /etc/iproute2/group has no 'nowhere'"
            ])
    }

    @Test("names are keepalived's: vrrp.ID, vrrp6.ID for IPv6, then numbers")
    func names() throws {
        let (map, _) = try map(
            "", instance("A", "use_vmac"), instance("B", "use_vmac", addresses: "2001:db8::1"),
            instance("C", interface: "eth1", "use_vmac"), instance("D", interface: "eth2", "use_vmac"),
            instance("E", id: 7, "use_vmac outside"))
        #expect(map.interfaces.map(\.name) == ["vrrp.51", "vrrp6.51", "vrrp1.51", "vrrp2.51", "outside"])
        #expect(map.interfaces.map(\.base) == ["eth0", "eth0", "eth1", "eth2", "eth0"])
        #expect(map.interfaces.map(\.families) == [[.ipv4], [.ipv6], [.ipv4], [.ipv4], [.ipv4]])
        let addresses = map.interfaces.map { interface in
            if case .virtualMAC(let address) = interface.kind { "\(address)" } else { "" }
        }
        #expect(
            addresses == [
                "00:00:5e:00:01:33", "00:00:5e:00:02:33", "00:00:5e:00:01:33", "00:00:5e:00:01:33", "00:00:5e:00:01:07",
            ])
    }

    @Test("a name that another instance has chosen is not given to one that has not")
    func chosenNames() throws {
        let (map, _) = try map("", instance("A", "use_vmac"), instance("B", interface: "eth1", "use_vmac vrrp.51"))
        #expect(map.interfaces.map(\.name) == ["vrrp1.51", "vrrp.51"])
    }

    @Test("prefixes, groups and MAC addresses of the file are used")
    func settings() throws {
        let (map, _) = try map(
            "vmac_prefix edge\nvmac_addr_prefix side",
            instance(
                "A", "use_vmac 02:00:00:00:00:09 group 5\nuse_vmac_addr", addresses: "10.0.0.1\n10.0.1.1 dev eth1"))
        #expect(map.interfaces.map(\.name) == ["edge.51", "side.51"])
        #expect(map.interfaces.map(\.group) == [5, nil])
        #expect(map.interfaces.map(\.base) == ["eth0", "eth1"])
        let kind = VirtualInterface.Kind.virtualMAC(try #require(MACAddress(bytes: [2, 0, 0, 0, 0, 9])))
        #expect(map.interfaces.map(\.kind) == [kind, kind])
    }

    @Test("an address with no device or the instance's is on the virtual interface; others stay where they are")
    func addresses() throws {
        let (map, instances) = try map(
            "",
            instance(
                "A", "use_vmac",
                addresses: "10.0.0.1\n10.0.0.2 dev eth0\n10.0.1.1 dev eth1\n10.0.2.1 dev eth2 use_vmac"))
        let instance = try #require(instances.first)
        let names = instance.virtualAddresses.map { map.interface(of: $0, in: instance) }
        #expect(names == ["vrrp.51", "vrrp.51", "eth1", "vrrp1.51"])
        #expect(map.interface(of: instance) == "vrrp.51")
        var router = VRRPRuntimeConfiguration.Router(
            configuration: .init(id: .init("A"), virtualRouterID: 51),
            addresses: instance.virtualAddresses.map(HeldAddress.init))
        router.use(map, of: instance)
        #expect(router.addresses.map(\.interface) == ["vrrp.51", "vrrp.51", "eth1", "vrrp1.51"])
        #expect(router.virtualInterface == "vrrp.51")
    }

    @Test("an excluded address of the other family has its family's MAC address where that is asked for")
    func otherFamily() throws {
        func kinds(_ extra: String, excluded: String) throws -> [String] {
            let (map, instances) = try map(
                "", instance("A", "\(extra)\nvirtual_ipaddress_excluded {\n\(excluded)\n}"))
            let instance = try #require(instances.first)
            let places = (instance.virtualAddresses + instance.excludedVirtualAddresses).map {
                map.interface(of: $0, in: instance) ?? "-"
            }
            return places
                + map.interfaces.map { interface in
                    let families = interface.families.map { "\($0.bitWidth)" }.sorted().joined(separator: "+")
                    guard case .virtualMAC(let address) = interface.kind else { return "" }
                    return "\(interface.name) \(interface.base) \(address) \(families)"
                }
        }
        #expect(
            try kinds("use_vmac", excluded: "2001:db8::5") == [
                "vrrp.51", "vrrp.51", "vrrp.51 eth0 00:00:5e:00:01:33 128+32",
            ])
        #expect(
            try kinds("use_vmac\nuse_vmac_addr", excluded: "2001:db8::5\n10.0.0.9\n2001:db8::6 dev eth0") == [
                "vrrp.51", "vrrp6.51", "vrrp.51", "vrrp6.51",
                "vrrp.51 eth0 00:00:5e:00:01:33 32", "vrrp6.51 eth0 00:00:5e:00:02:33 128",
            ])
        #expect(
            try kinds("use_vmac va 02:00:00:00:00:09", excluded: "2001:db8::5 use_vmac\n2001:db8:1::5 dev eth1") == [
                "va", "vrrp.51", "eth1", "va eth0 02:00:00:00:00:09 32", "vrrp.51 eth0 00:00:5e:00:02:33 128",
            ])
        #expect(
            try kinds("use_vmac_addr", excluded: "2001:db8::5") == [
                "-", "vrrp.51", "vrrp.51 eth0 00:00:5e:00:02:33 128",
            ])
    }

    @Test("without any of the keywords nothing changes")
    func none() throws {
        let (map, instances) = try map("", instance("A", "", addresses: "10.0.0.1\n10.0.1.1 dev eth1"))
        let instance = try #require(instances.first)
        #expect(map.interfaces.isEmpty)
        #expect(map.interface(of: instance) == nil)
        #expect(instance.virtualAddresses.map { map.interface(of: $0, in: instance) } == [nil, "eth1"])
    }

    @Test("no_accept and the firewall's keywords are taken over; iptables' chains are directions")
    func firewall() throws {
        var settings = FirewallSettings()
        #expect(AddressFilterConfiguration(settings) == AddressFilterConfiguration())
        settings.nftablesTable = "vips"
        settings.nftablesPriority = -1
        settings.hasCounters = true
        settings.matchesInterfaceIndex = true
        settings.iptables = FirewallSettings.Chains(input: "INPUT", output: nil)
        let filter = AddressFilterConfiguration(settings)
        #expect(filter.table == "vips")
        #expect(filter.priority == -1)
        #expect(filter.hasCounters)
        #expect(filter.matchesInterfaceIndex)
        #expect(filter.filtersInput)
        #expect(!filter.filtersOutput)
    }
}
