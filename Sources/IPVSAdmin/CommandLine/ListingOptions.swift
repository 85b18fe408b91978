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
    /// As JSON (`--json`).
    public var isJSON = false
    /// Whether counters or rates are shown.
    public var showsCounters: Bool { isJSON || format == .statistics || format == .rates }
    /// Seconds after which the listing is repeated (`--watch`); nil is once.
    public var watchInterval: UInt32?
    /// With the names and the health that a running director knows (`--health`).
    public var showsHealth = false
    /// What is left out (`--service`, `--server`, `--state`).
    public var filter = ListingFilter()
    /// The director's control socket (`--control`); nil is the usual one.
    public var controlSocket: String?

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
    /// - Throws: ``CommandLineError`` with ipvsadm's message and exit status.
    public init(arguments: [String], names: any NameResolver = NumericNames()) throws(CommandLineError) {
        let line = Self.startsWithCommand(arguments) ? arguments : ["--list"] + arguments
        guard case .list(let options) = try AdminCommand(arguments: line, program: "martlet list", names: names) else {
            throw .noCommand("martlet list")
        }
        self = options
    }

    /// Whether the first option is `-L`, `-l` or `--list` already, maybe at the head of a cluster.
    private static func startsWithCommand(_ arguments: [String]) -> Bool {
        guard let word = arguments.first(where: { $0.hasPrefix("-") && $0 != "-" }) else { return false }
        return word == "--list" || word.hasPrefix("-L") || word.hasPrefix("-l")
    }

    /// Takes in the value of an option that only Martlet has.
    mutating func take(
        _ option: AdminOption, _ value: String?, names: any NameResolver
    ) throws(CommandLineError) {
        switch option {
        case .watch:
            guard let value else {
                watchInterval = 2
                return
            }
            watchInterval = UInt32(
                try AdminCommandLine.number(value, 1...86_400, "invalid watch interval `\(value)' specified"))
        case .serviceFilter: filter.services = try EndpointFilter.list(value ?? "", option: "service")
        case .serverFilter: filter.servers = try EndpointFilter.list(value ?? "", option: "server")
        case .stateFilter: filter.states = ListingFilter.states(value ?? "")
        default: controlSocket = value
        }
    }
}
