import Glibc
import TestKit
import Testing

/// A part of the packets that ElectionHistories sends in full; MARTLET_HOSTILE_PACKETS says how many for each router.
@Suite("Hostile packets")
struct HostilePacketTests {
    @Test(
        "random and mutated packets trap nowhere, change nothing and are all counted",
        arguments: HostilePackets.Target.allCases)
    func attack(target: HostilePackets.Target) {
        let count = getenv("MARTLET_HOSTILE_PACKETS").flatMap { Int(String(cString: $0)) } ?? 3000
        let seed = UInt64.random(in: 0...1 << 62)
        for role in [seed, seed ^ 1] {
            var attack = HostilePackets(target, seed: role)
            let problem = attack.attack(count: count / 2)
            #expect(problem == nil)
        }
    }
}
