import ArgumentParser

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
        throw ExitCode(LiveListing.run(arguments))
    }
}
