import Glibc
import LinuxSystem
import TestKit
import Testing

@testable import Director

@Suite struct ServiceManagerTests {
    @Test("each state is one datagram, to a path or to an abstract name", arguments: [true, false])
    func datagrams(_ isAbstract: Bool) throws {
        let folder = try TemporaryFolder()
        let name = isAbstract ? "@martlet-test-\(getpid())" : folder.file("notify")
        let address = try #require(LocalSocketAddress(name))
        let listener = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(listener) }
        try #require(address.withKernelForm { bind(listener, $0, $1) } == 0)
        let manager = ServiceManager(socket: name)
        manager.ready("Running with\n/etc/a.conf")
        manager.reloading()
        manager.stopping()
        #expect(datagram(listener) == "READY=1\nSTATUS=Running with /etc/a.conf")
        let reloading = datagram(listener).split(separator: "\n")
        #expect(reloading.first == "RELOADING=1")
        #expect(reloading.last?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect(datagram(listener) == "STOPPING=1")
    }

    @Test("a manager that is not there holds nothing up", arguments: [nil, "", "/nonexistent/x", "vsock:1:2"])
    func none(_ socket: String?) {
        let manager = ServiceManager(socket: socket)
        manager.ready("x")
        manager.stopping()
        #expect(errno != EPIPE)
    }

    private func datagram(_ listener: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 1000)
        let count = recv(listener, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
