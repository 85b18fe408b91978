import Addressing
import IPVS
import IPVSAdmin
import Testing

/// Screens of ipvsadm 1.31 on kernel 6.1, recorded from the table that ``recordedTable`` describes.
@Suite struct RecordedScreenTests {
    @Test("every format of a sorted listing is what ipvsadm printed", arguments: RecordedScreen.sorted)
    func sortedListing(recorded: RecordedScreen) throws {
        let options = try ListingOptions(arguments: recorded.arguments)
        let formatter = ListingFormatter(options: options, names: RecordedNames())
        // The order of the dump is not to matter.
        #expect(text(formatter.table(recordedTable.reversed(), kernel: kernel)) == screen(recorded.text))
        #expect(text(formatter.table(recordedTable.shuffled(), kernel: kernel)) == screen(recorded.text))
    }

    @Test("one service is listed without the version line")
    func oneService() throws {
        let formatter = ListingFormatter(options: try ListingOptions(arguments: ["-Ln", "-t", "10.1.80.90:80"]))
        let pool = try #require(recordedTable.first { $0.service.service.id == endpoint(.tcp, "10.1.80.90", 80) })
        #expect(
            text(formatter.service(pool))
                == screen(
                    """
                    Prot LocalAddress:Port Scheduler Flags|
                      -> RemoteAddress:Port           Forward Weight ActiveConn InActConn|
                    TCP  10.1.80.90:80 wrr persistent 50|
                      -> 10.1.80.93:80                Route   100    0          0         |
                      -> 10.1.80.95:80                Route   100    0          0         |
                    """))
    }

    @Test("an unsorted listing keeps the order of the kernel's dump")
    func unsorted() throws {
        let formatter = ListingFormatter(options: try ListingOptions(arguments: ["-Ln", "--nosort"]))
        let ports: [Port] = [9, 7, 8]
        let pools = ports.map {
            pool(endpoint(.tcp, "10.0.0.1", $0), "rr", [server("10.0.0.3", 1), server("10.0.0.2", 1)])
        }
        let lines = text(formatter.table(pools, kernel: kernel)).split(separator: "\n").dropFirst(3)
        #expect(
            lines.map { String($0.split(separator: " ")[1]) } == [
                "10.0.0.1:9", "10.0.0.3:1", "10.0.0.2:1", "10.0.0.1:7", "10.0.0.3:1", "10.0.0.2:1", "10.0.0.1:8",
                "10.0.0.3:1",
                "10.0.0.2:1",
            ])
    }

    @Test("a saved table is what ipvsadm -S -n wrote, and has the thresholds that it loses")
    func saveNumeric() {
        #expect(
            text(SaveFormatter().table(recordedTable.reversed()))
                == screen(
                    """
                    -A -t 10.1.80.90:80 -s wrr -p 50|
                    -a -t 10.1.80.90:80 -r 10.1.80.93:80 -g -w 100|
                    -a -t 10.1.80.90:80 -r 10.1.80.95:80 -g -w 100|
                    -A -t 10.1.80.91:443 -s sh -b sh-fallback,sh-port|
                    -a -t 10.1.80.91:443 -r 10.1.80.93:444 -m -w 1|
                    -a -t 10.1.80.91:443 -r 10.1.80.93:8443 -m -w 0 -x 100 -y 50|
                    -a -t 10.1.80.91:443 -r 10.1.80.95:8443 -m -w 2147483647|
                    -A -t 123.123.123.123:12345 -s rr -b flag-3|
                    -a -t 123.123.123.123:12345 -r 123.111.111.111:12345 -m -w 1|
                    -A -u 10.1.80.90:53 -s rr -o|
                    -a -u 10.1.80.90:53 -r 10.1.80.93:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum|
                    -a -u 10.1.80.90:53 -r 10.1.80.94:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum|
                    -a -u 10.1.80.90:53 -r 10.1.80.95:53 -i -w 1 --tun-type gre --tun-nocsum|
                    -a -u 10.1.80.90:53 -r 10.1.80.96:53 -i -w 1 --tun-type ipip|
                    -a -u 10.1.80.90:53 -r [2001:db8::96]:53 -i -w 1 --tun-type ipip|
                    -A -u 10.1.80.92:5060 -s rr -p 60 --pe sip|
                    -A --sctp-service 10.1.80.90:5060 -s wlc -p 360 -M 255.255.255.0|
                    -A -t [::10.1.2.3]:80 -s lc -p 30 -M 64|
                    -A -t [2001:db8:0:1:1:1:1:1]:80 -s mh -b mh-fallback|
                    -a -t [2001:db8:0:1:1:1:1:1]:80 -r [2001:db8::2]:80 -g -w 1|
                    -a -t [2001:db8:0:1:1:1:1:1]:80 -r [2001:db8:1111:2222:3333:4444:5555:6666]:80 -g -w 1|
                    -A -f 7 -s rr|
                    -a -f 7 -r 10.1.80.93:0 -g -w 1|
                    -a -f 7 -r 10.1.80.93:8080 -m -w 1|
                    -A -f 7 -6 -s rr -b flag-1,flag-2,flag-3|
                    -A -f 100 -s rr|
                    """))
    }

    @Test("a saved table has host and service names without -n, in full, and numbers where a name would not restore")
    func saveNames() {
        #expect(
            text(SaveFormatter(names: RecordedNames()).table(recordedTable.reversed()))
                == screen(
                    """
                    -A -t a-very-long-host-name.of-a-front-tier.example.test:http -s wrr -p 50|
                    -a -t a-very-long-host-name.of-a-front-tier.example.test:http -r rs1.example.test:http -g -w 100|
                    -a -t a-very-long-host-name.of-a-front-tier.example.test:http -r a-real-server-with-a-long-name.example.test:http -g -w 100|
                    -A -t 10.1.80.91:https -s sh -b sh-fallback,sh-port|
                    -a -t 10.1.80.91:https -r rs1.example.test:snpp -m -w 1|
                    -a -t 10.1.80.91:https -r rs1.example.test:8443 -m -w 0 -x 100 -y 50|
                    -a -t 10.1.80.91:https -r a-real-server-with-a-long-name.example.test:8443 -m -w 2147483647|
                    -A -t 123.123.123.123:12345 -s rr -b flag-3|
                    -a -t 123.123.123.123:12345 -r 123.111.111.111:12345 -m -w 1|
                    -A -u a-very-long-host-name.of-a-front-tier.example.test:domain -s rr -o|
                    -a -u a-very-long-host-name.of-a-front-tier.example.test:domain -r rs1.example.test:domain -i -w 1 --tun-type gue --tun-port 6080 --tun-csum|
                    -a -u a-very-long-host-name.of-a-front-tier.example.test:domain -r 10.1.80.94:domain -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum|
                    -a -u a-very-long-host-name.of-a-front-tier.example.test:domain -r a-real-server-with-a-long-name.example.test:domain -i -w 1 --tun-type gre --tun-nocsum|
                    -a -u a-very-long-host-name.of-a-front-tier.example.test:domain -r 10.1.80.96:domain -i -w 1 --tun-type ipip|
                    -a -u a-very-long-host-name.of-a-front-tier.example.test:domain -r [2001:db8::96]:domain -i -w 1 --tun-type ipip|
                    -A -u 10.1.80.92:sip -s rr -p 60 --pe sip|
                    -A --sctp-service a-very-long-host-name.of-a-front-tier.example.test:5060 -s wlc -p 360 -M 255.255.255.0|
                    -A -t [::10.1.2.3]:http -s lc -p 30 -M 64|
                    -A -t [2001:db8:0:1:1:1:1:1]:http -s mh -b mh-fallback|
                    -a -t [2001:db8:0:1:1:1:1:1]:http -r [2001:db8::2]:http -g -w 1|
                    -a -t [2001:db8:0:1:1:1:1:1]:http -r [2001:db8:1111:2222:3333:4444:5555:6666]:http -g -w 1|
                    -A -f 7 -s rr|
                    -a -f 7 -r rs1.example.test:0 -g -w 1|
                    -a -f 7 -r rs1.example.test:8080 -m -w 1|
                    -A -f 7 -6 -s rr -b flag-1,flag-2,flag-3|
                    -A -f 100 -s rr|
                    """))
    }
}

