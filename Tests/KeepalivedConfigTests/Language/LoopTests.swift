import Testing

@testable import KeepalivedConfig

/// What stands in these tables was compared with what keepalived makes of it, where it can be seen there.
@Suite("Loops")
struct LoopTests {
    @Test(
        "~SEQ counts",
        arguments: [
            ("~SEQ(x,3) e$x ${x}", "e1 1; e2 2; e3 3"),
            ("~SEQ(x,2,4) e${x}", "e2; e3; e4"),
            ("~SEQ(x,5,2) e${x}", "e5; e4; e3; e2"),
            ("~SEQ(x,-3) e${x}", "e-1; e-2; e-3"),
            ("~SEQ(x,0) e${x}", "e1; e0"),
            ("~SEQ(x,-1,1) e${x}", "e-1; e0; e1"),
            ("~SEQ(x,5,-2,1) e${x}", "e5; e3; e1"),
            ("~SEQ(x,0,2,5) e${x}", "e0; e2; e4"),
            ("~SEQ(x,,2) e${x}", "e0; e1; e2"),
            ("~SEQ(x,+1,2) e${x}", "e1; e2"),
            ("~SEQ(x, 0x8, 0x0b) e${x}", "e8; e9; e10; e11"),
            ("~SEQ(x,010,011) e${x}", "e8; e9"),
            ("~SEQx(x,8,11) e${x}", "e8; e9; ea; eb"),
            ("~SEQx(x,0x8,0x4,0x10) e${x}", "e8; ec; e10"),
            ("~SEQx(x,10,-2,6) e${x}", "ea; e8; e6"),
            ("~SEQ( x , 1 , 2 ) e${x}", "e1; e2"),
            ("~SEQ (x,1,2)e${x}", "e1; e2"),
            ("  ~SEQ(x,1,2) e${x}", "e1; e2"),
            ("~SEQ(_x,1,2) e${_x}", "e1; e2"),
            ("~SEQ(x,1,2) e$x,f e$x.f", "e1,f e$x.f; e2,f e$x.f"),
            ("~SEQ(x,1,2) e${x} # f\nb", "e1; e2; b"),
            ("~SEQ(x,1,2) # e${x}\nb", "b"),
            ("~SEQ(x,1,2)\nb ${x}", "b 2"),
            ("~SEQ(x,1,2) e${x}\ng${x} $x", "e1; e2; g2 2"),
            ("$x=9\n~SEQ(x,1,2) e${x}\ng$x", "e1; e2; g2"),
            ("~SEQ(x,9223372036854775806,9223372036854775807) e${x}", "e9223372036854775806; e9223372036854775807"),
            ("~SEQ(x,-9223372036854775808,-9223372036854775807) ${x}", "-9223372036854775808; -9223372036854775807"),
            ("~SEQ(x,1,2) e { f ${x} }", "e {f 1}; e {f 2}"),
            ("a ~SEQ(x,1,2) b", "a ~SEQ(x,1,2) b"),
            ("~FOO(x) a", "~FOO(x) a"),
        ])
    func sequences(text: String, expected: String) {
        #expect(outline(text) == expected)
    }

    @Test(
        "~LST goes through its values",
        arguments: [
            ("~LST(x,a,b,c) e${x}", "ea; eb; ec"),
            ("~LST(x, a , b ) e${x}.", "ea.; eb."),
            ("~LST(x,a) e${x}", "ea"),
            ("~LST(x,,b) e${x}.", "e.; eb."),
            ("~LST({x,y},{1,2},{3,4}) e${x}${y}", "e12; e34"),
            ("~LST({ x , y },{ 1 , 2 }) e${x}${y}", "e12"),
            ("~LST({x,y},{1,2},{3}) e${x}${y}", "e12; e3"),
            ("~LST({x,y},{1,2},3) e${x}${y}", "e12; e3"),
            ("~LST(x,{1},{2}) e${x}", "e1; e2"),
            ("~LST({x},1,2) e${x}", "e1; e2"),
            ("~LST(x,\"a\",b) e${x}", "e [a]; eb"),
            ("$L=a,b\n~LST(x,$L) e${x}", "ea,b"),
            ("$L=a\n~LST(x,${L}1,b) e${x}", "ea1; eb"),
        ])
    func lists(text: String, expected: String) {
        #expect(outline(text) == expected)
    }

