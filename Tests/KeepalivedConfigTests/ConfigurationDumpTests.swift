import Testing

@testable import KeepalivedConfig

/// Files that together use every keyword of services, groups, checkers and sessions.
private let everything = [
    serverGroup(
        "10.0.0.1-3 80\n10.0.1.0/30 81\n10.0.2.1\nfwmark 7\nfwmark 8 inet",
        """
        delay_loop 0.5
        alpha
        omega
        quorum 2
        hysteresis 1
        quorum_up "/bin/up 'a b' \\\\x24HOME" nobody nogroup
        quorum_down '/bin/down'
        snmp_name vs
        smtp_alert
        persistence_engine sip
        persistence_granularity 255.255.0.0
        flag-1
        flag-3
        weight 3
        sorry_server 10.0.9.9
        sorry_server_inhibit
        """,
        servers: """
            real_server 10.0.8.1 {
            uthreshold 5
            lthreshold 3
            inhibit_on_failure
            notify_up /u
            notify_down "/d \\"x\\""
            smtp_alert off
            }
            real_server 10.0.8.2 8080 {
            retry 4
            PING_CHECK {
            connect_port 80
            bindto 10.0.0.100
            bind_port 100
            bind_if eth9
            fwmark 12
            log_all_failures
            }
            }
            """),
    virtualServer(
        "lb_algo mh", "mh-port", "mh-fallback", "ha_suspend", "lvs_method TUN type gue port 6080 remcsum",
        "sorry_server 2001:db8::9", "sorry_server_lvs_method TUN type gre csum"),
    "virtual_server fwmark 5 {\nlb_algo rr\nlb_kind DR\nops\nreal_server 2001:db8::1 {\nalpha off\n}\n}\n",
    "track_file f {\nfile /run/f\nweight 3 reverse\n}\n"
        + realServer(
            "TCP_CHECK { }", "SMTP_CHECK {", "helo_name a.example", "}", "DNS_CHECK {", "type AAAA", "name a.example",
            "}",
            "UDP_CHECK {", "payload 00ff", "require_reply 1X XX 2f", "max_reply_length 9", "}", "MISC_CHECK {",
            "misc_path \"/bin/x 'a \\\\x22b' \\\"\\\"\" nobody", "misc_timeout 1.5", "misc_dynamic", "}",
            "FILE_CHECK {",
            "track_file f", "weight -3 reverse", "}", "HTTP_GET {", "virtualhost a.example", "http_protocol 1.0C",
            "fast_recovery", "url {", "path /a?b=c#d".replacing("#", with: "\\#"), "status_code 200 300-302",
            "digest 640205b7b0fc66c1ea91c463fac6334d", "regex \"a\\x22 [b]{2}\\n\"", "regex_options caseless utf",
            "regex_no_match", "regex_min_offset 1", "regex_max_offset 10", "regex_stack 1 2", "}", "}", "SSL_GET {",
            "sni_name b.example", "tls_compliant", "url { path / }", "}"),
    session(
        "source_ip 10.1.80.2", "min_rx 1.5", "min_tx 4294000", "idle_tx 2000", "multiplier 255", "passive",
        "hoplimit 9", "max_hops -1", "multihop", "weight -253 reverse", "checker")
        + realServer("BFD_CHECK {", "name B", "alpha", "}"),
]

@Suite("The dump of a configuration")
struct ConfigurationDumpTests {
    @Test("read again it gives the same services, groups and sessions, and the same dump", arguments: everything)
    func roundTrip(text: String) throws {
        let first = ConfigurationLoader.load(text: text)
        let configuration = try #require(first.configuration, "\(first.diagnostics)")
        let dump = ConfigurationDump.text(of: configuration)
        let second = ConfigurationLoader.load(text: dump, file: "dump.conf")
        let again = try #require(second.configuration, "\(second.diagnostics)\n\(dump)")
        #expect(again.virtualServers == configuration.virtualServers, "\(dump)")
        #expect(again.virtualServerGroups == configuration.virtualServerGroups)
        #expect(again.bfdInstances == configuration.bfdInstances)
        #expect(ConfigurationDump.text(of: again) == dump)
    }

    @Test("the dump of pages without TLS names no server for a greeting, so that reading it again has nothing to say")
    func pagesWithoutTLS() throws {
        let text = realServer("HTTP_GET {", "url { path / }", "}")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let dump = ConfigurationDump.text(of: configuration)
        #expect(!dump.contains("sni"))
        #expect(dump.contains("http_protocol"))
        #expect(ConfigurationLoader.load(text: dump).diagnostics.filter { $0.code == "MR0104" }.isEmpty, "\(dump)")
    }

    @Test("every keyword that can be said of a service, a server and a check is in it")
    func keywords() throws {
        let dump = try everything.map { text in
            ConfigurationDump.text(of: try #require(ConfigurationLoader.load(text: text).configuration))
        }.joined()
        let words = Set(dump.split(whereSeparator: \.isWhitespace).map(String.init))
        // Other words for what the dump says, and what is resolved into something else.
        let resolved: Set = [
            "lvs_sched", "sh-port", "sh-fallback", "mh-port", "mh-fallback", "flag-2", "hashed", "connect_timeout",
            "virtualhost", "retry", "delay_before_retry", "warmup", "inhibit_on_failure", "weight", "lvs_method",
            "nb_get_retry", "sni_name", "host", "user", "hoplimit", "neighbour_ip", "vrrp",
        ]
        for table in KeywordReference.blocks
        where table.name.hasSuffix("_CHECK'") || table.name.hasSuffix("_GET'") || table.name.hasSuffix("_server'")
            || table.name == "'url'" || table.name == "'bfd_instance'"
        {
            for keyword in table.keywords where !resolved.contains(keyword.name) {
                #expect(words.contains(keyword.name), "\(keyword.name) of \(table.name)")
            }
        }
    }

    @Test("an instance is written with what holds for it, and without its password")
    func instances() throws {
        let text = instance("authentication {", "auth_type PASS", "auth_pass topsecret", "}", "priority 150")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let dump = ConfigurationDump.text(of: configuration)
        for line in [
            "vrrp_instance VI_1 {", "    version 2", "    state BACKUP", "    virtual_router_id 51", "    priority 150",
            "    advert_int 1", "        10.1.80.90/32", "        auth_type PASS",
        ] {
            #expect(dump.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
        #expect(!dump.contains("topsecr"))
        let again = try #require(ConfigurationLoader.load(text: dump).configuration?.instances.first)
        var expected = try #require(configuration.instances.first)
        expected.password = nil
        #expect(again == expected)
    }
}
