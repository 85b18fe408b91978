import Logging

/// Which part of the director a line comes from: the process that keepalived would have used, so that filters on the
/// syslog identity keep working.
public enum LogSource: String, Sendable, Hashable {
    /// Lifecycle and reload.
    case parent = "Keepalived"
    /// Elections.
    case vrrp = "Keepalived_vrrp"
    /// Health checks and IPVS.
    case checkers = "Keepalived_healthcheckers"

    /// The source of a logger with this label: `martlet.vrrp`, `martlet.checkers`, or anything else.
    init(label: String) {
        switch label {
        case "martlet.vrrp": self = .vrrp
        case "martlet.checkers": self = .checkers
        default: self = .parent
        }
    }
}

/// One line on its way to the sinks.
struct LogLine: Sendable {
    /// Seconds since 1970 and microseconds, when the line was made.
    var seconds: Int
    var microseconds: Int
    var level: Logger.Level
    var source: LogSource
    /// Message and metadata, without time, level or newline.
    var text: String
}

extension LogLine {
    /// The message, then the metadata in parentheses as `key: value`, sorted by key: the sentence that admins grep for
    /// stays at the start.
    static func text(message: String, metadata: Logger.Metadata) -> String {
        let visible = metadata.filter { !$0.value.description.isEmpty }
        guard !visible.isEmpty else { return message.onOneLine }
        let details = visible.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        return "\(message) (\(details))".onOneLine
    }
}

extension String {
    /// The text with control characters replaced: what a server or a script printed must not forge log lines.
    var onOneLine: String {
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
