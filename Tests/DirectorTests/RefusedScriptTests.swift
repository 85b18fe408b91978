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
}
