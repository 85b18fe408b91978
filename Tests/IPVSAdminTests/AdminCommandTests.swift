import Addressing
import IPVS
import IPVSAdmin
import TestKit
import Testing

/// Words of a command line; `''` stands for an empty one.
private func words(_ line: String) -> [String] { line.split(separator: " ").map { $0 == "''" ? "" : String($0) } }

private func read(_ line: String) throws(CommandLineError) -> AdminCommand {
    try AdminCommand(arguments: words(line), names: RecordedNames())
}

private let web = endpoint(.tcp, "10.1.80.90", 80)
private let web6 = endpoint(.tcp, "2001:db8::1", 80)
private let dns = endpoint(.udp, "10.1.80.90", 53)

private func add(_ service: VirtualService) -> AdminCommand { .change(.addService(service)) }

private func place(_ text: String, _ port: Port) -> Destination.ID {
    Destination.ID(address: address(text), port: port)
}

private func add(
    _ service: VirtualService.ID, _ text: String, _ port: Port, _ forwarding: ForwardingMethod = .directRouting,
    weight: Int32 = 1, upper: UInt32 = 0, lower: UInt32 = 0
) -> AdminCommand {
    .change(
        .addDestination(
            service,
            Destination(
                id: place(text, port), forwarding: forwarding, weight: weight, upperThreshold: upper,
                lowerThreshold: lower)))
}

