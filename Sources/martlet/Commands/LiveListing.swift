import Glibc
import IPVS
import IPVSAdmin
import LinuxSystem
import Netlink

/// Reads the kernel's table and prints it, with ipvsadm's messages and exit statuses.
enum LiveListing {
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
            let client = try IPVSClient.open()
            if options.subject == .connections {
                try printConnections(ConnectionListing(options: options, names: names))
            } else {
                Terminal.write(try listing(options, names, client), to: STDOUT_FILENO)
            }
            return 0
        } catch let error as CommandLineError {
            Terminal.writeError(error.message)
            return error.exitStatus
        } catch let error as IPVSUnavailable {
            Terminal.writeError("Can't initialize ipvs: \(error)")
            return 2
        } catch {
            Terminal.writeError("\(error)")
            return 1
        }
    }

    /// The kernel refused, or has not got what was asked for.
    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static func listing(
        _ options: ListingOptions, _ names: SystemNames, _ client: IPVSClient
    ) throws(Failure) -> [UInt8] {
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
            throw Failure(description: "cannot read the kernel's IPVS table: \(error)")
        }
        throw Failure(description: "No such service")
    }

    /// The file is read as it is printed: a busy director has more connections than anyone wants in memory.
    private static func printConnections(_ listing: ConnectionListing) throws(Failure) {
        var listing = listing
        let path = "/proc/net/ip_vs_conn"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(description: "cannot open file \(path)") }
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
                throw Failure(description: "cannot read \(path): \(Errno.current)")
            }
        }
    }
}
