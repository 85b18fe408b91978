import Addressing
import IPVS
import Testing

@testable import KeepalivedConfig

/// Lines of a block, and what must hold of the model.
struct KeywordCase<Model: Sendable>: Sendable, CustomTestStringConvertible {
    let lines: String
    let holds: @Sendable (Model) -> Bool

    init(_ lines: String, _ holds: @escaping @Sendable (Model) -> Bool) {
        self.lines = lines
        self.holds = holds
    }

    var testDescription: String { lines }
}

private let instanceKeywords: [KeywordCase<VRRPInstance>] = [
    .init("state MASTER\npriority 100", { $0.initialState == .master && $0.priority == 100 }),
    .init("state BACKUP", { $0.initialState == .backup && $0.priority == 100 }),
    .init("priority 255", { $0.initialState == .master && $0.priority == 255 }),
    .init("priority 1", { $0.priority == 1 }),
    .init("advert_int 255", { $0.advertInterval == .seconds(255) }),
    .init("version 3\nadvert_int 0.01", { $0.advertInterval == Interval(microseconds: 10_000) }),
    .init("version 3\nadvert_int 40.95", { $0.version == .v3 && $0.advertInterval.description == "40.95" }),
    .init("nopreempt", { $0.noPreempt }), .init("preempt", { !$0.noPreempt }),
    .init("preempt_delay 1000", { $0.preemptDelay == .seconds(1000) }),
    .init("preempt_delay 0.5", { $0.preemptDelay == Interval(microseconds: 500_000) }),
    .init("mcast_src_ip 10.1.80.91", { $0.sourceAddress == IPAddress("10.1.80.91") }),
    .init(
        "unicast_src_ip 10.1.80.91\nunicast_peer {\n10.1.80.92\n10.1.80.93 min_ttl 254 max_ttl 255\n}",
        {
            $0.sourceAddress == IPAddress("10.1.80.91") && $0.unicastPeers.count == 2
                && $0.unicastPeers[0].ttl == 0...255 && $0.unicastPeers[1].ttl == 254...255
                && $0.checkUnicastSource
        }
    ),
    .init("unicast_ttl 0\nunicast_peer { 10.1.80.92 }", { $0.unicastTTL == 0 }),
    .init("check_unicast_src\nunicast_peer { 10.1.80.92 }", { $0.checkUnicastSource }),
    .init("mcast_dst_ip 224.0.0.19", { $0.multicastGroup == .v4(IPv4Address(224, 0, 0, 19)) }),
    .init(
        "track_interface {\neth1\neth2 weight -20\neth3 weight 5 reverse\n}",
        {
            $0.trackedInterfaces == [
                TrackedInterface(name: "eth1"), TrackedInterface(name: "eth2", weight: -20),
                TrackedInterface(name: "eth3", weight: 5, isReversed: true),
            ]
        }
    ),
    .init("dont_track_primary", { $0.doesNotTrackPrimary }),
    .init(
        "garp_master_delay 0\ngarp_master_repeat 2",
        {
            $0.gratuitousARP.delay == .seconds(0) && $0.gratuitousARP.repeatCount == 2
                && $0.gratuitousARP.lowerPriorityDelay == .seconds(5)
                && $0.gratuitousARP.lowerPriorityRepeatCount == 5
        }
    ),
    .init(
        "garp_lower_prio_delay 9\ngarp_lower_prio_repeat 0",
        {
            $0.gratuitousARP.delay == .seconds(5) && $0.gratuitousARP.lowerPriorityDelay == .seconds(9)
                && $0.gratuitousARP.lowerPriorityRepeatCount == 0
        }
    ),
    .init(
        "garp_master_refresh 60\ngarp_master_refresh_repeat 3",
        {
            $0.gratuitousARP.refresh == .seconds(60) && $0.gratuitousARP.refreshRepeatCount == 3
        }
    ),
    .init("lower_prio_no_advert", { $0.lowerPriorityNoAdvert }),
    .init("lower_prio_no_advert FALSE", { !$0.lowerPriorityNoAdvert }),
    .init("higher_prio_send_advert yes", { $0.higherPrioritySendAdvert }),
    .init("down_timer_adverts 100", { $0.downTimerAdverts == 100 }),
    .init("skip_check_adv_addr false", { !$0.skipCheckAdvertAddresses }),
    .init("skip_check_adv_addr", { $0.skipCheckAdvertAddresses }),
    .init("accept", { $0.accept }),
    .init("authentication {\nauth_type PASS\nauth_pass \"a b#c\"\n}", { $0.password == "a b#c" }),
    .init(
        "notify_stop /s\nnotify_fault \"/f 1\" root",
        {
            $0.notify.stop == Script(words: ["/s"])
                && $0.notify.fault == Script(words: ["/f", "1"], user: ScriptUser(user: "root"))
        }
    ),
    .init(
        "virtual_ipaddress_excluded {\n2001:db8::90/64 dev eth1\n}",
        {
            $0.excludedVirtualAddresses.first?.prefix.description == "2001:db8::90/64"
                && $0.excludedVirtualAddresses.first?.interface == "eth1"
        }
    ),
]

