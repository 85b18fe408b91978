import FileWatching
import Testing

@Suite("The number of a file")
struct FileNumberTests {
    @Test(
        "the number is read as strtol reads it",
        arguments: [
            ("5", 5), (" \n\t7\n", 7), ("-3\n", -3), ("+4", 4), ("12abc", 12), ("0x1F", 31), ("-0X10", -16),
            ("010", 8), ("08", 0), ("0", 0), ("0x", 0), ("0xg", 0), ("", 0), ("abc", 0), ("--5", 0), ("- 5", 0),
            ("2147483647", Int32.max), ("-2147483647", -Int32.max), ("-2147483648", Int32.min), ("2147483648", nil),
            ("-2147483649", nil), ("99999999999", nil), ("99999999999999999999999999", nil), ("0xFFFFFFFF", nil),
        ] as [(String, Int32?)])
    func numbers(text: String, number: Int32?) {
        #expect(FileNumber.value(of: Array(text.utf8)) == number)
    }

    @Test("a number far behind is not looked for")
    func limit() {
        #expect(FileNumber.value(of: [UInt8](repeating: 0x20, count: FileNumber.readLimit) + [0x35]) == 0)
    }
}
