/// What a configuration means, printed in its own language: every default, every inherited value and every correction
/// is written out, so that a reader sees what holds and a program can compare it.
///
/// The form is stable. Each line is a keyword with its values or closes a block; a block is indented by four blanks
/// more than the line that opens it; what a file may leave out and has no default is left out. The order is that of
/// the file within each kind of block: `track_file`, `vrrp_script`, `bfd_instance`, `vrrp_instance`, `vrrp_sync_group`,
/// `virtual_server_group`, `virtual_server`. The services, groups and sessions can be read again and give the same
/// model. Passwords are not printed.
public enum ConfigurationDump {
    /// The dump of a configuration.
    public static func text(of configuration: Configuration) -> String {
        var writer = DumpWriter()
        for file in configuration.trackFiles { writer.write(file) }
        for script in configuration.scripts { writer.write(script) }
        for instance in configuration.bfdInstances { writer.write(instance) }
        for instance in configuration.instances { writer.write(instance) }
        for group in configuration.syncGroups { writer.write(group) }
        for group in configuration.virtualServerGroups { writer.write(group) }
        writer.write(configuration.virtualServers)
        return writer.text
    }
}

/// Lines of the configuration language.
struct DumpWriter {
    private(set) var text = ""
    private var depth = 0

    /// A keyword with its values, each written so that it is read as one word.
    mutating func line(_ words: String...) { line(words) }

    mutating func line(_ words: [String]) {
        text += String(repeating: "    ", count: depth) + words.map(Self.word).joined(separator: " ") + "\n"
    }

    /// A block with its lines.
    mutating func block(_ words: String..., lines: (inout DumpWriter) -> Void) { block(words, lines: lines) }

    mutating func block(_ words: [String], lines: (inout DumpWriter) -> Void) {
        text += String(repeating: "    ", count: depth) + words.map(Self.word).joined(separator: " ") + " {\n"
        depth += 1
        lines(&self)
        depth -= 1
        text += String(repeating: "    ", count: depth) + "}\n"
    }

    /// A keyword that stands alone, where it holds.
    mutating func flag(_ keyword: String, _ holds: Bool) {
        if holds { line(keyword) }
    }

    /// A keyword that may be turned off.
    mutating func boolean(_ keyword: String, _ value: Bool) { line(keyword, value ? "on" : "off") }

    /// A keyword whose value may be absent.
    mutating func optional(_ keyword: String, _ value: (some CustomStringConvertible)?) {
        if let value { line(keyword, value.description) }
    }

    /// A keyword with a command.
    mutating func script(_ keyword: String, _ script: Script?) {
        guard let script else { return }
        let command = script.words.map { Self.escaped($0, twice: true) }.joined(separator: " ")
        let user = [script.user?.user, script.user?.group].compactMap { $0 }.map { " \"\(Self.escaped($0))\"" }
        text += String(repeating: "    ", count: depth) + "\(keyword) \"\(command)\"" + user.joined() + "\n"
    }

    /// A keyword with a pattern.
    mutating func pattern(_ keyword: String, _ pattern: String) {
        text += String(repeating: "    ", count: depth) + "\(keyword) \"\(Self.escaped(pattern))\"\n"
    }

    private static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte > 0x20 && byte != 0x7F && !"#!{}\"\\".utf8.contains(byte)
            }
        return isPlain ? text : "\"\(text)\""
    }

    /// A word by the escaping rule of commands. A command is split twice, so that its escapes are written twice.
    private static func escaped(_ text: String, twice: Bool = false) -> String {
        guard !text.isEmpty else { return "''" }
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "%"),
                UInt8(ascii: "+"), UInt8(ascii: "@"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                result += (twice ? "\\\\x" : "\\x") + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}

extension Array<UInt8> {
    /// Two hexadecimal digits for each byte.
    var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
