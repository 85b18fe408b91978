import Addressing
import IPVS
import IPVSAdmin
import Testing

@Suite struct ListingFormatterTests {
    private func listing(_ arguments: [String], _ pools: [PoolSnapshot]) throws -> String {
        text(ListingFormatter(options: try ListingOptions(arguments: arguments)).table(pools, kernel: kernel))
    }

    @Test("the walk-through's listing, then without the stopped server")
    func walkThrough() throws {
        func front(_ servers: [DestinationSnapshot]) -> [PoolSnapshot] {
            [
                pool(
                    endpoint(.tcp, "10.1.80.90", 80), "wrr", persistence: .init(timeout: 50, granularity: 32), servers)
            ]
        }
        let both = [server("10.1.80.95", 80, weight: 100, active: 2), server("10.1.80.93", 80, weight: 100)]
        #expect(
            try listing(["-ln"], front(both))
                == screen(
                    """
                    IP Virtual Server version 1.2.1 (size=4096)|
                    Prot LocalAddress:Port Scheduler Flags|
                      -> RemoteAddress:Port           Forward Weight ActiveConn InActConn|
                    TCP  10.1.80.90:80 wrr persistent 50|
                      -> 10.1.80.93:80                Route   100    0          0         |
                      -> 10.1.80.95:80                Route   100    2          0         |
                    """))
        #expect(
            try listing(["-ln"], front([server("10.1.80.95", 80, weight: 100, active: 4)]))
                == screen(
                    """
                    IP Virtual Server version 1.2.1 (size=4096)|
                    Prot LocalAddress:Port Scheduler Flags|
                      -> RemoteAddress:Port           Forward Weight ActiveConn InActConn|
                    TCP  10.1.80.90:80 wrr persistent 50|
                      -> 10.1.80.95:80                Route   100    4          0         |
                    """))
    }

    @Test("an empty table has its title", arguments: ["", "--stats", "--rate", "--thresholds", "--persistent-conn"])
    func empty(format: String) throws {
        let lines = try listing(["-n"] + (format.isEmpty ? [] : [format]), []).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "IP Virtual Server version 1.2.1 (size=4096)")
        #expect(lines[1].hasPrefix("Prot LocalAddress:Port "))
        #expect(lines[2].hasPrefix("  -> RemoteAddress:Port"))
    }

    @Test(
        "counters lose digits to a unit, cut off and in uneven steps; exact ones never do",
        arguments: [
            (0, "        0", "        0"), (99_999_999, " 99999999", " 99999999"),
            (100_000_000, "  100000K", " 100000000"),
            (999_999_999, "  999999K", " 999999999"), (1_000_000_000, "    1000M", " 1000000000"),
            (99_999_999_999, "   99999M", " 99999999999"), (100_000_000_000, "     100G", " 100000000000"),
            (99_999_999_999_999, "   99999G", " 99999999999999"),
            (100_000_000_000_000, "     100T", " 100000000000000"),
            (18_446_744_073_709_551_615, "18446744T", " 18446744073709551615"),
        ] as [(UInt64, String, String)])
    func counters(value: UInt64, short: String, exact: String) throws {
        var statistics = Statistics()
        statistics.connections = value
        statistics.incomingPackets = 1
        statistics.outgoingPackets = value
        statistics.incomingBytes = value
        statistics.outgoingBytes = 2
        let table = [
            pool(
                endpoint(.tcp, "10.0.0.1", 80), "rr", statistics: statistics,
                [server("10.0.0.2", 80, statistics: statistics)])
        ]
        for (arguments, number) in [(["-n", "--stats"], short), (["-n", "--stats", "--exact"], exact)] {
            let lines = try listing(arguments, table).split(separator: "\n")
            let expected = "\(number)        1\(number)\(number)        2"
            #expect(lines[3] == "TCP  10.0.0.1:80                 \(expected)")
            #expect(lines[4] == "  -> 10.0.0.2:80                 \(expected)")
        }
    }

    @Test("a server's connection and packet rates are never abbreviated, its byte rates are")
    func rates() throws {
        var statistics = Statistics()
        statistics.connectionRate = 123_456_789
        statistics.incomingPacketRate = 5
        statistics.outgoingPacketRate = 4_294_967_297
        statistics.incomingByteRate = 123_456_789
        statistics.outgoingByteRate = 7
        let table = [
            pool(
                endpoint(.tcp, "10.0.0.1", 80), "rr", statistics: statistics,
                [server("10.0.0.2", 80, statistics: statistics)])
        ]
        let lines = try listing(["-n", "--rate"], table).split(separator: "\n")
        #expect(lines[3] == "TCP  10.0.0.1:80                   123456K        5    4294M  123456K        7")
        #expect(lines[4] == "  -> 10.0.0.2:80                  123456789        5 4294967297  123456K        7")
    }

    @Test("connection counts fill their columns and weights are signed")
    func connections() throws {
        let table = [
            pool(
                endpoint(.tcp, "10.0.0.1", 80), "rr",
                [
                    server(
                        "10.0.0.2", 80, .localNode, weight: -1, thresholds: (7, 6), active: 4_294_967_295, inactive: 12,
                        persistent: 3)
                ])
        ]
        func last(_ arguments: [String]) throws -> Substring? {
            try listing(arguments, table).split(separator: "\n").last
        }
        #expect(try last(["-n"]) == "  -> 10.0.0.2:80                  Local   -1     4294967295 12        ")
        #expect(
            try last(["-n", "--persistent-conn"])
                == "  -> 10.0.0.2:80                  -1        3           4294967295 12        ")
        #expect(
            try last(["-n", "--thresholds"])
                == "  -> 10.0.0.2:80                  7          6          4294967295 12        ")
    }

    @Test("addresses order as numbers even when they lie 2³¹ or more apart, ports after them")
    func order() throws {
        let services: [(String, Port)] = [
            ("10.0.0.1", 80), ("10.0.0.1", 443), ("100.64.0.1", 80), ("192.168.0.1", 80), ("2001:db8::1", 80),
            ("fd00::1", 80),
        ]
        let pools = services.map { pool(endpoint(.tcp, $0.0, $0.1), "rr") }
        let listed = try listing(["-n"], pools.shuffled()).split(separator: "\n").dropFirst(3)
        #expect(
            listed.map(String.init) == [
                "TCP  10.0.0.1:80 rr", "TCP  10.0.0.1:443 rr", "TCP  100.64.0.1:80 rr", "TCP  192.168.0.1:80 rr",
                "TCP  [2001:db8::1]:80 rr", "TCP  [fd00::1]:80 rr",
            ])
    }

    @Test("a mark is an unsigned number and its order is the number's")
    func marks() throws {
        let marks: [UInt32] = [1, 2_147_483_648, 4_294_967_295]
        let listed = try listing(["-n"], marks.reversed().map { pool(.firewallMark($0, .ipv4), "rr") })
        #expect(
            listed.split(separator: "\n").dropFirst(3).map(String.init) == [
                "FWM  1 rr", "FWM  2147483648 rr", "FWM  4294967295 rr",
            ])
    }

    @Test(
        "scheduler flags have the names that -b takes",
        arguments: [
            ("sh", [.flag1], "sh-fallback"), ("sh", [.flag2], "sh-port"),
            ("mh", [.flag1, .flag2], "mh-fallback,mh-port"),
            ("wlc", [.flag1, .flag3], "flag-1,flag-3"), ("sh", [.flag3], "flag-3"),
            ("mh", [.flag1, .flag3], "mh-fallback,flag-3"),
        ] as [(String, SchedulerFlags, String)])
    func flags(scheduler: String, flags: SchedulerFlags, names: String) throws {
        let table = [pool(endpoint(.tcp, "10.0.0.1", 80), scheduler, flags: flags)]
        #expect(try listing(["-n"], table).hasSuffix("TCP  10.0.0.1:80 \(scheduler) (\(names))\n"))
        #expect(text(SaveFormatter().table(table)) == "-A -t 10.0.0.1:80 -s \(scheduler) -b \(names)\n")
    }

    @Test(
        "persistence shows its mask unless every client counts alone",
        arguments: [
            ("10.0.0.1", 32 as UInt8, "persistent 9"), ("10.0.0.1", 24, "persistent 9 mask 255.255.255.0"),
            ("10.0.0.1", 1, "persistent 9 mask 128.0.0.0"), ("10.0.0.1", 0, "persistent 9 mask 0.0.0.0"),
            ("2001:db8::1", 128, "persistent 9"), ("2001:db8::1", 64, "persistent 9 mask 64"),
        ])
    func persistence(service: String, granularity: UInt8, expected: String) throws {
        let persistence = VirtualService.Persistence(timeout: 9, granularity: granularity)
        let table = [pool(endpoint(.tcp, service, 80), "rr", persistence: persistence)]
        #expect(try listing(["-n"], table).hasSuffix(" rr \(expected)\n"))
    }

    @Test("timeouts and daemons are a line each")
    func settings() {
        #expect(
            text(ListingFormatter.timeouts(Timeouts(tcp: 900, tcpFin: 120, udp: 300)))
                == "Timeout (tcp tcpfin udp): 900 120 300\n")
        let daemons = [
            SyncDaemon(
                role: .master, interface: "mc0", syncID: 3, maximumLength: 1472, group: address("224.0.0.81"),
                port: 8848,
                ttl: 1),
            SyncDaemon(role: .backup, interface: "mc0", syncID: 255, group: address("ff02::81"), port: 0, ttl: 0),
        ]
        #expect(
            text(ListingFormatter.daemons(daemons))
                == screen(
                    """
                    master sync daemon (mcast=mc0, syncid=3, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)|
                    backup sync daemon (mcast=mc0, syncid=255, group=ff02::81)|
                    """))
        #expect(ListingFormatter.daemons([]).isEmpty)
    }
}
