import Glibc
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import Director

/// Notification FIFOs with real readers.
@Suite(.timeLimit(.minutes(1))) final class EventFIFOsTests: Sendable {
    let folder: TemporaryFolder
    let supervisor: ProcessSupervisor
    let loop: any EventLoop

    init() throws {
        folder = try TemporaryFolder()
        supervisor = try ProcessSupervisor(name: "test readers")
        loop = MultiThreadedEventLoopGroup.singleton.next()
    }

    /// The FIFOs, kept on their loop.
    private func make() async throws -> NIOLoopBound<EventFIFOs> {
        try await loop.submit { [loop, supervisor] in
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            return NIOLoopBound(EventFIFOs(eventLoop: loop, supervisor: supervisor, logger: logger), eventLoop: loop)
        }.get()
    }

    private func on(_ fifos: NIOLoopBound<EventFIFOs>, _ body: @escaping @Sendable (EventFIFOs) -> Void) async throws {
        try await loop.submit { body(fifos.value) }.get()
    }

    private func settings(script: String? = nil, all: Bool = false) -> NotifyFIFOs {
        var settings = NotifyFIFOs()
        var fifo = NotifyFIFO()
        fifo.path = folder.file("vrrp")
        fifo.owner = ScriptUser(user: "\(geteuid())", group: "\(getegid())")
        if let script {
            fifo.script = Script(words: [script, "first"], user: fifo.owner)
        }
        settings.vrrp = fifo
        if all {
            settings.all = NotifyFIFO()
            settings.all?.path = folder.file("all")
            settings.all?.owner = fifo.owner
        }
        return settings
    }

    private func script(_ text: String) throws -> String {
        try folder.write("reader.sh", text)
        chmod(folder.file("reader.sh"), 0o755)
        return folder.file("reader.sh")
    }

    private func waitForText(_ name: String, _ isDone: (String) -> Bool) async throws -> String {
        while true {
            let bytes = (try? SmallFile.read(folder.file(name))) ?? []
            let text = String(decoding: bytes, as: UTF8.self)
            if isDone(text) { return text }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test("the reader gets its arguments, the path last, every line in order, and the end")
    func reader() async throws {
        let reader = try script(
            """
            #!/bin/sh
            while read -r line; do echo "$1 $line" >> \(folder.file("seen")); done < "$2"
            echo end >> \(folder.file("seen"))
            """)
        let fifos = try await make()
        let settings = settings(script: reader)
        let resolver = ScriptResolver(GlobalDefinitions())
        try await on(fifos) { fifos in
            fifos.update(settings, resolver: resolver)
            for number in 1...2000 { fifos.writeVRRP("line \(number)") }
            fifos.writeLVS("not here")
        }
        _ = try await waitForText("seen") { $0.hasSuffix("line 2000\n") }
        try await loop.flatSubmit { fifos.value.close() }.get()
        let text = try await waitForText("seen") { $0.hasSuffix("end\n") }
        #expect(text == (1...2000).map { "first line \($0)\n" }.joined() + "end\n")
        #expect(access(folder.file("vrrp"), F_OK) != 0)
    }

    @Test("a reader that ends is started again and misses no line")
    func restart() async throws {
        let reader = try script(
            "#!/bin/sh\nread -r line < \"$2\"; echo \"$line\" >> \(folder.file("seen"))\n")
        let fifos = try await make()
        let settings = settings(script: reader)
        try await on(fifos) { fifos in
            fifos.update(settings, resolver: ScriptResolver(GlobalDefinitions()))
            fifos.writeVRRP("one")
        }
        _ = try await waitForText("seen") { $0 == "one\n" }
        try await on(fifos) { $0.writeVRRP("two") }
        _ = try await waitForText("seen") { $0 == "one\ntwo\n" }
        _ = try await loop.submit { _ = fifos.value.close() }.get()
    }

    @Test("without a reader nothing waits; the common FIFO gets everything, and one of the same path is no second one")
    func withoutReader() async throws {
        let fifos = try await make()
        var settings = settings(all: true)
        settings.lvs = settings.all
        try await on(fifos) { [settings] fifos in
            fifos.update(settings, resolver: ScriptResolver(GlobalDefinitions()))
            fifos.writeLVS("VS x UP")
            fifos.writeVRRP("INSTANCE \"x\" MASTER 1")
            // Far more than a pipe takes.
            for _ in 0..<20_000 { fifos.writeVRRP(String(repeating: "x", count: 100)) }
        }
        let descriptor = open(folder.file("all"), O_RDONLY | O_NONBLOCK)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 30)
        let count = read(descriptor, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "VS x UP\nINSTANCE \"x\" MASTER 1\n")
        _ = try await loop.submit { _ = fifos.value.close() }.get()
    }

    @Test("a reload that keeps the path keeps what is in the pipe; one that drops it removes the FIFO")
    func reload() async throws {
        let fifos = try await make()
        let settings = settings()
        try await on(fifos) { fifos in
            fifos.update(settings, resolver: ScriptResolver(GlobalDefinitions()))
            fifos.writeVRRP("before")
            fifos.update(settings, resolver: ScriptResolver(GlobalDefinitions()))
            fifos.writeVRRP("after")
        }
        let descriptor = open(folder.file("vrrp"), O_RDONLY | O_NONBLOCK)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "before\nafter\n")
        try await on(fifos) { $0.update(NotifyFIFOs(), resolver: ScriptResolver(GlobalDefinitions())) }
        #expect(access(folder.file("vrrp"), F_OK) != 0)
    }
}
