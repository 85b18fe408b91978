import Addressing
import IPVS
import Testing

@testable import KeepalivedConfig

@Suite("The walk-throughs' configurations")
struct WalkThroughTests {
    @Test("the LVS-DR front tier loads without a word and means what it says")
    func lvsFrontTier() throws {
        let result = ConfigurationLoader.load(text: WalkThrough.lvsFrontTierMaster)
        #expect(result.diagnostics.isEmpty)
        let configuration = try #require(result.configuration)
        #expect(configuration.global.routerID == "LVS_DEVEL")

        let instance = try #require(configuration.instances.first)
        #expect(configuration.instances.count == 1)
        #expect(instance.name == "VI_1")
        #expect(instance.initialState == .master)
        #expect(instance.interface == "enp0s3")
        #expect(instance.virtualRouterID == 51)
        #expect(instance.priority == 101)
        #expect(instance.advertInterval == .seconds(1))
        #expect(instance.password == "1111")
        #expect(instance.version == .v2)
        #expect(instance.unicastPeers.isEmpty)
        #expect(instance.virtualAddresses == [VirtualAddress(prefix: try #require(Prefix("10.1.80.90/32")))])

        let server = try #require(configuration.virtualServers.first)
        #expect(configuration.virtualServers.count == 1)
        let vip = try #require(IPAddress("10.1.80.90"))
        #expect(
            server.service
                == VirtualService(
                    id: .endpoint(.tcp, vip, 80), scheduler: "wrr",
                    persistence: VirtualService.Persistence(timeout: 5, granularity: 32)))
        #expect(server.delayLoop == .seconds(6))
        #expect(server.forwarding == .directRouting)
        #expect(server.quorum == 1)
        #expect(server.realServers.map { $0.destination.id.address.description } == ["10.1.80.93", "10.1.80.95"])
        for real in server.realServers {
            #expect(real.destination.weight == 100)
            #expect(real.destination.forwarding == .directRouting)
            #expect(real.destination.id.port == 80)
            var connection = Connection(address: real.destination.id.address, port: 80)
            connection.timeout = .seconds(3)
            #expect(
                real.checkers == [
                    Checker(
                        kind: .tcp(connection), retry: 1, delayBeforeRetry: .seconds(1), delayLoop: .seconds(6),
                        warmup: .seconds(6))
                ])
        }
        #expect(configuration.interfaceNames == ["enp0s3"])
    }

    @Test("the second director of the front tier differs in state and priority only")
    func lvsFrontTierBackup() throws {
        let master = try #require(ConfigurationLoader.load(text: WalkThrough.lvsFrontTierMaster).configuration)
        var backup = try #require(ConfigurationLoader.load(text: WalkThrough.lvsFrontTierBackup).configuration)
        #expect(backup.instances[0].initialState == .backup)
        #expect(backup.instances[0].priority == 100)
        backup.instances[0].initialState = .master
        backup.instances[0].priority = 101
        #expect(backup == master)
    }

    @Test("the nginx pair loads; nopreempt of its master is cleared with a warning at its place")
    func nginxPair() throws {
        let result = ConfigurationLoader.load(text: WalkThrough.nginxPairMaster)
        #expect(result.diagnostics.map { $0.code } == ["MR0308"])
        #expect(result.diagnostics.first?.line == 19)
        #expect(result.diagnostics.first?.column == 5)
        let configuration = try #require(result.configuration)
        let script = try #require(configuration.scripts.first)
        #expect(script.script == Script(words: ["/etc/keepalived/nginx.sh"]))
        #expect(script.interval == .seconds(2))
        #expect(script.timeout == .seconds(2))
        #expect(script.weight == -5)
        #expect(script.fall == 3)
        #expect(script.rise == 2)
        let instance = try #require(configuration.instances.first)
        #expect(!instance.noPreempt)
        #expect(instance.sourceAddress == IPAddress("192.168.1.11"))
        #expect(instance.advertInterval == .seconds(2))
        #expect(instance.trackedScripts == [TrackedScript(name: "chk_nginx", weight: -5)])

        let backup = ConfigurationLoader.load(text: WalkThrough.nginxPairBackup)
        #expect(places(backup) == ["warning MR0601 27:11"])
        #expect(backup.configuration?.instances.first?.noPreempt == true)
    }

    @Test(
        "these load without a word",
        arguments: [
            WalkThrough.gatewayMaster, WalkThrough.gatewayBackup, WalkThrough.singleAddressMaster,
            WalkThrough.singleAddressBackup,
        ])
    func loadsSilently(text: String) throws {
        let result = ConfigurationLoader.load(text: text)
        #expect(result.diagnostics.isEmpty)
        let configuration = try #require(result.configuration)
        #expect(!configuration.instances.isEmpty)
        #expect(configuration.virtualServers.isEmpty)
    }

    @Test("the pair with two masters has two instances with the script's weight each")
    func dualMaster() throws {
        let result = ConfigurationLoader.load(text: WalkThrough.dualMasterFirst)
        let configuration = try #require(result.configuration)
        // The weight equals the difference of the priorities: the failover works in one direction only.
        #expect(places(result) == ["warning MR0604 21:9"])
        #expect(places(ConfigurationLoader.load(text: WalkThrough.dualMasterSecond)) == ["warning MR0604 41:9"])
        #expect(configuration.instances.map { $0.name } == ["VI_1", "VI_2"])
        #expect(configuration.instances.map { $0.virtualRouterID } == [51, 52])
        #expect(configuration.instances.map { $0.priority } == [100, 90])
        #expect(configuration.instances.map { $0.initialState } == [.master, .backup])
        #expect(
            configuration.instances.allSatisfy { $0.trackedScripts == [TrackedScript(name: "check_nginx", weight: 10)] }
        )
    }

    @Test("lines that a page has joined are named by the keyword that should have started the next one")
    func joinedLines() throws {
        let joined = "vrrp_instance VI_1 {     state MASTER     interface eth1     virtual_ipaddress {  10.5.96.7  } }"
        let result = ConfigurationLoader.load(text: joined)
        let first = try #require(result.diagnostics.first { $0.code == "MR0107" })
        #expect(first.line == 1 && first.column == 26)
        #expect(first.hint?.hasPrefix("'interface' starts a line of its own") == true)
    }

    @Test("values that were left out are named one by one, at their place, and nothing else is")
    func unfinished() {
        let result = ConfigurationLoader.load(text: WalkThrough.unfinishedMaster, file: "ka.conf")
        #expect(result.configuration == nil)
        #expect(
            places(result) == ["error MR0201 13:5", "error MR0201 15:5", "error MR0201 17:5", "error MR0201 21:9"])
    }

    @Test("a value behind an equals sign is a warning that says how to write it")
    func assignment() throws {
        let result = ConfigurationLoader.load(text: WalkThrough.unfinishedBackup, file: "ka.conf")
        #expect(result.configuration == nil)
        #expect(
            places(result) == [
                "error MR0201 13:5", "error MR0201 15:5", "error MR0201 17:5", "warning MR0102 19:5",
                "error MR0201 23:9",
            ])
        let warning = try #require(result.diagnostics.first { $0.code == "MR0102" })
        #expect(
            DiagnosticRenderer().render(warning) == """
                ka.conf:19:5: warning[MR0102]: 'mcast_src_ip=192.168.161.129' is not a keyword: 'mcast_src_ip' takes its value behind a blank, not behind '='
                    mcast_src_ip=192.168.161.129
                    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
                help: write 'mcast_src_ip 192.168.161.129'; as it stands the line is ignored
                """)
    }
}
