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
        elections = try ProcessSupervisor(limit: 2)
        services = try ProcessSupervisor(limit: 2)
    }

    private func notifier(order: TimeAmount = .minutes(5)) async throws -> NIOLoopBound<Notifier> {
        let (loop, elections, services) = (loop, elections, services)
        return try await loop.submit {
            var patience = Notifier.Patience()
            patience.order = order
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
        let notifier = try await notifier(order: .milliseconds(50))
        try await notify(notifier, .router("VI_1"), "/bin/sleep", "1000")
        try await notify(notifier, .router("VI_1"), "/usr/bin/touch", folder.file("next"))
        try await waitForFile("next")
        // One that comes later does not begin to wait.
        try await notify(notifier, .router("VI_1"), "/usr/bin/touch", folder.file("later"))
        try await waitForFile("later")
        services.stop()
        elections.stop()
    }
}