@Suite struct AdminCommandTests {
    @Test(
        "services with their defaults and settings",
        arguments: [
            ("-A -t 10.1.80.90:80", add(.init(id: web))),
            ("--add-service --tcp-service=10.1.80.90:80 --scheduler rr", add(.init(id: web, scheduler: "rr"))),
            ("-A -t 10.1.80.90:http -s ''", add(.init(id: web))),
            ("-A -t 10.1.80.90:80 -s abcdefghijklmnopq", add(.init(id: web, scheduler: "abcdefghijklmno"))),
            ("-At 10.1.80.90:80 -srr", add(.init(id: web, scheduler: "rr"))),
            ("-A -u 10.1.80.90:53 -o", add(.init(id: dns, onePacketScheduling: true))),
            ("-A -f 7 -o", add(.init(id: .firewallMark(7, .ipv4), onePacketScheduling: true))),
            ("-A -f 7 -6", add(.init(id: .firewallMark(7, .ipv6)))),
            ("-A -t 10.1.80.90:80 -p", add(.init(id: web, persistence: .init(timeout: 360, granularity: 32)))),
            ("-A -p -t 10.1.80.90:80", add(.init(id: web, persistence: .init(timeout: 360, granularity: 32)))),
            ("-A -t 10.1.80.90:80 -p50", add(.init(id: web, persistence: .init(timeout: 50, granularity: 32)))),
            (
                "-A -t 10.1.80.90 -p 2678400",
                add(
                    .init(
                        id: endpoint(.tcp, "10.1.80.90", 0), persistence: .init(timeout: 2_678_400, granularity: 32)))
            ),
            (
                "-A -t 10.1.80.90:80 -p 5 -M 255.255.0.0",
                add(.init(id: web, persistence: .init(timeout: 5, granularity: 16)))
            ),
            (
                "-A -t 10.1.80.90:80 -p 5 -M 0.0.0.0",
                add(.init(id: web, persistence: .init(timeout: 5, granularity: 0)))
            ),
            (
                "-A -t 10.1.80.90:80 -p 5 -M 255.0.255.0",
                add(
                    .init(
                        id: web,
                        persistence: .init(
                            timeout: 5, granularity: 8, irregularMask: IPv4Address(255, 0, 255, 0))))
            ),
            (
                "-A -t [2001:db8::1]:80 -p 5 -M 64",
                add(.init(id: web6, persistence: .init(timeout: 5, granularity: 64)))
            ),
            (
                "-A -t [2001:db8::1]:80 -p 5",
                add(.init(id: web6, persistence: .init(timeout: 5, granularity: 128)))
            ),
            (
                "-A -t 10.1.80.90:80 -p 5 --pe sip",
                add(.init(id: web, persistence: .init(timeout: 5, granularity: 32, engine: "sip")))
            ),
            ("-A -t 10.1.80.90:80 --pe sip", add(.init(id: web, idleEngine: "sip"))),
            (
                "-A -t 10.1.80.90:80 -b sh-port,flag-1 -s sh",
                add(.init(id: web, scheduler: "sh", schedulerFlags: [.flag1, .flag2]))
            ),
            ("-A -t 10.1.80.90:80 -b ,flag-3,", add(.init(id: web, schedulerFlags: .flag3))),
            ("-E -t 10.1.80.90:80", .change(.editService(.init(id: web)))),
            ("-D -t 10.1.80.90:80", .change(.deleteService(web))),
        ] as [(String, AdminCommand)])
    func services(line: String, expected: AdminCommand) throws { #expect(try read(line) == expected) }

    @Test(
        "real servers: the port is the service's unless addresses are translated",
        arguments: [
            ("-a -t 10.1.80.90:80 -r 10.1.80.93", add(web, "10.1.80.93", 80)),
            ("-a -t 10.1.80.90:80 -r 10.1.80.93:8080", add(web, "10.1.80.93", 80)),
            ("-a -t 10.1.80.90:80 -r 10.1.80.93:8080 -i", add(web, "10.1.80.93", 80, .tunneling(.ipip))),
            ("-a -t 10.1.80.90:80 -r 10.1.80.93:8080 -m", add(web, "10.1.80.93", 8080, .masquerading)),
            ("-a -t 10.1.80.90:80 -r 10.1.80.93:https -m", add(web, "10.1.80.93", 443, .masquerading)),
            ("-a -t 10.1.80.90:80 -r 10.1.80.93 -m", add(web, "10.1.80.93", 80, .masquerading)),
            ("-a -f 7 -r 10.1.80.93", add(.firewallMark(7, .ipv4), "10.1.80.93", 0)),
            ("-a -f 7 -r 10.1.80.93:8080 -g", add(.firewallMark(7, .ipv4), "10.1.80.93", 8080)),
            ("-a -f 7 -r [2001:db8::5]:80 -6", add(.firewallMark(7, .ipv6), "2001:db8::5", 80)),
            (
                "-a -t 10.1.80.90:80 -r 10.1.80.93 -w 2147483647 -x 10 -y 5",
                add(web, "10.1.80.93", 80, weight: .max, upper: 10, lower: 5)
            ),
            (
                "-a -t 10.1.80.90:80 -r [2001:db8::5]:80 -i --tun-type gue --tun-port 6080 --tun-csum",
                add(web, "2001:db8::5", 80, .tunneling(.gue(port: 6080, checksum: .checksum)))
            ),
            (
                "-a -t 10.1.80.90:80 -r 10.1.80.93 -i --tun-type gre",
                add(web, "10.1.80.93", 80, .tunneling(.gre(checksum: .none)))
            ),
            (
                "-e -t 10.1.80.90:80 -r 10.1.80.93",
                .change(
                    .editDestination(web, Destination(id: place("10.1.80.93", 80), forwarding: .directRouting)))
            ),
            ("-d -t 10.1.80.90:80 -r 10.1.80.93", .change(.deleteDestination(web, place("10.1.80.93", 80)))),
            ("-d -t 10.1.80.90:80 -r 10.1.80.93:81", .change(.deleteDestination(web, place("10.1.80.93", 81)))),
        ] as [(String, AdminCommand)])
    func realServers(line: String, expected: AdminCommand) throws { #expect(try read(line) == expected) }

    @Test(
        "everything else",
        arguments: [
            ("", .list(.init())), ("-C", .change(.flush)), ("--clear", .change(.flush)), ("-Z", .change(.zero(nil))),
            ("-Z -u 10.1.80.90:53", .change(.zero(dns))), ("-S", .save(isNumeric: false)),
            ("-Sn", .save(isNumeric: true)), ("-R", .restore(.init())),
            ("-R --transaction", .restore(.init(isTransaction: true))),
            ("-R --plan", .restore(.init(isTransaction: true, isPlan: true))),
            ("--set 900 0 +300", .change(.setTimeouts(Timeouts(tcp: 900, tcpFin: 0, udp: 300)))),
            ("-h --bogus", .help), ("words -v -A", .version),
            ("--start-daemon master", .change(.startDaemon(SyncDaemon(role: .master, interface: "eth0")))),
            (
                "--start-daemon=backup --mcast-interface mc0 --syncid 7 --sync-maxlen 65507 --mcast-group ff02::5 --mcast-port 9 --mcast-ttl 255",
                .change(
                    .startDaemon(
                        SyncDaemon(
                            role: .backup, interface: "mc0", syncID: 7, maximumLength: 65_507,
                            group: address("ff02::5"), port: 9, ttl: 255)))
            ),
            ("--stop-daemon backup --syncid 3", .change(.stopDaemon(.backup))),
        ] as [(String, AdminCommand)])
    func others(line: String, expected: AdminCommand) throws { #expect(try read(line) == expected) }

    @Test(
        "put right: what ipvsadm 1.31 reads wrongly because of the order or form of its options",
        arguments: [
            // The mask before its IPv6 service, or before -6, is not forgotten.
            (
                "-A -p 5 -M 64 -t [2001:db8::1]:80",
                add(.init(id: web6, persistence: .init(timeout: 5, granularity: 64)))
            ),
            (
                "-A -f 7 -M 64 -6 -p 5",
                add(
                    .init(
                        id: .firewallMark(7, .ipv6), persistence: .init(timeout: 5, granularity: 64)))
            ),
            ("-A -f 7 -M 64 -p 5", nil), ("-A -f 7 -M 255.255.255.0 -6 -p 5", nil),
            (
                "-A -f 7 -6 -p 5 -M 64",
                add(.init(id: .firewallMark(7, .ipv6), persistence: .init(timeout: 5, granularity: 64)))
            ),
            // A number is a prefix length, not the last octet of a mask.
            ("-A -t 10.1.80.90:80 -p 5 -M 24", add(.init(id: web, persistence: .init(timeout: 5, granularity: 24)))),
            ("-A -t 10.1.80.90:80 -p 5 -M 33", nil), ("-A -t [2001:db8::1]:80 -p 5 -M 64abc", nil),
            // The server in front of its service has the service's port and protocol.
            ("-a -r 10.1.80.93 -m -t 10.1.80.90:80", add(web, "10.1.80.93", 80, .masquerading)),
            ("-a -r 10.1.80.93:https -m -t 10.1.80.90:80", add(web, "10.1.80.93", 443, .masquerading)),
            ("-a -r 10.1.80.93:https -m -u 10.1.80.90:53", nil),
            ("-A -t 10.1.80.90:80 -b ,", add(.init(id: web))), ("-A -t [10.1.80.90]:80", nil),
            ("-Z -t 0.0.0.0", .change(.zero(endpoint(.tcp, "0.0.0.0", 0)))),
        ] as [(String, AdminCommand?)])
    func putRight(line: String, expected: AdminCommand?) throws {
        if let expected {
            #expect(try read(line) == expected)
        } else {
            #expect(throws: CommandLineError.self) { try read(line) }
        }
    }

    @Test(
        "a refused line says what ipvsadm says, with its status",
        arguments: [
            ("-t 10.0.0.1:80 -A", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
            ("foo", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
            ("--start-daemon", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
            ("-L=n", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
            ("foo -L", "unexpected argument foo", 2), ("-AD", "invalid option `-AD'", 2),
            ("-A --stop-daemon master", "invalid option `master'", 2),
            ("-A --stop-daemon=master", "invalid option `--stop-daemon=master'", 2),
            ("-A -t 10.0.0.1:80 --set", "invalid option `--set'", 2),
            ("-A", "You need to supply the 'service-address' option for the 'add-service' command", 2),
            ("-a -t 10.0.0.1:80", "You need to supply the 'real-server' option for the 'add-server' command", 2),
            ("-C -n", "Illegal 'numeric' option with the 'flush' command", 2),
            ("-S -c", "Illegal 'connection' option with the 'save' command", 2),
            ("-R -n", "Illegal 'numeric' option with the 'restore' command", 2),
            ("-A -t 10.0.0.1:80 -w 1", "Illegal 'weight' option with the 'add-service' command", 2),
            ("-A -t 10.0.0.1:80 --json", "Illegal 'json' option with the 'add-service' command", 2),
            ("-A -t 10.0.0.1:80 -t 10.0.0.1:81", "multiple 'service-address' options specified", 2),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 -g -m", "multiple 'forwarding-method' options specified", 2),
            ("-A -t 10.0.0.1", "Zero port specified for non-persistent service", 2),
            ("-A -t 10.0.0.1:80 -o", "One-Packet Scheduling is only for UDP virtual services", 2),
            ("-A -t 10.0.0.1:80 -p 0", "invalid timeout value `0' specified", 2),
            ("-A -t 10.0.0.1:80 -p 2678401", "invalid timeout value `2678401' specified", 2),
            ("-A -t 10.0.0.1:80 -p -5", "-5: unknown option", 255),
            ("-A -t 10.0.0.1:80 -M abc", "illegal virtual server persistent mask specified", 2),
            ("-A -t [2001:db8::1]:80 -M 129", "illegal ipv6 netmask specified", 2),
            ("-A -t 10.0.0.1:80 -b flag-4", "invalid scheduler flag `flag-4'", 2),
            ("-A -t 10.0.0.1:80 -b sh-port", "incompatible scheduler flag `sh-port'", 2),
            (
                "-a -t 10.0.0.1:80 -r [2001:db8::5]:80",
                "Different address family is allowed only for tunneling servers", 2
            ),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 --tun-csum", "Tunnel options conflict with forward method", 2),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-csum", "Illegal 'tun-csum' option with the 'ipip' tunnel type", 2),
            (
                "-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gue",
                "You need to supply the 'tun-port' option for the 'gue' tunnel type", 2
            ),
            (
                "-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-csum --tun-nocsum",
                "The option 'tun-csum' conflicts with the 'tun-nocsum' option in the 'gre' tunnel type", 2
            ),
            (
                "-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-remcsum",
                "Illegal 'tun-remcsum' option with the 'gre' tunnel type", 2
            ),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 --tun-type vxlan", "illegal tunnel type specified", 2),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 --tun-port 0", "illegal tunnel port specified", 2),
            ("-a -t 10.0.0.1:80 -r 80", "illegal real server address[:port] specified", 2),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 -w 2147483648", "illegal weight specified", 2),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 -x -1", "illegal u_threshold specified", 2),
            ("-a -t 10.0.0.1:80 -r 10.0.0.2 -y x", "illegal l_threshold specified", 2),
            ("--set 1 2", "--set option requires 3 timeout values", 2),
            ("--set 1 2 x", "invalid timeout value `x' specified", 2),
            ("--set 1 2 3 4", "unexpected argument 4", 2),
            ("--start-daemon both", "illegal start-daemon parameter specified", 2),
            ("--stop-daemon both", "illegal start_daemon specified", 2),
            ("--start-daemon master --syncid 256", "illegal syncid specified", 2),
            ("--start-daemon master --sync-maxlen 65508", "illegal sync-maxlen specified", 2),
            ("--start-daemon master --mcast-port 0", "illegal mcast-port specified", 2),
            ("--start-daemon master --mcast-ttl 256", "illegal mcast-ttl specified", 2),
            ("--start-daemon master --mcast-group 10.0.0.1", "invalid IPv4 mcast-group `10.0.0.1'", 2),
            ("--start-daemon master --mcast-group ::1", "invalid IPv6 mcast-group `::1'", 2),
            ("--stop-daemon master --mcast-ttl 1", "Illegal 'mcast-ttl' option with the 'stop-daemon' command", 2),
            ("-L -n=c", "-n=c: option does not take an argument", 255), ("-A -t", "-t: missing argument", 255),
            ("-L --watch 0", "invalid watch interval `0' specified", 2),
            ("-L --service 10.0.0.0/33", "invalid service filter `10.0.0.0/33'", 2),
            (
                "-L --state asleep:",
                "`asleep:' is no state of a real server: it is one of active, drained, busy, idle, up or down", 2
            ),
        ] as [(String, String, Int32)])
    func refuses(line: String, message: String, exitStatus: Int32) {
        let error = #expect(throws: CommandLineError.self) { try read(line) }
        #expect(error?.message == message)
        #expect(error?.exitStatus == exitStatus)
    }

    @Test("the program is called what it was called, and -R is no command of a restore")
    func programName() {
        let error = #expect(throws: CommandLineError.self) {
            try AdminCommand(arguments: ["-R"], program: "/sbin/ipvsadm", isRestoring: true)
        }
        #expect(error?.message == "Try `/sbin/ipvsadm -h' or '/sbin/ipvsadm --help' for more information.")
        #expect(error?.endsRestore == true)
    }

    @Test("a table, saved, is restored by the lines that were written", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func restoresWhatItSaves(seed: UInt64) throws {
        var tables = RandomTables(seed: seed)
        for _ in 0..<40 {
            var table = tables.table()
            // ipvsadm has no words for another port than the service's with direct routing or a tunnel.
            for case (.endpoint(let transport, let place, let port), let pool) in table.pools {
                table.pools[.endpoint(transport, place, port)]?.destinations = pool.destinations.filter {
                    $0.forwarding == .masquerading || $0.id.port == port
                }
            }
            let pools = table.pools.values.map { pool in
                PoolSnapshot(
                    service: ServiceSnapshot(service: pool.service),
                    destinations: pool.destinations.map { DestinationSnapshot(destination: $0) })
            }
            var transaction = RestoreTransaction(actual: Table())
            var reader = RestoreReader()
            for line in reader.lines(for: SaveFormatter().table(pools)) {
                transaction.take(line, program: "ipvsadm", names: NumericNames())
            }
            #expect(transaction.problems.isEmpty, "seed \(seed)")
            let plan = Planner.plan(desired: transaction.desired, actual: table, owned: Set(table.pools.keys))
            #expect(plan.isEmpty, "seed \(seed)")
            #expect(transaction.desired.pools.count == table.pools.count, "seed \(seed)")
        }
    }
}
