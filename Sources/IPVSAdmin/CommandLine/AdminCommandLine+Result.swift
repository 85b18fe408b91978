import Addressing
import IPVS

extension AdminCommandLine {
    /// Checks what goes with what, in ipvsadm's order, and puts together what was asked for.
    func result() throws(CommandLineError) -> AdminCommand {
        if command == .help { return .help }
        if command == .version { return .version }
        let flags = try parsedSchedulerFlags()
        try Legality.row(of: command).check(
            given, columns: Legality.commandColumns, subject: "'\(command.calledName)' command")
        switch command {
        case .list: return .list(try listingOptions())
        case .save: return .save(isNumeric: given.has(.numeric))
        case .restore:
            return .restore(
                RestoreOptions(
                    isTransaction: given.has(.transaction) || given.has(.plan), isPlan: given.has(.plan)))
        case .addService: return .change(.addService(try virtualService(flags)))
        case .editService: return .change(.editService(try virtualService(flags)))
        case .addServer: return try destinationChange { .addDestination($0, $1) }
        case .editServer: return try destinationChange { .editDestination($0, $1) }
        case .deleteService:
            return .change(.deleteService(try required(service)))
        case .deleteServer:
            let service = try required(service)
            let id = try required(server).destination(of: service, names: names)
            return .change(.deleteDestination(service, id))
        case .zero: return .change(.zero(service))
        case .set:
            var seconds: [UInt32] = []
            for word in words.prefix(3) { seconds.append(try Self.timeout(word, 0)) }
            guard seconds.count == 3 else { throw CommandLineError("--set option requires 3 timeout values") }
            return .change(.setTimeouts(Timeouts(tcp: seconds[0], tcpFin: seconds[1], udp: seconds[2])))
        case .startDaemon:
            var daemon = daemon
            if daemon.interface.isEmpty { daemon.interface = "eth0" }
            return .change(.startDaemon(daemon))
        case .stopDaemon: return .change(.stopDaemon(daemon.role))
        default: return .change(.flush)
        }
    }

    /// What the table of options has made sure of.
    private func required<Value>(_ value: Value?) throws(CommandLineError) -> Value {
        guard let value else { throw .noCommand(program) }
        return value
    }

    /// The flags of `-b`, for the scheduler of `-s` wherever that stood. Empty names between commas count for nothing.
    private func parsedSchedulerFlags() throws(CommandLineError) -> SchedulerFlags {
        guard !schedulerFlags.isEmpty else { return [] }
        let scheduler = scheduler.isEmpty ? "wlc" : scheduler
        var flags: SchedulerFlags = []
        for name in schedulerFlags.split(separator: ",") {
            let (flag, only): (SchedulerFlags, String?)
            switch name {
            case "flag-1": (flag, only) = (.flag1, nil)
            case "flag-2": (flag, only) = (.flag2, nil)
            case "flag-3": (flag, only) = (.flag3, nil)
            case "sh-fallback": (flag, only) = (.flag1, "sh")
            case "sh-port": (flag, only) = (.flag2, "sh")
            case "mh-fallback": (flag, only) = (.flag1, "mh")
            case "mh-port": (flag, only) = (.flag2, "mh")
            default: throw CommandLineError("invalid scheduler flag `\(name)'")
            }
            guard only == nil || only == scheduler else {
                throw CommandLineError("incompatible scheduler flag `\(name)'")
            }
            flags.insert(flag)
        }
        return flags
    }

