import Addressing
import Testing

@testable import KeepalivedConfig

private let key = "0123456789abcdef0123456789abcdef"

private let keywords: [KeywordCase<VRRPInstance>] = [
    .init("priority 255\nowner_ignore_adverts", { $0.ownerIgnoresAdverts }),
    .init("priority 255\nowner_ignore_adverts off", { !$0.ownerIgnoresAdverts }),
    .init("owner_ignore_adverts", { !$0.ownerIgnoresAdverts }),
    .init("priority 255", { !$0.ownerIgnoresAdverts && $0.accept }),
    .init("priority 255\nstrict_mode", { $0.ownerIgnoresAdverts && $0.accept }),
    .init("no_accept", { !$0.accept }), .init("strict_mode\nversion 3\naccept", { $0.accept }),
    .init("skip_check_adv_addr false", { !$0.skipCheckAdvertAddresses }),
    .init("nopreempt\ntimer_expired_backup", { $0.expiredTimerPriority == 254 }),
    .init("nopreempt\nthread_timer_expired 7", { $0.expiredTimerPriority == 7 }),
    .init("timer_expired_backup 7", { $0.expiredTimerPriority == nil }),
    .init("v3_checksum_as_v2", { $0.v3ChecksumAsV2 }),
    .init("old_unicast_checksum never", { $0.oldUnicastChecksum == .never }),
    .init("old_unicast_checksum", { $0.oldUnicastChecksum == .always }),
    .init("unicast_fault_no_peer", { $0.faultsWithoutPeers && $0.unicastPeers.isEmpty }),
    .init("track_src_ip", { !$0.tracksSourceAddress }),
    .init("mcast_src_ip 10.0.0.1\ntrack_src_ip", { $0.tracksSourceAddress }),
    .init(
        "promote_secondaries\nlinkbeat_use_polling\ndebug 4",
        { $0.promotesSecondaries && $0.pollsLink && $0.debugLevel == 4 }),
    .init("kernel_rx_buf_size 65536", { $0.receiveBufferSize == 65536 }),
    .init("smtp_alert\nnotify_priority_changes", { $0.sendsMail && $0.notifiesPriorityChanges }),
    .init("notify_deleted", { $0.notify.reportsDeletion && $0.notify.deleted == nil }),
    .init(
        "notify_deleted \"/bin/gone x\" nobody",
        { $0.notify.deleted == Script(words: ["/bin/gone", "x"], user: ScriptUser(user: "nobody")) }),
    .init("notify_master /a\nnotify_master /b", { $0.notify.master == Script(words: ["/a"]) }),
    .init("state MASTER\npriority 9\nstate BACKUP", { $0.initialState == .master }),
    .init("version 3\nversion 2", { $0.version == .v3 }),
    .init(
        "garp_extra_if all 60",
        { $0.gratuitousARP.extraInterfaceInterval == .seconds(60) && $0.gratuitousARP.coversAllInterfaces }),
    .init("vmac_garp_intvl 0", { $0.gratuitousARP.extraInterfaceInterval == .seconds(0) }),
    .init(
        "garp_master_repeat 0\ngarp_master_refresh_repeat 0",
        { $0.gratuitousARP.repeatCount == 1 && $0.gratuitousARP.refreshRepeatCount == 1 }),
    .init(
        "authentication {\nauth_type AH\nauth_pass secret\n}", { $0.headerPassword == "secret" && $0.password == nil }),
    .init(
        "state MASTER\npriority 9\nauthentication {\nauth_type AH\nauth_pass secret\n}", { $0.initialState == .backup }),
    .init("use_vmac", { $0.virtualInterface.vmac == VirtualMACInterface() }),
    .init(
        "use_vmac vrrp.51 group 7 netlink_notify_msg",
        {
            $0.virtualInterface.vmac?.name == "vrrp.51" && $0.virtualInterface.vmac?.group == "7"
                && $0.virtualInterface.vmac?.asksForNotification == true
        }
    ),
    .init(
        "use_vmac name v 02:00:00:00:00:09", { $0.virtualInterface.vmac?.address?.description == "02:00:00:00:00:09" }),
    .init("use_vmac 2:0:0:0:a", { $0.virtualInterface.vmac?.address?.description == "02:00:00:00:0a:33" }),
    .init("use_vmac 00:00:5e:00:01:07", { $0.virtualInterface.vmac?.address == nil }),
    .init("strict_mode\nuse_vmac 02:00:00:00:00:09", { $0.virtualInterface.vmac?.address == nil }),
    .init("use_vmac\nunicast_peer { 10.0.0.2 }", { $0.virtualInterface.transmitsFromBase }),
    .init("vmac_xmit_base", { !$0.virtualInterface.transmitsFromBase }),
    .init(
        "use_vmac\nvmac_xmit_base\nuse_vmac_addr",
        { $0.virtualInterface.transmitsFromBase && $0.virtualInterface.usesVMACForAddresses }),
    .init(
        "use_ipvlan ipv0 10.0.0.9/24 private group g",
        {
            $0.virtualInterface.ipvlan?.name == "ipv0" && $0.virtualInterface.ipvlan?.mode == .isolated
                && $0.virtualInterface.ipvlan?.address?.description == "10.0.0.9/24"
                && $0.virtualInterface.ipvlan?.group == "g"
        }
    ),
    .init("vrf blue", { $0.virtualInterface.vrf == nil }),
    .init("use_vmac\npromote_secondaries", { !$0.promotesSecondaries }),
]