private let serverKeywords: [KeywordCase<VirtualServer>] = [
    .init("lb_algo sh\nsh-port\nsh-fallback", { $0.service.schedulerFlags == [.flag1, .flag2] }),
    .init("lb_algo mh\nmh-port", { $0.service.schedulerFlags == [.flag2] }),
    .init("flag-1\nflag-3", { $0.service.schedulerFlags == [.flag1, .flag3] }),
    .init("lvs_sched nq", { $0.service.scheduler == "nq" }),
    .init("persistence_timeout", { $0.service.persistence?.timeout == 360 }),
    .init("persistence_timeout 2678400", { $0.service.persistence?.timeout == 2_678_400 }),
    .init(
        "persistence_timeout 5\npersistence_granularity 255.255.255.0",
        { $0.service.persistence?.granularity == 24 }
    ),
    .init(
        "persistence_timeout 5\npersistence_granularity 16\npersistence_engine sip",
        {
            $0.service.persistence == VirtualService.Persistence(timeout: 5, granularity: 16, engine: "sip")
        }
    ),
    .init("protocol UDP\nops", { $0.service.onePacketScheduling }),
    .init("alpha", { $0.alpha && $0.realServers.allSatisfy { $0.alpha } }), .init("omega", { $0.omega }),
    .init("inhibit_on_failure", { $0.realServers.allSatisfy { $0.inhibitsOnFailure } }),
    .init("weight 7\nquorum 5\nhysteresis 2", { $0.quorum == 5 && $0.hysteresis == 2 }),
    .init(
        "quorum_up \"/up a\"\nquorum_down /down",
        {
            $0.quorumUp == Script(words: ["/up", "a"]) && $0.quorumDown == Script(words: ["/down"])
        }
    ),
    .init("lvs_method DR", { $0.forwarding == .directRouting }),
    .init("lvs_method TUN", { $0.forwarding == .tunneling(.ipip) }),
    .init("lvs_method TUN type gre csum", { $0.forwarding == .tunneling(.gre(checksum: .checksum)) }),
    .init(
        "lvs_method TUN type gue port 6080 remcsum",
        {
            $0.forwarding == .tunneling(.gue(port: 6080, checksum: .remote))
        }
    ),
    .init(
        "sorry_server 10.1.80.100",
        {
            $0.sorryServer?.destination.id
                == Destination.ID(address: .v4(IPv4Address(10, 1, 80, 100)), port: 80)
                && $0.sorryServer?.inhibits == false
        }
    ),
    .init(
        "sorry_server 10.1.80.100 8080\nsorry_server_inhibit\nsorry_server_lvs_method NAT",
        {
            $0.sorryServer?.destination.id.port == 8080 && $0.sorryServer?.inhibits == true
                && $0.sorryServer?.destination.forwarding == .masquerading
        }
    ),
    .init("sorry_server 10.1.80.99 80", { $0.sorryServer?.inhibits == false }),
]

