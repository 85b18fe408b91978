import Addressing
import Glibc
import KeepalivedConfig
import LinuxSystem
import VRRP

/// Text in the layout of keepalived's dumps: a line is indented by a blank for each level, `name = value`.
struct DumpText {
    private(set) var text = ""

    /// `------< TITLE >------`
    mutating func title(_ title: String, _ depth: Int = 0) { line(depth, "------< \(title) >------") }

    mutating func line(_ depth: Int, _ content: String) {
        text += String(repeating: " ", count: depth) + content + "\n"
    }

    /// `NAME = VALUE`
    mutating func value(_ depth: Int, _ name: String, _ value: some CustomStringConvertible) {
        line(depth, "\(name) = \(value)")
    }

    /// A line with what is below it; nothing where there is nothing.
    mutating func list(_ depth: Int, _ title: String, _ entries: [String]) {
        guard !entries.isEmpty else { return }
        line(depth, title)
        for entry in entries { line(depth + 2, entry) }
    }
}

/// Words that dumps have in common.
enum DumpWords {
    static func enabled(_ value: Bool) -> String { value ? "enabled" : "disabled" }
    static func yes(_ value: Bool) -> String { value ? "yes" : "no" }
    static func truth(_ value: Bool) -> String { value ? "true" : "false" }

    /// `'/usr/bin/true' 'master'`
    static func command(_ script: Script) -> String {
        script.words.map { "'\($0)'" }.joined(separator: " ")
    }

    /// `'/usr/bin/true' 'master', uid:gid 0:0`; who runs it is left out where that user does not exist.
    static func command(_ script: Script, runBy resolver: ScriptResolver) -> String {
        command(script) + (identity(of: script, resolver).map { ", uid:gid \($0)" } ?? "")
    }

    /// `0:0`
    static func identity(of script: Script, _ resolver: ScriptResolver) -> String? {
        resolver.identity(of: script).map { "\($0.user):\($0.group)" }
    }

    /// `101 weight -5 reverse`, as far as it is not the default.
    static func tracker(_ name: String, _ weight: Int, _ isReversed: Bool) -> String {
        "\(name)\(weight == 0 ? "" : " weight \(weight)")\(isReversed ? " reverse" : "")"
    }

    /// `1795967332.193347`
    static func seconds(_ time: Double) -> String {
        let microseconds = Int64((max(0, min(time, 4e9)) * 1e6).rounded())
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return "\(microseconds / 1_000_000).\(fraction)"
    }

    /// `1795967332.193347 (Sun Nov 29 15:48:52.193347 2026)`
    static func time(_ time: Double) -> String {
        let text = seconds(time)
        let parts = text.split(separator: ".")
        guard parts.count == 2, let whole = Int(parts[0]) else { return text }
        return "\(text) (\(LogTimestamp.date(whole, fraction: String(parts[1]))))"
    }
}
