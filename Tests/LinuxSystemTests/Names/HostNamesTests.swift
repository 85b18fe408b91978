import Addressing
import CLinux
import Glibc
import LinuxSystem
import TestKit
import Testing

@Suite struct HostNamesTests {
    private static let loopback = IPAddress.v4(IPv4Address(127, 0, 0, 1))

    @Test("a name of this machine is found, remembered, and leads back")
    func finds() throws {
        let names = HostNames()
        names.prepare([Self.loopback, Self.loopback])
        let name = try #require(names.name(of: Self.loopback))
        #expect(names.ipv4Address(of: name)?.isLoopback == true)
        #expect(names.unanswered == 0)
    }

    @Test("who is silent is not waited for again, and what stays without an answer is counted")
    func silence() {
        let names = HostNames(patience: .init(silence: .zero, total: .seconds(5)))
        let others = (1...40).map { IPAddress.v4(IPv4Address(192, 0, 2, $0)) }
        names.prepare(others)
        #expect(names.unanswered == 40)
        #expect(names.name(of: others[0]) == nil)
        #expect(names.name(of: .v4(IPv4Address(192, 0, 2, 99))) == nil)
        #expect(names.unanswered == 41)
    }

    @Test(
        "a name server that never answers, one that refuses, and one that is out of reach cost a bounded time together",
        .enabled(if: NetworkNamespace.isAvailable, "namespaces need root"),
        arguments: [("127.0.0.1", true), ("127.0.0.1", false), ("192.0.2.1", false)])
    func deadNameServer(server: String, isSilent: Bool) throws {
        let folder = try TemporaryFolder()
        let files = [
            ("resolv.conf", "nameserver \(server)\noptions timeout:1 attempts:1\n"),
            ("hosts", "127.0.0.1 localhost\n192.0.2.7 seven.example.test\n2001:db8::7 six.example.test\n"),
            ("nsswitch.conf", "hosts: files dns\n"),
        ]
        for (name, text) in files { try SmallFile.replace("\(folder.path)/\(name)", with: Array(text.utf8)) }
        let (time, unanswered) = try NetworkNamespace().run {
            // What stays a thread of its own keeps these mounts.
            try #require(clinux_separate_mounts() == 0)
            for (name, _) in files { try #require(clinux_bind_mount("\(folder.path)/\(name)", "/etc/\(name)") == 0) }
            let silent = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { close(silent) }
            if isSilent {
                var place = sockaddr_in()
                place.sin_family = sa_family_t(AF_INET)
                place.sin_port = UInt16(53).bigEndian
                let bound = withUnsafePointer(to: &place) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(silent, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                try #require(bound == 0)
            }
            let names = HostNames(patience: .init(silence: .milliseconds(1500), total: .seconds(3)))
            let start = ContinuousClock.now
            // A table of 100 pools, each with servers of its own, and a save of it.
            for pool in 0..<100 {
                let addresses = (0..<20).map { IPAddress.v4(IPv4Address(10, 9, UInt8(pool), $0)) }
                names.prepare(addresses)
                names.prepareAddresses(of: addresses)
            }
            return (ContinuousClock.now - start, names.unanswered)
        }
        // Who is refused at once waits for nobody, and has nothing to say about time.
        #expect(unanswered == (isSilent ? 2000 : 0))
        // Silence costs 1.5 s; how long a busy machine takes for the rest is another matter.
        #expect(time < .seconds(5))
    }

    @Test("what is typed is waited for in its own time, what a table names is asked for at once and remembered")
    func leads() throws {
        let names = HostNames()
        let name = try #require(names.name(of: Self.loopback))
        names.prepareAddresses(of: [Self.loopback])
        #expect(names.ipv4Address(of: name)?.isLoopback == true)
        let impatient = HostNames(patience: .init(silence: .zero, total: .zero))
        #expect(impatient.name(of: Self.loopback) == nil)
        #expect(impatient.unanswered == 1)
        #expect(impatient.ipv4Address(of: "localhost")?.isLoopback == true)
    }

    @Test("service names are those of the protocol")
    func services() {
        let names = HostNames()
        #expect(names.name(of: 80, transport: "tcp") == "http")
        #expect(names.port(of: "http", transport: "tcp") == 80)
        #expect(names.port(of: "http", transport: "sctp") == nil)
    }
}