@Suite("Instances: defaults, inheritance, corrections")
struct InstanceModelTests {
    @Test("a minimal instance has every default")
    func defaults() throws {
        var expected = VRRPInstance(name: "VI_1", virtualRouterID: 51)
        expected.interface = "eth0"
        expected.virtualAddresses = [VirtualAddress(prefix: Prefix(host: .v4(IPv4Address(10, 1, 80, 90))))]
        #expect(try onlyInstance(instance()) == expected)
    }

    @Test("a keyword sets its field", arguments: instanceKeywords)
    func keyword(_ example: KeywordCase<VRRPInstance>) throws {
        let instance = try onlyInstance(instance(example.lines))
        #expect(example.holds(instance), "\(instance)")
    }

    @Test("an address line carries its options")
    func addressLine() throws {
        let address = try onlyInstance(
            instance("virtual_ipaddress { 10.1.80.91/24 brd + dev eth1 label eth1:vip scope link no_track }")
        ).virtualAddresses[1]
        var expected = VirtualAddress(prefix: try #require(Prefix("10.1.80.91/24")))
        expected.broadcast = .hostBitsSet
        expected.interface = "eth1"
        expected.label = "eth1:vip"
        expected.scope = 253
        expected.isUntracked = true
        #expect(address == expected)
    }

    @Test("what an instance does not say comes from global_defs, wherever that stands")
    func inheritance() throws {
        let global = """
            global_defs {
            vrrp_version 3
            vrrp_mcast_group4 224.0.0.99
            vrrp_garp_master_delay 1
            vrrp_garp_master_repeat 2
            vrrp_garp_master_refresh 3
            vrrp_garp_master_refresh_repeat 4
            vrrp_lower_prio_no_advert
            vrrp_higher_prio_send_advert
            vrrp_down_timer_adverts 5
            vrrp_skip_check_adv_addr
            vrrp_check_unicast_src
            }

            """
        let instance = try onlyInstance(instance("garp_master_repeat 9", "lower_prio_no_advert off") + global)
        #expect(instance.version == .v3)
        #expect(instance.multicastGroup == .v4(IPv4Address(224, 0, 0, 99)))
        #expect(instance.gratuitousARP.delay == .seconds(1))
        #expect(instance.gratuitousARP.repeatCount == 9)
        #expect(instance.gratuitousARP.lowerPriorityRepeatCount == 2, "that of global_defs")
        #expect(instance.gratuitousARP.lowerPriorityDelay == .seconds(1))
        #expect(instance.gratuitousARP.refresh == .seconds(3))
        #expect(instance.gratuitousARP.refreshRepeatCount == 4)
        #expect(!instance.lowerPriorityNoAdvert)
        #expect(instance.higherPrioritySendAdvert)
        #expect(instance.downTimerAdverts == 5)
        #expect(instance.skipCheckAdvertAddresses)
        #expect(instance.checkUnicastSource)
    }

    @Test(
        "what an advert cannot carry is rounded",
        arguments: [
            ("advert_int 0.3", "1"), ("advert_int 1.4", "1"), ("advert_int 1.5", "2"),
            ("version 3\nadvert_int 0.014", "0.01"), ("version 3\nadvert_int 0.015", "0.02"),
            ("version 3\nadvert_int 41", "40.95"),
        ])
    func advertInterval(lines: String, expected: String) {
        let result = ConfigurationLoader.load(text: instance(lines))
        #expect(result.diagnostics.map { $0.code } == ["MR0307"])
        #expect(result.configuration?.instances.first?.advertInterval.description == expected)
    }

    @Test("a password keeps its first 8 bytes, and no half character")
    func password() {
        func password(_ text: String) -> String? {
            let lines = "authentication {\nauth_type PASS\nauth_pass \(text)\n}"
            return ConfigurationLoader.load(text: instance(lines)).configuration?.instances.first?.password
        }
        #expect(password("12345678") == "12345678")
        #expect(password("123456789") == "12345678")
        #expect(password("1234567é") == "1234567")
    }

    @Test("strict mode overrules what contradicts it")
    func strict() throws {
        let text = instance("strict_mode", "priority 9", "state MASTER", "down_timer_adverts 7", "preempt_delay 3")
        let instance = try #require(ConfigurationLoader.load(text: text).configuration?.instances.first)
        #expect(instance.strict)
        #expect(instance.initialState == .backup)
        #expect(instance.downTimerAdverts == 3)
        #expect(instance.preemptDelay == .seconds(0))
        #expect(instance.lowerPriorityNoAdvert)
        #expect(instance.gratuitousARP.lowerPriorityRepeatCount == 0)
        #expect(!instance.accept)
    }

    @Test("a script block has its defaults, and a track line may override its weight")
    func scripts() throws {
        let text = """
            vrrp_script a { script "/bin/a b"
            }
            vrrp_script b {
            script /bin/b
            interval 2.5
            timeout 0
            weight -7 reverse
            rise 2
            fall 3
            user nobody nogroup
            init_fail
            }

            """
        let configuration = try #require(
            ConfigurationLoader.load(
                text: text + instance("track_script {\na\nb\n}")
                    + instance("track_script {\na weight 4\nb weight 9 noreverse\n}").replacing("VI_1", with: "VI_2")
                    .replacing(" 51", with: " 52")
            ).configuration)
        #expect(configuration.scripts[0] == TrackScript(name: "a", script: Script(words: ["/bin/a", "b"])))
        var second = TrackScript(
            name: "b", script: Script(words: ["/bin/b"], user: ScriptUser(user: "nobody", group: "nogroup")))
        second.interval = Interval(microseconds: 2_500_000)
        second.timeout = .seconds(1)
        second.weight = -7
        second.isReversed = true
        second.rise = 2
        second.fall = 3
        second.startsFailed = true
        #expect(configuration.scripts[1] == second)
        #expect(
            configuration.instances.map { $0.trackedScripts } == [
                [TrackedScript(name: "a"), TrackedScript(name: "b", weight: -7, isReversed: true)],
                [TrackedScript(name: "a", weight: 4), TrackedScript(name: "b", weight: 9)],
            ])
    }

    @Test("a group keeps its members that exist; weights of members are cleared unless it allows them")
    func groups() throws {
        func load(_ option: String) throws -> Configuration {
            let text =
                instance("track_interface { eth1 weight 5 }")
                + instance().replacing("VI_1", with: "VI_2").replacing(" 51", with: " 52")
                + "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\nVI_3\n}\ntrack_interface { eth2 weight 7 }\nnotify /n\n\(option)\n}\n"
            return try #require(ConfigurationLoader.load(text: text).configuration)
        }
        let plain = try load("")
        #expect(plain.syncGroups[0].members == ["VI_1", "VI_2"])
        #expect(plain.syncGroups[0].trackedInterfaces == [TrackedInterface(name: "eth2", weight: 7)], "its own")
        #expect(plain.instances[0].trackedInterfaces == [TrackedInterface(name: "eth1")])
        #expect(plain.syncGroups[0].notify.generic == Script(words: ["/n"]))
        let weighted = try load("sync_group_tracking_weight")
        #expect(weighted.syncGroups[0].allowsTrackingWeights)
        #expect(weighted.syncGroups[0].trackedInterfaces == [TrackedInterface(name: "eth2", weight: 7)])
        #expect(weighted.instances[0].trackedInterfaces == [TrackedInterface(name: "eth1", weight: 5)])
    }
}

