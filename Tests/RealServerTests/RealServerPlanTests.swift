import Addressing
import LinuxSystem
import Netlink
import Testing

@testable import RealServer

/// A host to plan for, and what it is like after a plan.
struct PlannedHost {
    static let vip: IPAddress = .v4(IPv4Address(10, 1, 80, 90))
    static let other: IPAddress = .v4(IPv4Address(10, 1, 80, 91))

    /// - Parameter settings: `arp_ignore` and `arp_announce` of `all`, then of `lo`.
    static func host(_ addresses: [InterfaceAddress] = [], settings: [Int] = [0, 0, 0, 0], isUp: Bool = true)
        -> HostState
    {
        var sysctls: [Sysctl: Int] = [:]
        for scope in ["all", "lo", "default", "enp0s3"] {
            for name in Settings.names { sysctls[.ipv4(interface: scope, name)] = 0 }
        }
        for (key, value) in zip(keys, settings) { sysctls[key] = value }
        return HostState(
            interfaces: [
                .init(
                    name: "lo", isUp: isUp, isLoopback: true, isSilent: true, mtu: 65536, addresses: addresses),
                .init(name: "enp0s3", addresses: [held("10.1.80.93", length: 24)].compactMap { $0 }),
            ], sysctls: sysctls)
    }

    static let keys: [Sysctl] = ["all", "lo"].flatMap { scope in
        ["arp_ignore", "arp_announce"].map { Sysctl.ipv4(interface: scope, $0) }
    }

    static func held(
        _ text: String, length: UInt8 = 32, label: String? = nil, flags: InterfaceAddress.Flags = []
    ) -> InterfaceAddress? {
        IPAddress(text).flatMap { Prefix($0, length: length) }.map {
            InterfaceAddress(interfaceIndex: 0, prefix: $0, label: label, flags: flags)
        }
    }

    /// Applies an address to a host that knows of none, where a second time does nothing, and takes it back, which leads
    /// back. Returns the host in between.
    static func setUpAndBack(_ address: RealServerAddress, on start: HostState) throws -> HostState {
        let plan = try RealServerPlan.apply([address], to: start, saved: SavedState())
        let state = carryOut(plan.changes, on: start)
        #expect(try RealServerPlan.apply([address], to: state, saved: plan.saved).changes.isEmpty)
        let saved = try SavedState(text: plan.saved.text(by: "1.2.3"))
        #expect(saved == plan.saved)
        let removal = RealServerPlan.remove([address.address], from: state, saved: saved)
        #expect(carryOut(removal.changes, on: state) == start)
        #expect(removal.saved.isEmpty)
        return state
    }

    /// The host after the changes.
    static func carryOut(_ changes: [Change], on host: HostState) -> HostState {
        var host = host
        func edit(_ name: String, _ body: (inout HostState.Interface) -> Void) {
            guard let index = host.interfaces.firstIndex(where: { $0.name == name }) else {
                Issue.record("no interface \(name)")
                return
            }
            body(&host.interfaces[index])
        }
        for change in changes {
            switch change {
            case .addLink(let name, let kind):
                host.interfaces.append(.init(name: name, isUp: false, isSilent: true, kind: kind))
                for setting in Settings.names {
                    host.sysctls[.ipv4(interface: name, setting)] = host.own(setting, of: "default")
                }
            case .removeLink(let name, _):
                host.interfaces.removeAll { $0.name == name }
                for setting in Settings.names { host.sysctls[.ipv4(interface: name, setting)] = nil }
            case .setLink(let name, let up): edit(name) { $0.isUp = up }
            case .setSysctl(let sysctl, let before, let value):
                #expect(host.sysctls[sysctl] == before, "\(sysctl)")
                host.sysctls[sysctl] = value
            case .addAddress(let address, let interface): edit(interface) { $0.addresses.append(address) }
            case .removeAddress(let address, let interface):
                edit(interface) { $0.addresses.removeAll { $0.prefix == address.prefix } }
            case .setTunnelProtocol(let name, let before, let number):
                #expect(host.interface(name)?.tunnelProtocol == before)
                edit(name) { $0.tunnelProtocol = number }
            case .setTunnelChecksum(let name, let isExpected): edit(name) { $0.expectsChecksums = isExpected }
            case .addTunnelPort(let port): host.tunnelPorts[port] = true
            case .removeTunnelPort(let port): host.tunnelPorts[port] = nil
            case .writeFile, .removeFile, .removeFolder: break
            }
        }
        return host
    }
}

