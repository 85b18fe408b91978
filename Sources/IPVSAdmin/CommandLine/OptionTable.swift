/// An option or command of ipvsadm's command line.
///
/// The cases after the commands stand in the order in which ipvsadm checks them against the command, which decides
/// the message when several are wrong.
enum AdminOption: UInt8, CaseIterable {
    // Commands.
    case addService, editService, deleteService, clear, list, addServer, editServer, deleteServer, set, startDaemon
    case stopDaemon, restore, save, zero, help, version
    // Options in checking order.
    case numeric, connection, serviceAddress, scheduler, persistent, netmask, realServer, forwardingMethod, weight
    case upperThreshold, lowerThreshold, multicastInterface, timeout, daemon, stats, rate, thresholds
    case persistentConnections, noSort, syncID, exact, onePacket, persistenceEngine, schedulerFlags, multicastGroup
    case multicastPort, multicastTTL, syncMaximumLength, tunnelInformation, tunnelType, tunnelPort, tunnelNoChecksum
    case tunnelChecksum, tunnelRemoteChecksum
    // Martlet's own, which ipvsadm does not have.
    case json, watch, health, serviceFilter, serverFilter, stateFilter, transaction, plan, control
    // Not part of the check, and allowed more than once.
    case ipv6, sort

    /// Whether it names what is to be done; only the first option may.
    var isCommand: Bool { rawValue <= AdminOption.version.rawValue }

    /// Whether it may be given more than once.
    var isRepeatable: Bool { self == .ipv6 || self == .sort }
}

/// Options as bits: a restore of ten thousand lines makes ten thousand of these sets.
struct OptionMask: OptionSet {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ option: AdminOption) { rawValue = 1 << UInt64(option.rawValue) }

    init(_ options: AdminOption...) { rawValue = options.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }

    func has(_ option: AdminOption) -> Bool { contains(OptionMask(option)) }
}

/// How an option is typed and whether it takes a value.
struct OptionSpelling {
    enum Value {
        case none
        /// Taken from the next argument whatever that looks like.
        case required
        /// Taken from the next argument unless that begins with `-`.
        case optional
    }

    var option: AdminOption
    var long: String
    var short: Character?
    var value: Value

    private init(_ option: AdminOption, _ long: String, _ short: Character? = nil, _ value: Value = .none) {
        self.option = option
        self.long = long
        self.short = short
        self.value = value
    }

    /// The spelling of a short option.
    static func short(_ letter: UInt8) -> OptionSpelling? { letter < 128 ? byShort[Int(letter)] : nil }

    /// The spelling of a long option, without its dashes; abbreviations are not known.
    static func long(_ name: String) -> OptionSpelling? { all.first { $0.long == name } }

    private static let byShort: [OptionSpelling?] = {
        var table = [OptionSpelling?](repeating: nil, count: 128)
        for spelling in all {
            if let letter = spelling.short?.asciiValue { table[Int(letter)] = spelling }
        }
        return table
    }()