@Suite("global_defs")
struct GlobalModelTests {
    @Test("without the block everything has its default")
    func defaults() {
        #expect(ConfigurationLoader.load(text: instance()).configuration?.global == GlobalDefinitions())
    }

    @Test("each keyword sets its field")
    func keywords() throws {
        let result = ConfigurationLoader.load(
            text: """
                global_defs {
                router_id r1
                script_user nobody nogroup
                enable_script_security
                checker_log_all_failures
                lvs_timeouts tcp 900 tcpfin 60 udp 30
                lvs_flush
                lvs_flush_on_stop VS
                lvs_sync_daemon eth1 VI_1 id 7 maxlen 1000 port 8848 ttl 2 group 224.0.0.81
                dynamic_interfaces
                vrrp_startup_delay 2.5
                vrrp_garp_interval 0.001
                vrrp_gna_interval 0.002
                vrrp_rt_priority 50
                }

                """ + instance())
        #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
        var expected = GlobalDefinitions()
        expected.routerID = "r1"
        expected.scriptUser = ScriptUser(user: "nobody", group: "nogroup")
        expected.enableScriptSecurity = true
        expected.checkerLogAllFailures = true
        expected.lvsTimeouts = Timeouts(tcp: 900, tcpFin: 60, udp: 30)
        expected.lvsFlush = true
        expected.lvsFlushOnStop = .virtualServers
        var daemon = LVSSyncDaemon(interface: "eth1")
        daemon.instance = "VI_1"
        daemon.syncID = 7
        daemon.maximumLength = 1000
        daemon.port = 8848
        daemon.ttl = 2
        daemon.group = IPAddress("224.0.0.81")
        expected.lvsSyncDaemon = daemon
        expected.dynamicInterfaces = true
        expected.vrrpStartupDelay = Interval(microseconds: 2_500_000)
        expected.garpInterval = Interval(microseconds: 1000)
        expected.gnaInterval = Interval(microseconds: 2000)
        expected.processes.vrrp.realTimePriority = 50
        #expect(result.configuration?.global == expected)
    }

