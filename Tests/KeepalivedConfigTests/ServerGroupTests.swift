import Addressing
import IPVS
import Testing

@testable import KeepalivedConfig

private func load(_ text: String) throws -> Configuration {
    let result = ConfigurationLoader.load(text: text)
    #expect(result.diagnostics.allSatisfy { $0.severity == .warning }, "\(result.diagnostics)")
    return try #require(result.configuration)
}

private func services(_ entries: String, _ lines: String = "", servers: String? = nil) throws -> [String] {
    let server = servers ?? "real_server \(entries.contains(":") ? "2001:db8::99" : "10.1.80.99") 80 { }"
    return try load(serverGroup(entries, lines, servers: server)).virtualServers.map { server in
        switch server.service.id {
        case .endpoint(let transport, let address, let port): "\(transport.name) \(address) \(port)"
        case .firewallMark(let mark, let family): "fwmark \(mark) \(family == .ipv4 ? "inet" : "inet6")"
        }
    }
}

@Suite("Groups of services and BFD sessions")
struct ServerGroupTests {
    /// Lines of a group, and the services that they are.
    static let entries: [(String, [String])] = [
        ("10.0.0.1 80", ["tcp 10.0.0.1 80"]),
        ("10.0.0.1-3 80", ["tcp 10.0.0.1 80", "tcp 10.0.0.2 80", "tcp 10.0.0.3 80"]),
        ("10.0.0.254-10.0.1.1 80", ["tcp 10.0.0.254 80", "tcp 10.0.0.255 80", "tcp 10.0.1.0 80", "tcp 10.0.1.1 80"]),
        ("10.0.0.4/30 80", ["tcp 10.0.0.4 80", "tcp 10.0.0.5 80", "tcp 10.0.0.6 80", "tcp 10.0.0.7 80"]),
        ("10.0.0.4/32 80", ["tcp 10.0.0.4 80"]), ("10.0.0.4-4 80", ["tcp 10.0.0.4 80"]),
        ("255.255.255.254-255 80", ["tcp 255.255.255.254 80", "tcp 255.255.255.255 80"]),
        ("2001:db8::9-a 80", ["tcp 2001:db8::9 80", "tcp 2001:db8::a 80"]),
        ("2001:db8::fffe-ffff 80", ["tcp 2001:db8::fffe 80", "tcp 2001:db8::ffff 80"]),
        ("2001:db8::ffff-2001:db8::1:0 80", ["tcp 2001:db8::ffff 80", "tcp 2001:db8::1:0 80"]),
        (
            "2001:db8:0:0:ffff:ffff:ffff:ffff-2001:db8:0:1::0 80",
            ["tcp 2001:db8::ffff:ffff:ffff:ffff 80", "tcp 2001:db8:0:1:: 80"]
        ),
        ("2001:db8::/127 80", ["tcp 2001:db8:: 80", "tcp 2001:db8::1 80"]),
        ("10.0.0.1 80\nfwmark 7", ["tcp 10.0.0.1 80", "fwmark 7 inet"]),
        ("2001:db8::1 80\nfwmark 7", ["tcp 2001:db8::1 80", "fwmark 7 inet6"]),
    ]

    @Test("ranges count by the last byte, by the last 16 bits, to an end and over a network", arguments: entries)
    func ranges(entries: String, expected: [String]) throws {
        #expect(try services(entries) == expected)
    }

