import Testing

@testable import KeepalivedConfig

@Suite("Recovery")
struct RecoveryTests {
    @Test("an unknown block is one warning, and nothing around it is lost")
    func unknownBlock() throws {
        let result = ConfigurationLoader.load(
            text: instance("shiny {", "priority 300", "deeper {", "x", "}", "}", "priority 77"))
        #expect(places(result) == ["warning MR0101 5:1"])
        #expect(result.configuration?.instances.first?.priority == 77)
        let warning = try #require(result.diagnostics.first)
        #expect(warning.message == "unknown keyword 'shiny' in 'vrrp_instance'")
        #expect(warning.hint == "it is ignored with its whole block")
    }

    @Test("an unknown block on the top level hides nothing behind it")
    func unknownRootBlock() {
        let result = ConfigurationLoader.load(text: "wibble x {\n a {\n b\n }\n}\n" + instance())
        #expect(places(result) == ["warning MR0101 1:1"])
        #expect(result.configuration?.instances.count == 1)
    }

    @Test(
        "a typing mistake is named with what was meant",
        arguments: [
            ("prioriti 100", "did you mean 'priority'? the line is ignored"),
            ("virtual_routerid 51", "did you mean 'virtual_router_id'? the line is ignored"),
            ("nopremept", "did you mean 'nopreempt'? the line is ignored"),
            ("quux", "the line is ignored"),
        ])
    func suggestion(line: String, hint: String) {
        #expect(ConfigurationLoader.load(text: instance(line)).diagnostics.map { $0.hint } == [hint])
    }

    @Test("a missing brace is one error that names the block, wherever it is missing")
    func missingBrace() {
        let text = WalkThrough.gatewayMaster + virtualServer()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var tried = 0
        for index in lines.indices where lines[index].hasSuffix("}") {
            var broken = lines
            broken[index] = String(broken[index].dropLast())
            let result = ConfigurationLoader.load(text: broken.joined(separator: "\n"))
            let errors = result.diagnostics.filter { $0.severity == .error }
            #expect(errors.map { $0.code } == ["MR0012"], "without the brace in line \(index + 1)")
            #expect(result.configuration == nil)
            tried += 1
        }
        #expect(tried >= 8)
    }

    @Test("where lines are indented, the missing brace is found in the very block")
    func missingBraceByIndentation() {
        let lines = WalkThrough.gatewayMaster.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // Blocks inside vrrp_instance that close with an indented brace.
        for index in lines.indices where lines[index] == "    }" {
            var broken = lines
            broken.remove(at: index)
            let opening = lines[..<index].lastIndex { $0.hasSuffix("{") } ?? 0
            let result = ConfigurationLoader.load(text: broken.joined(separator: "\n") + virtualServer())
            #expect(places(result) == ["error MR0012 \(opening + 1):5"])
        }
    }

    @Test("a surplus brace is one error, wherever it is")
    func surplusBrace() {
        let lines = WalkThrough.gatewayMaster.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in lines.indices where lines[index].hasSuffix("}") {
            var broken = lines
            broken[index] += "\n}"
            let result = ConfigurationLoader.load(text: broken.joined(separator: "\n"))
            #expect(result.diagnostics.map { $0.code } == ["MR0013"], "behind line \(index + 1)")
        }
    }

    @Test("several mistakes are told in one go, in the order of the text")
    func several() {
        let result = ConfigurationLoader.load(
            text: instance("priority 300", "wibble", "advert_int x") + virtualServer("lb_algo foo", "quorum 0"))
        #expect(
            places(result) == [
                "error MR0204 5:10", "warning MR0101 6:1", "error MR0206 7:12", "error MR0212 14:9",
                "error MR0204 15:8",
            ])
    }
}