    private func virtualService(_ flags: SchedulerFlags) throws(CommandLineError) -> VirtualService {
        let id = try required(service)
        let isPersistent = given.has(.persistent)
        if case .endpoint(let transport, _, let port) = id {
            if port == .any, !isPersistent {
                throw CommandLineError("Zero port specified for non-persistent service")
            }
            if given.has(.onePacket), transport != .udp {
                throw CommandLineError("One-Packet Scheduling is only for UDP virtual services")
            }
        }
        let engine = engine.isEmpty ? nil : engine
        let mask = try mask?.resolved(for: id.family) ?? (length: UInt8(id.family.bitWidth), irregular: nil)
        return VirtualService(
            id: id, scheduler: scheduler.isEmpty ? "wlc" : scheduler, schedulerFlags: flags,
            persistence: isPersistent
                ? VirtualService.Persistence(
                    timeout: persistence, granularity: mask.length, engine: engine, irregularMask: mask.irregular)
                : nil,
            onePacketScheduling: given.has(.onePacket), idleEngine: isPersistent ? nil : engine)
    }

    private func destinationChange(
        _ change: (VirtualService.ID, Destination) -> Command
    ) throws(CommandLineError) -> AdminCommand {
        let service = try required(service)
        var id = try required(server).destination(of: service, names: names)
        let isTunnel = forwarding == UInt8(ascii: "i")
        // The kernel leaves the port of a packet alone unless it translates addresses.
        if case .endpoint(_, _, let port) = service, forwarding != UInt8(ascii: "m") { id.port = port }
        if id.address.family != service.family, !isTunnel {
            throw CommandLineError("Different address family is allowed only for tunneling servers")
        }
        let tunnelOptions = OptionMask(
            .tunnelType, .tunnelPort, .tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum)
        let method: ForwardingMethod
        if isTunnel {
            try Legality.row(ofTunnel: tunnelType).check(
                given.intersection(OptionMask(.tunnelPort, .tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum)),
                columns: Legality.tunnelColumns, subject: "'\(tunnelType)' tunnel type")
            method = .tunneling(tunnel)
        } else {
            guard given.isDisjoint(with: tunnelOptions) else {
                throw CommandLineError("Tunnel options conflict with forward method")
            }
            method = forwarding == UInt8(ascii: "m") ? .masquerading : .directRouting
        }
        return .change(
            change(
                service,
                Destination(
                    id: id, forwarding: method, weight: weight, upperThreshold: upperThreshold,
                    lowerThreshold: lowerThreshold)))
    }

    private var tunnel: Tunnel {
        let checksum: TunnelChecksum =
            given.has(.tunnelRemoteChecksum) ? .remote : given.has(.tunnelChecksum) ? .checksum : .none
        return switch tunnelType {
        case "gue": .gue(port: tunnelPort, checksum: checksum)
        case "gre": .gre(checksum: checksum)
        default: .ipip
        }
    }

    private func listingOptions() throws(CommandLineError) -> ListingOptions {
        let isSetting = given.has(.timeout) || given.has(.daemon)
        let hasCounters = given.has(.stats) || given.has(.rate) || given.has(.thresholds)
        let hasFilters = !given.isDisjoint(with: OptionMask(.serviceFilter, .serverFilter, .stateFilter, .health))
        if (isSetting || given.has(.connection)) && hasCounters
            || isSetting && (given.has(.persistentConnections) || hasFilters)
            || given.has(.connection) && given.has(.health)
        {
            throw CommandLineError("options conflicts in the list command")
        }
        var options = listing
        options.isNumeric = given.has(.numeric)
        options.isExact = given.has(.exact)
        options.isSorted = !given.has(.noSort)
        options.isJSON = given.has(.json)
        options.showsHealth = given.has(.health)
        options.format = format
        if given.has(.connection) {
            options.subject = .connections
        } else if given.has(.timeout) {
            options.subject = .timeouts
        } else if given.has(.daemon) {
            options.subject = .daemons
        } else {
            options.subject = service.map { .service($0) } ?? .table
        }
        try options.filter.check(for: options.subject)
        return options
    }

    /// Of several formats the first in ipvsadm's order wins.
    private var format: ListingOptions.Format {
        if given.has(.stats) { return .statistics }
        if given.has(.rate) { return .rates }
        if given.has(.thresholds) { return .thresholds }
        if given.has(.persistentConnections) { return .persistentConnections }
        return given.has(.tunnelInformation) ? .tunnelInformation : .plain
    }
}