@Suite struct RealServerPlanTests {
    @Test(
        "the first and the last address of a network that the host is in is refused, others near them are not",
        arguments: [
            ("10.1.80.0", true), ("10.1.80.255", true), ("10.1.80.1", false), ("10.1.81.255", false),
            ("10.1.80.254", false),
        ])
    func edges(text: String, isRefused: Bool) throws {
        let address = RealServerAddress(try #require(IPAddress(text)))
        do throws(RealServerError) {
            _ = try RealServerPlan.apply([address], to: host(), saved: SavedState())
            #expect(!isRefused)
        } catch {
            #expect(isRefused)
            #expect(error.description.contains("10.1.80.93/24 on enp0s3"))
        }
    }

    let vip = PlannedHost.vip
    let other = PlannedHost.other

    func host(_ addresses: [InterfaceAddress] = [], settings: [Int] = [0, 0, 0, 0], isUp: Bool = true) -> HostState {
        PlannedHost.host(addresses, settings: settings, isUp: isUp)
    }

    func carryOut(_ changes: [Change], on host: HostState) -> HostState { PlannedHost.carryOut(changes, on: host) }

    func apply(
        _ addresses: [IPAddress], to host: HostState, saved: SavedState = SavedState()
    ) throws -> RealServerPlan {
        try RealServerPlan.apply(addresses.map { RealServerAddress($0) }, to: host, saved: saved)
    }

    @Test("the host is made silent before the address is there")
    func order() throws {
        let plan = try apply([vip], to: host())
        #expect(plan.changes.count == 5)
        for change in plan.changes.dropLast() {
            guard case .setSysctl(_, from: 0, _) = change else {
                Issue.record("\(change) before the address")
                continue
            }
        }
        #expect(
            plan.changes.last
                == .addAddress(InterfaceAddress(interfaceIndex: 0, prefix: Prefix(host: vip)), interface: "lo"))
        #expect(plan.saved.entries.map(\.address.address) == [vip])
        #expect(plan.saved.sysctls.count == 4)
    }

    @Test("a second time nothing is to be done")
    func idempotent() throws {
        let wanted = [vip, other].map { RealServerAddress($0, isLabelled: true) }
        let first = try RealServerPlan.apply(wanted, to: host(isUp: false), saved: SavedState())
        let after = carryOut(first.changes, on: host(isUp: false))
        let second = try RealServerPlan.apply(wanted, to: after, saved: first.saved)
        #expect(second.changes.isEmpty)
        #expect(second.saved == first.saved)
        #expect(second.items.allSatisfy { $0.outcome == .inOrder })
        #expect(after.interface("lo")?.isUp == true)
        #expect(after.interface("lo")?.addresses.map(\.label) == ["lo:0", "lo:1"])
    }

    @Test("with the last address the settings become what they were before the first application")
    func removal() throws {
        let start = host(settings: [0, 1, 0, 0])
        let first = try apply([vip], to: start)
        var state = carryOut(first.changes, on: start)
        let second = try apply([other], to: state, saved: first.saved)
        state = carryOut(second.changes, on: state)
        let third = RealServerPlan.remove([vip], from: state, saved: second.saved)
        state = carryOut(third.changes, on: state)
        #expect(third.changes.count == 1)
        #expect(state.interface("lo")?.addresses.map(\.prefix.address) == [other])
        let fourth = RealServerPlan.remove([other], from: state, saved: third.saved)
        state = carryOut(fourth.changes, on: state)
        #expect(state == start)
        #expect(fourth.saved.isEmpty)
        guard case .removeAddress = fourth.changes.first else {
            Issue.record("the host must stay silent until the address is gone")
            return
        }
    }

    @Test("a setting that somebody changed meanwhile is left to them, and said so")
    func foreignChange() throws {
        let first = try apply([vip], to: host())
        var state = carryOut(first.changes, on: host())
        state.sysctls[PlannedHost.keys[0]] = 8
        let removal = RealServerPlan.remove([vip], from: state, saved: first.saved)
        #expect(carryOut(removal.changes, on: state).sysctls[PlannedHost.keys[0]] == 8)
        #expect(removal.saved.isEmpty)
        #expect(removal.items.contains { $0.outcome == .left })
    }

