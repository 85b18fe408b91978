/// Which options a command takes: one row of the table that ipvsadm checks every command line against.
struct Legality {
    /// Options that must be there.
    var required: OptionMask = []
    /// Options that may be there.
    var optional: OptionMask = []
    /// Options of which at most one may be there.
    var exclusive: OptionMask = []

    /// The row of a command.
    static func row(of command: AdminOption) -> Legality {
        switch command {
        case .addService, .editService:
            Legality(
                required: OptionMask(.serviceAddress),
                optional: OptionMask(
                    .scheduler, .persistent, .netmask, .onePacket, .persistenceEngine, .schedulerFlags))
        case .deleteService: Legality(required: OptionMask(.serviceAddress))
        case .addServer, .editServer:
            Legality(
                required: OptionMask(.serviceAddress, .realServer),
                optional: OptionMask(
                    .forwardingMethod, .weight, .upperThreshold, .lowerThreshold, .tunnelType, .tunnelPort,
                    .tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum))
        case .deleteServer: Legality(required: OptionMask(.serviceAddress, .realServer))
        case .list:
            Legality(
                optional: OptionMask(
                    .numeric, .stats, .rate, .thresholds, .persistentConnections, .noSort, .syncID, .exact,
                    .tunnelInformation, .json, .watch, .health, .serviceFilter, .serverFilter, .stateFilter,
                    .control),
                exclusive: OptionMask(.connection, .serviceAddress, .timeout, .daemon))
        case .startDaemon:
            Legality(
                optional: OptionMask(
                    .multicastInterface, .syncID, .multicastGroup, .multicastPort, .multicastTTL,
                    .syncMaximumLength))
        case .stopDaemon: Legality(optional: OptionMask(.syncID))
        case .save: Legality(optional: OptionMask(.numeric))
        case .zero: Legality(optional: OptionMask(.serviceAddress))
        case .restore: Legality(optional: OptionMask(.transaction, .plan))
        default: Legality()
        }
    }

    /// Looks at every option in the order of the table's columns: one that is missing, illegal or in conflict with an
    /// earlier one is an error. `subject` is the command or tunnel type as messages name it.
    func check(
        _ given: OptionMask, columns: some Sequence<AdminOption>, subject: String
    ) throws(CommandLineError) {
        if given.isSuperset(of: required), required.union(optional).isSuperset(of: given) { return }
        var earlier: AdminOption?
        for option in columns {
            if !given.has(option) {
                guard !required.has(option) else {
                    throw CommandLineError("You need to supply the '\(option.calledName)' option for the \(subject)")
                }
            } else if exclusive.has(option) {
                if let earlier {
                    throw CommandLineError(
                        "The option '\(option.calledName)' conflicts with the '\(earlier.calledName)' option in the \(subject)"
                    )
                }
                earlier = option
            } else if !required.has(option), !optional.has(option) {
                throw CommandLineError("Illegal '\(option.calledName)' option with the \(subject)")
            }
        }
    }

    /// The columns of the table of commands.
    static let commandColumns: [AdminOption] = AdminOption.allCases.filter { !$0.isCommand && !$0.isRepeatable }

    /// The columns of the table of tunnel types.
    static let tunnelColumns: [AdminOption] = [.tunnelPort, .tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum]

    /// The row of a tunnel type: `ipip`, `gue` or `gre`.
    static func row(ofTunnel type: String) -> Legality {
        switch type {
        case "gue":
            Legality(
                required: OptionMask(.tunnelPort),
                exclusive: OptionMask(.tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum))
        case "gre": Legality(exclusive: OptionMask(.tunnelNoChecksum, .tunnelChecksum))
        default: Legality()
        }
    }
}
