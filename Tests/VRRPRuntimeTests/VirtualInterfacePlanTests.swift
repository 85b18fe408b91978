import Addressing
import LinuxSystem
import Netlink
import Testing

@testable import VRRPRuntime

@Suite("What is to be done about virtual interfaces")
struct VirtualInterfacePlanTests {
    private let base = Link(index: 4, name: "eth0", flags: .up, masterIndex: 9, group: 3)
    private let wanted = VirtualInterface(
        name: "vrrp.51", base: "eth0",
        kind: .virtualMAC(VirtualInterface.virtualMACAddress(virtualRouterID: 51, family: .ipv4)), families: [.ipv4])

    private func present(_ change: (inout Link) -> Void = { _ in }) -> Link {
        var link = Link(
            index: 7, name: "vrrp.51", hardwareAddress: MACAddress(bytes: [0, 0, 0x5E, 0, 1, 51]), kind: "macvlan",
            lowerIndex: 4, macvlanMode: 1)
        change(&link)
        return link
    }

    private func plan(_ links: [Link], isOurs: Bool = false, isSpare: Bool = false) -> VirtualInterfacePlan {
        VirtualInterfacePlan(
            wanted, in: InterfaceTable(links: links, addresses: []), isOurs: { _ in isOurs }, isSpare: { _ in isSpare })
    }

    @Test("without the base it waits; with it, it is made in the base's group and VRF")
    func missing() {
        #expect(plan([]) == .waitForBase)
        let expected = VirtualLink(
            name: "vrrp.51", baseIndex: 4, kind: .macvlan(.isolated),
            hardwareAddress: MACAddress(bytes: [0, 0, 0x5E, 0, 1, 51]), group: 3, masterIndex: 9)
        #expect(plan([base]) == .make(expected))
    }

    @Test("what a crash left is taken over whoever made it, other groups and VRFs notwithstanding")
    func adoption() {
        #expect(plan([base, present()]) == .keep(present()))
        let moved = present { $0.masterIndex = 30 }
        #expect(plan([base, moved]) == .keep(moved))
    }

    @Test(
        "one of other properties is made anew where it is ours, and left alone where it is not",
        arguments: ["address", "base", "mode", "kind"])
    func differences(_ difference: String) {
        let other = present { link in
            switch difference {
            case "address": link.hardwareAddress = MACAddress(bytes: [0, 0, 0x5E, 0, 1, 52])
            case "base": link.lowerIndex = 5
            case "mode": link.macvlanMode = 4
            default: link.kind = "dummy"
            }
        }
        #expect(plan([base, other]) == .nameTaken(by: other))
        guard case .replace(other, _) = plan([base, other], isOurs: true) else {
            Issue.record("\(plan([base, other], isOurs: true))")
            return
        }
    }

    @Test("one that is as it is to be under a name that nobody uses gets its name")
    func otherName() {
        let other = present { $0.name = "va" }
        let occupant = present { link in
            link.index = 8
            link.lowerIndex = 5
        }
        guard case .make = plan([base, other]), case .rename(other, _) = plan([base, other], isSpare: true),
            case .rename(other, _) = plan([base, other, occupant], isOurs: true, isSpare: true)
        else {
            Issue.record("\(plan([base, other])), \(plan([base, other], isSpare: true))")
            return
        }
        // Not in place of what is somebody else's.
        #expect(plan([base, other, occupant], isSpare: true) == .nameTaken(by: occupant))
    }

    @Test("the virtual MAC address tells the family and ends with the virtual router id")
    func addresses() {
        #expect("\(VirtualInterface.virtualMACAddress(virtualRouterID: 51, family: .ipv4))" == "00:00:5e:00:01:33")
        #expect("\(VirtualInterface.virtualMACAddress(virtualRouterID: 255, family: .ipv6))" == "00:00:5e:00:02:ff")
    }

