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
            ("prioriti 100", "did you mean 'priority'? as it stands the line is ignored"),
            ("virtual_routerid 51", "did you mean 'virtual_router_id'? as it stands the line is ignored"),
            ("nopremept", "did you mean 'nopreempt'? as it stands the line is ignored"),
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

    @Test("a missing opening brace is one error at the keyword that needs the block")
    func missingOpeningBrace() {
        let text = WalkThrough.gatewayMaster
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in lines.indices where lines[index].hasSuffix("{") {
            var broken = lines
            broken[index] = String(broken[index].dropLast())
            let result = ConfigurationLoader.load(text: broken.joined(separator: "\n"))
            #expect(
                result.diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.line)" } == [
                    "MR0106 \(index + 1)"
                ])
        }
    }

    @Test("a setting made twice points at the first")
    func settingMadeTwice() {
        let result = ConfigurationLoader.load(text: instance("priority 100", "nopreempt", "priority 150"))
        #expect(result.configuration?.instances.first?.priority == 150)
        #expect(result.diagnostics.first?.notes.map { "\($0.message) \($0.place.line)" } == ["first set here 5"])
    }

    @Test(
        "common spellings get the right advice",
        arguments: [
            (
                "mcast_src_ip 10.1.80.1/24",
                "leave out '/' and what follows, or correct the length of the prefix; the line is ignored, and the default holds: the interface's first"
            ),
            (
                "mcast_src_ip lb1.example.net",
                "names are not looked up: write the address; the line is ignored, and the default holds: the interface's first"
            ),
            (
                "mcast_src_ip 10.1.80.1:80",
                "a blank stands between address and port; the line is ignored, and the default holds: the interface's first"
            ),
            (
                "mcast_src_ip 10.1.80.1;",
                "write '10.1.80.1': only blanks and line ends separate; the line is ignored, and the default holds: the interface's first"
            ),
            (
                "down_timer_adverts 3;",
                "write '3': only the line end ends a value; the line is ignored, and the default holds: 3"
            ),
            (
                "advert_int 1s",
                "write the number without a unit; times are in seconds; the line is ignored, and the default holds: 1"
            ),
            ("auth_pass secret", "write it into 'authentication { … }'; as it stands the line is ignored"),
            (
                "lb_algo rr",
                "move it into 'virtual_server { … }', or look for a misplaced '}' above; as it stands the line is ignored"
            ),
            ("connect_port 80", "look for a misplaced '}' above; as it stands the line is ignored"),
            (
                "weight 5",
                "write it behind what it is for, as in 'track_interface { INTERFACE weight 5 }'; as it stands the line is ignored"
            ),
            (
                "dev eth1",
                "write it behind what it is for, as in 'virtual_ipaddress { ADDRESS dev eth1 }'; as it stands the line is ignored"
            ),
            ("nopreempt off", "remove the line"), ("nopreempt on", "remove the word"),
            ("track_interface [", "a block stands in '{' and '}', not in '['"),
            (
                "virtual_ipaddress_excluded { dev eth1 10.1.80.91 }",
                "options stand behind the address; the line is left out"
            ),
            ("~LIST(i, a, b) priority 5", "the loops are ~SEQ, ~SEQx and ~LST; as it stands the line is ignored"),
            ("notify \"sh -c 'a b\"", "add the closing ', or write \\' for the character"),
            (
                "garp_master_delay 5s",
                "write the number without a unit; times are in seconds; the line is ignored, and the default holds: that of 'vrrp_garp_master_delay', else 5"
            ),
            ("state SLAVE", "did you mean 'BACKUP'? the line is ignored, and the default holds: BACKUP"),
            (
                "mcast_src_ip ip=10.1.80.1",
                "write the address alone; the line is ignored, and the default holds: the interface's first"
            ),
            (
                "virtual_ipaddress_excluded { 10.1.80.91 netmask 255.255.240.0 }",
                "write '/20' behind the address; as it stands the mask is ignored"
            ),
            (
                "virtual_ipaddress_excluded { 10.1.80.91/24, }",
                "write '10.1.80.91/24': only blanks and line ends separate; 32 is used"
            ),
            ("track_interface eth1", "write 'track_interface { eth1 }'"),
            ("priority = 100", "write 'priority 100'; as it stands '=' is taken for the value"),
            ("track_interface = { eth1 }", "write 'track_interface {'; as it stands '=' is ignored"),
            (
                "preempt_delay {\n}",
                "remove '{' and '}'; where another keyword stands in front of '{', give it a line of its own"
            ),
            ("priority: 100", "write 'priority 100'; as it stands the line is ignored"),
            ("priority:", "write 'priority VALUE'; as it stands the line is ignored"),
            ("track_interface:", "write 'track_interface {'; as it stands the line is ignored"),
            ("// priority", "a comment starts with '#' or '!'; as it stands the line is ignored"),
            ("priority 100 //", "it is ignored; a comment starts with '#' or '!'"),
            (
                "priority\u{A0}100",
                "it contains a blank that is none, as copied from a page: type a plain one; as it stands the line is ignored"
            ),
            ("version 4", "the line is ignored, and the default holds: 'vrrp_version'; 3 for IPv6"),
        ] as [(String, String?)])
    func advice(line: String, hint: String?) {
        #expect(ConfigurationLoader.load(text: instance(line)).diagnostics.map { $0.hint } == [hint])
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
                "warning MR0204 5:10", "warning MR0101 6:1", "warning MR0206 7:12", "warning MR0212 14:9",
                "warning MR0204 15:8",
            ])
    }

    @Test("where nothing is indented, a missing brace is found by the block that cannot stand in its own kind")
    func missingBraceByRepetition() {
        let text = """
            virtual_server 10.1.80.90 80 {
            lb_algo rr
            real_server 10.1.80.91 80 {
            TCP_CHECK {
            }
            real_server 10.1.80.92 80 {
            TCP_CHECK {
            }
            }
            }
            virtual_server 10.1.80.90 81 {
            real_server 10.1.80.91 80 {
            }
            }

            """
        #expect(places(ConfigurationLoader.load(text: text)) == ["error MR0012 3:1"])
    }

    @Test(
        "a quote that is not closed is one error, with a brace behind it too",
        arguments: [
            "vrrp_script \"check {\n  script /bin/true\n}\n" + instance(),
            "vrrp_script check {\n  script \"/bin/true }\n" + instance(),
            instance("notify \"/bin/true"), instance("notify_master \"/bin/true 'a b' \t"),
        ])
    func unclosedQuote(text: String) {
        let errors = ConfigurationLoader.load(text: text).diagnostics.filter { $0.severity == .error }
        #expect(errors.map { $0.code } == ["MR0011"])
    }

    @Test("a brace that is missing in an included file is named there, with the chain")
    func missingBraceInInclude() throws {
        let files = InMemoryFiles([
            "k.conf": "include a.conf\n" + instance(), "a.conf": "vrrp_script a {\n  script /bin/true\n",
        ])
        let result = ConfigurationLoader(files: files).load(path: "k.conf")
        #expect(result.diagnostics.map { "\($0.file) \($0.code) \($0.line)" } == ["a.conf MR0012 1"])
        let notes = try #require(result.diagnostics.first).notes
        #expect(
            notes.map { "\($0.message) \($0.place.file):\($0.place.line)" } == [
                "this block cannot stand inside another k.conf:2", "included from here k.conf:1",
            ])
    }

    @Test("a brace that is missing in a definition is one error however often the definition is used")
    func missingBraceInDefinition() {
        let text = "$A= \\\n vrrp_script s${i} { \\\n  script /bin/true\n~SEQ(i, 1, 5) $A\n" + instance()
        let errors = ConfigurationLoader.load(text: text).diagnostics.filter { $0.severity == .error }
        #expect(errors.map { $0.code } == ["MR0012"])
    }
}
