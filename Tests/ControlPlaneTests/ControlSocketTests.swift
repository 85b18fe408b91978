import Glibc
import LinuxSystem
import NIOPosix
import Synchronization
import TestKit
import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(1))) struct ControlSocketTests {
    @Test("only the owner may connect, and the socket goes with the director")
    func modeAndEnd() async throws {
        let path = try await { () async throws -> String in
            let seen = Locked("")
            try await ControlServer.with { path in
                var status = stat()
                #expect(stat(path, &status) == 0)
                #expect(status.st_mode & 0o7777 == 0o600)
                #expect(status.st_mode & S_IFMT == S_IFSOCK)
                seen.value = path
            }
            return seen.value
        }()
        #expect(access(path, F_OK) != 0)
    }

    @Test("a socket that a crash left is replaced")
    func stale() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control.sock")
        let address = try #require(LocalSocketAddress(path))
        let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #expect(address.withKernelForm { bind(left, $0, $1) } == 0)
        #expect(listen(left, 1) == 0)
        close(left)
        let socket = try ControlSocket.take(path)
        #expect(socket.path == path)
        close(socket.descriptor)
    }

    @Test("a socket that somebody listens on is left alone")
    func live() async throws {
        try await ControlServer.with { path in
            #expect(throws: ControlSocketError.inUse(path)) { _ = try ControlSocket.take(path).path }
            let answer = try ControlClient(path: path).ask(ControlRequest(.status))
            #expect(answer == .echo)
        }
    }

    @Test("a listener of another program is left alone, lock or not")
    func foreign() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control.sock")
        let address = try #require(LocalSocketAddress(path))
        let other = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(other) }
        #expect(address.withKernelForm { bind(other, $0, $1) } == 0)
        #expect(listen(other, 1) == 0)
        #expect(throws: ControlSocketError.inUse(path)) { _ = try ControlSocket.take(path).path }
        #expect(access(path, F_OK) == 0)
    }

    @Test("a file of another kind under this name is not removed")
    func notASocket() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control.sock")
        try SmallFile.replace(path, with: "precious".utf8)
        #expect(throws: ControlSocketError.notASocket(path)) { _ = try ControlSocket.take(path).path }
        #expect(try SmallFile.read(path) == Array("precious".utf8))
    }

    @Test(
        "names that no socket can have are refused", arguments: ["", "@abstract", String(repeating: "x", count: 108)])
    func unusable(_ path: String) {
        #expect(throws: ControlSocketError.unusablePath(path)) { _ = try ControlSocket.take(path).path }
    }

    @Test("without a director the client says that there is none")
    func noDirector() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control.sock")
        #expect(throws: ControlClientError.noDirector(path: path)) {
            try ControlClient(path: path).ask(ControlRequest(.status))
        }
    }

    @Test("network namespace and instance are part of the usual name")
    func names() {
        #expect(ControlSocketPath.standard(namespace: nil, instance: nil) == "/run/martlet/control.sock")
        #expect(ControlSocketPath.standard(namespace: "blue", instance: nil) == "/run/martlet/control_blue.sock")
        #expect(ControlSocketPath.standard(namespace: "blue", instance: "a/b") == "/run/martlet/control_blue_a_b.sock")
        #expect(ControlSocketPath.lastGood(for: "/run/martlet/control_x.sock") == "/run/martlet/last-good_x.conf")
        #expect(ControlSocketPath.lastGood(for: "/tmp/m") == "/tmp/m.last-good.conf")
        #expect(ControlSocketPath.path(given: "/tmp/m") == "/tmp/m")
    }
}

/// A value that a test takes out of a closure.
final class Locked<Value: Sendable>: Sendable {
    private let box: Mutex<Value>
    init(_ value: Value) { box = Mutex(value) }
    var value: Value {
        get { box.withLock { $0 } }
        set { box.withLock { $0 = newValue } }
    }
}