/// A command line and what ipvsadm printed for it.
struct RecordedScreen: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var text: String

    var testDescription: String { arguments.joined(separator: " ") }

    static let sorted: [RecordedScreen] = [
        RecordedScreen(
            arguments: ["-Ln"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port Scheduler Flags|
                  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn|
                TCP  10.1.80.90:80 wrr persistent 50|
                  -> 10.1.80.93:80                Route   100    0          0         |
                  -> 10.1.80.95:80                Route   100    0          0         |
                TCP  10.1.80.91:443 sh (sh-fallback,sh-port)|
                  -> 10.1.80.93:444               Masq    1      0          0         |
                  -> 10.1.80.93:8443              Masq    0      0          0         |
                  -> 10.1.80.95:8443              Masq    2147483647 0          0         |
                TCP  123.123.123.123:12345 rr (flag-3)|
                  -> 123.111.111.111:12345        Masq    1      0          0         |
                UDP  10.1.80.90:53 rr ops|
                  -> 10.1.80.93:53                Tunnel  1      0          0         |
                  -> 10.1.80.94:53                Tunnel  1      0          0         |
                  -> 10.1.80.95:53                Tunnel  1      0          0         |
                  -> 10.1.80.96:53                Tunnel  1      0          0         |
                  -> [2001:db8::96]:53            Tunnel  1      0          0         |
                UDP  10.1.80.92:5060 rr persistent 60 pe sip|
                SCTP 10.1.80.90:5060 wlc persistent 360 mask 255.255.255.0|
                TCP  [::10.1.2.3]:80 lc persistent 30 mask 64|
                TCP  [2001:db8:0:1:1:1:1:1]:80 mh (mh-fallback)|
                  -> [2001:db8::2]:80             Route   1      0          0         |
                  -> [2001:db8:1111:2222:3333:4444:5555:6666]:80 Route   1      0          0         |
                FWM  7 rr|
                  -> 10.1.80.93:0                 Route   1      0          0         |
                  -> 10.1.80.93:8080              Masq    1      0          0         |
                FWM  7 IPv6 rr (flag-1,flag-2,flag-3)|
                FWM  100 rr|
                """),
        RecordedScreen(
            arguments: ["-Ln", "--stats"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes|
                  -> RemoteAddress:Port|
                TCP  10.1.80.90:80                       0        0        0        0        0|
                  -> 10.1.80.93:80                       0        0        0        0        0|
                  -> 10.1.80.95:80                       0        0        0        0        0|
                TCP  10.1.80.91:443                      0        0        0        0        0|
                  -> 10.1.80.93:444                      0        0        0        0        0|
                  -> 10.1.80.93:8443                     0        0        0        0        0|
                  -> 10.1.80.95:8443                     0        0        0        0        0|
                TCP  123.123.123.123:12345               0        0        0        0        0|
                  -> 123.111.111.111:12345               0        0        0        0        0|
                UDP  10.1.80.90:53                       0        0        0        0        0|
                  -> 10.1.80.93:53                       0        0        0        0        0|
                  -> 10.1.80.94:53                       0        0        0        0        0|
                  -> 10.1.80.95:53                       0        0        0        0        0|
                  -> 10.1.80.96:53                       0        0        0        0        0|
                  -> [2001:db8::96]:53                   0        0        0        0        0|
                UDP  10.1.80.92:5060                     0        0        0        0        0|
                SCTP 10.1.80.90:5060                     0        0        0        0        0|
                TCP  [::10.1.2.3]:80                     0        0        0        0        0|
                TCP  [2001:db8:0:1:1:1:1:1]:80           0        0        0        0        0|
                  -> [2001:db8::2]:80                    0        0        0        0        0|
                  -> [2001:db8:1111:2222:3333:4444:5555:6666]:80        0        0        0        0        0|
                FWM  7                                   0        0        0        0        0|
                  -> 10.1.80.93:0                        0        0        0        0        0|
                  -> 10.1.80.93:8080                     0        0        0        0        0|
                FWM  7 IPv6                              0        0        0        0        0|
                FWM  100                                 0        0        0        0        0|
                """),
        RecordedScreen(
            arguments: ["-Ln", "--rate"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS|
                  -> RemoteAddress:Port|
                TCP  10.1.80.90:80                       0        0        0        0        0|
                  -> 10.1.80.93:80                       0        0        0        0        0|
                  -> 10.1.80.95:80                       0        0        0        0        0|
                TCP  10.1.80.91:443                      0        0        0        0        0|
                  -> 10.1.80.93:444                      0        0        0        0        0|
                  -> 10.1.80.93:8443                     0        0        0        0        0|
                  -> 10.1.80.95:8443                     0        0        0        0        0|
                TCP  123.123.123.123:12345               0        0        0        0        0|
                  -> 123.111.111.111:12345               0        0        0        0        0|
                UDP  10.1.80.90:53                       0        0        0        0        0|
                  -> 10.1.80.93:53                       0        0        0        0        0|
                  -> 10.1.80.94:53                       0        0        0        0        0|
                  -> 10.1.80.95:53                       0        0        0        0        0|
                  -> 10.1.80.96:53                       0        0        0        0        0|
                  -> [2001:db8::96]:53                   0        0        0        0        0|
                UDP  10.1.80.92:5060                     0        0        0        0        0|
                SCTP 10.1.80.90:5060                     0        0        0        0        0|
                TCP  [::10.1.2.3]:80                     0        0        0        0        0|
                TCP  [2001:db8:0:1:1:1:1:1]:80           0        0        0        0        0|
                  -> [2001:db8::2]:80                    0        0        0        0        0|
                  -> [2001:db8:1111:2222:3333:4444:5555:6666]:80        0        0        0        0        0|
                FWM  7                                   0        0        0        0        0|
                  -> 10.1.80.93:0                        0        0        0        0        0|
                  -> 10.1.80.93:8080                     0        0        0        0        0|
                FWM  7 IPv6                              0        0        0        0        0|
                FWM  100                                 0        0        0        0        0|
                """),
        RecordedScreen(
            arguments: ["-Ln", "--thresholds"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn |
                  -> RemoteAddress:Port|
                TCP  10.1.80.90:80 wrr persistent 50|
                  -> 10.1.80.93:80                0          0          0          0         |
                  -> 10.1.80.95:80                0          0          0          0         |
                TCP  10.1.80.91:443 sh (sh-fallback,sh-port)|
                  -> 10.1.80.93:444               0          0          0          0         |
                  -> 10.1.80.93:8443              100        50         0          0         |
                  -> 10.1.80.95:8443              0          0          0          0         |
                TCP  123.123.123.123:12345 rr (flag-3)|
                  -> 123.111.111.111:12345        0          0          0          0         |
                UDP  10.1.80.90:53 rr ops|
                  -> 10.1.80.93:53                0          0          0          0         |
                  -> 10.1.80.94:53                0          0          0          0         |
                  -> 10.1.80.95:53                0          0          0          0         |
                  -> 10.1.80.96:53                0          0          0          0         |
                  -> [2001:db8::96]:53            0          0          0          0         |
                UDP  10.1.80.92:5060 rr persistent 60 pe sip|
                SCTP 10.1.80.90:5060 wlc persistent 360 mask 255.255.255.0|
                TCP  [::10.1.2.3]:80 lc persistent 30 mask 64|
                TCP  [2001:db8:0:1:1:1:1:1]:80 mh (mh-fallback)|
                  -> [2001:db8::2]:80             0          0          0          0         |
                  -> [2001:db8:1111:2222:3333:4444:5555:6666]:80 0          0          0          0         |
                FWM  7 rr|
                  -> 10.1.80.93:0                 0          0          0          0         |
                  -> 10.1.80.93:8080              0          0          0          0         |
                FWM  7 IPv6 rr (flag-1,flag-2,flag-3)|
                FWM  100 rr|
                """),
        RecordedScreen(
            arguments: ["-Ln", "--persistent-conn"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn |
                  -> RemoteAddress:Port|
                TCP  10.1.80.90:80 wrr persistent 50|
                  -> 10.1.80.93:80                100       0           0          0         |
                  -> 10.1.80.95:80                100       0           0          0         |
                TCP  10.1.80.91:443 sh (sh-fallback,sh-port)|
                  -> 10.1.80.93:444               1         0           0          0         |
                  -> 10.1.80.93:8443              0         0           0          0         |
                  -> 10.1.80.95:8443              2147483647 0           0          0         |
                TCP  123.123.123.123:12345 rr (flag-3)|
                  -> 123.111.111.111:12345        1         0           0          0         |
                UDP  10.1.80.90:53 rr ops|
                  -> 10.1.80.93:53                1         0           0          0         |
                  -> 10.1.80.94:53                1         0           0          0         |
                  -> 10.1.80.95:53                1         0           0          0         |
                  -> 10.1.80.96:53                1         0           0          0         |
                  -> [2001:db8::96]:53            1         0           0          0         |
                UDP  10.1.80.92:5060 rr persistent 60 pe sip|
                SCTP 10.1.80.90:5060 wlc persistent 360 mask 255.255.255.0|
                TCP  [::10.1.2.3]:80 lc persistent 30 mask 64|
                TCP  [2001:db8:0:1:1:1:1:1]:80 mh (mh-fallback)|
                  -> [2001:db8::2]:80             1         0           0          0         |
                  -> [2001:db8:1111:2222:3333:4444:5555:6666]:80 1         0           0          0         |
                FWM  7 rr|
                  -> 10.1.80.93:0                 1         0           0          0         |
                  -> 10.1.80.93:8080              1         0           0          0         |
                FWM  7 IPv6 rr (flag-1,flag-2,flag-3)|
                FWM  100 rr|
                """),
        RecordedScreen(
            arguments: ["-Ln", "--tun-info"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port Scheduler Flags|
                  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn|
                TCP  10.1.80.90:80 wrr persistent 50|
                  -> 10.1.80.93:80                Route   n/a           100    0          0         |
                  -> 10.1.80.95:80                Route   n/a           100    0          0         |
                TCP  10.1.80.91:443 sh (sh-fallback,sh-port)|
                  -> 10.1.80.93:444               Masq    n/a           1      0          0         |
                  -> 10.1.80.93:8443              Masq    n/a           0      0          0         |
                  -> 10.1.80.95:8443              Masq    n/a           2147483647 0          0         |
                TCP  123.123.123.123:12345 rr (flag-3)|
                  -> 123.111.111.111:12345        Masq    n/a           1      0          0         |
                UDP  10.1.80.90:53 rr ops|
                  -> 10.1.80.93:53                Tunnel  gue:6080:+c   1      0          0         |
                  -> 10.1.80.94:53                Tunnel  gue:6080:r+c  1      0          0         |
                  -> 10.1.80.95:53                Tunnel  gre:-c        1      0          0         |
                  -> 10.1.80.96:53                Tunnel  ipip          1      0          0         |
                  -> [2001:db8::96]:53            Tunnel  ipip          1      0          0         |
                UDP  10.1.80.92:5060 rr persistent 60 pe sip|
                SCTP 10.1.80.90:5060 wlc persistent 360 mask 255.255.255.0|
                TCP  [::10.1.2.3]:80 lc persistent 30 mask 64|
                TCP  [2001:db8:0:1:1:1:1:1]:80 mh (mh-fallback)|
                  -> [2001:db8::2]:80             Route   n/a           1      0          0         |
                  -> [2001:db8:1111:2222:3333:4444:5555:6666]:80 Route   n/a           1      0          0         |
                FWM  7 rr|
                  -> 10.1.80.93:0                 Route   n/a           1      0          0         |
                  -> 10.1.80.93:8080              Masq    n/a           1      0          0         |
                FWM  7 IPv6 rr (flag-1,flag-2,flag-3)|
                FWM  100 rr|
                """),
        RecordedScreen(
            arguments: ["-Ln", "--stats", "--exact"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes|
                  -> RemoteAddress:Port|
                TCP  10.1.80.90:80                       0        0        0        0        0|
                  -> 10.1.80.93:80                       0        0        0        0        0|
                  -> 10.1.80.95:80                       0        0        0        0        0|
                TCP  10.1.80.91:443                      0        0        0        0        0|
                  -> 10.1.80.93:444                      0        0        0        0        0|
                  -> 10.1.80.93:8443                     0        0        0        0        0|
                  -> 10.1.80.95:8443                     0        0        0        0        0|
                TCP  123.123.123.123:12345               0        0        0        0        0|
                  -> 123.111.111.111:12345               0        0        0        0        0|
                UDP  10.1.80.90:53                       0        0        0        0        0|
                  -> 10.1.80.93:53                       0        0        0        0        0|
                  -> 10.1.80.94:53                       0        0        0        0        0|
                  -> 10.1.80.95:53                       0        0        0        0        0|
                  -> 10.1.80.96:53                       0        0        0        0        0|
                  -> [2001:db8::96]:53                   0        0        0        0        0|
                UDP  10.1.80.92:5060                     0        0        0        0        0|
                SCTP 10.1.80.90:5060                     0        0        0        0        0|
                TCP  [::10.1.2.3]:80                     0        0        0        0        0|
                TCP  [2001:db8:0:1:1:1:1:1]:80           0        0        0        0        0|
                  -> [2001:db8::2]:80                    0        0        0        0        0|
                  -> [2001:db8:1111:2222:3333:4444:5555:6666]:80        0        0        0        0        0|
                FWM  7                                   0        0        0        0        0|
                  -> 10.1.80.93:0                        0        0        0        0        0|
                  -> 10.1.80.93:8080                     0        0        0        0        0|
                FWM  7 IPv6                              0        0        0        0        0|
                FWM  100                                 0        0        0        0        0|
                """),
        RecordedScreen(
            arguments: ["-L"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port Scheduler Flags|
                  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn|
                TCP  a-very-long-host-name.of-a-f wrr persistent 50|
                  -> rs1.example.test:http        Route   100    0          0         |
                  -> a-real-server-with-a-long-na Route   100    0          0         |
                TCP  10.1.80.91:https sh (sh-fallback,sh-port)|
                  -> rs1.example.test:snpp        Masq    1      0          0         |
                  -> rs1.example.test:8443        Masq    0      0          0         |
                  -> a-real-server-with-a-long-na Masq    2147483647 0          0         |
                TCP  123.123.123.123:12345 rr (flag-3)|
                  -> 123.111.111.111:12345        Masq    1      0          0         |
                UDP  a-very-long-host-name.of-a-f rr ops|
                  -> rs1.example.test:domain      Tunnel  1      0          0         |
                  -> 10.1.80.94:domain            Tunnel  1      0          0         |
                  -> a-real-server-with-a-long-na Tunnel  1      0          0         |
                  -> 10.1.80.96:domain            Tunnel  1      0          0         |
                  -> [2001:db8::96]:domain        Tunnel  1      0          0         |
                UDP  10.1.80.92:sip rr persistent 60 pe sip|
                SCTP a-very-long-host-name.of-a-f wlc persistent 360 mask 255.255.255.0|
                TCP  [::10.1.2.3]:http lc persistent 30 mask 64|
                TCP  [www6.example.test]:http mh (mh-fallback)|
                  -> [an-ipv6-real-server-with-a-very-long-name.in-a-domain.exam Route   1      0          0         |
                  -> [a-v6-server.in-domain.example.test]:http Route   1      0          0         |
                FWM  7 rr|
                  -> rs1.example.test:0           Route   1      0          0         |
                  -> rs1.example.test:8080        Masq    1      0          0         |
                FWM  7 IPv6 rr (flag-1,flag-2,flag-3)|
                FWM  100 rr|
                """),
        RecordedScreen(
            arguments: ["-L", "--stats"],
            text: """
                IP Virtual Server version 1.2.1 (size=4096)|
                Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes|
                  -> RemoteAddress:Port|
                TCP  a-very-long-host-name.of-a-f        0        0        0        0        0|
                  -> rs1.example.test:http               0        0        0        0        0|
                  -> a-real-server-with-a-long-na        0        0        0        0        0|
                TCP  10.1.80.91:https                    0        0        0        0        0|
                  -> rs1.example.test:snpp               0        0        0        0        0|
                  -> rs1.example.test:8443               0        0        0        0        0|
                  -> a-real-server-with-a-long-na        0        0        0        0        0|
                TCP  123.123.123.123:12345               0        0        0        0        0|
                  -> 123.111.111.111:12345               0        0        0        0        0|
                UDP  a-very-long-host-name.of-a-f        0        0        0        0        0|
                  -> rs1.example.test:domain             0        0        0        0        0|
                  -> 10.1.80.94:domain                   0        0        0        0        0|
                  -> a-real-server-with-a-long-na        0        0        0        0        0|
                  -> 10.1.80.96:domain                   0        0        0        0        0|
                  -> [2001:db8::96]:domain               0        0        0        0        0|
                UDP  10.1.80.92:sip                      0        0        0        0        0|
                SCTP a-very-long-host-name.of-a-f        0        0        0        0        0|
                TCP  [::10.1.2.3]:http                   0        0        0        0        0|
                TCP  [www6.example.test]:http            0        0        0        0        0|
                  -> [an-ipv6-real-server-with-a-very-long-name.in-a-domain.exam        0        0        0        0        0|
                  -> [a-v6-server.in-domain.example.test]:http        0        0        0        0        0|
                FWM  7                                   0        0        0        0        0|
                  -> rs1.example.test:0                  0        0        0        0        0|
                  -> rs1.example.test:8080               0        0        0        0        0|
                FWM  7 IPv6                              0        0        0        0        0|
                FWM  100                                 0        0        0        0        0|
                """),
    ]
}
