import Addressing
import IPVS
import IPVSAdmin
import Testing

@Suite struct ListingFilterTests {
    private static let up = Destination.ID(address: address("10.0.1.1"), port: 80)
    private static let down = Destination.ID(address: address("10.0.1.2"), port: 8080)

    private let pools = [
        pool(
            endpoint(.tcp, "10.0.0.1", 80), "rr",
            [server("10.0.1.1", 80, active: 1), server("10.0.1.2", 8080, .masquerading, weight: 0)]),
        pool(endpoint(.udp, "10.0.9.1", 53), "rr"),
        pool(endpoint(.tcp, "2001:db8::1", 80), "rr", [server("2001:db8:1::1", 80)]),
        pool(.firewallMark(7, .ipv4), "rr", [server("10.0.1.1", 0)]),
    ]

    @Test(
        "services and servers are left out that are not asked for",
        arguments: [
            ("", "0:2 1:0 2:1 3:1"), ("--service 10.0.0.0/16", "0:2 1:0"), ("--service 10.0.0.1", "0:2"),
            ("--service :80", "0:2 2:1"), ("--service 10.0.0.0/8:53", "1:0"), ("--service [2001:db8::/32]", "2:1"),
            ("--service [2001:db8::/32]:81", ""), ("--service 2001:db8::/32", "2:1"), ("--service fwm", "3:1"),
            ("--service fwm:7", "3:1"), ("--service fwm:8", ""), ("--service 10.0.0.1,fwm", "0:2 3:1"),
            ("--server 10.0.1.2", "0:1"), ("--server 10.0.1.0/24", "0:2 3:1"), ("--server :80", "0:1 2:1"),
            ("--state active", "0:1 2:1 3:1"), ("--state drained", "0:1"), ("--state busy", "0:1"),
            ("--state idle", "0:1 2:1 3:1"), ("--state idle,active", "2:1 3:1"), ("--state up", "0:1"),
            ("--state DOWN", "0:1"), ("--service fwm --state up", ""), ("--service 10.0.9.1 --server 10.0.0.0/8", ""),
        ])
    func filters(line: String, expected: String) throws {
        let options = try ListingOptions(arguments: line.split(separator: " ").map(String.init))
        let health = ServiceHealth(
            name: "", hasQuorum: true,
            servers: [Self.up: .init(name: "", isUp: true), Self.down: .init(name: "", isUp: false)])
        let found = pools.enumerated().compactMap { index, pool in
            options.filter.filtered(pool, health: index == 0 ? health : nil).map { "\(index):\($0.destinations.count)" }
        }
        #expect(found.joined(separator: " ") == expected)
    }

    @Test(
        "what is no filter is refused",
        arguments: [
            "--service ''", "--service 10.0.0.1:", "--service 10.0.0.1:65536", "--service fwm:", "--service fwm:x",
            "--service 10.0.0.0/8,", "--service [2001:db8::1", "--service [2001:db8::1]80", "--service www",
            "--server fwm", "--state ''", "--state active,", "-c --health", "--timeout --service :80",
            "--daemon --state up", "-c --state up", "--state ESTABLISHED", "-c --state drained",
        ])
    func refuses(line: String) {
        #expect(throws: CommandLineError.self) {
            try ListingOptions(arguments: line.split(separator: " ").map { $0 == "''" ? "" : String($0) })
        }
    }

    @Test(
        "a state that is none is named as it was typed, with what is",
        arguments: [
            (
                "--state foo",
                "`foo' is no state of a real server: it is one of active, drained, busy, idle, up or down"
            ),
            (
                "--state Actve,foo",
                "`Actve' is no state of a real server: did you mean `active'? it is one of active, drained, busy, "
                    + "idle, up or down"
            ),
            (
                "--state syn_sent",
                "`SYN_SENT' is a state of connections, which -c lists; a real server is one of active, drained, busy, "
                    + "idle, up or down"
            ),
        ])
    func states(line: String, expected: String) {
        let error = #expect(throws: CommandLineError.self) {
            try ListingOptions(arguments: line.split(separator: " ").map(String.init))
        }
        #expect(error?.message == expected)
        #expect(error?.exitStatus == 2)
    }

    @Test("so is one of connections")
    func connectionStates() {
        func message(_ word: String) -> String {
            let error = #expect(throws: CommandLineError.self) {
                try ListingOptions(arguments: ["-c", "--state", word])
            }
            return error?.message ?? ""
        }
        #expect(
            message("establishd").hasPrefix(
                "`establishd' is no state of a connection: did you mean `ESTABLISHED'? it is one of ESTABLISHED, "))
        #expect(message("busy").hasPrefix("`busy' is a state of real servers; a connection is one of ESTABLISHED,"))
    }

    @Test("connections are asked for by state and ends")
    func connections() throws {
        let file = """
            Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
            TCP C0A80105 D431 0A01505A 0050 0A01505D 0050 ESTABLISHED     897
            TCP C0A80106 D431 0A01505A 0050 0A01505E 0050 FIN_WAIT        5

            """
        for (line, count) in [
            ("-c", 2), ("-c --state established", 1), ("-c --state established,fin_wait", 2), ("-c --state NONE", 0),
            ("-c --state c-sent", 0),
            ("-c --server 10.1.80.93", 1), ("-c --service 10.1.80.90:80", 2), ("-c --service :81", 0),
        ] {
            var listing = ConnectionListing(
                options: try ListingOptions(arguments: line.split(separator: " ").map(String.init)))
            let bytes = listing.lines(for: file.utf8)
            #expect(bytes.count { $0 == UInt8(ascii: "\n") } == count, "\(line)")
        }
    }
}
