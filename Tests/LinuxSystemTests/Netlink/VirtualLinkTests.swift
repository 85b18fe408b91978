import Addressing
import Glibc
import LinuxSystem
import Netlink
import TestKit
import Testing

/// Interfaces on top of others, in a namespace of the running kernel.
@Suite("Virtual links", .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
struct VirtualLinkTests {
    let host: NetworkNamespace
    let peer: NetworkNamespace

    init() throws {
        host = try NetworkNamespace()
        peer = try NetworkNamespace()
        try host.connect("eth0", to: peer, "eth0")
    }

    private func link(_ name: String, in namespace: NetworkNamespace) throws -> Link? {
        try namespace.run { try RouteClient.open().links() }.first { $0.name == name }
    }

    private func apply(_ commands: [RouteCommand]) throws -> [ErrorNumber?] {
        try host.run { try RouteClient.open().apply(commands) }.map(\.error.errorNumber)
    }

    @Test("a macvlan with the virtual MAC address comes, is set up, bears an alias and goes")
    func macvlan() throws {
        let base = try #require(try link("eth0", in: host))
        let address = MACAddress(bytes: [0, 0, 0x5E, 0, 1, 0x33])
        let wanted = VirtualLink(
            name: "vrrp.51", baseIndex: base.index, kind: .macvlan(.isolated), hardwareAddress: address, group: 5)
        #expect(try apply([.addVirtualLink(wanted)]) == [])
        #expect(try apply([.addVirtualLink(wanted)]) == [.exists])
        let made = try #require(try link("vrrp.51", in: host))
        #expect(made.kind == "macvlan")
        #expect(made.macvlanMode == VirtualLink.MACVLANMode.isolated.rawValue)
        #expect(made.lowerIndex == base.index)
        #expect(made.hardwareAddress == address)
        #expect(made.group == 5)
        #expect(!made.flags.contains(.up))
        #expect(
            try apply([
                .changeLink(
                    index: made.index,
                    LinkChange(
                        group: 0, alias: "eth0 arp_ignore=0",
                        ipv6AddressGeneration: LinkChange.IPv6AddressGeneration.none)),
                .changeLink(index: made.index, LinkChange(isUp: true)),
            ]) == [])
        let changed = try #require(try link("vrrp.51", in: host))
        #expect(changed.flags.contains(.up))
        #expect(changed.group == 0)
        #expect(changed.alias == "eth0 arp_ignore=0")
        let text = try host.shell("ip -d address show dev vrrp.51")
        #expect(text.contains("mode private"))
        #expect(!text.contains("inet6"))
        #expect(try apply([.changeLink(index: made.index, LinkChange(isUp: false, alias: ""))]) == [])
        let downed = try #require(try link("vrrp.51", in: host))
        #expect(!downed.flags.contains(.up))
        #expect(downed.alias == nil)
        #expect(try apply([.deleteLink(index: made.index), .deleteLink(index: made.index)]) == [.noSuchDevice])
        #expect(try link("vrrp.51", in: host) == nil)
    }

    @Test("a link-layer address is changed, and a link moves to another namespace")
    func changes() throws {
        let base = try #require(try link("eth0", in: host))
        let address = MACAddress(bytes: [0, 0, 0x5E, 0, 2, 9])
        let wanted = VirtualLink(name: "v0", baseIndex: base.index, kind: .macvlan(.bridge))
        #expect(try apply([.addVirtualLink(wanted)]) == [])
        let made = try #require(try link("v0", in: host))
        #expect(made.hardwareAddress != address)
        #expect(try apply([.changeLink(index: made.index, LinkChange(hardwareAddress: address))]) == [])
        #expect(try link("v0", in: host)?.hardwareAddress == address)
        let other = open(peer.path, O_RDONLY | O_CLOEXEC)
        defer { close(other) }
        #expect(try apply([.changeLink(index: made.index, LinkChange(namespaceDescriptor: other))]) == [])
        #expect(try link("v0", in: host) == nil)
        #expect(try link("v0", in: peer)?.hardwareAddress == address)
    }

    @Test("an ipvlan shares the address of its base")
    func ipvlan() throws {
        let base = try #require(try link("eth0", in: host))
        let outcome = try apply([
            .addVirtualLink(VirtualLink(name: "ipv0", baseIndex: base.index, kind: .ipvlan(.isolated)))
        ])
        // Not every kernel has the driver.
        guard outcome != [.notSupported] else { return }
        #expect(outcome == [])
        let made = try #require(try link("ipv0", in: host))
        #expect(made.kind == "ipvlan")
        #expect(made.ipvlanFlags == VirtualLink.IPVLANMode.isolated.rawValue)
        #expect(made.hardwareAddress == base.hardwareAddress)
    }

    @Test("a macvlan goes with its base, and the monitor says so")
    func baseGoes() throws {
        let base = try #require(try link("eth0", in: host))
        let events = try host.run {
            let monitor = try RouteMonitor.open([.links])
            let client = try RouteClient.open()
            _ = client.apply([
                .addVirtualLink(VirtualLink(name: "v0", baseIndex: base.index, kind: .macvlan(.isolated))),
                .deleteLink(index: base.index),
            ])
            return try readAll(monitor)
        }
        #expect(
            events.contains { event in
                if case .linkRemoved(let link) = event { link.name == "v0" } else { false }
            })
    }
}
