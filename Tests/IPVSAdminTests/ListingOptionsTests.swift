import Addressing
import IPVS
import IPVSAdmin
import Testing

/// Words of a command line.
private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

@Suite struct ListingOptionsTests {
    @Test(
        "options of a listing, clustered or not, with or without the command",
        arguments: [
            ("", .init()), ("-L", .init()), ("-l", .init()), ("--list", .init()), ("-n", .init(isNumeric: true)),
            ("-Ln", .init(isNumeric: true)), ("-ln", .init(isNumeric: true)), ("-L -n", .init(isNumeric: true)),
            ("--numeric", .init(isNumeric: true)), ("-lnc", .init(subject: .connections, isNumeric: true)),
            ("-nc", .init(subject: .connections, isNumeric: true)),
            ("-cn", .init(subject: .connections, isNumeric: true)),
            ("--connection", .init(subject: .connections)), ("--timeout", .init(subject: .timeouts)),
            ("--daemon", .init(subject: .daemons)), ("--stats", .init(format: .statistics)),
            ("--rate", .init(format: .rates)),
            ("--thresholds", .init(format: .thresholds)), ("--persistent-conn", .init(format: .persistentConnections)),
            ("--tun-info", .init(format: .tunnelInformation)), ("--nosort", .init(isSorted: false)),
            ("--sort --sort", .init()),
            ("--stats --exact", .init(format: .statistics, isExact: true)),
            ("-nX --rate", .init(format: .rates, isNumeric: true, isExact: true)),
            ("-Ln --syncid 3", .init(isNumeric: true)), ("-n --", .init(isNumeric: true)),
            // Of several formats the first in ipvsadm's order wins.
            ("--tun-info --persistent-conn --thresholds --rate --stats", .init(format: .statistics)),
            ("--tun-info --persistent-conn --thresholds --rate", .init(format: .rates)),
            ("--tun-info --persistent-conn --thresholds", .init(format: .thresholds)),
            ("--tun-info --persistent-conn", .init(format: .persistentConnections)),
            ("-lnc --persistent-conn", .init(subject: .connections, format: .persistentConnections, isNumeric: true)),
        ] as [(String, ListingOptions)])
    func accepts(line: String, expected: ListingOptions) throws {
        #expect(try ListingOptions(arguments: words(line)) == expected)
    }

