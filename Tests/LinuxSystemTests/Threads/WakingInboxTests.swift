import Glibc
import LinuxSystem
import Testing

struct WakingInboxTests {
    @Test("requests are taken in the order in which they were posted, and wake who polls")
    func order() throws {
        let inbox = try WakingInbox<Int>(purpose: "test")
        #expect(!isReadable(inbox.wakeDescriptor))
        for request in 1...3 { #expect(inbox.post(request)) }
        #expect(isReadable(inbox.wakeDescriptor))
        #expect(inbox.take() == [1, 2, 3])
        #expect(!isReadable(inbox.wakeDescriptor))
        #expect(inbox.take().isEmpty)
    }

    @Test("a closed inbox gives back what it had and takes nothing in")
    func closed() throws {
        let inbox = try WakingInbox<Int>(purpose: "test")
        inbox.post(1)
        #expect(inbox.close() == [1])
        #expect(!inbox.post(2))
        #expect(inbox.take().isEmpty)
        #expect(inbox.close().isEmpty)
    }

    @Test("every request of many threads reaches the one that takes, which sleeps in between")
    func manyThreads() throws {
        let inbox = try WakingInbox<Int>(purpose: "test")
        for thread in 0..<4 {
            try startThread(named: "poster", purpose: "test") {
                for number in 0..<1000 { inbox.post(thread * 1000 + number) }
            }
        }
        var taken: [Int] = []
        while taken.count < 4000 {
            try #require(isReadable(inbox.wakeDescriptor, within: 10_000))
            taken += inbox.take()
        }
        #expect(taken.sorted() == Array(0..<4000))
    }

    @Test("a thread has its name")
    func name() throws {
        let inbox = try WakingInbox<String>(purpose: "test")
        try startThread(named: "a name", purpose: "test") {
            let name = (try? SmallFile.read("/proc/thread-self/comm")) ?? []
            inbox.post(String(decoding: name, as: UTF8.self))
        }
        try #require(isReadable(inbox.wakeDescriptor, within: 10_000))
        #expect(inbox.take() == ["a name\n"])
    }

    private func isReadable(_ descriptor: Int32, within milliseconds: Int32 = 0) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) == 1
    }
}
