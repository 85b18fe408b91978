/// How input is shown in a message: in quotes, short, and with nothing that a terminal would obey.
func quoted(_ text: String) -> String {
    let limit = 60
    var shown = "'"
    var count = 0
    for scalar in text.unicodeScalars {
        guard count < limit else {
            shown += "…"
            break
        }
        shown += printable(scalar)
        count += 1
    }
    return shown + "'"
}

/// A scalar, or the replacement character where a terminal would act on it.
func printable(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: String(scalar)
    }
}

/// `1 server`, `2 servers`.
func counted(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }

/// Text from outside as messages show it.
public enum DisplayText {
    /// In quotes, short, and with nothing that a terminal would obey.
    public static func quoted(_ text: String) -> String { KeepalivedConfig.quoted(text) }

    /// Whole, with nothing that a terminal would obey.
    public static func printable(_ text: String) -> String {
        text.unicodeScalars.map { KeepalivedConfig.printable($0) }.joined()
    }
}