    @Test(
        "one service, given in any form that ipvsadm takes",
        arguments: [
            ("-t 10.1.80.90:80", endpoint(.tcp, "10.1.80.90", 80)),
            ("-t10.1.80.90:80", endpoint(.tcp, "10.1.80.90", 80)),
            ("-t=10.1.80.90:80", endpoint(.tcp, "10.1.80.90", 80)),
            ("--tcp-service=10.1.80.90:80", endpoint(.tcp, "10.1.80.90", 80)),
            ("-Lnt 10.1.80.90:80", endpoint(.tcp, "10.1.80.90", 80)),
            ("-u 10.1.80.90:53", endpoint(.udp, "10.1.80.90", 53)),
            ("--sctp-service 10.1.80.90:amqp", endpoint(.sctp, "10.1.80.90", 5672)),
            ("-t 10.1.80.90", endpoint(.tcp, "10.1.80.90", 0)),
            ("-t 10.2:http", endpoint(.tcp, "10.0.0.2", 80)), ("-t 0x0a000003:80", endpoint(.tcp, "10.0.0.3", 80)),
            ("-t 010.1:80", endpoint(.tcp, "8.0.0.1", 80)),
            ("-t rs1.example.test:https", endpoint(.tcp, "10.1.80.93", 443)),
            ("-t [2001:db8::1]:80", endpoint(.tcp, "2001:db8::1", 80)),
            ("-t 2001:db8::1:80", endpoint(.tcp, "2001:db8::1:80", 0)),
            ("-t [2001:db8::1]:http", endpoint(.tcp, "2001:db8::1", 80)), ("-f 7", .firewallMark(7, .ipv4)),
            ("-f 7 -6", .firewallMark(7, .ipv6)), ("-6f 7", nil), ("-f 4294967295", .firewallMark(.max, .ipv4)),
            ("-f 007", .firewallMark(7, .ipv4)), ("-f +7", .firewallMark(7, .ipv4)),
        ] as [(String, VirtualService.ID?)])
    func service(line: String, expected: VirtualService.ID?) throws {
        guard let expected else {
            #expect(throws: CommandLineError.self) {
                try ListingOptions(arguments: words(line), names: RecordedNames())
            }
            return
        }
        #expect(try ListingOptions(arguments: words(line), names: RecordedNames()).subject == .service(expected))
    }

    @Test(
        "what is no service address is refused",
        arguments: [
            "", "80", "[2001:db8::1]", "[2001:db8::1]80", "[2001:db8::1", "[2001:db8::1]:", "[192.0.2.1]:80",
            "10.0.0.1:", ":80",
            "10.0.0.1:65536", "10.0.0.1:-1", "10.0.0.1:nosuchservice", "no.such.host:80", "256.0.0.1:80",
            "1.2.3.4.5:80", "10.0.0.1:80:90",
            "10.0.0.256", "0x:80", "10..1:80", "2001:db8::1%eth0", "10.0.0.1:amqp",
        ])
    func refusesService(value: String) {
        let error = #expect(throws: CommandLineError.self) {
            try ListingOptions(arguments: ["-Ln", "-t", value], names: RecordedNames())
        }
        #expect(error?.message == "illegal virtual server address[:port] specified")
        #expect(error?.exitStatus == 2)
    }

    @Test(
        "a refused line says what ipvsadm says, with its status",
        arguments: [
            (
                "-L -c -t 1.2.3.4:5",
                "The option 'service-address' conflicts with the 'connection' option in the 'list' command", 2
            ),
            (
                "-L --daemon --timeout",
                "The option 'daemon' conflicts with the 'timeout' option in the 'list' command", 2
            ),
            ("-L --timeout --stats", "options conflicts in the list command", 2),
            ("-Lc --rate", "options conflicts in the list command", 2),
            ("-L --daemon --persistent-conn", "options conflicts in the list command", 2),
            ("-L -6 -t 1.2.3.4:5", "-6 used before -f\n", 2), ("-L -t 1.2.3.4:5 -6", "-6 used before -f\n", 2),
            ("-Ln extra", "unexpected argument extra", 2), ("extra -Ln", "unexpected argument extra", 2),
            ("-n -", "unexpected argument -", 2), ("-n -- -c", "unexpected argument -c", 2),
            ("-L -n -n", "multiple 'numeric' options specified", 2), ("-nn", "multiple 'numeric' options specified", 2),
            ("-L -t 1.2.3.4:5 -f 7", "multiple 'service-address' options specified", 2),
            ("-Ln -w 1", "Illegal 'weight' option with the 'list' command", 2),
            ("-Ln -g", "Illegal 'forwarding-method' option with the 'list' command", 2),
            ("-Ln -p", "Illegal 'persistent' option with the 'list' command", 2),
            ("-Ln --tun-csum -s rr", "Illegal 'scheduler' option with the 'list' command", 2),
            ("-Lz", "-Lz: unknown option", 255), ("-LnQ", "-LnQ: unknown option", 255),
            ("--bogus", "--bogus: unknown option", 255),
            ("--stat", "--stat: unknown option", 255),
            ("-L --stats=1", "--stats=1: option does not take an argument", 255),
            ("-Ln -t", "-t: missing argument", 255), ("-Lnt", "-Lnt: missing argument", 255),
            ("--tcp-service", "--tcp-service: missing argument", 255),
            ("-Ln -f 0", "invalid fwmark value `0' specified", 2),
            ("-L -f 4294967296", "invalid fwmark value `4294967296' specified", 2),
            ("-L -f 7x", "invalid fwmark value `7x' specified", 2),
            ("-L -f -1", "invalid fwmark value `-1' specified", 2),
            ("-Ln --syncid 300", "illegal syncid specified", 2), ("-L -D", "invalid option `-D'", 2),
            ("-LnC", "invalid option `-LnC'", 2),
            ("-nL", "invalid option `-nL'", 2), ("-L --set 1 2 3", "invalid option `--set'", 2),
            ("-L -L", "invalid option `-L'", 2),
            ("-L -h", "invalid option `-h'", 2), ("-L -t 80", "illegal virtual server address[:port] specified", 2),
            // What an option says comes before what the combination says.
            ("-L -w 1 -f 0", "invalid fwmark value `0' specified", 2),
            ("-L -w 1 extra", "unexpected argument extra", 2),
        ] as [(String, String, Int32)])
    func refuses(line: String, message: String, exitStatus: Int32) {
        let error = #expect(throws: CommandLineError.self) { try ListingOptions(arguments: words(line)) }
        #expect(error?.message == message)
        #expect(error?.exitStatus == exitStatus)
    }
}