    @Test("what an alias remembers is read back; other aliases are not taken for one")
    func memory() {
        let memory = BaseMemory(base: "eth0.100", values: ["arp_ignore": 0, "arp_announce": 1])
        #expect(memory.alias == "martlet eth0.100 arp_announce=1 arp_ignore=0")
        #expect(BaseMemory(alias: memory.alias) == memory)
        var owned = memory
        owned.process = 4711
        #expect(owned.alias == "martlet eth0.100 pid=4711 arp_announce=1 arp_ignore=0")
        #expect(BaseMemory(alias: owned.alias) == owned)
        let others = [
            nil, "", "martlet", "uplink to the switch", "martlet eth0 arp_ignore", "martlet eth0 arp_ignore=x",
        ]
        for other in others {
            #expect(BaseMemory(alias: other) == nil)
        }
    }

    @Test("the strict check of the way back is loosened on the interface alone, never for the host")
    func parameters() {
        func values(_ host: [String: Int], _ wanted: VirtualInterface) -> [String: Int] {
            let parameters = InterfaceParameters.own(wanted) { host["\($0)"] }
            return Dictionary(uniqueKeysWithValues: parameters.map { ("\($0.sysctl)", $0.value) })
        }
        let prefix = "net.ipv4.conf.vrrp/51."
        let lax = values(["net.ipv4.conf.all.rp_filter": 0], wanted)
        #expect(lax["\(prefix)rp_filter"] == 0)
        #expect(lax["\(prefix)arp_ignore"] == 1)
        #expect(lax["\(prefix)accept_local"] == 1)
        #expect(lax["\(prefix)forwarding"] == nil)
        let strict = values(
            [
                "net.ipv4.conf.all.rp_filter": 1, "net.ipv4.conf.eth0.forwarding": 1,
                "net.ipv6.conf.vrrp/51.disable_ipv6": 0,
            ], wanted)
        #expect(strict["\(prefix)rp_filter"] == 2)
        #expect(strict["\(prefix)forwarding"] == 1)
        #expect(strict["net.ipv6.conf.vrrp/51.disable_ipv6"] == 1)
        #expect(strict.keys.allSatisfy { $0.contains("vrrp/51") })
        var dual = wanted
        dual.families = [.ipv4, .ipv6]
        let both = values(["net.ipv6.conf.vrrp/51.disable_ipv6": 1], dual)
        #expect(both["net.ipv6.conf.vrrp/51.disable_ipv6"] == 0)
        #expect(both["net.ipv6.conf.vrrp/51.accept_ra"] == 0)
    }

    @Test("settings of the host that keep ARP silent are named with the way out")
    func obstacles() {
        func obstacles(_ host: [String: Int]) -> [String] { InterfaceParameters.obstacles { host["\($0)"] } }
        #expect(obstacles([:]).isEmpty)
        #expect(obstacles(["net.ipv4.conf.all.arp_ignore": 1]).isEmpty)
        #expect(obstacles(["net.ipv4.conf.all.arp_ignore": 2, "net.ipv4.conf.all.arp_filter": 1]).count == 2)
    }

    @Test("reports from before a renaming or a removal of our own do not bring back what was")
    func staleReports() {
        var changes = OwnLinkChanges()
        changes.names[7] = "vb"
        let before = present { $0.name = "martlet7" }
        let after = present { $0.name = "vb" }
        #expect(changes.current(.linkChanged(before)) == .linkChanged(after))
        #expect(changes.current(.linkChanged(after)) == .linkChanged(after))
        // What somebody else does after it counts.
        let later = present { $0.name = "vx" }
        #expect(changes.current(.linkChanged(later)) == .linkChanged(later))
        changes.removed.insert(7)
        #expect(changes.current(.linkChanged(later)) == nil)
        #expect(changes.current(.linkRemoved(later)) == .linkRemoved(later))
        #expect(changes.current(.linkChanged(later)) == .linkChanged(later))
    }
}
