import KeepalivedConfig
import Testing

@testable import Director

@Suite("Dumps of elections")
struct StateDumpTests {
    private static let file = """
        global_defs {
            script_user root
            vrrp_garp_master_repeat 2
            vrrp_down_timer_adverts 4
            smtp_server 127.0.0.1
            notification_email {
                a@example.org
            }
        }
        static_ipaddress {
            10.44.0.1/24 dev eth1
            2001:db8:44::1/64 dev eth1
        }
        static_routes {
            10.49.0.0/16 via 10.1.80.254 dev eth0 src 10.1.80.91 metric 7 mtu 1400 tos 0x8
        }
        static_rules {
            to 10.46.0.0/16 tos 0x10 fwmark 3/0xff blackhole priority 79
        }
        vrrp_script t {
            script /bin/false
        }
        vrrp_sync_group G {
            sync_group_tracking_weight
            group {
                P
                P6
            }
            track_script {
                t weight -2
            }
            notify /bin/true
        }
        vrrp_instance P {
            interface eth0
            virtual_router_id 51
            use_vmac
            notify_master "/bin/true x"
            virtual_ipaddress {
                10.1.80.90/24
                10.1.80.88/24 brd + scope link
                10.1.80.87 peer 10.1.80.99
            }
            virtual_ipaddress_excluded {
                2001:db8:1::11 dev eth1
                2001:db8:1::12/64 dev eth1 preferred_lft 9
            }
            virtual_routes {
                10.47.0.0/16 nexthop via 10.1.80.254 weight 2 nexthop via 10.1.80.253 onlink
            }
            virtual_rules {
                not from 10.44.0.0/16 fwmark 3 table 100 priority 78
                to 2001:db8::/32 table 100 priority 81
            }
        }
        vrrp_instance P6 {
            interface eth0
            virtual_router_id 51
            use_vmac
            vmac_xmit_base
            virtual_ipaddress {
                fe80::1
            }
        }
        """

    private func facts() throws -> DumpFacts {
        let configuration = try #require(ConfigurationLoader.load(text: Self.file).configuration)
        return DumpFacts(moment: .now, configuration: configuration, elections: nil, board: nil)
    }

    @Test(
        "keepalived.data has keepalived's lines",
        arguments: [
            " Router ID = \(MailSender.Settings.hostName)", " Smtp HELO name = \(MailSender.Settings.hostName)",
            " Smtp server connection timeout = 30", " Email notification to:\n   a@example.org",
            " Gratuitous ARP delay = 5", " Gratuitous ARP repeat = 2", " Gratuitous ARP refresh timer = 0",
            " Gratuitous ARP lower priority repeat = 2", " Num adverts before down = 4",
            " Gratuitous ARP for each secondary VMAC = 0s", " Default script uid:gid 0:0",
            "------< Static Addresses >------\n     10.44.0.1/24 dev eth1 scope global",
            "     2001:db8:44::1/64 dev eth1 scope global preferred_lft forever",
            "     prepend 10.49.0.0/16 src 10.1.80.91 tos 8 via inet 10.1.80.254 dev eth0 proto 18 metric 7 mtu 1400",
            "     from all to 10.46.0.0/16 priority 79 tos 0x10 fwmark 0x3/0xff protocol 18 type blackhole",
            "   Use VMAC, i/f name vrrp.51, is_up = false, xmit_base = false\n   Interface = vrrp.51, vmac on eth0",
            "   Use VMAC, i/f name vrrp6.51, is_up = false, xmit_base = true",
            "   Interface = vrrp6.51, vmac on eth0, xmit base i/f", "   Using Native IPv6",
            "     10.1.80.90/24 dev vrrp.51@eth0 scope global",
            "     10.1.80.88/24 brd 10.1.80.255 dev vrrp.51@eth0 scope link",
            "     10.1.80.87 dev vrrp.51@eth0 scope global peer 10.1.80.99/32",
            "     2001:db8:1::11 dev eth1 scope global deprecated",
            "     2001:db8:1::12/64 dev eth1 scope global preferred_lft 9",
            "     prepend 10.47.0.0/16 proto 18 nexthop via inet 10.1.80.254 weight 2 "
                + "nexthop via inet 10.1.80.253 onlink",
            "     not from 10.44.0.0/16 priority 78 tos 0x0 fwmark 0x3 protocol 18 lookup 100",
            "     from all to 2001:db8::/32 priority 81 tos 0x0 protocol 18 lookup 100",
            "   Master state transition script = '/bin/true' 'x', uid:gid 0:0",
            "   sync group tracking weight set", "   Tracked scripts :\n     t weight -2",
            "   Generic state transition script = '/bin/true', uid:gid 0:0", "   Script uid:gid = 0:0",
        ])
    func lines(line: String) throws {
        #expect(StateDump.text(try facts()).contains("\n\(line)\n"))
    }

    @Test("what a group tracks stands with the group and not with its members")
    func groupTrackers() throws {
        let text = StateDump.text(try facts())
        let topology = text.split(separator: "VRRP Sync groups")[0]
        #expect(!topology.contains("Tracked scripts"))
    }

    @Test("keepalived.json names the virtual interface as that of the instance")
    func json() throws {
        let text = try #require(VRRPJSON.text(try facts()))
        #expect(text.contains(#""vmac_ifname":"vrrp.51","ifp_ifname":"vrrp.51""#))
        #expect(text.contains(#"10.1.80.90\/24 dev vrrp.51@eth0 scope global"#))
    }
}
