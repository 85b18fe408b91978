/// Whether a byte separates words; a line feed does not, it ends the line.
func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 0x09 || (0x0B...0x0D).contains(byte) }

/// Whether a byte starts a comment.
func isCommentMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: "!") }

/// Whether a byte can be in the name of a definition.
func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
    default: false
    }
}

/// Whether a byte can be the first of the name of a definition.
func isNameStart(_ byte: UInt8) -> Bool { isName(byte) && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