private let signatures: [KeywordCase<VRRPInstance>] = [
    .init(
        "auth_hmac {\nkey 7 \(key)\nactive_key 7\n}",
        {
            $0.hmac?.keys == [.init(id: 7, secret: .bytes(Array(key.utf8)))] && $0.hmac?.mode == .enforce
                && $0.hmac?.timeWindow == 5
        }),
    .init("advert_int 100\nauth_hmac {\nkey 7 \(key)\nactive_key 7\n}", { $0.hmac?.timeWindow == 300 }),
    .init("advert_int 10\nauth_hmac {\nkey 7 \(key)\nactive_key 7\n}", { $0.hmac?.timeWindow == 30 }),
    .init("auth_hmac {\nkey 7 \(key)\nactive_key 7\ntime_window 1\n}", { $0.hmac?.timeWindow == 1 }),
    .init(
        "auth_hmac {\nkey 7 \(key)\nactive_key 7\nanti_replay monotonic\nmode receive-only\n}",
        { $0.hmac?.timeWindow == nil && $0.hmac?.mode == .receiveOnly }),
    .init(
        "auth_hmac {\nkey 1 hex:\(String(repeating: "aB", count: 64))\nkey 2 file:/etc/k\nactive_key 2\nmode permissive\n}",
        {
            $0.hmac?.keys.count == 2 && $0.hmac?.keys.first?.secret == .bytes(Array(repeating: 0xAB, count: 64))
                && $0.hmac?.keys.last?.secret == .file("/etc/k") && $0.hmac?.mode == .permissive
        }),
    .init("auth_hmac {\nkey 7 \(key)\nactive_key 8\n}", { $0.hmac == nil }),
    .init("strict_mode\nauth_hmac {\nkey 7 \(key)\nactive_key 7\nmode permissive\n}", { $0.hmac?.mode == .enforce }),
    .init(
        "authentication {\nauth_type PASS\nauth_pass x\n}\nauth_hmac {\nkey 7 \(key)\nactive_key 7\n}",
        { $0.password == nil && $0.hmac != nil }),
]

private let bounds: [(line: String, code: String)] = [
    ("virtual_router_id 256", "MR0204"), ("priority 0", "MR0204"), ("advert_int 0.001", "MR0207"),
    ("preempt_delay 1001", "MR0207"), ("unicast_ttl 256", "MR0204"), ("down_timer_adverts 0", "MR0204"),
    ("timer_expired_backup 255", "MR0204"), ("garp_extra_if 86401", "MR0204"), ("garp_extra_if all", "MR0201"),
    ("debug 5", "MR0204"), ("use_vmac 02:00:zz:00:00:09", "MR0214"), ("use_vmac group", "MR0201"),
    ("use_ipvlan sixteen_bytes_xx", "MR0213"), ("kernel_rx_buf_size -1", "MR0204"),
    ("old_unicast_checksum often", "MR0212"),
    ("auth_hmac {\nkey 0 \(key)\n}", "MR0204"), ("auth_hmac {\nkey 1 short\n}", "MR0214"),
    ("auth_hmac {\nkey 1 hex:abc\n}", "MR0214"), ("auth_hmac {\nkey 1\n}", "MR0201"),
    ("auth_hmac {\nkey 1 \(key)\nactive_key 1\ntime_window 301\n}", "MR0204"),
    ("auth_hmac {\nkey 1 \(key)\nactive_key 1\nmode off\n}", "MR0212"),
    ("track_interface {\neth1 weight 255\n}", "MR0204"), ("track_bfd {\nb weight 254\n}", "MR0204"),
    ("track_file {\nf weight -255\n}", "MR0204"), ("track_script {\ns wait 3\n}", "MR0212"),
    ("v3_checksum_as_v2 maybe", "MR0211"), ("owner_ignore_adverts maybe", "MR0211"), ("vrf sixteen_bytes_xx", "MR0213"),
]

