import Director
import KeepalivedConfig

/// How `keepalived -t` exits. Scripts and units depend on these numbers, so they follow keepalived's and not the
/// severities of this program: what keepalived takes in silence is shown and does not count.
enum ConfigurationTest {
    /// Exit statuses.
    enum Status: Int32 {
        /// Nothing that keepalived would report.
        case clean = 0
        /// A keyword has no value.
        case missingArgument = 2
        /// The file is not there, is no text, or names an interface that does not exist.
        case unusable = 4
        /// There is something to say about it, error or warning.
        case problems = 5
        /// It would run scripts as root while `enable_script_security` is off.
        case insecureScripts = 6
    }

    /// - Parameter exposed: the scripts that would run as root without `enable_script_security`.
    static func status(of result: LoadResult, exposed: [String]) -> Status {
        let errors = Set(result.diagnostics.filter { $0.severity == .error }.map(\.code))
        if errors.contains("MR0201") { return .missingArgument }
        if !errors.isDisjoint(with: fatal) { return .unusable }
        if result.configuration == nil { return .problems }
        if !exposed.isEmpty { return .insecureScripts }
        return result.diagnostics.contains { !isSilent($0) } ? .problems : .clean
    }

    /// Errors after which there is nothing to test.
    static let fatal: Set<String> = ["MR0001", "MR0002", "MR0501"]

    /// Whether keepalived takes this without a word: files that an include does not find, keywords that only this
    /// program does nothing with, old names, a setting made twice, surplus words, 'state' against 'priority', an address
    /// listed twice, a file without work, services, groups of addresses and trackers that are defined twice, names of
    /// groups and instances that do not exist, an empty command, a comment behind a password, an interface that may
    /// appear later, a lower threshold above the upper, and everything that is advice rather than a correction (`MR06…`), but for scripts that will not run
    /// and pools without weight.
    static func isSilent(_ diagnostic: Diagnostic) -> Bool {
        switch diagnostic.code {
        case "MR0661", "MR0663": !isTracked(diagnostic)
        case "MR0614", "MR0665": false
        case "MR0302":
            ["'virtual_server", "'vrrp_script", "'track_file", "'vrrp_track_process"]
                .contains { diagnostic.message.hasPrefix($0) }
        default: silent.contains(diagnostic.code) || diagnostic.code.hasPrefix("MR06")
        }
    }

    /// Whether a diagnostic about a script is about that of a `vrrp_script`, which keepalived says that it disables.
    /// About other scripts it says so when they are to run.
    private static func isTracked(_ diagnostic: Diagnostic) -> Bool {
        let before = diagnostic.sourceLine.unicodeScalars.prefix(max(0, diagnostic.excerptColumn - 1))
        let words = before.split { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "{" }
        return words.last.map(String.init) == "script"
    }

    /// Warnings that do not count.
    static let silent: Set<String> = [
        "MR0001", "MR0004", "MR0007", "MR0021", "MR0104", "MR0108", "MR0109", "MR0202", "MR0215", "MR0310", "MR0313",
        "MR0322", "MR0340", "MR0415", "MR0427", "MR0501",
    ]
}
