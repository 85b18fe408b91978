import Glibc
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import Director

/// Scripts that hang, and who waits for them.
@Suite(.serialized, .timeLimit(.minutes(1))) struct NotifierTests {
    private let folder: TemporaryFolder
    private let elections: ProcessSupervisor
    private let services: ProcessSupervisor
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    init() throws {
        folder = try TemporaryFolder()
        elections = try ProcessSupervisor(limit: 8)
        services = try ProcessSupervisor(limit: 2)
    }

    private func notifier(
        elections order: TimeAmount = .minutes(5), stop: TimeAmount = .milliseconds(500)
    ) async throws -> NIOLoopBound<Notifier> {
        let (loop, elections, services) = (loop, elections, services)
        return try await loop.submit {
            var patience = Notifier.Patience()
            patience.elections = order
            patience.stop = stop
            return NIOLoopBound(
                Notifier(
                    eventLoop: loop, elections: elections, services: services,
                    resolver: ScriptResolver(GlobalDefinitions()), patience: patience,
                    logger: LogWriter([]).logger("test", level: .critical)), eventLoop: loop)
        }.get()
    }

    private func notify(
        _ notifier: NIOLoopBound<Notifier>, _ target: Notification.Target, _ words: String...
    ) async throws {
        try await loop.submit { notifier.value.notify(Notification(target: target, script: Script(words: words))) }
            .get()
    }

    private func waitForFile(_ name: String) async throws {
        while access(folder.file(name), F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("scripts of services that hang do not hold up those of elections, and the wait is counted")
    func places() async throws {
        let notifier = try await notifier()
        for number in 0..<6 { try await notify(notifier, .service("S\(number)"), "/bin/sleep", "1000") }
        try await notify(notifier, .router("VI_1"), "/usr/bin/touch", folder.file("master"))
        try await waitForFile("master")
        while try await loop.submit({ notifier.value.counts }).get()
            != Notifier.Counts(running: 2, waitingForPlace: 4, waitingForTurn: 0, lost: 0)
        {
            try await Task.sleep(for: .milliseconds(5))
        }
        services.stop()
        elections.stop()
    }

    @Test("a script that does not end holds up the next one of its target only for a while")
    func order() async throws {
        let notifier = try await notifier(elections: .milliseconds(50))
        try await notify(notifier, .router("VI_1"), "/bin/sleep", "1000")
        try await notify(notifier, .router("VI_1"), "/usr/bin/touch", folder.file("next"))
        try await waitForFile("next")
        // One that comes later does not begin to wait.
        try await notify(notifier, .router("VI_1"), "/usr/bin/touch", folder.file("later"))
        try await waitForFile("later")
        services.stop()
        elections.stop()
    }

    private func tell(_ notifier: NIOLoopBound<Notifier>, _ state: String, by words: String...) async throws {
        try await loop.submit {
            let target = Notification.Target.router("VI_1")
            notifier.value.notify(Notification(target: target, script: Script(words: words), news: .state))
            let text = "echo $0 >> \(folder.file("states"))\n[ $0 = MASTER ] && exec sleep 1000"
            let note = Script(words: ["/bin/sh", "-c", text])
            notifier.value.notify(
                Notification(target: target, script: note, arguments: [state], news: .anyState))
        }.get()
    }

    private func finish(_ notifier: NIOLoopBound<Notifier>) async throws -> [String] {
        try await loop.flatSubmit { notifier.value.finish() }.get()
        services.stop()
        elections.stop()
        return folder.text("states")?.split(separator: "\n").map(String.init) ?? []
    }

    @Test("the newest state is told soon beside a slow script, and those between are left out")
    func newest() async throws {
        let notifier = try await notifier(elections: .milliseconds(300))
        try await tell(notifier, "MASTER", by: "/bin/sleep", "1000")
        try await tell(notifier, "FAULT", by: "/usr/bin/touch", folder.file("fault"))
        try await tell(notifier, "BACKUP", by: "/usr/bin/touch", folder.file("backup"))
        try await waitForFile("states")
        try await waitForFile("backup")
        #expect(access(folder.file("fault"), F_OK) != 0)
        #expect(try await finish(notifier).last == "BACKUP")
    }

    @Test("at a stop the last state is told although the scripts before it hang")
    func lastState() async throws {
        let notifier = try await notifier(stop: .milliseconds(100))
        try await tell(notifier, "MASTER", by: "/bin/sleep", "1000")
        try await tell(notifier, "BACKUP", by: "/usr/bin/touch", folder.file("backup"))
        try await tell(notifier, "STOP", by: "/usr/bin/touch", folder.file("stop"))
        let clock = ContinuousClock()
        let began = clock.now
        #expect(try await finish(notifier).last == "STOP")
        #expect(access(folder.file("stop"), F_OK) == 0)
        #expect(clock.now - began < .seconds(4))
    }
}