    @Test(
        "loops nest, and go with definitions and conditions",
        arguments: [
            ("~SEQ(x,1,2) ~LST(y,a,b) ~SEQ(z,1,2) ${x}${y}${z}", "1a1; 1a2; 1b1; 1b2; 2a1; 2a2; 2b1; 2b2"),
            ("~SEQ(x,1,2)~SEQ(y,1,2) ${x}${y}", "11; 12; 21; 22"),
            ("~SEQ(x,1,2) ~SEQ(y,1,${x}) e${x}${y}", "e11; e21; e22"),
            ("~SEQ(x,1,2) ~SEQ(y,$x,3) e${x}${y}", "e11; e12; e13; e22; e23"),
            ("$E=3\n~SEQ(x,1,$E) e${x}", "e1; e2; e3"),
            ("@ds1 ~SEQ(x,1,2) e${x}\n@ds2 ~SEQ(x,1,2) f", "e1; e2"),
            ("~SEQ(x,1,2) @ds1 e${x}\n~SEQ(x,1,2) @^ds1 f", "e1; e2"),
            ("$C=~SEQ(x,1,2)\n$C e${x}", "e1; e2"),
            ("$A=~SEQ(x,1,2) e${x}\n$A", "e1; e2"),
            ("~SEQ(x,1,2) $D=${x}\nd$D", "d2"),
            ("$B= \\\n u${x} { \\\n v ${x} \\\n }\n~SEQ(x,1,2) $B\nw", "u1 {v 1}; u2 {v 2}; w"),
            ("$B= \\\n u${x} \\\n ~SEQ(y,1,2) v${x}${y}\n~SEQ(x,1,2) $B", "u1; v11; v12; u2; v21; v22"),
            ("$B= \\\n u \\\n w\n~SEQ(x,1,2) a$B b", "au; w b; au; w b"),
            (
                "~LST({IP,   IP1},  {10,1},{20,4})  ~SEQ(IP2,168,2,170) 192.${IP2}.${IP}.${IP1}",
                "192.168.10.1; 192.170.10.1; 192.168.20.4; 192.170.20.4"
            ),
        ])
    func nested(text: String, expected: String) {
        #expect(outline(text, configID: "ds1") == expected)
    }

    @Test("sixty-five thousand instances come of three loops and one definition")
    func manyTurns() {
        let text = """
            $VI= \\
             track_file o.${IF}.${NUM}.${ID} { \\
              weight -100 \\
             }
            ~SEQ(IF,0,7) ~SEQ(NUM,0,31) ~SEQ(ID,1,254) $VI

            """
        var lexer = Lexer(files: InMemoryFiles([:]))
        lexer.lex(file: "test.conf", bytes: Array(text.utf8))
        #expect(lexer.sink.errors.isEmpty)
        #expect(lexer.tree.statements.count == 2 * 65024)
        #expect(lexer.tree.words.last.map { lexer.tree.string($0) } == "-100")
        #expect(lexer.tree.words.contains { lexer.tree.string($0) == "o.7.31.254" })
    }

    @Test("a diagnostic in a loop is given once and says with which value")
    func turn() throws {
        let result = ConfigurationLoader.load(
            text: instance("virtual_ipaddress_excluded {", "~SEQ(i, 254, 260) 10.0.0.${i}", "}"))
        #expect(result.diagnostics.count == 1)
        #expect(result.omittedWarnings == 4)
        let diagnostic = try #require(result.diagnostics.first)
        #expect(diagnostic.line == 6)
        #expect(diagnostic.column == 19)
        #expect(diagnostic.length == 11)
        #expect(notes(diagnostic) == ["from this '~SEQ' with $i = 256 6:1"])
    }

    @Test(
        "a diagnostic in a definition points at its use and notes the definition, the definitions around it and the loop"
    )
    func chain() throws {
        let result = ConfigurationLoader.load(
            text: """
                $VIP=10.0.0
                $BLOCK= \\
                  10.0.1.1 \\
                  ${VIP}.${n}
                \(instance("virtual_ipaddress_excluded {", "~LST(n, 1, x) $BLOCK # all", "}"))
                """)
        let diagnostic = try #require(result.diagnostics.first { $0.code == "MR0209" })
        #expect("\(diagnostic.line):\(diagnostic.column)" == "10:15")
        #expect(diagnostic.sourceLine == "~LST(n, 1, x) $BLOCK # all")
        #expect(
            notes(diagnostic) == [
                "in the definition of '$VIP' 1:6", "in the definition of '$BLOCK' 4:3",
                "from this '~LST' with $n = x 10:1",
            ])
    }

    @Test("a variable that a loop has left behind is noted with its loop")
    func leftBehind() throws {
        let result = ConfigurationLoader.load(text: "~SEQ(p, 300, 301)\n" + instance("priority $p"))
        let diagnostic = try #require(result.diagnostics.first)
        #expect("\(diagnostic.line):\(diagnostic.column)" == "6:10")
        #expect(notes(diagnostic) == ["in the definition of '$p' 1:1"])
    }

    private func notes(_ diagnostic: Diagnostic) -> [String] {
        diagnostic.notes.map { "\($0.message) \($0.place.line):\($0.place.column)" }
    }
}