    @Test("a setting that somebody spoilt between two applications goes back to theirs, not to the older one")
    func newestWish() throws {
        let start = host(settings: [0, 1, 0, 0])
        let first = try apply([vip], to: start)
        var state = carryOut(first.changes, on: start)
        state.sysctls[PlannedHost.keys[1]] = 0
        let second = try apply([other], to: state, saved: first.saved)
        state = carryOut(second.changes, on: state)
        let removal = RealServerPlan.remove([vip, other], from: state, saved: second.saved)
        #expect(carryOut(removal.changes, on: state).sysctls[PlannedHost.keys[1]] == 0)
    }

    @Test(
        "a stricter arp_ignore is in order, 3 is not: it hides addresses of scope host only", arguments: [1, 2, 8, 3])
    func stricter(value: Int) throws {
        let plan = try apply([vip], to: host(settings: [value, 2, value, 2]))
        #expect(plan.changes.count == (value == 3 ? 3 : 1))
    }

    @Test("an interface whose own larger value outdoes that of all is corrected, and goes back")
    func interfaceOfItsOwn() throws {
        var start = host()
        let own = Sysctl.ipv4(interface: "enp0s3", "arp_ignore")
        start.sysctls[own] = 5
        let plan = try apply([vip], to: start)
        let after = carryOut(plan.changes, on: start)
        #expect(after.effective("arp_ignore", on: "enp0s3") == 1)
        #expect(Verification.findings(of: [RealServerAddress(vip)], on: after, listeners: nil).isEmpty)
        let removal = RealServerPlan.remove([vip], from: after, saved: plan.saved)
        #expect(carryOut(removal.changes, on: after) == start)
    }

    @Test("a virtual address with its network's prefix on lo is corrected, and comes back with the removal")
    func wrongPrefix() throws {
        let wide = try #require(PlannedHost.held("10.1.80.90", length: 24, label: "lo:7"))
        let start = host([wide], settings: [1, 2, 1, 2])
        let plan = try apply([vip], to: start)
        let state = carryOut(plan.changes, on: start)
        #expect(state.interface("lo")?.addresses.map(\.prefix) == [Prefix(host: vip)])
        let line = try #require(plan.items.last)
        #expect(line.description == "10.1.80.90/32 on lo: present, was present as 10.1.80.90/24")
        let restored = try SavedState(text: plan.saved.text(by: "1.2.3"))
        let removal = RealServerPlan.remove([vip], from: state, saved: restored)
        #expect(carryOut(removal.changes, on: state) == start)
        #expect(removal.saved.isEmpty)
    }

    @Test("an address that was there before as it is wanted stays at the removal")
    func wasThere() throws {
        let start = host([try #require(PlannedHost.held("10.1.80.90"))])
        let plan = try apply([vip], to: start)
        let state = carryOut(plan.changes, on: start)
        let removal = RealServerPlan.remove(
            [vip], from: state, saved: try SavedState(text: plan.saved.text(by: "1.2.3")))
        #expect(carryOut(removal.changes, on: state) == start)
        #expect(removal.items.contains { $0.outcome == .left })
    }

    @Test("an address on an interface that does ARP is refused: this may be the director")
    func heldElsewhere() throws {
        var state = host()
        state.interfaces[1].addresses.append(try #require(PlannedHost.held("10.1.80.90", length: 24)))
        #expect(throws: RealServerError.heldElsewhere(try #require(Prefix("10.1.80.90/24")), interface: "enp0s3")) {
            try apply([vip], to: state)
        }
        #expect(throws: RealServerError.interfaceAnswers("enp0s3")) {
            try RealServerPlan.apply(
                [RealServerAddress(vip, interface: "enp0s3")], to: host(), saved: SavedState())
        }
    }

    @Test("IPv6 needs no ARP settings; the address is usable at once")
    func ipv6() throws {
        let address = try #require(IPAddress("2001:db8::90"))
        let plan = try apply([address], to: host())
        #expect(
            plan.changes == [
                .addAddress(
                    InterfaceAddress(interfaceIndex: 0, prefix: Prefix(host: address), flags: .noDuplicateDetection),
                    interface: "lo")
            ])
    }

