import Addressing
import LinuxSystem
import Netlink
import Testing

@testable import RealServer

@Suite struct RealServerPlanTests {
    let vip: IPAddress = .v4(IPv4Address(10, 1, 80, 90))
    let other: IPAddress = .v4(IPv4Address(10, 1, 80, 91))

    func host(_ addresses: [InterfaceAddress] = [], settings: [Int] = [0, 0, 0, 0], isUp: Bool = true) -> HostState {
        HostState(
            loopbackIndex: 1, loopbackIsUp: isUp, addresses: addresses,
            sysctls: Dictionary(
                zip(ARPSettings.all.map(\.sysctl), settings), uniquingKeysWith: { first, _ in first }))
    }

    func held(_ address: IPAddress, length: UInt8 = 32, label: String = "lo:0") throws -> InterfaceAddress {
        InterfaceAddress(
            interfaceIndex: 1, prefix: try #require(Prefix(address, length: length)), label: label)
    }

    /// The host after the changes.
    func carryOut(_ changes: [Change], on host: HostState) -> HostState {
        var host = host
        for change in changes {
            switch change {
            case .setLoopback(_, let up): host.loopbackIsUp = up
            case .setSysctl(let sysctl, _, let value): host.sysctls[sysctl] = value
            case .addAddress(let address): host.addresses.append(address)
            case .removeAddress(let address): host.addresses.removeAll { $0.prefix == address.prefix }
            }
        }
        return host
    }

    @Test("the host is made silent before the address is there, and the address is an alias with broadcast to itself")
    func order() throws {
        let plan = RealServerPlan.apply([vip], to: host(), saved: SavedState())
        #expect(plan.changes.count == 5)
        for change in plan.changes.dropLast() {
            guard case .setSysctl(_, from: 0, _) = change else {
                Issue.record("\(change) before the address")
                continue
            }
        }
        #expect(
            plan.changes.last
                == .addAddress(
                    InterfaceAddress(
                        interfaceIndex: 1, prefix: Prefix(host: vip), broadcast: IPv4Address(10, 1, 80, 90),
                        label: "lo:0")))
        #expect(plan.saved.addresses == [vip])
        #expect(plan.saved.sysctls.count == 4)
    }

    @Test("a second time nothing is to be done")
    func idempotent() {
        let first = RealServerPlan.apply([vip, other], to: host(isUp: false), saved: SavedState())
        let after = carryOut(first.changes, on: host(isUp: false))
        let second = RealServerPlan.apply([vip, other], to: after, saved: first.saved)
        #expect(second.changes.isEmpty)
        #expect(second.saved == first.saved)
        #expect(second.items.allSatisfy { $0.outcome == .inOrder })
        #expect(after.loopbackIsUp)
        #expect(after.addresses.map(\.label) == ["lo:0", "lo:1"])
    }

    @Test("with the last address the settings become what they were before the first application")
    func removal() {
        let start = host(settings: [0, 1, 0, 0])
        let first = RealServerPlan.apply([vip], to: start, saved: SavedState())
        var state = carryOut(first.changes, on: start)
        let second = RealServerPlan.apply([other], to: state, saved: first.saved)
        state = carryOut(second.changes, on: state)
        let third = RealServerPlan.remove([vip], from: state, saved: second.saved)
        state = carryOut(third.changes, on: state)
        #expect(third.changes.count == 1)
        #expect(state.addresses.map(\.prefix.address) == [other])
        let fourth = RealServerPlan.remove([other], from: state, saved: third.saved)
        state = carryOut(fourth.changes, on: state)
        #expect(state == start)
        #expect(fourth.saved.isEmpty)
        guard case .removeAddress = fourth.changes.first else {
            Issue.record("the host must stay silent until the address is gone")
            return
        }
    }

    @Test("a setting that somebody changed meanwhile is left to them")
    func foreignChange() {
        let first = RealServerPlan.apply([vip], to: host(), saved: SavedState())
        var state = carryOut(first.changes, on: host())
        state.sysctls[ARPSettings.all[0].sysctl] = 8
        let removal = RealServerPlan.remove([vip], from: state, saved: first.saved)
        #expect(carryOut(removal.changes, on: state).sysctls[ARPSettings.all[0].sysctl] == 8)
        #expect(removal.saved.isEmpty)
    }

    @Test(
        "a stricter arp_ignore is in order, 3 is not: it hides addresses of scope host only", arguments: [1, 2, 8, 3])
    func stricter(value: Int) {
        let plan = RealServerPlan.apply([vip], to: host(settings: [value, 2, value, 2]), saved: SavedState())
        #expect(plan.changes.count == (value == 3 ? 3 : 1))
    }

    @Test("a virtual address with its network's prefix on lo is corrected")
    func wrongPrefix() throws {
        let state = host([try held(vip, length: 24)], settings: [1, 2, 1, 2])
        let plan = RealServerPlan.apply([vip], to: state, saved: SavedState())
        #expect(carryOut(plan.changes, on: state).addresses.map(\.prefix) == [Prefix(host: vip)])
        let line = try #require(plan.items.last)
        #expect(line.description == "10.1.80.90/32 on lo: present, was present as 10.1.80.90/24")
    }

    @Test("IPv6 needs no ARP settings; the address is usable at once")
    func ipv6() throws {
        let address = try #require(IPAddress("2001:db8::90"))
        let plan = RealServerPlan.apply([address], to: host(), saved: SavedState())
        #expect(
            plan.changes == [
                .addAddress(
                    InterfaceAddress(interfaceIndex: 1, prefix: Prefix(host: address), flags: .noDuplicateDetection))
            ])
    }

    @Test("a status report says what is wrong and what should be")
    func status() throws {
        let items = RealServerPlan.status(
            of: [vip], on: host([try held(vip)], settings: [0, 2, 1, 2]), saved: SavedState())
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
        let state = host([try held(other, label: "lo:0")], settings: [1, 2, 1, 2])
        let plan = RealServerPlan.apply([vip], to: state, saved: SavedState())
        guard case .addAddress(let address) = plan.changes.first else {
            Issue.record("no address was added")
            return
        }
        #expect(address.label == "lo:1")
    }
}

@Suite struct SavedStateTests {
    @Test("what is written is read back")
    func roundTrip() {
        var state = SavedState(addresses: [.v4(IPv4Address(10, 1, 80, 90)), .v6(IPv6Address(high: 1, low: 2))])
        state.sysctls[ARPSettings.all[0].sysctl] = .init(before: 0, applied: 1)
        #expect(SavedState(text: state.text) == state)
    }

    @Test(
        "damaged lines and settings that are none of ours are passed over",
        arguments: [
            "", "address", "address 10.0.0.999", "sysctl net/ipv4/conf/all/arp_ignore 0",
            "sysctl net/ipv4/conf/all/arp_ignore zero 1", "sysctl ../../etc/passwd 0 1",
            "sysctl net/ipv4/ip_forward 0 1", "\u{0}\u{1}\n\n   \n",
        ])
    func damaged(text: String) { #expect(SavedState(text: text).isEmpty) }
}
