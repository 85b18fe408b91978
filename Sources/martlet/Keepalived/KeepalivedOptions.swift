/// What keepalived's command line asks for (reference: `keepalived(8)`).
struct KeepalivedOptions: Sendable, Hashable {
    /// What the command line is about.
    enum Mode: Sendable, Hashable {
        case run
        case test(log: String?)
        case version
        case help
        case signalNumber(String)
        case pageDigest
    }

    var mode = Mode.run
    var configurationPath = "/etc/keepalived/keepalived.conf"
    var staysInForeground = false
    var logsToConsole = false
    var usesSyslog = true
    var detail = 0
    var syslogFacility = 3
    var dumpsConfiguration = false
    var onlyVRRP = false
    var onlyCheckers = false
    var pidFile: String?
    var vrrpPIDFile: String?
    var checkersPIDFile: String?
    var keepsAddressesOnStop = false
    var keepsIPVSOnStop = false
    var configID: String?
    var networkNamespace: String?
    var ignoresInterrupt = false
    var requiresAllFiles = false
    /// `--control`, which keepalived does not have.
    var controlSocket: String?

    /// Whether elections run: yes unless only the checkers were asked for. `-P` and `-C` together are both.
    var runsVRRP: Bool { onlyVRRP || !onlyCheckers }
    /// Whether checks run and IPVS is programmed.
    var runsCheckers: Bool { onlyCheckers || !onlyVRRP }

    /// Options that were taken and change nothing here, as typed.
    var withoutEffect: [String] = []
    /// Words that are no options, which keepalived reports and goes on without.
    var surplusWords: [String] = []
}

/// Why a command line was refused.
enum KeepalivedOptionsError: Error, Sendable, Hashable, CustomStringConvertible {
    case unknownOption(String)
    case missingArgument(String)
    case surplusArgument(option: String, argument: String)
    case badValue(option: String, value: String, expected: String)

    var description: String {
        switch self {
        case .unknownOption(let option): "unknown option '\(option)'; 'martlet keepalived --help' lists what there is"
        case .missingArgument(let option): "option '\(option)' needs an argument"
        case .surplusArgument(let option, let argument): "option '\(option)' takes no argument, not '\(argument)'"
        case .badValue(let option, let value, let expected):
            "option '\(option)' cannot be '\(value)': it takes \(expected)"
        }
    }
}
