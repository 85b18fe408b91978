import Glibc
import LinuxSystem
import Testing

@Suite struct CapabilityTests {
    @Test("root has what a director needs", .enabled(if: geteuid() == 0, "needs root"))
    func root() {
        #expect(Capability.missing(of: Capability.allCases).isEmpty)
    }
}