    private static let all: [OptionSpelling] = [
        .init(.addService, "add-service", "A"), .init(.editService, "edit-service", "E"),
        .init(.deleteService, "delete-service", "D"), .init(.clear, "clear", "C"), .init(.list, "list", "L"),
        .init(.list, "list", "l"), .init(.addServer, "add-server", "a"), .init(.editServer, "edit-server", "e"),
        .init(.deleteServer, "delete-server", "d"), .init(.set, "set"),
        .init(.startDaemon, "start-daemon", nil, .required), .init(.stopDaemon, "stop-daemon", nil, .required),
        .init(.restore, "restore", "R"), .init(.save, "save", "S"), .init(.zero, "zero", "Z"),
        .init(.help, "help", "h"), .init(.version, "version", "v"),
        .init(.numeric, "numeric", "n"), .init(.connection, "connection", "c"),
        .init(.serviceAddress, "tcp-service", "t", .required), .init(.serviceAddress, "udp-service", "u", .required),
        .init(.serviceAddress, "sctp-service", nil, .required),
        .init(.serviceAddress, "fwmark-service", "f", .required), .init(.ipv6, "ipv6", "6"),
        .init(.scheduler, "scheduler", "s", .required), .init(.persistent, "persistent", "p", .optional),
        .init(.netmask, "netmask", "M", .required), .init(.realServer, "real-server", "r", .required),
        .init(.forwardingMethod, "gatewaying", "g"), .init(.forwardingMethod, "ipip", "i"),
        .init(.forwardingMethod, "masquerading", "m"), .init(.weight, "weight", "w", .required),
        .init(.upperThreshold, "u-threshold", "x", .required), .init(.lowerThreshold, "l-threshold", "y", .required),
        .init(.multicastInterface, "mcast-interface", nil, .required), .init(.timeout, "timeout"),
        .init(.daemon, "daemon"), .init(.stats, "stats"), .init(.rate, "rate"), .init(.thresholds, "thresholds"),
        .init(.persistentConnections, "persistent-conn"), .init(.noSort, "nosort"), .init(.sort, "sort"),
        .init(.syncID, "syncid", nil, .required), .init(.exact, "exact", "X"), .init(.onePacket, "ops", "o"),
        .init(.persistenceEngine, "pe", nil, .required), .init(.schedulerFlags, "sched-flags", "b", .required),
        .init(.multicastGroup, "mcast-group", nil, .required), .init(.multicastPort, "mcast-port", nil, .required),
        .init(.multicastTTL, "mcast-ttl", nil, .required),
        .init(.syncMaximumLength, "sync-maxlen", nil, .required), .init(.tunnelInformation, "tun-info"),
        .init(.tunnelType, "tun-type", nil, .required), .init(.tunnelPort, "tun-port", nil, .required),
        .init(.tunnelNoChecksum, "tun-nocsum"), .init(.tunnelChecksum, "tun-csum"),
        .init(.tunnelRemoteChecksum, "tun-remcsum"),
        .init(.json, "json"), .init(.watch, "watch", nil, .optional), .init(.health, "health"),
        .init(.serviceFilter, "service", nil, .required), .init(.serverFilter, "server", nil, .required),
        .init(.stateFilter, "state", nil, .required), .init(.transaction, "transaction"), .init(.plan, "plan"),
        .init(.control, "control", nil, .required),
    ]
}

extension AdminOption {
    /// What messages call the option.
    var calledName: String {
        switch self {
        case .clear: "flush"
        case .addService: "add-service"
        case .editService: "edit-service"
        case .deleteService: "delete-service"
        case .list: "list"
        case .addServer: "add-server"
        case .editServer: "edit-server"
        case .deleteServer: "delete-server"
        case .set: "set"
        case .startDaemon: "start-daemon"
        case .stopDaemon: "stop-daemon"
        case .restore: "restore"
        case .save: "save"
        case .zero: "zero"
        case .help: "help"
        case .version: "version"
        case .numeric: "numeric"
        case .connection: "connection"
        case .serviceAddress: "service-address"
        case .scheduler: "scheduler"
        case .persistent: "persistent"
        case .netmask: "netmask"
        case .realServer: "real-server"
        case .forwardingMethod: "forwarding-method"
        case .weight: "weight"
        case .upperThreshold: "u-threshold"
        case .lowerThreshold: "l-threshold"
        case .multicastInterface: "mcast-interface"
        case .timeout: "timeout"
        case .daemon: "daemon"
        case .stats: "stats"
        case .rate: "rate"
        case .thresholds: "thresholds"
        case .persistentConnections: "persistent-conn"
        case .noSort: "nosort"
        case .syncID: "syncid"
        case .exact: "exact"
        case .onePacket: "ops"
        case .persistenceEngine: "pe"
        case .schedulerFlags: "sched-flags"
        case .multicastGroup: "mcast-group"
        case .multicastPort: "mcast-port"
        case .multicastTTL: "mcast-ttl"
        case .syncMaximumLength: "sync-maxlen"
        case .tunnelInformation: "tun-info"
        case .tunnelType: "tun-type"
        case .tunnelPort: "tun-port"
        case .tunnelNoChecksum: "tun-nocsum"
        case .tunnelChecksum: "tun-csum"
        case .tunnelRemoteChecksum: "tun-remcsum"
        case .json: "json"
        case .watch: "watch"
        case .health: "health"
        case .serviceFilter: "service"
        case .serverFilter: "server"
        case .stateFilter: "state"
        case .transaction: "transaction"
        case .plan: "plan"
        case .control: "control"
        case .ipv6: "ipv6"
        case .sort: "sort"
        }
    }
}
