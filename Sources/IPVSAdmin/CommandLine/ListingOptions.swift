import Addressing
public import IPVS

/// What `martlet list` and `ipvsadm -L` are asked for.
public struct ListingOptions: Sendable, Hashable {
    /// What is listed.
    public enum Subject: Sendable, Hashable {
        /// Every service with its destinations.
        case table
        /// One service with its destinations (`-t`, `-u`, `--sctp-service`, `-f`).
        case service(VirtualService.ID)
        /// The connection table (`-c`).
        case connections
        /// The connection timeouts (`--timeout`).
        case timeouts
        /// The synchronization daemons (`--daemon`).
        case daemons
    }

    /// Which columns a table or service has.
    public enum Format: Sendable, Hashable, CaseIterable {
        /// Forwarding, weight, connections.
        case plain
        /// The same with the tunnel (`--tun-info`).
        case tunnelInformation
        /// Persistence templates (`--persistent-conn`); with `-c`, persistence engines.
        case persistentConnections
        /// Connection thresholds (`--thresholds`).
        case thresholds
        /// Rates per second (`--rate`).
        case rates
        /// Counters (`--stats`).
        case statistics
    }

    /// What is listed.
    public var subject: Subject
    /// Which columns it has.
    public var format: Format
    /// Numbers instead of host and service names (`-n`).
    public var isNumeric: Bool
    /// Counters and rates in full (`--exact`).
    public var isExact: Bool
    /// Sorted, or in the order of the kernel's dump (`--nosort`).
    public var isSorted: Bool

    /// Creates options; without arguments those of a bare `ipvsadm`.
    public init(
        subject: Subject = .table, format: Format = .plain, isNumeric: Bool = false, isExact: Bool = false,
        isSorted: Bool = true
    ) {
        self.subject = subject
        self.format = format
        self.isNumeric = isNumeric
        self.isExact = isExact
        self.isSorted = isSorted
    }
}

extension ListingOptions {
    /// Reads the arguments of `martlet list`: those of `ipvsadm -L`, with or without the `-L` itself.
    ///
    /// - Parameter names: finds the address and port when a service is given by names.
    /// - Throws: ``CommandLineError`` with ipvsadm's message and exit status. Which of several mistakes is reported
    ///   is ipvsadm's order too: what each option says from left to right, left-over words, then the combination.
    public init(arguments: [String], names: any NameResolver = NumericNames()) throws(CommandLineError) {
        var line = ListingCommandLine(names: names)
        try line.read(Self.startsWithCommand(arguments) ? arguments : ["--list"] + arguments)
        try line.checkCombination()
        self.init(
            subject: line.subject, format: line.format, isNumeric: line.given.contains(.numeric),
            isExact: line.given.contains(.exact), isSorted: !line.given.contains(.noSort))
    }

    /// Whether the first option is `-L`, `-l` or `--list` already, maybe at the head of a cluster.
    private static func startsWithCommand(_ arguments: [String]) -> Bool {
        guard let word = arguments.first(where: { $0.hasPrefix("-") && $0 != "-" }) else { return false }
        return word == "--list" || word.hasPrefix("-L") || word.hasPrefix("-l")
    }
}

/// The options of a listing while they are read.
private struct ListingCommandLine {
    let names: any NameResolver
    var given: Set<AdminOption> = []
    var service: VirtualService.ID?

    init(names: any NameResolver) { self.names = names }

    mutating func read(_ arguments: [String]) throws(CommandLineError) {
        var scanner = OptionScanner(arguments)
        while let found = try scanner.next() { try take(found) }
        if let word = scanner.words.first { throw CommandLineError("unexpected argument \(word)") }
    }

    private mutating func take(_ found: ScannedOption) throws(CommandLineError) {
        let option = found.spelling.option
        if option.isCommand {
            guard option == .list, !given.contains(.list) else {
                throw CommandLineError("invalid option `\(found.word)'")
            }
        }
        guard given.insert(option).inserted || option == .ipv6 || option == .sort else {
            throw CommandLineError("multiple '\(option.calledName)' options specified")
        }
        switch option {
        case .serviceAddress: service = try serviceID(found)
        case .ipv6:
            guard case .firewallMark(let mark, _) = service else { throw CommandLineError("-6 used before -f\n") }
            service = .firewallMark(mark, .ipv6)
        case .syncID:
            // Taken and ignored by the list command, but looked at.
            guard let number = found.value.flatMap({ DecimalNumber.parse($0) }), (0...255).contains(number) else {
                throw CommandLineError("illegal syncid specified")
            }
        default: break
        }
    }

    private func serviceID(_ found: ScannedOption) throws(CommandLineError) -> VirtualService.ID {
        let value = found.value ?? ""
        let transport: TransportProtocol
        switch found.spelling.long {
        case "fwmark-service":
            guard let mark = DecimalNumber.parse(value).flatMap({ UInt32(exactly: $0) }), mark > 0 else {
                throw CommandLineError("invalid fwmark value `\(value)' specified")
            }
            return .firewallMark(mark, .ipv4)
        case "udp-service": transport = .udp
        case "sctp-service": transport = .sctp
        default: transport = .tcp
        }
        guard let (address, port) = EndpointParser(names: names).parse(value, transport) else {
            throw CommandLineError("illegal virtual server address[:port] specified")
        }
        return .endpoint(transport, address, port ?? .any)
    }

    /// Options that say what is listed: at most one of them.
    private static let subjects: Set<AdminOption> = [.connection, .serviceAddress, .timeout, .daemon]
    /// Options that a listing takes besides.
    private static let allowed: Set<AdminOption> = [
        .numeric, .stats, .rate, .thresholds, .persistentConnections, .noSort, .syncID, .exact, .tunnelInformation,
    ]

    func checkCombination() throws(CommandLineError) {
        var earlier: AdminOption?
        for option in AdminOption.allCases where given.contains(option) {
            if option.isCommand || option == .ipv6 || option == .sort || Self.allowed.contains(option) { continue }
            guard Self.subjects.contains(option) else {
                throw CommandLineError("Illegal '\(option.calledName)' option with the 'list' command")
            }
            if let earlier {
                throw CommandLineError(
                    "The option '\(option.calledName)' conflicts with the '\(earlier.calledName)' option in the 'list' command"
                )
            }
            earlier = option
        }
        let isSetting = given.contains(.timeout) || given.contains(.daemon)
        let hasCounters = !given.isDisjoint(with: [.stats, .rate, .thresholds])
        if (isSetting || given.contains(.connection)) && hasCounters
            || isSetting && given.contains(.persistentConnections)
        {
            throw CommandLineError("options conflicts in the list command")
        }
    }

    var subject: ListingOptions.Subject {
        if given.contains(.connection) { return .connections }
        if given.contains(.timeout) { return .timeouts }
        if given.contains(.daemon) { return .daemons }
        return service.map { .service($0) } ?? .table
    }

    /// Of several formats the first in ipvsadm's order wins.
    var format: ListingOptions.Format {
        if given.contains(.stats) { return .statistics }
        if given.contains(.rate) { return .rates }
        if given.contains(.thresholds) { return .thresholds }
        if given.contains(.persistentConnections) { return .persistentConnections }
        return given.contains(.tunnelInformation) ? .tunnelInformation : .plain
    }
}
