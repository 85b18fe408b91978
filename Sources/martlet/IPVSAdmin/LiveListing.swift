import Glibc
import IPVS
import IPVSAdmin
import LinuxSystem
import Netlink

/// Reads the kernel's table and prints it, with ipvsadm's messages and exit statuses.
struct LiveListing {
    let options: ListingOptions
    let names: SystemNames
    let client: IPVSClient

    /// Whether the whole command line is a listing that needs nothing of the argument parser.
    ///
    /// Monitoring lists the table every few seconds: reading the command tree would take a third of the time that the
    /// program needs before it asks the kernel.
    static func takes(_ arguments: [String]) -> Bool {
        arguments.first == "list" && !arguments.dropFirst().prefix(1).contains { ["-h", "--help"].contains($0) }
    }

    /// Prints the listing that the arguments after `list` ask for. Returns the exit status.
    static func run(_ arguments: [String]) -> Int32 {
        let names = SystemNames()
        do {
            let options = try ListingOptions(arguments: arguments, names: names)
            return LiveListing(options: options, names: names, client: try IPVSClient.open()).run()
        } catch let error as CommandLineError {
            Terminal.writeError(error.message)
            return error.exitStatus
        } catch {
            Terminal.writeError("Can't initialize ipvs: \(error)")
            return 2
        }
    }

    /// The kernel refused, has not got what was asked for, or nobody takes the listing.
    private struct Failure: Error {
        var message: String
    }

    /// Prints the listing, again and again where that is asked for. Returns the exit status.
    func run() -> Int32 {
        client.readsCounters = options.showsCounters
        while true {
            do throws(Failure) {
                var output = OutputBuffer()
                if options.watchInterval != nil, !options.isJSON, isatty(STDOUT_FILENO) == 1 {
                    try write(Array("\u{1B}[H\u{1B}[2J".utf8), to: &output)
                }
                let outcome = Result { () throws(Failure) in try print(to: &output) }
                // What was read before a failure is shown, as by ipvsadm.
                do throws(OutputBuffer.Failure) { try output.flush() } catch { throw Failure(message: "\(error)") }
                try outcome.get()
            } catch {
                Terminal.writeError(error.message)
                return 1
            }
            names.reportSilence()
            guard let interval = options.watchInterval else { return 0 }
            sleep(interval)
        }
    }

    private func print(to output: inout OutputBuffer) throws(Failure) {
        switch options.subject {
        case .table: try printTable(to: &output)
        case .service(let id): try printService(id, to: &output)
        case .connections: try printConnections(to: &output)
        case .timeouts:
            let timeouts = try asking { () throws(NetlinkError) in try client.timeouts() }
            try write(
                options.isJSON ? JSONListing.timeouts(timeouts) : ListingFormatter.timeouts(timeouts), to: &output)
        case .daemons:
            let daemons = try asking { () throws(NetlinkError) in try client.daemons() }
            try write(options.isJSON ? JSONListing.daemons(daemons) : ListingFormatter.daemons(daemons), to: &output)
        }
    }

    private func write(_ bytes: [UInt8], to output: inout OutputBuffer) throws(Failure) {
        do throws(OutputBuffer.Failure) { try output.write(bytes) } catch { throw Failure(message: "\(error)") }
    }

    private func asking<Answer>(_ body: () throws(NetlinkError) -> Answer) throws(Failure) -> Answer {
        do throws(NetlinkError) { return try body() } catch {
            throw Failure(message: KernelRefusal.message(forListing: error) { "\(Errno(rawValue: $0.rawValue))" })
        }
    }

    private func health() throws(Failure) -> DirectorHealth? {
        guard options.showsHealth || options.filter.asksForHealth else { return nil }
        do throws(HealthFailure) { return try DirectorHealth.ask(control: options.controlSocket) } catch {
            throw Failure(message: error.message)
        }
    }

    /// Pools are read a few ahead, printed and forgotten: a table of any size needs the memory of its services and of
    /// some pools.
    private func printTable(to output: inout OutputBuffer) throws(Failure) {
        let health = try health()
        let formatter = ListingFormatter(options: options, names: names)
        var json = JSONListing(options: options)
        let kernel = try asking { () throws(NetlinkError) in try client.info() }
        let services = try asking { () throws(NetlinkError) in try client.services() }
            .filter { options.filter.takes($0.service.id) }
        try write(options.isJSON ? json.head(kernel) : formatter.head(kernel), to: &output)
        var batch = PoolBatch(names: options.isNumeric || options.isJSON ? nil : names)
        func print(_ pools: [PoolSnapshot]) throws(Failure) {
            for pool in pools {
                try self.print(pool, health?.services[pool.service.service.id], formatter, &json, to: &output)
            }
        }
        var failure: Failure?
        let outcome = Result { () throws(Failure) in
            try asking { () throws(NetlinkError) in
                try PoolReader(of: formatter.serviceOrder(services), over: client).forEach { pool in
                    let own = health?.services[pool.service.service.id]
                    guard let pool = options.filter.filtered(pool, health: own) else { return true }
                    do throws(Failure) { try print(batch.take(pool)) } catch { failure = error }
                    return failure == nil
                }
            }
        }
        if let failure { throw failure }
        try print(batch.finish())
        try outcome.get()
        if options.isJSON { try write(json.tail(), to: &output) }
    }

    private func print(
        _ pool: PoolSnapshot, _ health: ServiceHealth?, _ formatter: ListingFormatter, _ json: inout JSONListing,
        to output: inout OutputBuffer
    ) throws(Failure) {
        if options.isJSON {
            try write(json.lines(pool, health: health), to: &output)
        } else {
            try write(formatter.lines(pool, health: health), to: &output)
        }
    }

    private func printService(_ id: VirtualService.ID, to output: inout OutputBuffer) throws(Failure) {
        let health = try health()?.services[id]
        guard let pool = try asking({ () throws(NetlinkError) in try client.pool(id) }) else {
            throw Failure(message: KernelRefusal.noSuchService)
        }
        let formatter = ListingFormatter(options: options, names: names)
        var json = JSONListing(options: options)
        if options.isJSON {
            try write(json.head(try asking { () throws(NetlinkError) in try client.info() }), to: &output)
        } else {
            try write(formatter.head(nil), to: &output)
        }
        if let wanted = options.filter.filtered(pool, health: health) {
            if !options.isNumeric, !options.isJSON { names.prepare(CollectionOfOne(wanted)) }
            try print(wanted, health, formatter, &json, to: &output)
        }
        if options.isJSON { try write(json.tail(), to: &output) }
    }

    /// The file is read as it is printed: a busy director has more connections than anyone wants in memory.
    private func printConnections(to output: inout OutputBuffer) throws(Failure) {
        var listing = ConnectionListing(options: options, names: names)
        let path = "/proc/net/ip_vs_conn"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(message: "cannot open file \(path)") }
        let file = FileDescriptor(owning: descriptor)
        try write(listing.title, to: &output)
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(file.rawValue, $0.baseAddress, $0.count) }
            if count > 0 {
                try write(listing.lines(for: chunk.prefix(count)), to: &output)
            } else if count == 0 {
                return try write(listing.finish(), to: &output)
            } else if errno != EINTR {
                throw Failure(message: "cannot read \(path): \(Errno.current)")
            }
        }
    }
}