/// Lines that cannot be used as they stand, and what counts in their place.
private let corrected: [KeywordCase<VRRPInstance>] = [
    .init("state MASTER\npriority 999", { $0.priority == 100 && $0.initialState == .master }),
    .init("priority 0", { $0.priority == 100 }),
    .init("state MASTR", { $0.initialState == .backup }),
    .init("advert_int 300", { $0.advertInterval == .seconds(1) }),
    .init("version 4", { $0.version == .v2 }),
    .init("down_timer_adverts 200", { $0.downTimerAdverts == 3 }),
    .init("preempt_delay 2000", { $0.preemptDelay == .seconds(0) }),
    .init("garp_master_repeat x", { $0.gratuitousARP.repeatCount == 5 }),
    .init("virtual_ipaddress {\n10.1.80.300\n10.1.80.91\n}", { $0.virtualAddresses.count == 2 }),
    .init(
        "virtual_ipaddress {\n10.1.80.91/40\n}",
        { $0.virtualAddresses.last?.prefix.length == 32 && $0.virtualAddresses.count == 2 }
    ),
    .init("virtual_ipaddress {\n10.1.80.91 10.1.80.92\n}", { $0.virtualAddresses.count == 2 }),
    .init("virtual_ipaddress {\n10.1.80.91 lable x dev eth1\n}", { $0.virtualAddresses.last?.interface == "eth1" }),
    .init("virtual_ipaddress {\n10.1.80.91 label averyveryverylonglabel\n}", { $0.virtualAddresses.count == 1 }),
    .init("unicast_peer {\n10.1.80.500\n10.1.80.5\n2001:db8::1\n}", { $0.unicastPeers.count == 1 }),
    .init(
        "track_interface {\neth1 weight 300\neth2 weigt 5\n}",
        { $0.trackedInterfaces.map(\.weight) == [0, 0] }
    ),
]

@Suite("Keywords of vrrp_instance")
struct InstanceKeywordTests {
    @Test(
        "each sets its field, and nothing that keepalived takes keeps the file from loading",
        arguments: keywords + signatures)
    func keyword(_ example: KeywordCase<VRRPInstance>) throws {
        let result = ConfigurationLoader.load(text: instance(example.lines))
        let only = try #require(result.configuration?.instances.first, "\(result.diagnostics)")
        #expect(example.holds(only), "\(only)")
    }

    @Test("what is out of bounds is said at its place, and there is something to run without it", arguments: bounds)
    func bound(line: String, code: String) {
        let result = ConfigurationLoader.load(text: instance(line))
        let said = result.diagnostics.filter { !["MR0104", "MR0109", "MR0311", "MR0334", "MR0335"].contains($0.code) }
        #expect(said.map { $0.code } == [code])
        let isRefused =
            ["use_vmac group", "MR0213"].contains { $0 == code || $0 == line } || line.hasPrefix("auth_hmac")
            || line.hasPrefix("virtual_router_id")
        #expect(said.first?.severity == (isRefused ? .error : .warning))
        #expect((result.configuration == nil) == isRefused)
    }

    @Test("what cannot be used counts as keepalived counts it", arguments: corrected)
    func corrections(example: KeywordCase<VRRPInstance>) throws {
        let result = ConfigurationLoader.load(text: instance(example.lines))
        let only = try #require(result.configuration?.instances.first, "\(result.diagnostics)")
        #expect(example.holds(only), "\(only)")
        #expect(result.diagnostics.contains { $0.code.hasPrefix("MR02") || $0.code.hasPrefix("MR032") })
    }

    @Test("a key never appears in a message")
    func secrets() {
        let result = ConfigurationLoader.load(text: instance("auth_hmac {\nkey 1 tooshort\n}"))
        #expect(result.diagnostics.allSatisfy { !$0.message.contains("tooshort") })
    }

