import Glibc
import HealthChecks
import KeepalivedConfig
import TestKit
import Testing

@testable import Director

@Suite("Scripts that are refused") struct RefusedScriptTests {
    private func targets(_ scripts: [String], global: String = "") throws -> [ScriptTarget] {
        let text = """
            global_defs {
                script_user root
                \(global)
            }
            virtual_server 10.1.80.90 80 {
                lb_kind DR
                protocol TCP
                real_server 10.1.80.93 80 {
                    \(scripts.map { "MISC_CHECK {\nmisc_path \($0)\n}" }.joined(separator: "\n"))
                }
            }
            """
        let result = ConfigurationLoader.load(text: text)
        let configuration = try #require(result.configuration, "\(result.diagnostics)")
        let pool = try #require(configuration.pools(resolver: ScriptResolver(configuration.global)).first)
        return pool.servers.flatMap(\.checkers).compactMap {
            if case .script(let script) = $0.check.target { script } else { nil }
        }
    }

    @Test("each keeps its name and a probe of its own, and says why it does not run")
    func names() throws {
        let found = try targets(["\"/bin/true one\" nosuchuser", "\"/bin/true two\" nosuchuser"])
        #expect(found.map(\.words) == [["/bin/true", "one"], ["/bin/true", "two"]])
        #expect(found.allSatisfy { $0.refusal?.contains("nosuchuser") == true })
        #expect(Set(found).count == 2)
    }

    @Test("the component and the bit that make a script insecure are in its refusal", .enabled(if: geteuid() == 0))
    func insecure() throws {
        let folder = try TemporaryFolder()
        try folder.write("check.sh", "#!/bin/sh\n")
        chmod(folder.file("check.sh"), 0o775)
        chown(folder.file("check.sh"), 0, 1)
        let found = try targets([folder.file("check.sh")], global: "enable_script_security")
        let refusal = try #require(found.first?.refusal)
        #expect(refusal.contains(folder.file("check.sh")) && refusal.contains("g+w"))
    }

    @Test(
        "without enable_script_security the log has keepalived's line on it, and says whether others could change a script",
        .enabled(if: geteuid() == 0), arguments: ["", "enable_script_security"], [mode_t(0o755), 0o775])
    func security(setting: String, mode: mode_t) throws {
        let folder = try TemporaryFolder()
        try folder.write("check.sh", "#!/bin/sh\n")
        chmod(folder.path, 0o755)
        chmod(folder.file("check.sh"), mode)
        chown(folder.file("check.sh"), 0, 1)
        var global = GlobalDefinitions()
        global.scriptUser = ScriptUser(user: "root")
        global.enableScriptSecurity = !setting.isEmpty
        let resolver = ScriptResolver(global)
        let sentence = resolver.securitySentence(on: [Script(words: [folder.file("check.sh")])], kind: "check scripts")
        let line = "SECURITY VIOLATION - check scripts are being executed but script_security not enabled."
        guard setting.isEmpty else {
            #expect(sentence == nil)
            return
        }
        #expect(sentence?.hasPrefix(line) == true)
        if mode == 0o775 { #expect(sentence == line + " There are insecure scripts.") }
        #expect(resolver.securitySentence(on: [], kind: "scripts") == nil)
    }
}
