import Addressing
import IPVS

/// A command line while it is read: the options that were given and what they said.
struct AdminCommandLine {
    let names: any NameResolver
    let program: String

    private(set) var command = AdminOption.list
    private(set) var given: OptionMask = []
    private(set) var words: [String] = []

    var service: VirtualService.ID?
    var scheduler = ""
    var persistence: UInt32 = 0
    var mask: PersistenceMask?
    var engine = ""
    var schedulerFlags = ""
    var server: ServerText?
    var forwarding = UInt8(ascii: "g")
    var weight: Int32 = 1
    var upperThreshold: UInt32 = 0
    var lowerThreshold: UInt32 = 0
    var tunnelType = "ipip"
    var tunnelPort = Port.any
    var daemon = SyncDaemon(role: .master, interface: "eth0")
    var listing = ListingOptions()

    init(names: any NameResolver, program: String) {
        self.names = names
        self.program = program
    }

    /// Takes in every option from left to right, then looks at the words between them.
    mutating func read(_ arguments: ArraySlice<String>) throws(CommandLineError) {
        var scanner = OptionScanner(arguments)
        try readCommand(&scanner)
        if command == .help || command == .version { return }
        while let found = try scanner.next() { try take(found) }
        words = scanner.words
        if command == .set, words.count < 3 { throw CommandLineError("--set option requires 3 timeout values") }
        if command == .set {
            for word in words.prefix(3) { _ = try Self.timeout(word, 0) }
        }
        if let surplus = words.dropFirst(command == .set ? 3 : 0).first {
            throw CommandLineError("unexpected argument \(surplus)")
        }
    }

    /// The command has to be the first option; whatever else stands there, an unknown option too, is answered alike.
    private mutating func readCommand(_ scanner: inout OptionScanner) throws(CommandLineError) {
        let first: ScannedOption?
        do throws(CommandLineError) { first = try scanner.next() } catch { throw .noCommand(program) }
        guard let first, first.spelling.option.isCommand else { throw .noCommand(program) }
        command = first.spelling.option
        switch command {
        case .startDaemon:
            guard let role = Self.role(first.value) else {
                throw CommandLineError("illegal start-daemon parameter specified")
            }
            daemon.role = role
        case .stopDaemon:
            guard let role = Self.role(first.value) else { throw CommandLineError("illegal start_daemon specified") }
            daemon.role = role
        default: break
        }
    }

    private static func role(_ word: String?) -> SyncDaemon.Role? {
        switch word {
        case "master": .master
        case "backup": .backup
        default: nil
        }
    }

    private mutating func take(_ found: ScannedOption) throws(CommandLineError) {
        let option = found.spelling.option
        if option.isCommand { throw CommandLineError("invalid option `\(found.word)'") }
        guard !given.has(option) || option.isRepeatable else {
            throw CommandLineError("multiple '\(option.calledName)' options specified")
        }
        given.insert(OptionMask(option))
        let value = found.value ?? ""
        switch option {
        case .serviceAddress: service = try serviceID(value, found.spelling)
        case .ipv6:
            guard case .firewallMark(let mark, _) = service else { throw CommandLineError("-6 used before -f\n") }
            service = .firewallMark(mark, .ipv6)
        case .scheduler: scheduler = value.firstBytes(15)
        case .persistent:
            persistence = try found.value.map { text throws(CommandLineError) in try Self.timeout(text, 1) } ?? 360
        case .netmask: mask = try PersistenceMask(value, for: settledFamily, names: names)
        case .persistenceEngine: engine = value.firstBytes(16)
        case .schedulerFlags: schedulerFlags = value
        case .realServer: server = try ServerText(value, of: service, names: names)
        case .forwardingMethod: forwarding = found.spelling.short?.asciiValue ?? forwarding
        case .weight: weight = Int32(try Self.number(value, 0...Int64(Int32.max), "illegal weight specified"))
        case .upperThreshold:
            upperThreshold = UInt32(try Self.number(value, 0...Int64(Int32.max), "illegal u_threshold specified"))
        case .lowerThreshold:
            lowerThreshold = UInt32(try Self.number(value, 0...Int64(Int32.max), "illegal l_threshold specified"))
        case .tunnelType:
            guard ["ipip", "gue", "gre"].contains(value) else {
                throw CommandLineError("illegal tunnel type specified")
            }
            tunnelType = value
        case .tunnelPort:
            tunnelPort = Port(
                rawValue: UInt16(try Self.number(value, 1...65_535, "illegal tunnel port specified")))
        case .multicastInterface, .multicastGroup, .multicastPort, .multicastTTL, .syncMaximumLength, .syncID:
            try takeDaemon(option, value)
        case .watch, .serviceFilter, .serverFilter, .stateFilter, .control:
            try listing.take(option, found.value, names: names)
        default: break
        }
    }

    /// The family of the service; nil while it may still change. A mark is IPv4 until a `-6` follows.
    private var settledFamily: AddressFamily? {
        if case .firewallMark(_, .ipv4) = service { return nil }
        return service?.family
    }

    private mutating func takeDaemon(_ option: AdminOption, _ value: String) throws(CommandLineError) {
        switch option {
        case .multicastInterface: daemon.interface = value.firstBytes(15)
        case .multicastGroup: daemon.group = try Self.group(value)
        case .multicastPort:
            let number = try Self.number(value, 1...65_535, "illegal mcast-port specified")
            daemon.port = Port(rawValue: UInt16(number))
        case .multicastTTL: daemon.ttl = UInt8(try Self.number(value, 1...255, "illegal mcast-ttl specified"))
        case .syncMaximumLength:
            daemon.maximumLength = UInt16(try Self.number(value, 1...65_507, "illegal sync-maxlen specified"))
        default: daemon.syncID = UInt8(try Self.number(value, 0...255, "illegal syncid specified"))
        }
    }

    private func serviceID(
        _ value: String, _ spelling: OptionSpelling
    ) throws(CommandLineError) -> VirtualService.ID {
        let transport: TransportProtocol
        switch spelling.long {
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

    private static func group(_ value: String) throws(CommandLineError) -> IPAddress {
        if value.utf8.contains(UInt8(ascii: ":")) {
            guard let address = IPv6Address(value), address.isMulticast else {
                throw CommandLineError("invalid IPv6 mcast-group `\(value)'")
            }
            return .v6(address)
        }
        guard let address = IPv4Address(value), address.isMulticast else {
            throw CommandLineError("invalid IPv4 mcast-group `\(value)'")
        }
        return .v4(address)
    }

    static func number(
        _ text: String, _ range: ClosedRange<Int64>, _ message: String
    ) throws(CommandLineError) -> Int64 {
        guard let number = DecimalNumber.parse(text), range.contains(number) else { throw CommandLineError(message) }
        return number
    }

    /// Seconds up to 31 days.
    static func timeout(_ text: String, _ minimum: Int64) throws(CommandLineError) -> UInt32 {
        UInt32(try number(text, minimum...2_678_400, "invalid timeout value `\(text)' specified"))
    }
}

extension String {
    /// As much of the text as fits into so many bytes.
    fileprivate func firstBytes(_ count: Int) -> String {
        utf8.count <= count ? self : String(decoding: utf8.prefix(count), as: UTF8.self)
    }
}
