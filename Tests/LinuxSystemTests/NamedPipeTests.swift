import Glibc
import LinuxSystem
import Testing

@Suite("Named pipes")
struct NamedPipeTests {
    private let path = "/tmp/martlet-pipe-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    private func status() -> stat? {
        var result = stat()
        return lstat(path, &result) == 0 ? result : nil
    }

    @Test("a FIFO is made with its owner and mode whatever the umask is, and removed again")
    func made() throws {
        let owner = geteuid() == 0 ? ProcessIdentity(user: 65534, group: 65534) : nil
        let pipe = try NamedPipe(path, owner: owner)
        let made = try #require(status())
        #expect(made.st_mode == S_IFIFO | 0o644)
        #expect(made.st_uid == owner?.user ?? geteuid())
        pipe.remove()
        #expect(status() == nil)
    }

    @Test("a FIFO that is there is used and left there")
    func existing() throws {
        mkfifo(path, 0o620)
        defer { unlink(path) }
        let mode = status()?.st_mode
        let pipe = try NamedPipe(path, owner: ProcessIdentity(user: 1, group: 1))
        #expect(!pipe.isOwn)
        #expect(pipe.write(Array("x\n".utf8)) == .written(2))
        pipe.remove()
        #expect(status()?.st_mode == mode)
    }

    @Test("what is no FIFO is refused and left alone: a file, a link")
    func refused() throws {
        close(open(path, O_CREAT | O_WRONLY, 0o644))
        #expect(throws: SystemError.self) { try NamedPipe(path) }
        #expect(status()?.st_size == 0)
        unlink(path)
        symlink("/dev/null", path)
        #expect(throws: SystemError.self) { try NamedPipe(path) }
        #expect(status() != nil)
        unlink(path)
        #expect(throws: SystemError.self) { try NamedPipe("/no/such/folder/fifo") }
    }

    @Test("without a reader a write never waits: the pipe fills, whole lines or nothing")
    func full() throws {
        let pipe = try NamedPipe(path)
        defer { pipe.remove() }
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1000)
        var written = 0
        while case .written(let count) = pipe.write(line) {
            #expect(count == line.count)
            written += count
            guard written < 10_000_000 else { break }
        }
        #expect(written <= 1 << 20)
        #expect(pipe.write(line) == .full)
    }
}