    @Test("a dummy is made for the first address on it and goes with the last one")
    func dummy() throws {
        let wanted = [vip, other].map { RealServerAddress($0, interface: "dummy0") }
        let start = host()
        let plan = try RealServerPlan.apply(wanted, to: start, saved: SavedState())
        var state = carryOut(plan.changes, on: start)
        #expect(state.interface("dummy0")?.isUp == true)
        #expect(try RealServerPlan.apply(wanted, to: state, saved: plan.saved).changes.isEmpty)
        let first = RealServerPlan.remove([vip], from: state, saved: plan.saved)
        state = carryOut(first.changes, on: state)
        #expect(state.interface("dummy0") != nil)
        let last = RealServerPlan.remove([other], from: state, saved: first.saved)
        #expect(carryOut(last.changes, on: state) == start)
        #expect(last.saved.isEmpty)
    }

    @Test("a dummy that somebody has put another address on stays")
    func usedDummy() throws {
        let plan = try RealServerPlan.apply(
            [RealServerAddress(vip, interface: "dummy0")], to: host(), saved: SavedState())
        var state = carryOut(plan.changes, on: host())
        state.interfaces[2].addresses.append(try #require(PlannedHost.held("10.9.9.9")))
        let removal = RealServerPlan.remove([vip], from: state, saved: plan.saved)
        #expect(carryOut(removal.changes, on: state).interface("dummy0") != nil)
    }

    @Test(
        "a tunnel's device is up with a reverse path filter that lets its packets through, and goes back to what it was",
        arguments: [(0, 0, 0), (0, 1, 2), (1, 0, 2), (1, 1, 2), (2, 0, 0), (2, 1, 1)])
    func tunnel(all: Int, own: Int, after: Int) throws {
        let wanted = [RealServerAddress(vip, tunnel: Tunnel(.ipip, outer: .ipv4))]
        var start = host()
        start.interfaces.append(.init(name: "tunl0", isUp: false, isSilent: true, kind: "ipip"))
        start.sysctls[.ipv4(interface: "all", "rp_filter")] = all
        start.sysctls[.ipv4(interface: "tunl0", "rp_filter")] = own
        for name in ["arp_ignore", "arp_announce"] { start.sysctls[.ipv4(interface: "tunl0", name)] = 0 }
        let plan = try RealServerPlan.apply(wanted, to: start, saved: SavedState())
        let state = carryOut(plan.changes, on: start)
        #expect(state.own("rp_filter", of: "tunl0") == after)
        #expect(state.interface("tunl0")?.isUp == true)
        #expect(try RealServerPlan.apply(wanted, to: state, saved: plan.saved).changes.isEmpty)
        let wrong = Verification.findings(of: wanted, on: state, listeners: nil).filter { $0.severity == .wrong }
        #expect(wrong.isEmpty, "\(wrong)")
        let removal = RealServerPlan.remove([vip], from: state, saved: plan.saved)
        #expect(carryOut(removal.changes, on: state) == start)
    }

    @Test("a tunnel's device that is missing is made before it is set up")
    func missingTunnel() throws {
        let wanted = [RealServerAddress(vip, tunnel: Tunnel(.ipip, outer: .ipv4))]
        var start = host()
        start.sysctls[.ipv4(interface: "default", "rp_filter")] = 1
        let plan = try RealServerPlan.apply(wanted, to: start, saved: SavedState())
        let state = carryOut(plan.changes, on: start)
        #expect(state.effective("rp_filter", on: "tunl0") == 2)
        #expect(state.interface("tunl0")?.isUp == true)
    }

    @Test("a status report says what is wrong and what should be")
    func status() throws {
        let items = RealServerPlan.status(
            of: [RealServerAddress(vip)],
            on: host([try #require(PlannedHost.held("10.1.80.90", label: "lo:0"))], settings: [0, 2, 1, 2]),
            saved: SavedState())
        #expect(
            items.map(\.description) == [
                "net.ipv4.conf.all.arp_ignore: 0, should be 1", "net.ipv4.conf.all.arp_announce: 2",
                "net.ipv4.conf.lo.arp_ignore: 1", "net.ipv4.conf.lo.arp_announce: 2", "lo: up",
                "10.1.80.90/32 on lo: present as lo:0",
            ])
        #expect(!RealServerReport(items: items).isInOrder)
    }

    @Test("the labels of other tools are not taken")
    func labels() throws {
        let state = host([try #require(PlannedHost.held("10.1.80.91", label: "lo:0"))], settings: [1, 2, 1, 2])
        let plan = try RealServerPlan.apply(
            [RealServerAddress(vip, isLabelled: true)], to: state, saved: SavedState())
        guard case .addAddress(let address, "lo") = plan.changes.first else {
            Issue.record("no address was added")
            return
        }
        #expect(address.label == "lo:1")
    }
}
