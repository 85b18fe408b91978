import ArgumentParser
import Glibc
import IPVS
import IPVSAdmin
import LinuxSystem
import Netlink

/// `martlet list`: the live table as `ipvsadm -L` prints it.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print the live IPVS table as ipvsadm -L does.",
        usage: "martlet list [-n] [-c | --timeout | --daemon | -t ADDRESS:PORT | -f MARK] [<options>]",
        discussion: """
            Takes ipvsadm's listing options:
              -n, --numeric            numbers instead of host and service names
              -t, -u, --sctp-service   one service, ADDRESS:PORT
              -f, --fwmark-service     one service by its firewall mark; -6 after it for IPv6
              -c, --connection         the connection table
              --timeout, --daemon      connection timeouts; synchronization daemons
              --stats, --rate          counters; rates per second
              --thresholds             connection limits
              --persistent-conn        persistent connections
              --tun-info               tunnels
              -X, --exact              counters in full
              --nosort                 in the kernel's order
            Exit status: 0 done, 1 the kernel has no such service or refuses, 2 or 255 the options are wrong.
            """)

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("Options of ipvsadm -L.", visibility: .hidden))
    var arguments: [String] = []

    func run() throws {
        if let first = arguments.first, ["-h", "--help"].contains(first) { throw CleanExit.helpRequest(self) }
        let names = SystemNames()
        let options: ListingOptions
        do throws(CommandLineError) {
            options = try ListingOptions(arguments: arguments, names: names)
        } catch {
            Terminal.writeError(error.message)
            throw ExitCode(error.exitStatus)
        }
        let client: IPVSClient
        do throws(IPVSUnavailable) {
            client = try IPVSClient.open()
        } catch {
            Terminal.writeError("Can't initialize ipvs: \(error)")
            throw ExitCode(2)
        }
        if options.subject == .connections {
            try printConnections(ConnectionListing(options: options, names: names))
        } else {
            Terminal.write(try listing(options, names, client), to: STDOUT_FILENO)
        }
    }

    private func listing(_ options: ListingOptions, _ names: SystemNames, _ client: IPVSClient) throws -> [UInt8] {
        let formatter = ListingFormatter(options: options, names: names)
        do throws(NetlinkError) {
            switch options.subject {
            case .table: return formatter.table(try client.pools(), kernel: try client.info())
            case .timeouts: return ListingFormatter.timeouts(try client.timeouts())
            case .daemons: return ListingFormatter.daemons(try client.daemons())
            case .service(let id):
                if let pool = try client.pool(id) { return formatter.service(pool) }
            case .connections: return []
            }
        } catch {
            Terminal.writeError("cannot read the kernel's IPVS table: \(error)")
            throw ExitCode(1)
        }
        Terminal.writeError("No such service")
        throw ExitCode(1)
    }

    /// The file is read as it is printed: a busy director has more connections than anyone wants in memory.
    private func printConnections(_ listing: consuming ConnectionListing) throws {
        let path = "/proc/net/ip_vs_conn"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            Terminal.writeError("cannot open file \(path)")
            throw ExitCode(1)
        }
        let file = FileDescriptor(owning: descriptor)
        Terminal.write(listing.title, to: STDOUT_FILENO)
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(file.rawValue, $0.baseAddress, $0.count) }
            if count > 0 {
                Terminal.write(listing.lines(for: chunk.prefix(count)), to: STDOUT_FILENO)
            } else if count == 0 {
                return Terminal.write(listing.finish(), to: STDOUT_FILENO)
            } else if errno != EINTR {
                Terminal.writeError("cannot read \(path): \(Errno.current)")
                throw ExitCode(1)
            }
        }
    }
}
