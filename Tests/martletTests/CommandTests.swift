import ArgumentParser
import Glibc
import KeepalivedConfig
import Testing

@testable import martlet

/// A file that is there while the test runs.
private final class TemporaryFile {
    let path: String

    init(_ text: String) throws {
        var name = Array("/tmp/martlet-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(descriptor >= 0)
        Terminal.write(text, to: descriptor)
        close(descriptor)
    }

    deinit { unlink(path) }
}

private let good = """
    vrrp_instance VI_1 {
        interface eth0
        virtual_router_id 51
        virtual_ipaddress {
            10.1.80.90/24
        }
    }

    """

/// How a command line exits.
private func status(_ words: [String]) -> Int32 {
    do {
        var command = try Martlet.parseAsRoot(words)
        try command.run()
        return 0
    } catch {
        return Martlet.exitCode(for: error).rawValue
    }
}

@Suite("The commands' exit statuses")
struct CommandTests {
    @Test("ipvsadm's scripts are words too, with the options that they have, and each has its own name in its usage")
    func ipvsadmWords() {
        for (words, name) in [
            (["ipvsadm-save", "-x"], "martlet ipvsadm-save"), (["ipvsadm-save", "file"], "martlet ipvsadm-save"),
            (["ipvsadm-restore", "--plan"], "martlet ipvsadm-restore"),
            (["ipvsadm-restore", "file"], "martlet ipvsadm-restore"),
        ] {
            #expect(status(words) == 64, "\(words)")
            let error = #expect(throws: (any Error).self) { try Martlet.parseAsRoot(words) }
            #expect(error.map { Martlet.fullMessage(for: $0).contains("Usage: \(name)") } == true, "\(words)")
        }
        #expect(throws: Never.self) { try Martlet.parseAsRoot(["ipvsadm-save", "-n"]) }
        #expect(Martlet.completionScript(for: .bash).contains("ipvsadm-restore"))
    }

    @Test("realserver refuses prefixes that are none of an address, and --root without files to write, with 64")
    func realServer() {
        let apply = ["realserver", "apply", "--dry-run"]
        for (words, expected) in [
            (["10.1.80.92/24"], Int32(64)), (["2001:db8::90/64"], 64), (["10.1.80"], 64), (["10.1.80.92/"], 64),
            (["--root", "/tmp", "10.1.80.92"], 64),
            (["--root", "/tmp", "--persist-with", "systemd", "10.1.80.92/32"], 0),
            (["--root", "/tmp", "--persist-with", "systemd", "2001:db8::90/128"], 0),
        ] {
            #expect(status(apply + words) == expected, "\(words)")
        }
    }

    @Test("check exits with 0, 1 on errors, 2 on warnings under --strict, 64 where the command line is wrong")
    func check() throws {
        let clean = try TemporaryFile(good)
        let warning = try TemporaryFile(good.replacing("virtual_router_id", with: "wibble\nvirtual_router_id"))
        let error = try TemporaryFile(good.replacing("51", with: "510"))
        for options in [[], ["--json"]] {
            let check = ["check", "--other-host"] + options
            #expect(status(check + ["-f", clean.path]) == 0)
            #expect(status(check + ["--strict", clean.path]) == 0)
            #expect(status(check + [warning.path]) == 0)
            #expect(status(check + ["--strict", warning.path]) == 2)
            #expect(status(check + [error.path]) == 1)
            #expect(status(check + ["--strict", error.path]) == 1)
            #expect(status(check + ["-f", clean.path, error.path, warning.path]) == 1)
            #expect(status(check + ["--strict", clean.path, warning.path]) == 2)
            #expect(status(check + ["-f", "/nonexistent/keepalived.conf"]) == 1)
            #expect(status(check + ["-f", "/tmp"]) == 1)
        }
        let including = try TemporaryFile(good + "include nothing.conf\n")
        #expect(status(["check", "--other-host", including.path]) == 0)
        #expect(status(["check", "--other-host", "-e", including.path]) == 1)
        #expect(status(["keepalived", "-t", "-e", "-f", including.path]) == 4)
        #expect(status(["check", "--nonsense"]) == 64)
        #expect(status(["check", "-f"]) == 64)
    }

    @Test("explain knows codes and keywords, and exits with 1 on anything else")
    func explain() {
        for words in [["MR0101"], ["101"], ["mr0101", "priority"], ["virtual_server"], []] {
            #expect(status(["explain"] + words) == 0, "\(words)")
        }
        for words in [["MR9999"], ["prority"], ["priority", "\u{1B}[31m"], [""]] {
            #expect(status(["explain"] + words) == 1, "\(words)")
        }
    }

    @Test("keepalived -t exits with keepalived's numbers")
    func configurationTest() throws {
        let noValue = try TemporaryFile(good.replacing(" 51", with: ""))
        let missing = try TemporaryFile(good.replacing("eth0", with: "nosuchif0"))
        #expect(status(["keepalived", "-t", "-f", noValue.path]) == 2)
        #expect(status(["keepalived", "-t", "-f", missing.path]) == 4)
        #expect(status(["keepalived", "--config-test", "-f", "/nonexistent"]) == 4)
        #expect(status(["keepalived", "-Z"]) == 1)
        #expect(status(["keepalived", "-T"]) == 1)
        #expect(status(["keepalived", "-v"]) == 0)
        #expect(status(["keepalived", "--signum=JSON"]) == 0)
        #expect(status(["keepalived", "--signum=NONSENSE"]) == 1)
    }
}
