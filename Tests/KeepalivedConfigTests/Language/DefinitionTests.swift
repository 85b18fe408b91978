import Testing

@testable import KeepalivedConfig

/// What stands in these tables was compared with what keepalived makes of it, where it can be seen there.
@Suite("Definitions and conditions")
struct DefinitionTests {
    @Test(
        "definitions are replaced where a reference ends as it must",
        arguments: [
            ("$A=1\nx $A y\n", "x 1 y"),
            ("$A=1\nx ${A}y\n", "x 1y"),
            ("$A=1\nx $A.1\n", "x $A.1"),
            ("$A=1\nx $A,b $A)\n", "x 1,b 1)"),
            ("$A=1\nx $AB\n", "x $AB"),
            ("x $A ${B}\n", "x $A ${B}"),
            ("$A=1\n$A=2\nx $A\n", "x 2"),
            ("$A=b c\nx $A\n", "x b c"),
            ("$A=${B}2\n$B=1\nx $A\n", "x 12"),
            ("$A=1 # one\nx $A\n", "x 1"),
            ("$A=1\nx \"${A} $A b\"\n", "x [1 1 b]"),
            ("$A=1\nx # $A {\ny\n", "x; y"),
            ("$A=\\\nb {\\\n  c 1\\\n}\n$A\nd\n", "b {c 1}; d"),
            ("$A={ b }\nx $A\n", "x {b}"),
            ("x ${_HASH}y ${_BANG}\n", "x #y !"),
            ("x ${_INSTANCE} $_INSTANCE\n", "x ds1 ds1"),
            ("x ${_PWD}\n", "x ."),
            ("x ${_ENV SITE} ${_ENV  SITE }\n", "x north north"),
            ("$A=\nx ${A}y $A z\n", "x y z"),
            ("$A =1\nx $A\n", "$A =1; x $A"),
            ("$1A=5\nx $1A\n", "$1A=5; x $1A"),
            ("$_A=5\nx $_A ${_A}b\n", "x 5 5b"),
            ("$A=1  2\n\"${A}x\" \"$A\" \"a $A b\"\n", "[1  2x] [$A] [a 1  2 b]"),
            ("$A=\"x y\"\na $A b\n", "a [x y] b"),
            ("$A=1\nx $A; $A-B $A/2 $A: $A\"q\"\n", "x $A; $A-B $A/2 $A: $A [q]"),
            ("$A=1\nx b$ c$$A $) $(x)\n", "x b$ c$1 $) $(x)"),
            ("$A=1\nx a\\$A '$A '\n", "x a\\1 '1 '"),
            ("$A=2\n$X=$A \n$A=1\nx $X b\n", "x 1 b"),
            ("$A=1\n$X=$A\nx ${X}.y\n", "x $A.y"),
            ("$a=1\n$ab=2\nx $ab $a ${ab} ${a}b\n", "x 2 1 2 1b"),
            ("a $A=1\n$A\n", "a $A=1; $A"),
            ("  $A=1\r\n\tx $A\r\n", "x 1"),
            ("$A={\nx $A\ny }\n", "x {y}"),
            ("$A=$B\n$B=@ds2 x\n$A\ny", "y"),
            ("$A=$B\n$B=@ds1 x\n$A\ny", "x; y"),
            ("$C=@ds1\n$C a\n$C b\n", "a; b"),
            ("$A=\\# \\! c\nx $A\n", "x # ! c"),
        ])
    func definitions(text: String, expected: String) {
        #expect(outline(text, configID: "ds1", variables: ["SITE": "north"]) == expected)
    }

    @Test(
        "conditional lines count when their identifier is ours",
        arguments: [
            ("@ds1 a\n@ds2 b\n", "a"),
            ("@^ds1 a\n@^ds2 b\n", "b"),
            ("\t@ds1\ta b\n", "a b"),
            ("@ds1 $A=1\n@ds2 $A=2\nx $A\n", "x 1"),
            ("@ds2 a {\n@ds1 b {\nc\n}\n", "b {c}"),
            ("@ds a\n", ""),
        ])
    func conditions(text: String, expected: String) {
        #expect(outline(text, configID: "ds1") == expected)
    }

    @Test(
        "a value of several lines is made line by line, each from what is defined by then",
        arguments: [
            ("$A= \\\n x y \\\n z\na $A\nb\n", "a x y; z; b"),
            ("$A=x \\\ny\n$A z\n", "x; y z"),
            ("$A= \\  \nx \\\t\ny\na $A\n", "a x; y"),
            ("$A= \\\r\n x \\\r\n y\r\na $A\r\n", "a x; y"),
            ("$A= \\\n x # comment \\\n y\na $A\nb\n", "a x; y; b"),
            ("$A= \\\n x \\\n# comment\n z\na $A\nb\n", "a x; z; b"),
            ("$A= \\\n x \\\n\n z\na $A\n", "z; a x"),
            ("$A= \\\n x \\\n \"q # r\" ! z \\\n y\na $A\n", "a x; [q # r]; y"),
            ("$A= \\\n x \\\n y\nz${A}w q\n", "zx; yw q"),
            ("$A= \\\n @ds1 v \\\n @ds2 w \\\n $C=4 \\\n c$C\n$A\nb $C\n", "v; c4; b 4"),
            ("$R= \\\n r${N} \\\n s\n$V= \\\n v \\\n $N=1 \\\n $R \\\n $N=2 \\\n $R\n$V\nw\n", "v; r1; s; r2; s; w"),
            ("$I= \\\n inst ${N} { \\\n p ${P} \\\n }\n$N=1\n$P=9\n$I\n$N=2\n$I\n", "inst 1 {p 9}; inst 2 {p 9}"),
            ("@ds2 $A= \\\n x \\\n y\nb $A\n", "b $A"),
            ("@ds1 $A= \\\n x \\\n y\nb $A\n", "b x; y"),
            ("$A= \\\n ~SEQ(i,2) e${i} \\\n ~LST(y,a,b) f${y}\n$A\n", "e1; e2; fa; fb"),
            ("$A= \\\n", ""),
            ("$A= \\", ""),
        ])
    func blocks(text: String, expected: String) {
        #expect(outline(text, configID: "ds1") == expected)
    }

    @Test("a random number lies between its bounds, and the same seed gives the same numbers")
    func random() throws {
        func values(_ text: String, seed: UInt64 = 0) -> [Int] {
            var lexer = Lexer(files: InMemoryFiles([:]), options: LanguageOptions(randomSeed: seed))
            lexer.lex(file: "test.conf", bytes: Array(text.utf8))
            return lexer.tree.words.compactMap { Int(lexer.tree.string($0)) }
        }
        let lines = "~SEQ(i,200) ${_RANDOM 3 5} ${_RANDOM} ${_RANDOM 32766} ${_RANDOM 7 7}\n"
        let numbers = values(lines)
        #expect(numbers.count == 800)
        for index in stride(from: 0, to: numbers.count, by: 4) {
            #expect((3...5).contains(numbers[index]))
            #expect((0...32767).contains(numbers[index + 1]))
            #expect((32766...32767).contains(numbers[index + 2]))
            #expect(numbers[index + 3] == 7)
        }
        #expect(Set(stride(from: 0, to: numbers.count, by: 4).map { numbers[$0] }) == [3, 4, 5])
        #expect(values(lines, seed: 0) == numbers)
        #expect(values(lines, seed: 1) != numbers)
        let seeded = "global_defs {\nrandom_seed 5\n}\n" + lines
        #expect(values(seeded, seed: 1) == values(seeded, seed: 2))
    }
}
