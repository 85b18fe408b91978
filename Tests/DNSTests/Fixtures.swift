@testable import DNS

/// An answer written field by field.
func answer(
    id: UInt16 = 0x1234, flags: UInt16 = 0x8180, counts: [UInt16] = [1, 0, 0, 0], _ rest: [UInt8] = soaQuestion
) -> [UInt8] {
    ([id, flags] + counts).flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] } + rest
}

/// `SOA` of `example.org` as a question; the name begins at offset 12.
let soaQuestion: [UInt8] = [7] + Array("example".utf8) + [3] + Array("org".utf8) + [0, 0, 6, 0, 1]

/// A record behind the question whose name is given in bytes.
func record(name: [UInt8] = [0xC0, 12], type: UInt8 = 6, data: [UInt8] = [1, 2]) -> [UInt8] {
    name + [0, type, 0, 1, 0, 0, 0x0E, 0x10, UInt8(data.count >> 8), UInt8(truncatingIfNeeded: data.count)] + data
}
