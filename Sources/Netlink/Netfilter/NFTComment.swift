/// The comment of a table in the form in which the `nft` program writes and reads it: a type, a length, and the text with
/// its NUL (`NFTNL_UDATA_TABLE_COMMENT` of libnftnl, which the kernel hands on as it is).
enum NFTComment {
    private static let type: UInt8 = 0

    static func encoded(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(127))
        return [type, UInt8(bytes.count) + 1] + bytes + [0]
    }

    /// The text; nil where there is none.
    static func decoded(_ data: [UInt8]) -> String? {
        var rest = data[...]
        while rest.count >= 2 {
            let kind = rest[rest.startIndex]
            let value = rest.dropFirst(2).prefix(Int(rest[rest.startIndex + 1]))
            if kind == type { return String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }
            rest = rest.dropFirst(2 + value.count)
        }
        return nil
    }
}
