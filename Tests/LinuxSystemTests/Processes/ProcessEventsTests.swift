import Glibc
import LinuxSystem
import Testing

@Suite("Processes that start and end")
struct ProcessEventsTests {
    @Test("a process is seen with its name and its command line, and is gone when it has ended")
    func running() throws {
        let own = try #require(RunningProcess(getpid(), withCommandLine: true))
        #expect(RunningProcess.numbers().contains(getpid()))
        #expect(!own.commandLine.isEmpty)
        #expect(!own.shortName.isEmpty)
        #expect(RunningProcess(getpid(), withCommandLine: false)?.commandLine == [])
        // Beyond the largest number that the kernel gives.
        #expect(RunningProcess(1 << 30, withCommandLine: true) == nil)
    }

    @Test("reports of the kernel are read, and damaged ones end the reading")
    func reports() {
        func report(_ what: UInt32, _ words: [UInt32], length: UInt32? = nil) -> [UInt8] {
            // nlmsghdr, cn_msg, then proc_event: what, cpu, timestamp, data.
            let event = [what, 0, 0, 0] + words
            let message: [UInt32] = [1, 1, 0, 0, UInt32(event.count * 4)] + event
            let header: [UInt32] = [length ?? UInt32(16 + message.count * 4), 3, 0, 0]
            return (header + message).flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
        }
        let fork = report(1, [10, 10, 20, 20])
        #expect(ProcessEvents.events(in: fork) == [.started(20, copyOf: 10)])
        #expect(ProcessEvents.events(in: report(1, [10, 10, 21, 10])) == [])
        #expect(ProcessEvents.events(in: report(2, [20, 20])) == [.changed(20)])
        #expect(ProcessEvents.events(in: report(0x200, [20, 20, 0, 0, 0, 0])) == [.changed(20)])
        #expect(ProcessEvents.events(in: report(0x8000_0000, [20, 20, 0, 0])) == [.ended(20)])
        #expect(ProcessEvents.events(in: report(0x8000_0000, [21, 20, 0, 0])) == [])
        #expect(ProcessEvents.events(in: report(0, [0])) == [.accepted(true)])
        #expect(ProcessEvents.events(in: report(0, [1])) == [.accepted(false)])
        #expect(ProcessEvents.events(in: fork + fork).count == 2)
        for length in 0..<fork.count { _ = ProcessEvents.events(in: Array(fork.prefix(length))) }
        #expect(ProcessEvents.events(in: report(1, [10, 10, 20, 20], length: 4000)) == [])
        #expect(ProcessEvents.events(in: report(1, [10, 10, 20, 20], length: 0)) == [])
    }
}
