import Glibc
import HealthChecks
import LinuxSystem
import TestKit
import Testing

@testable import Director

/// What a whole director tells scripts, FIFOs and mail, with real processes and a table in memory.
@Suite(.serialized, .timeLimit(.minutes(1))) struct DirectorNotificationTests {
    private static let down = CheckEvent.down(.connectionFailed("Connection refused"), retries: 0, isFirst: false)
    private static let up = CheckEvent.up(weight: nil, isFirst: false)

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String) -> String {
        String(decoding: (try? SmallFile.read(folder.file(name))) ?? [], as: UTF8.self)
    }

    private func wait(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// A script that adds its arguments to a file, and takes a moment.
    private func script() throws -> String {
        try folder.write("note.sh", "#!/bin/sh\nsleep 0.01\necho \"$*\" >> \(folder.file("noted"))\n")
        chmod(folder.file("note.sh"), 0o755)
        return folder.file("note.sh")
    }

    private func reader() throws -> String {
        try folder.write("reader.sh", "#!/bin/sh\nexec cat \"$2\" >> \"\(folder.file("lines"))-$1\"\n")
        chmod(folder.file("reader.sh"), 0o755)
        return folder.file("reader.sh")
    }

    private func global(_ more: String) throws -> String {
        """
        global_defs {
            router_id lab
            script_user root
            notify_fifo \(folder.file("all"))
            notify_fifo_script "\(try reader()) all"
            \(more)
        }

        """
    }

    private func service(_ settings: String, server: String = "") -> String {
        """
        virtual_server 10.1.80.90 80 {
            delay_loop 3600
            lb_kind DR
            protocol TCP
            \(settings)
            real_server 10.1.80.93 80 {
                \(server)
                TCP_CHECK { }
            }
        }

        """
    }

    @Test("a server that flaps is told in order and completely: FIFO, scripts and mail", .enabled(if: geteuid() == 0))
    func flapping() async throws {
        let mail = try await ScriptedMailServer(ScriptedMailServer.good)
        let note = try script()
        let text =
            try global(
                """
                lvs_notify_fifo \(folder.file("lvs"))
                    lvs_notify_fifo_script "\(try reader()) lvs"
                    rs_init_notifies
                    smtp_server 127.0.0.1 \(mail.port)
                    notification_email {
                        a@example.org
                    }
                """)
            + service(
                "smtp_alert\nomega\nquorum_up \"\(note) quorum up\"\nquorum_down \"\(note) quorum down\"",
                server: "notify_up \"\(note) up\"\nnotify_down \"\(note) down\"")
        let bench = try await DirectorReloadTests.Bench(text)
        for _ in 0..<10 {
            await bench.report(Self.down)
            await bench.report(Self.up)
        }
        let server = "RS [10.1.80.93]:tcp:80 [10.1.80.90]:tcp:80"
        let virtual = "VS [10.1.80.90]:tcp:80"
        let round = "\(server) DOWN\n\(virtual) DOWN\n\(server) UP\n\(virtual) UP\n"
        let expected = "\(virtual) UP\n\(server) UP\n" + String(repeating: round, count: 10)
        try await wait { read("lines-all") == expected && read("lines-lvs") == expected }
        let scripts = "quorum up\nup\n" + String(repeating: "down\nquorum down\nup\nquorum up\n", count: 10)
        try await wait { read("noted").count >= scripts.count }
        #expect(read("noted") == scripts)
        let prefix = "Subject: [lab] Realserver [10.1.80.93]:tcp:80 of virtual server [10.1.80.90]:tcp:80 - "
        let quorum = "Subject: [lab] Virtualserver [10.1.80.90]:tcp:80 - "
        let subjects = { mail.lines.filter { $0.hasPrefix("Subject: ") } }
        try await wait { subjects().count == 41 }
        #expect(
            subjects()
                == ["\(quorum)UP"]
                + Array(repeating: ["\(prefix)DOWN", "\(quorum)DOWN", "\(prefix)UP", "\(quorum)UP"], count: 10).joined()
        )
        #expect(mail.lines.contains("=> TCP CHECK failed on service <="))
        #expect(mail.lines.filter { $0.hasPrefix("=> Starting") } == ["=> Starting with quorum up 1+0=1 <= 1 <="])
        #expect(mail.lines.filter { $0 == "=> Gained quorum 1+0=1 <= 1 <=" }.count == 10)
        try await bench.stop()
        #expect(read("lines-all") == expected + "\(server) DOWN\n\(virtual) DOWN\n")
        #expect(access(folder.file("all"), F_OK) != 0 && access(folder.file("lvs"), F_OK) != 0)
        #expect(mail.lines.contains("=> Shutting down <="))
    }

    @Test("scripts that hang hold up neither the director nor other targets, and what is not run is not run twice")
    func hanging() async throws {
        try folder.write("hang.sh", "#!/bin/sh\necho x >> \(folder.file("hung"))\nexec sleep 1000\n")
        chmod(folder.file("hang.sh"), 0o755)
        let text =
            "global_defs {\n script_user root\n}\n" + service("", server: "notify_down \"\(folder.file("hang.sh"))\"")
        let bench = try await DirectorReloadTests.Bench(text)
        for _ in 0..<20 {
            await bench.report(Self.down)
            await bench.report(Self.up)
        }
        try await wait { !read("hung").isEmpty }
        #expect(bench.destinations().count == 1)
        let started = ContinuousClock.now
        try await bench.stop()
        // The script takes a thousand seconds.
        #expect(ContinuousClock.now - started < .seconds(30))
        #expect(read("hung") == "x\n")
    }

    @Test(
        "a removed instance is FAULT or DELETED as it asks for, and a reload repeats the states that stay where that is set",
        .enabled(if: NetworkNamespace.isAvailable))
    func removedInstance() async throws {
        func instance(_ name: String, _ id: Int, _ settings: String = "", priority: Int = 255) -> String {
            """
            vrrp_instance \(name) {
                interface eth0
                virtual_router_id \(id)
                priority \(priority)
                version 3
                \(settings)
                virtual_ipaddress {
                    10.0.0.\(id)/32
                }
            }

            """
        }
        let note = try script()
        let first = try global("fifo_write_vrrp_states_on_reload\nvrrp_notify_priority_changes")
        let bench = try await ElectionReloadTests.Bench(
            first + instance("STAYS", 51) + instance("GONE", 52)
                + instance("DELETED", 53, "notify_deleted \"\(note) deleted\"\nnotify \"\(note)\""))
        try await wait { read("lines-all").contains("INSTANCE \"DELETED\" MASTER 255") }
        _ = try await bench.reload(first + instance("STAYS", 51, priority: 150))
        try await wait { read("lines-all").contains("INSTANCE \"STAYS\" MASTER 150") }
        // Nothing changes, then something else.
        _ = try await bench.reload(first + instance("STAYS", 51, priority: 150))
        _ = try await bench.reload(first + instance("STAYS", 51, priority: 150) + service("", server: ""))
        try await bench.stop()
        let lines = read("lines-all").split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.contains("STAYS") } == [
                "INSTANCE \"STAYS\" MASTER 255", "INSTANCE \"STAYS\" MASTER_PRIORITY 150",
                "INSTANCE \"STAYS\" MASTER 150", "INSTANCE \"STAYS\" MASTER 150", "INSTANCE \"STAYS\" MASTER 150",
                "INSTANCE \"STAYS\" STOP 150",
            ])
        #expect(
            lines.filter { $0.contains("GONE") } == ["INSTANCE \"GONE\" MASTER 255", "INSTANCE \"GONE\" FAULT 255"])
        #expect(lines.contains("INSTANCE \"DELETED\" DELETED 255"))
        try await wait { read("noted").contains("INSTANCE DELETED DELETED 255") }
        #expect(read("noted") == "INSTANCE DELETED MASTER 255\ndeleted\nINSTANCE DELETED DELETED 255\n")
    }
}
