import Addressing
import IPVS

/// The table behind the recorded screens, in listing order.
let recordedTable: [PoolSnapshot] = [
    pool(
        endpoint(.tcp, "10.1.80.90", 80), "wrr", persistence: .init(timeout: 50, granularity: 32),
        [server("10.1.80.93", 80, weight: 100), server("10.1.80.95", 80, weight: 100)]),
    pool(
        endpoint(.tcp, "10.1.80.91", 443), "sh", flags: [.flag1, .flag2],
        [
            server("10.1.80.93", 444, .masquerading),
            server("10.1.80.93", 8443, .masquerading, weight: 0, thresholds: (100, 50)),
            server("10.1.80.95", 8443, .masquerading, weight: .max),
        ]),
    pool(
        endpoint(.tcp, "123.123.123.123", 12345), "rr", flags: .flag3,
        [server("123.111.111.111", 12345, .masquerading)]),
    pool(
        endpoint(.udp, "10.1.80.90", 53), "rr", ops: true,
        [
            server("10.1.80.93", 53, .tunneling(.gue(port: 6080, checksum: .checksum))),
            server("10.1.80.94", 53, .tunneling(.gue(port: 6080, checksum: .remote))),
            server("10.1.80.95", 53, .tunneling(.gre(checksum: .none))),
            server("10.1.80.96", 53, .tunneling(.ipip)), server("2001:db8::96", 53, .tunneling(.ipip)),
        ]),
    pool(
        endpoint(.udp, "10.1.80.92", 5060), "rr",
        persistence: .init(timeout: 60, granularity: 32, engine: "sip")),
    pool(endpoint(.sctp, "10.1.80.90", 5060), "wlc", persistence: .init(timeout: 360, granularity: 24)),
    pool(endpoint(.tcp, "::10.1.2.3", 80), "lc", persistence: .init(timeout: 30, granularity: 64)),
    pool(
        endpoint(.tcp, "2001:db8:0:1:1:1:1:1", 80), "mh", flags: .flag1,
        [server("2001:db8::2", 80), server("2001:db8:1111:2222:3333:4444:5555:6666", 80)]),
    pool(.firewallMark(7, .ipv4), "rr", [server("10.1.80.93", 0), server("10.1.80.93", 8080, .masquerading)]),
    pool(.firewallMark(7, .ipv6), "rr", flags: [.flag1, .flag2, .flag3]),
    pool(.firewallMark(100, .ipv4), "rr"),
]
