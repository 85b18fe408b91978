import Glibc
import LinuxSystem
import Testing

@Suite struct LockedFileTests {
    private let path = "/tmp/martlet-lock-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    @Test("a file is held by one at a time and goes when it is let go")
    func exclusive() throws {
        do {
            let first = try LockedFile.take(path)
            #expect(throws: LockedFile.Failure.heldByAnother) { _ = try LockedFile.take(path).path }
            #expect(first.path == path)
        }
        #expect(access(path, F_OK) != 0)
        let next = try LockedFile.take(path)
        #expect(next.path == path)
    }

    @Test("a file that was replaced meanwhile is not removed by the former holder")
    func replaced() throws {
        do {
            let first = try LockedFile.take(path)
            #expect(unlink(path) == 0)
            try SmallFile.replace(path, with: "another".utf8)
            #expect(first.path == path)
        }
        #expect(try SmallFile.read(path) == Array("another".utf8))
        unlink(path)
    }

    @Test("many that take and let go at once are never two at a time")
    func race() async throws {
        let path = path
        let holders = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var taken = 0
                    for _ in 0..<200 {
                        guard let file = try? LockedFile.take(path) else { continue }
                        taken += 1
                        // Whoever holds it finds it in its place.
                        var opened = stat()
                        var named = stat()
                        #expect(fstat(file.descriptor, &opened) == 0)
                        #expect(lstat(file.path, &named) == 0)
                        #expect(opened.st_ino == named.st_ino)
                    }
                    return taken
                }
            }
            return await group.reduce(0, +)
        }
        #expect(holders > 0)
        #expect(access(path, F_OK) != 0)
    }
}