    @Test(
        "vrrp_min_garp is one announcement and no second burst, where nothing else is said",
        arguments: [("vrrp_min_garp", UInt32(1), Int64(0)), ("vrrp_garp_master_repeat 5\nvrrp_min_garp", 5, 0)])
    func minimumGARP(lines: String, count: UInt32, delay: Int64) throws {
        let schedule = try onlyInstance("global_defs {\n\(lines)\n}\n" + instance()).gratuitousARP
        #expect(schedule.repeatCount == count)
        #expect(schedule.delay == .seconds(delay))
    }
}

@Suite("Virtual servers: defaults, inheritance, corrections")
struct ServerModelTests {
    private func server(_ text: String) throws -> VirtualServer {
        try #require(ConfigurationLoader.load(text: text).configuration?.virtualServers.first)
    }

    @Test("a minimal service gets the kernel's and keepalived's defaults")
    func defaults() throws {
        let server = try server("virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 {\nTCP_CHECK {\n}\n}\n}\n")
        #expect(
            server.service == VirtualService(id: .endpoint(.udp, .v4(IPv4Address(10, 0, 0, 1)), 80), scheduler: "wlc"))
        #expect(server.delayLoop == .seconds(60))
        #expect(server.quorum == 1 && server.hysteresis == 0 && !server.alpha && !server.omega)
        let id = Destination.ID(address: .v4(IPv4Address(10, 0, 0, 2)), port: 80)
        #expect(server.realServers[0].destination == Destination(id: id, forwarding: .masquerading, weight: 1))
        let connection = Connection(address: id.address, port: 80)
        #expect(
            server.realServers[0].checkers == [
                Checker(
                    kind: .tcp(connection), retry: 1, delayBeforeRetry: .seconds(1), delayLoop: .seconds(60),
                    warmup: .seconds(60))
            ])
    }

    @Test("a keyword sets its field", arguments: serverKeywords)
    func keyword(_ example: KeywordCase<VirtualServer>) throws {
        let result = ConfigurationLoader.load(text: virtualServer(example.lines))
        #expect(withoutLint(result).isEmpty)
        let server = try #require(result.configuration?.virtualServers.first)
        #expect(example.holds(server), "\(server)")
    }

    @Test("checks inherit from the real server, that from the virtual server")
    func inheritance() throws {
        let text = """
            virtual_server 10.0.0.1 80 {
            delay_loop 6
            lb_algo rr
            lb_kind NAT
            protocol TCP
            retry 4
            delay_before_retry 5
            warmup 2
            connect_timeout 7
            alpha
            weight 3
            virtualhost vs.example.com
            real_server 10.0.0.2 8080 {
            TCP_CHECK {
            }
            MISC_CHECK {
            misc_path "/check it" nobody
            }
            }
            real_server 10.0.0.3 8080 {
            retry 8
            delay_loop 9
            connect_timeout 10
            alpha off
            weight 11
            virtualhost rs.example.com
            TCP_CHECK {
            retry 0
            delay_before_retry 0.5
            connect_ip 10.0.0.33
            connect_port 33
            bindto 10.0.0.100
            bind_port 100
            bind_if eth9
            fwmark 12
            log_all_failures
            }
            HTTP_GET {
            url {
            path /a
            }
            url {
            path /b
            status_code 200 301-302
            digest ff20ad2481f97b1754ef3e12ecd3a9cc
            virtualhost url.example.com
            }
            http_protocol 1.1
            }
            MISC_CHECK {
            misc_path /x
            misc_timeout 3
            misc_dynamic
            user root
            alpha
            }
            }
            }

            """
        let result = ConfigurationLoader.load(text: text)
        #expect(result.diagnostics.isEmpty)
        let servers = try #require(result.configuration?.virtualServers.first?.realServers)

        var first = Connection(address: .v4(IPv4Address(10, 0, 0, 2)), port: 8080)
        first.timeout = .seconds(7)
        var tcp = Checker(
            kind: .tcp(first), retry: 4, delayBeforeRetry: .seconds(5), delayLoop: .seconds(6), warmup: .seconds(2))
        tcp.alpha = true
        var misc = tcp
        misc.kind = .misc(
            MiscCheck(script: Script(words: ["/check", "it"], user: ScriptUser(user: "nobody")), timeout: .seconds(6)))
        #expect(servers[0].checkers == [tcp, misc])
        #expect(servers[0].alpha && servers[0].destination.weight == 3)

        var own = Connection(address: .v4(IPv4Address(10, 0, 0, 33)), port: 33)
        own.timeout = .seconds(10)
        own.bindAddress = .v4(IPv4Address(10, 0, 0, 100))
        own.bindPort = 100
        own.bindInterface = "eth9"
        own.firewallMark = 12
        var second = Checker(
            kind: .tcp(own), retry: 0, delayBeforeRetry: Interval(microseconds: 500_000), delayLoop: .seconds(9),
            warmup: .seconds(2))
        second.logsAllFailures = true
        var request = HTTPRequest()
        request.version = .http11
        request.urls = [URLCheck(path: "/a"), URLCheck(path: "/b")]
        request.urls[0].virtualHost = "rs.example.com"
        request.urls[1].virtualHost = "url.example.com"
        request.urls[1].statusCodes = [200...200, 301...302]
        request.urls[1].digest = [
            0xFF, 0x20, 0xAD, 0x24, 0x81, 0xF9, 0x7B, 0x17, 0x54, 0xEF, 0x3E, 0x12, 0xEC, 0xD3, 0xA9, 0xCC,
        ]
        var plain = Connection(address: .v4(IPv4Address(10, 0, 0, 3)), port: 8080)
        plain.timeout = .seconds(10)
        let http = Checker(
            kind: .http(plain, request), retry: 8, delayBeforeRetry: .seconds(5), delayLoop: .seconds(9),
            warmup: .seconds(2))
        var check = MiscCheck(script: Script(words: ["/x"], user: ScriptUser(user: "root")), timeout: .seconds(3))
        check.isDynamic = true
        var third = Checker(
            kind: .misc(check), retry: 8, delayBeforeRetry: .seconds(5), delayLoop: .seconds(9), warmup: .seconds(2))
        third.alpha = true
        #expect(servers[1].checkers == [second, http, third])
        #expect(!servers[1].alpha && servers[1].destination.weight == 11)
    }

    @Test("each kind of check has its own retry and delay where nothing is said")
    func checkerDefaults() throws {
        let checkers = try firstRealServer(
            realServer(
                "TCP_CHECK { }", "HTTP_GET { url { path / } }", "MISC_CHECK {", "misc_path /x", "misc_timeout 0", "}")
        ).checkers
        #expect(checkers.map { $0.retry } == [1, 1, 0])
        #expect(checkers.map { $0.delayBeforeRetry } == [.seconds(1), .seconds(3), .seconds(1)])
        guard case .misc(let misc) = checkers[2].kind else {
            Issue.record("the third is not a MISC_CHECK")
            return
        }
        #expect(misc.timeout == .seconds(6))
    }

    @Test("a real server's thresholds, method and notifications are kept")
    func realServerKeywords() throws {
        let server = try firstRealServer(
            realServer(
                "uthreshold 100", "lthreshold 50", "inhibit_on_failure", "notify_up /u", "notify_down \"/d x\"",
                "weight 0"))
        #expect(server.destination.upperThreshold == 100)
        #expect(server.destination.lowerThreshold == 50)
        #expect(server.inhibitsOnFailure)
        #expect(server.notifyUp == Script(words: ["/u"]))
        #expect(server.notifyDown == Script(words: ["/d", "x"]))
        #expect(server.destination.weight == 0)
    }

    @Test("a mark takes its family from ip_family or its first server, and its servers have no port")
    func firewallMark() throws {
        let head = "virtual_server fwmark 7 {\nlb_algo rr\nlb_kind DR\n"
        let plain = try server(head + "real_server 2001:db8::2 {\n}\n}\n")
        #expect(plain.service.id == .firewallMark(7, .ipv6))
        #expect(plain.realServers[0].destination.id.port == .any)
        let named = try server(head + "ip_family inet\nreal_server 10.0.0.2 80 {\nTCP_CHECK { }\n}\n}\n")
        #expect(named.service.id == .firewallMark(7, .ipv4))
        #expect(named.realServers[0].destination.id.port == .any)
        guard case .tcp(let connection) = try #require(named.realServers[0].checkers.first).kind else {
            Issue.record("not a TCP_CHECK")
            return
        }
        #expect(connection.port == 80, "checked where the file says, though the mark keeps the packet's port")
    }

    @Test("servers behind direct routing get the service's port, and a second one there is dropped")
    func forcedPorts() throws {
        let result = ConfigurationLoader.load(
            text: virtualServer("lb_kind DR", "real_server 10.1.80.98 8080 { }", "real_server 10.1.80.98 8081 { }"))
        #expect(result.diagnostics.map { $0.code } == ["MR0407", "MR0404", "MR0407"])
        #expect(result.configuration?.virtualServers[0].realServers.map { $0.destination.id.port } == [80, 80])
        #expect(result.configuration?.virtualServers[0].realServers.count == 2)
    }

    @Test(
        "quorum and hysteresis are kept within what can be reached",
        arguments: [
            ("quorum 7", UInt32(1), UInt32(0)), ("weight 0\nquorum 7", 1, 0),
            ("weight 9\nquorum 7\nhysteresis 7", 7, 6),
            ("weight 0", 1, 0),
        ])
    func quorum(lines: String, quorum: UInt32, hysteresis: UInt32) throws {
        let server = try server(virtualServer(lines))
        #expect(server.quorum == quorum)
        #expect(server.hysteresis == hysteresis)
    }

    @Test("a tunnel carries one family in the other")
    func tunnelFamilies() throws {
        let server = try server(virtualServer("real_server 2001:db8::2 80 {", "lvs_method TUN", "}"))
        #expect(server.realServers.map { $0.destination.id.address.family } == [.ipv6, .ipv4])
    }
}
