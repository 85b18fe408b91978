import Glibc
import IPVS
import LinuxSystem
import Netlink
import Testing

@Suite("Opening IPVS")
struct IPVSUnavailableTests {
    @Test(
        "an error names the cause and the way out",
        arguments: [
            (.noModule(reason: "modprobe ip_vs failed"), ["modprobe ip_vs failed", "`modprobe ip_vs`"]),
            (.noModule(reason: nil), ["the kernel has no IPVS:", "linux-image-amd64"]),
            (.notPermitted, ["root", "CAP_NET_ADMIN"]),
            (
                .socket(SystemError(call: "nl_connect", errno: .noBufferSpace, purpose: "open a socket")),
                ["open a socket"]
            ),
            (.netlink(NetlinkError(.timedOut)), ["no answer"]),
        ] as [(IPVSUnavailable, [String])])
    func words(error: IPVSUnavailable, parts: [String]) {
        for part in parts { #expect(error.description.contains(part)) }
        #expect(!error.description.contains("\n"))
    }

    @Test("a module that does not exist cannot be loaded, and the reason says which")
    func missingModule() throws {
        let reason = try #require(KernelModule.load("martlet_no_such_module"))
        #expect(reason.hasPrefix("modprobe "))
    }

    @Test(
        "without the module the table is refused with the reason, and nothing waits",
        .enabled(if: !hasIPVS, "this kernel has IPVS"))
    func withoutModule() {
        let error = #expect(throws: IPVSUnavailable.self) { _ = try IPVSClient.open(loadingModule: false) }
        #expect(error == .noModule(reason: nil))
    }

    private static let hasIPVS = access("/proc/net/ip_vs", F_OK) == 0
}
