import Addressing
import Glibc

/// The C library's reading and writing of addresses: what every other tool on the machine agrees on.
enum SystemResolver {
    static func parse(_ text: String, _ family: AddressFamily) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: family.byteCount)
        return inet_pton(Int32(family.rawValue), text, &bytes) == 1 ? bytes : nil
    }

    static func print(_ bytes: [UInt8], _ family: AddressFamily) -> String? {
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(Int32(family.rawValue), bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
