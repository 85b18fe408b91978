import Glibc
import LinuxSystem
import TestKit
import Testing

@Suite struct SmallFileTests {
    @Test("a replaced file has the new contents and leaves nothing else behind")
    func replace() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state")
        try SmallFile.replace(path, with: Array("first, and longer\n".utf8))
        try SmallFile.replace(path, with: Array("second\n".utf8))
        #expect(try SmallFile.read(path) == Array("second\n".utf8))
        try SmallFile.remove(path)
        try SmallFile.remove(path)
        #expect(rmdir(folder.path) == 0, "the folder must be empty")
        try SmallFile.makeFolder(folder.path)
        try SmallFile.makeFolder(folder.path)
    }

    @Test("a file longer than the limit is refused")
    func limit() {
        #expect(throws: SystemError.self) { try SmallFile.read("/dev/zero", limit: 100_000) }
    }

    @Test("a missing file is named")
    func missing() {
        do throws(SystemError) {
            _ = try SmallFile.read("/no/such/file")
            Issue.record("reading a missing file succeeded")
        } catch {
            #expect(error.errno == .noSuchFile)
            #expect(error.description == "cannot read /no/such/file: No such file or directory (open)")
        }
    }
}

@Suite struct SysctlTests {
    @Test(
        "a name is printed as sysctl prints it",
        arguments: [
            (Sysctl.ipv4(interface: "all", "arp_ignore"), "net.ipv4.conf.all.arp_ignore"),
            (Sysctl.ipv4(interface: "eth0.100", "arp_ignore"), "net.ipv4.conf.eth0/100.arp_ignore"),
        ])
    func description(sysctl: Sysctl, text: String) { #expect(sysctl.description == text) }

    @Test(
        "what was written is read, in the namespace of the thread",
        .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
    func roundTrip() throws {
        let values = try NetworkNamespace().run {
            let sysctl = Sysctl.ipv4(interface: "lo", "arp_announce")
            try sysctl.write(2)
            let first = try sysctl.read()
            try sysctl.write(0)
            return [first, try sysctl.read()]
        }
        #expect(values == [2, 0])
    }

    @Test("a text parameter is not a number, a missing one is named")
    func errors() {
        #expect(throws: SystemError.self) { try Sysctl(path: "kernel/ostype").read() }
        do throws(SystemError) {
            try Sysctl.ipv4(interface: "no-such-if0", "arp_ignore").write(1)
            Issue.record("writing a missing parameter succeeded")
        } catch {
            #expect(error.purpose == "set net.ipv4.conf.no-such-if0.arp_ignore to 1")
        }
    }
}

@Suite struct FileDescriptorTests {
    @Test("a descriptor is closed with its owner, and not when it was given away")
    func ownership() throws {
        func openNull() throws -> Int32 { try systemCall("open", "open /dev/null") { open("/dev/null", O_RDONLY) } }
        let number = try openNull()
        // Whether it is closed is seen on the file behind it: the number may be reused by a parallel test at once.
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        do { _ = FileDescriptor(owning: ends[1]) }
        var byte: UInt8 = 0
        #expect(read(ends[0], &byte, 1) == 0, "the writing end must be closed")
        close(ends[0])

        let released = FileDescriptor(owning: number).release()
        #expect(fcntl(released, F_GETFD) != -1)
        #expect(close(released) == 0)
    }
}
