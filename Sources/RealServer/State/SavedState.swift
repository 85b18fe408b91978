import Addressing
import LinuxSystem

/// What the host was like before Martlet changed it, kept in a file until the last address is removed.
struct SavedState: Sendable, Hashable {
    /// One ARP setting.
    struct Setting: Sendable, Hashable {
        /// The value to put back.
        var before: Int
        /// The value that was written; another one there means that somebody else has decided since.
        var applied: Int
    }

    /// The addresses that were applied and not removed, in order.
    var addresses: [IPAddress] = []
    /// The settings that were changed.
    var sysctls: [Sysctl: Setting] = [:]

    /// Whether there is nothing to remember.
    var isEmpty: Bool { addresses.isEmpty && sysctls.isEmpty }
}

extension SavedState {
    /// Reads the file's text. Lines that are not understood are passed over, and no setting but ``ARPSettings`` is
    /// taken from it: a damaged file must not make a removal write anything else.
    init(text: String) {
        let known = Set(ARPSettings.all.map(\.sysctl))
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "address", let address = IPAddress(words[1]) {
                if !addresses.contains(address) { addresses.append(address) }
            } else if words.count == 4, words[0] == "sysctl", let before = Int(words[2]), let applied = Int(words[3]) {
                let sysctl = Sysctl(path: String(words[1]))
                if known.contains(sysctl) { sysctls[sysctl] = Setting(before: before, applied: applied) }
            }
        }
    }

    /// The file's text.
    var text: String {
        let settings = sysctls.sorted { $0.key.path < $1.key.path }
        let lines =
            ["# What `martlet realserver remove` puts back: sysctl PATH BEFORE APPLIED"]
            + addresses.map { "address \($0)" }
            + settings.map { "sysctl \($0.key.path) \($0.value.before) \($0.value.applied)" }
        return lines.map { $0 + "\n" }.joined()
    }
}