    @Test("what an instance does not say comes from its group, then from global_defs")
    func inheritance() throws {
        func load(_ global: String, _ own: String, group: String) throws -> VRRPInstance {
            let text =
                "global_defs {\n\(global)\n}\n" + instance(own)
                + instance().replacing("VI_1", with: "VI_2").replacing(" 51", with: " 52")
                + "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n\(group)\n}\n"
            return try #require(ConfigurationLoader.load(text: text).configuration?.instances.first)
        }
        #expect(try load("vrrp_notify_priority_changes", "", group: "").notifiesPriorityChanges)
        #expect(
            try !load("vrrp_notify_priority_changes", "", group: "notify_priority_changes off").notifiesPriorityChanges)
        #expect(try load("", "notify_priority_changes", group: "notify_priority_changes off").notifiesPriorityChanges)
        #expect(try load("smtp_alert", "", group: "").sendsMail)
        #expect(try !load("smtp_alert", "smtp_alert off", group: "").sendsMail)
        #expect(try load("v3_checksum_as_v2", "", group: "").v3ChecksumAsV2)
        #expect(try !load("v3_checksum_as_v2", "v3_checksum_as_v2 no", group: "").v3ChecksumAsV2)
        #expect(try load("vrrp_owner_ignore_adverts", "priority 255", group: "").ownerIgnoresAdverts)
        #expect(try load("vrrp_garp_extra_if all 60", "", group: "").gratuitousARP.coversAllInterfaces)
        #expect(try !load("vrrp_garp_extra_if all 60", "garp_extra_if 0", group: "").gratuitousARP.coversAllInterfaces)
        #expect(try load("vrrp_mcast_group4 224.0.0.99", "", group: "").multicastGroup == IPAddress("224.0.0.99"))
    }

    @Test(
        "the first address decides the family: an IPv6 instance is of version 3",
        arguments: [
            "virtual_ipaddress { fe80::1 }", "native_ipv6", "unicast_src_ip 2001:db8::1\nunicast_peer { 2001:db8::2 }",
            "mcast_dst_ip ff02::99",
        ])
    func ipv6(line: String) throws {
        let text = "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\n\(line)\nvirtual_ipaddress { fe80::7 }\n}\n"
        let result = ConfigurationLoader.load(text: text)
        let only = try #require(result.configuration?.instances.first, "\(result.diagnostics)")
        #expect(only.family == .ipv6 && only.version == .v3)
        #expect(!result.diagnostics.contains { $0.code == "MR0104" })
    }

    @Test("one identifier may be used for each family, for each group and for unicast beside multicast")
    func identifiers() {
        func codes(_ second: String) -> [String] {
            let text =
                instance()
                + "vrrp_instance VI_2 {\ninterface eth0\nvirtual_router_id 51\n\(second)\n}\n"
            return ConfigurationLoader.load(text: text).diagnostics.filter { $0.severity == .error }.map { $0.code }
        }
        #expect(codes("virtual_ipaddress { 10.1.80.91 }") == ["MR0303"])
        #expect(codes("virtual_ipaddress { fe80::1 }") == [])
        #expect(codes("virtual_ipaddress { 10.1.80.91 }\nmcast_dst_ip 224.0.0.99") == [])
        #expect(codes("virtual_ipaddress { 10.1.80.91 }\nunicast_peer { 10.1.80.92 }") == [])
    }

    @Test("addresses that an advert cannot carry are held with the excluded ones")
    func overflow() throws {
        let lines = (0..<255).map { "10.2.0.\($0)" }.joined(separator: "\n")
        let only = try #require(
            ConfigurationLoader.load(text: instance("virtual_ipaddress {\n\(lines)\n}")).configuration?.instances.first)
        #expect(only.virtualAddresses.count == 255)
        #expect(only.excludedVirtualAddresses.map { $0.prefix.description } == ["10.2.0.254/32"])
    }

    @Test("an address line carries every option")
    func addressOptions() throws {
        let only = try #require(
            ConfigurationLoader.load(
                text: instance(
                    "virtual_ipaddress_excluded {",
                    "2001:db8::1/64 home -nodad mngtmpaddr noprefixroute autojoin preferred_lft forever use_vmac",
                    "10.0.0.1 peer 10.0.0.2/31 brd 10.0.0.255", "2001:db8::3 preferred_lft 0", "}")
            ).configuration?.instances.first)
        let all = only.excludedVirtualAddresses
        #expect(all[0].flags == [.home, .detectsDuplicates, .managesTemporaryAddresses, .noPrefixRoute, .autojoin])
        #expect(all[0].preferredLifetime == .max && all[0].usesVMAC)
        #expect(all[1].peer == IPAddress("10.0.0.2") && all[1].prefix.description == "10.0.0.1/31")
        #expect(all[1].broadcast == nil)
        #expect(all[2].preferredLifetime == 0)
    }
}