    @Test("a mark has the family it says, or that of the servers which are not tunnelled")
    func families() throws {
        let six = "lvs_method TUN\nreal_server 2001:db8::99 { }\n"
        let marks = serverGroup("fwmark 1 inet\nfwmark 2 inet6\nfwmark 3", "", servers: six)
            .replacing("protocol TCP\n", with: "")
        #expect(
            try load(marks).virtualServers.map(\.service.id)
                == [.firewallMark(1, .ipv4), .firewallMark(2, .ipv6), .firewallMark(3, .ipv6)])
        let one = "virtual_server fwmark 5 {\nlb_algo rr\nlb_kind DR\nreal_server 2001:db8::99 {\nlvs_method TUN\n}\n"
        #expect(try load(one + "}\n").virtualServers.first?.service.id == .firewallMark(5, .ipv6))
        #expect(
            try load(one + "real_server 10.0.0.2 { }\n}\n").virtualServers.first?.service.id
                == .firewallMark(5, .ipv4))
        #expect(
            try load(one + "ip_family inet\n}\n").virtualServers.first?.service.id == .firewallMark(5, .ipv4))
    }

    @Test("every address of a group may be served, and no more")
    func limit() throws {
        let loaded = try load(serverGroup("10.0.0.0/16 80"))
        #expect(loaded.virtualServers.count == VirtualServerGroup.addressLimit)
        #expect(Set(loaded.virtualServers.map(\.service.id)).count == VirtualServerGroup.addressLimit)
        #expect(ConfigurationLoader.load(text: serverGroup("10.0.0.0/16 80\n10.1.0.0 80")).configuration == nil)
    }

    @Test("the group itself keeps its lines")
    func model() throws {
        let loaded = try load(serverGroup("10.0.0.1-3 80\nfwmark 7 inet"))
        let first = IPAddress.v4(IPv4Address(10, 0, 0, 1))
        #expect(
            loaded.virtualServerGroups == [
                VirtualServerGroup(
                    name: "G",
                    entries: [
                        .addresses(first...IPAddress.v4(IPv4Address(10, 0, 0, 3)), 80), .firewallMark(7, .ipv4),
                    ])
            ])
    }

    @Test("servers of a group have their own port with NAT, and that of each address without it or with DR")
    func ports() throws {
        let text = serverGroup(
            "10.0.0.1 80\n10.0.0.2 81\nfwmark 7",
            servers: """
                sorry_server 10.0.1.9
                real_server 10.0.1.1 8080 { }
                real_server 10.0.1.2 { }
                real_server 10.0.1.3 {
                lvs_method DR
                }
                """)
        let ports = try load(text).virtualServers.map { $0.realServers.map(\.destination.id.port.rawValue) }
        #expect(ports == [[8080, 80, 80], [8080, 81, 81], [8080, 0, 0]])
        #expect(
            try load(text).virtualServers.compactMap { $0.sorryServer?.destination.id.port.rawValue } == [80, 81, 0])
    }

    @Test("the services of a block are numbered, and the scripts run for the first only: they change together")
    func scripts() throws {
        let pool = "quorum_up /up\nquorum_down /down\nreal_server 10.0.1.1 80 {\nnotify_up /u\nnotify_down /d\n}"
        let text =
            serverGroup("10.0.0.1-2 80", servers: pool)
            + "virtual_server group G {\nlb_algo rr\nlb_kind NAT\nprotocol UDP\n\(pool)\n}\n"
        let servers = try load(text).virtualServers
        #expect(
            servers.map(\.groupEntry) == [
                GroupEntry(group: "G", serverIndex: 0, index: 0), GroupEntry(group: "G", serverIndex: 0, index: 1),
                GroupEntry(group: "G", serverIndex: 1, index: 0), GroupEntry(group: "G", serverIndex: 1, index: 1),
            ])
        #expect(servers.map { $0.quorumUp != nil } == [true, false, true, false])
        #expect(servers.map { $0.quorumDown != nil } == [true, false, true, false])
        #expect(servers.map { $0.realServers[0].notifyUp != nil } == [true, false, true, false])
        #expect(servers.map { $0.realServers[0].notifyDown != nil } == [true, false, true, false])
    }

    @Test("a service that two blocks make belongs to the first")
    func taken() throws {
        let servers = try load(serverGroup("10.0.0.1-2 80\n10.0.0.2-3 80")).virtualServers
        #expect(servers.count == 3)
        #expect(servers.map { $0.groupEntry?.index } == [0, 1, 3])
    }

    @Test("a check of a server without a port needs one where the addresses of the group have several")
    func checkPorts() throws {
        let server = "real_server 10.0.1.1 {\nTCP_CHECK { }\n}"
        let same = try load(serverGroup("10.0.0.1 80\n10.0.0.2 80", servers: server)).virtualServers
        #expect(same.map { $0.realServers[0].checkers[0].kind.connection?.port } == [80, 80])
        let result = ConfigurationLoader.load(text: serverGroup("10.0.0.1 80\n10.0.0.2 81", servers: server))
        #expect(result.diagnostics.map(\.code) == ["MR0411"])
    }

    @Test("what is wrong with every service of a group is said once")
    func saidOnce() {
        let text = serverGroup("10.0.0.0/24 80", servers: "real_server 10.0.0.9 80 { }\nreal_server 10.0.1.1 80 { }")
        let result = ConfigurationLoader.load(text: text)
        #expect(result.diagnostics.map(\.code) == ["MR0612"])
        #expect(result.omittedWarnings == 0)
    }

    @Test("port 0 in a group brings persistence")
    func persistence() throws {
        let result = ConfigurationLoader.load(text: serverGroup("10.0.0.1 80\n10.0.0.2"))
        #expect(result.diagnostics.map(\.code).contains("MR0403"))
        #expect(result.configuration?.virtualServers.map { $0.service.persistence?.timeout } == [360, 360])
    }

    @Test("a granularity alone brings persistence too")
    func granularity() throws {
        let server = try #require(try load(virtualServer("persistence_granularity 255.255.255.0")).virtualServers.first)
        #expect(server.service.persistence == VirtualService.Persistence(timeout: 360, granularity: 24))
    }

    @Test("a protocol may be written in small letters", arguments: ["tcp", "udp", "Sctp"])
    func protocols(name: String) throws {
        let server = try load(virtualServer().replacing("protocol TCP", with: "protocol \(name)")).virtualServers.first
        guard case .endpoint(let transport, _, _) = server?.service.id else {
            Issue.record("no service with an address")
            return
        }
        #expect(transport.name == name.lowercased())
    }

    @Test("mail and SNMP are kept: the servers' mail is on where nothing is said, the service's is off")
    func notices() throws {
        func server(_ lines: String, _ own: String) throws -> VirtualServer {
            try #require(
                try load(virtualServer(lines, "real_server 10.0.1.1 80 {\n\(own)\n}")).virtualServers.first)
        }
        let plain = try server("", "")
        #expect(!plain.smtpAlert && plain.realServers[0].smtpAlert)
        #expect(plain.snmpName == nil && plain.realServers[0].snmpName == nil)
        let said = try server("smtp_alert\nsnmp_name vs", "smtp_alert off\nsnmp_name rs")
        #expect(said.smtpAlert && !said.realServers[0].smtpAlert)
        for (global, service, servers) in [
            ("smtp_alert", true, true), ("smtp_alert off", false, false),
            ("smtp_alert\nsmtp_alert_checker off", false, false), ("smtp_alert_vrrp off", false, true),
        ] {
            let server = try #require(
                try load("global_defs {\n\(global)\n}\n" + virtualServer()).virtualServers.first)
            #expect(server.smtpAlert == service && server.realServers[0].smtpAlert == servers, "\(global)")
        }
        #expect(said.snmpName == "vs" && said.realServers.map(\.snmpName) == ["rs", "vs"])
    }

    @Test("a pool whose weights are all 0 keeps quorum 1 and hysteresis 0")
    func zeroWeights() throws {
        let server = try #require(try load(virtualServer("weight 0", "quorum 3", "hysteresis 2")).virtualServers.first)
        #expect(server.quorum == 1 && server.hysteresis == 0)
    }

    @Test("thresholds are kept")
    func thresholds() throws {
        let destination = try firstRealServer(realServer("uthreshold 7", "lthreshold 3")).destination
        #expect(destination.upperThreshold == 7 && destination.lowerThreshold == 3)
    }

    @Test("ha_suspend is cleared where there is a mark")
    func suspension() throws {
        #expect(try load(virtualServer("ha_suspend")).virtualServers.allSatisfy(\.suspendsWithoutAddress))
        let marked = try load(serverGroup("10.0.0.1 80\nfwmark 1", "ha_suspend"))
        #expect(!marked.virtualServers.contains { $0.suspendsWithoutAddress })
    }

    @Test("a BFD session has its defaults, and each keyword sets its field")
    func sessions() throws {
        let plain = try #require(try load(session()).bfdInstances.first)
        #expect(plain == BFDInstance(name: "B", neighbor: .v4(IPv4Address(10, 1, 80, 1))))
        #expect(plain.ttl == 255 && plain.servesVRRP && plain.servesCheckers)
        #expect(plain.minimumReceiveInterval.description == "0.01" && plain.idleSendInterval == .seconds(1))
        let six = "bfd_instance B {\nneighbour_ip 2001:db8::1\n}\n" + instance()
        #expect(try load(six).bfdInstances.first?.ttl == 255)

        var expected = plain
        expected.source = .v4(IPv4Address(10, 1, 80, 2))
        expected.minimumReceiveInterval = Interval(microseconds: 1500)
        expected.minimumSendInterval = .seconds(4294)
        expected.idleSendInterval = .seconds(2)
        expected.multiplier = 255
        expected.isPassive = true
        expected.ttl = 9
        expected.maximumHops = -1
        expected.isMultihop = true
        expected.weight = -253
        expected.isReversed = true
        expected.servesCheckers = false
        let set = session(
            "source_ip 10.1.80.2", "min_rx 1.5", "min_tx 4294000", "idle_tx 2000", "multiplier 255", "passive",
            "hoplimit 9", "max_hops -1", "multihop", "weight -253 reverse", "vrrp")
        #expect(try load(set).bfdInstances == [expected])
    }

    @Test("the SSL block is kept")
    func certificates() throws {
        let text = "SSL {\npassword p\nca /ca\ncertificate /cert\nkey /key\n}\n" + instance()
        let settings = try #require(try load(text).tlsClient)
        #expect(settings.password == "p" && settings.authorities == "/ca")
        #expect(settings.certificate == "/cert" && settings.key == "/key")
        #expect(try load(instance()).tlsClient == nil)
    }
}
