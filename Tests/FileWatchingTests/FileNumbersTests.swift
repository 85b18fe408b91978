import FileWatching
import NIOCore
import NIOPosix
import TestKit
import Testing

@Suite("Numbers of files", .timeLimit(.minutes(1)))
struct FileNumbersTests {
    /// The results of one file, as they come.
    private final class Watcher {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        private let box: NIOLoopBoundBox<(numbers: FileNumbers, watches: [FileNumbers.Watch])>
        private var results: AsyncStream<Int32>.Iterator

        init(_ paths: [String]) async throws {
            let (stream, continuation) = AsyncStream<Int32>.makeStream()
            results = stream.makeAsyncIterator()
            let loop = self.loop
            box = try await loop.submit {
                let numbers = FileNumbers(loop: loop)
                let watches = paths.map { path in numbers.watch(path) { continuation.yield($0) } }
                return NIOLoopBoundBox((numbers, watches), eventLoop: loop)
            }.get()
        }

        func next() async -> Int32? { await results.next() }

        func stop() async throws {
            let box = self.box
            try await loop.submit {
                for watch in box.value.watches { watch.stop() }
            }.get()
        }
    }

    @Test("what a file says is known at once, and again whenever a writer has closed it")
    func changes() async throws {
        let folder = try TemporaryFolder()
        folder.run("echo 5 > number")
        let watcher = try await Watcher([folder.path + "/number"])
        #expect(await watcher.next() == 5)
        for (command, number) in [
            ("echo -3 > number", Int32(-3)), ("rm number", 0), ("echo 7 > new; mv new number", 7),
            ("mv number other", 0), ("echo nothing > number; echo 1 > number", 1),
            ("echo 2147483648 > new; mv new number; echo 2 > new; mv new number", 2),
            ("echo -2147483648 > number", Int32.min),
        ] {
            folder.run(command)
            #expect(await watcher.next() == number, "\(command)")
        }
        try await watcher.stop()
    }

    @Test("a number that does not fit changes nothing and is told once for each content, whoever watches the file")
    func refused() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("number")
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (stream, told) = AsyncStream<String>.makeStream()
        let box = try await loop.submit {
            let numbers = FileNumbers(loop: loop) { told.yield("\($0) \($1)") }
            let watches = (0..<2).map { _ in numbers.watch(path) { told.yield("is \($0)") } }
            return NIOLoopBoundBox((numbers, watches), eventLoop: loop)
        }.get()
        var found = stream.makeAsyncIterator()
        for expected in ["is 0", "is 0"] { #expect(await found.next() == expected) }
        for (content, expected) in [
            (" 2147483648", ["\(path) 2147483648"]), (" 2147483648", []),
            ("99999999999999999999 x", ["\(path) 99999999999999999999"]),
            ("5", ["is 5", "is 5"]), ("-2147483649", ["\(path) -2147483649"]), ("6", ["is 6", "is 6"]),
        ] {
            folder.run("echo '\(content)' > new; mv new number")
            for one in expected { #expect(await found.next() == one) }
        }
        try await loop.submit { for watch in box.value.1 { watch.stop() } }.get()
    }

    @Test("a folder may come, go and be another one")
    func folders() async throws {
        let folder = try TemporaryFolder()
        let watcher = try await Watcher([folder.path + "/deep/number"])
        #expect(await watcher.next() == 0)
        folder.run("mkdir deep; echo 1 > deep/number")
        #expect(await watcher.next() == 1)
        folder.run("rm -r deep")
        #expect(await watcher.next() == 0)
        folder.run("mkdir new; echo 1 > new/number; mv new deep")
        #expect(await watcher.next() == 1)
        folder.run("mv deep away")
        #expect(await watcher.next() == 0)
        folder.run("mv away deep")
        #expect(await watcher.next() == 1)
        try await watcher.stop()
    }

    @Test("a folder further up that is moved takes the file with it")
    func ancestors() async throws {
        let folder = try TemporaryFolder()
        folder.run("mkdir -p a/b/c; echo 3 > a/b/c/number")
        let watcher = try await Watcher([folder.path + "/a/b/c/number"])
        #expect(await watcher.next() == 3)
        folder.run("mv a other")
        #expect(await watcher.next() == 0)
        folder.run("mv other a")
        #expect(await watcher.next() == 3)
        try await watcher.stop()
    }

    @Test("a link is followed to where it leads")
    func links() async throws {
        let folder = try TemporaryFolder()
        folder.run("mkdir elsewhere; echo 4 > elsewhere/number; ln -s elsewhere/number link")
        let watcher = try await Watcher([folder.path + "/link"])
        #expect(await watcher.next() == 4)
        folder.run("echo 5 > elsewhere/number")
        #expect(await watcher.next() == 5)
        try await watcher.stop()
    }

    @Test("what is no file holds nothing up and counts as 0", arguments: ["mkfifo x", "mkdir x", "ln -s x x"])
    func noFile(command: String) async throws {
        let folder = try TemporaryFolder()
        folder.run(command)
        let watcher = try await Watcher([folder.path + "/x"])
        #expect(await watcher.next() == 0)
        try await watcher.stop()
    }

    @Test("several files of one folder each hear of their own file")
    func several() async throws {
        let folder = try TemporaryFolder()
        folder.run("echo 1 > a; echo 2 > b")
        let watcher = try await Watcher(["a", "b"].map { "\(folder.path)/\($0)" })
        #expect(await watcher.next() == 1)
        #expect(await watcher.next() == 2)
        folder.run("echo 9 > unrelated; echo 3 > b")
        #expect(await watcher.next() == 3)
        try await watcher.stop()
    }
}
