import Addressing
import IPVS
import IPVSAdmin
import Testing

@Suite struct JSONListingTests {
    private func table(_ pools: [PoolSnapshot], _ options: ListingOptions, _ health: ServiceHealth? = nil) -> String {
        var listing = JSONListing(options: options)
        var bytes = listing.head(kernel)
        for pool in pools { bytes += listing.lines(pool, health: health) }
        return text(bytes + listing.tail())
    }

    private static let zero =
        #""counters":{"connections":0,"incomingPackets":0,"outgoingPackets":0,"incomingBytes":0,"outgoingBytes":0},"#
        + #""rates":{"connections":0,"incomingPackets":0,"outgoingPackets":0,"incomingBytes":0,"outgoingBytes":0}"#

    @Test("a table is one object with everything that the kernel tells, a service on a line")
    func services() {
        var statistics = Statistics()
        statistics.connections = .max
        let pools = [
            pool(
                endpoint(.udp, "2001:db8::1", 53), "sh", flags: [.flag2, .flag3],
                persistence: .init(timeout: 50, granularity: 64, engine: "sip"), ops: true,
                [server("10.0.0.2", 53, .tunneling(.gue(port: 6080, checksum: .remote)), weight: 0)]),
            pool(.firewallMark(.max, .ipv4), "rr", statistics: statistics),
        ]
        #expect(
            table(pools, ListingOptions())
                == #"{"schema":1,"ipvsVersion":"1.2.1","connectionTableSize":4096,"services":["# + "\n"
                + #"{"protocol":"udp","address":"2001:db8::1","port":53,"family":"ipv6","scheduler":"sh","#
                + #""schedulerFlags":["sh-port","flag-3"],"persistence":{"timeout":50,"netmask":"64","engine":"sip"},"#
                + #""onePacketScheduling":true,"# + Self.zero
                + #","servers":[{"address":"10.0.0.2","port":53,"forwarding":"tunnel","#
                + #""tunnel":{"type":"gue","port":6080,"checksum":"remote"},"weight":0,"upperThreshold":0,"#
                + #""lowerThreshold":0,"activeConnections":0,"inactiveConnections":0,"persistentConnections":0,"#
                + Self.zero + "}]},\n"
                + #"{"firewallMark":4294967295,"family":"ipv4","scheduler":"rr","schedulerFlags":[],"#
                + #""onePacketScheduling":false,"#
                + Self.zero.replacing(
                    #""counters":{"connections":0"#, with: #""counters":{"connections":18446744073709551615"#,
                    maxReplacements: 1)
                + #","servers":[]}]}"# + "\n")
    }

    @Test("health stands beside what it is about, its reasons quoted as JSON wants it")
    func health() {
        var options = ListingOptions()
        options.showsHealth = true
        let id = Destination.ID(address: address("10.0.0.2"), port: 80)
        let health = ServiceHealth(
            name: "[10.0.0.1]:tcp:80", hasQuorum: false,
            servers: [id: ServerHealth(name: "[10.0.0.2]:tcp:80", isUp: false, reasons: ["said \"no\"\n\u{1}é"])])
        let pools = [pool(endpoint(.tcp, "10.0.0.1", 80), "rr", [server("10.0.0.2", 80), server("10.0.0.3", 80)])]
        let found = table(pools, options, health)
        #expect(found.contains(#""health":{"name":"[10.0.0.1]:tcp:80","hasQuorum":false},"servers""#))
        #expect(
            found.contains(
                #""health":{"name":"[10.0.0.2]:tcp:80","isUp":false,"isChecked":true,"isSorryServer":false,"#
                    + #""reasons":["said \"no\"\u000a\u0001é"]}}"#))
        #expect(found.contains(#""health":null}]}"#))
    }

    @Test("timeouts and daemons")
    func settings() {
        #expect(
            text(JSONListing.timeouts(Timeouts(tcp: 1, tcpFin: 2, udp: 3)))
                == #"{"schema":1,"timeouts":{"tcp":1,"tcpFin":2,"udp":3}}"# + "\n")
        #expect(text(JSONListing.daemons([])) == #"{"schema":1,"daemons":[]}"# + "\n")
        let daemon = SyncDaemon(role: .backup, interface: "mc0", syncID: 3, group: address("224.0.0.81"), port: 8848)
        #expect(
            text(JSONListing.daemons([daemon, SyncDaemon(role: .master, interface: "x")]))
                == #"{"schema":1,"daemons":[{"role":"backup","interface":"mc0","syncID":3,"group":"224.0.0.81","#
                + #""port":8848},{"role":"master","interface":"x","syncID":0}]}"# + "\n")
    }

    @Test("connections are entries of an array, also when there are none")
    func connections() {
        let options = ListingOptions(subject: .connections)
        var json = options
        json.isJSON = true
        let file = """
            Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
            TCP C0A80105 D431 0A01505A 0050 0A01505D 0050 ESTABLISHED     897
            UDP C0A80105 D431 0A01505A 0035 0A01505D 0035 UDP             5 sip abc

            """
        var listing = ConnectionListing(options: json)
        var bytes = listing.title + listing.lines(for: file.utf8) + listing.finish()
        #expect(
            text(bytes) == """
                {"schema":1,"connections":[
                {"protocol":"tcp","expires":897,"state":"ESTABLISHED","client":{"address":"192.168.1.5","port":54321},\
                "virtual":{"address":"10.1.80.90","port":80},"destination":{"address":"10.1.80.93","port":80}},
                {"protocol":"udp","expires":5,"state":"UDP","client":{"address":"192.168.1.5","port":54321},\
                "virtual":{"address":"10.1.80.90","port":53},"destination":{"address":"10.1.80.93","port":53},\
                "engine":{"name":"sip","data":"abc"}}]}

                """)
        listing = ConnectionListing(options: json)
        bytes = listing.title + listing.finish()
        #expect(text(bytes) == "{\"schema\":1,\"connections\":[]}\n")
    }
}
