import LinuxSystem
import Netlink
import TestKit
import Testing

@Suite("Network namespaces by name", .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
struct OpenNetworkNamespaceTests {
    @Test("a socket belongs to the namespace that it is opened in, and the thread is back afterwards")
    func socket() throws {
        let named = try NamedNamespace()
        try named.shell("ip link add blue0 type bridge")
        let namespace = try OpenNetworkNamespace(named: named.name)
        let before = NetworkNamespaceIdentity.current
        #expect(!namespace.isEntered)
        #expect(try RouteClient.open(in: namespace).links().contains { $0.name == "blue0" })
        #expect(try namespace.run { namespace.isEntered })
        #expect(NetworkNamespaceIdentity.current == before)
        #expect(try RouteClient.open().links().contains { $0.name == "blue0" } == false)
    }

    @Test("a socket that is opened anew belongs to the same namespace, though its name is gone")
    func reset() throws {
        let named = try NamedNamespace()
        try named.shell("ip link add blue0 type bridge")
        let transport = try LibnlTransport(.route, in: OpenNetworkNamespace(named: named.name))
        try named.remove()
        try transport.reset()
        let client = RouteClient(session: NetlinkSession(transport: transport))
        #expect(try client.links().contains { $0.name == "blue0" })
    }

    @Test("a thread that failed inside is back too")
    func failure() throws {
        let named = try NamedNamespace()
        let namespace = try OpenNetworkNamespace(named: named.name)
        let before = NetworkNamespaceIdentity.current
        #expect(throws: SystemError.self) {
            try namespace.run { () throws(SystemError) in
                throw SystemError(call: "open", errno: .interrupted, purpose: "fail")
            }
        }
        #expect(NetworkNamespaceIdentity.current == before)
    }

    @Test(
        "a name that is none, or none of this host, is refused with the way out",
        arguments: ["martlet-none", "", ".", "..", "../../proc/1/ns/net"])
    func unknown(name: String) {
        let error = #expect(throws: SystemError.self) { try OpenNetworkNamespace(named: name) }
        #expect(error?.description.contains("ip netns") == true)
    }
}
