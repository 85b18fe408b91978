import Addressing
import IPVS
import Testing

@testable import KeepalivedConfig

/// The real server that most tests here check.
private let address = IPAddress.v4(IPv4Address(10, 1, 80, 93))

/// What FILE_CHECK names here.
private let trackedFile = "track_file f {\nfile /run/f\nweight 3\n}\n"

private func connection(_ change: (inout Connection) -> Void = { _ in }) -> Connection {
    var connection = Connection(address: address, port: 8080)
    change(&connection)
    return connection
}

private func load(_ text: String) throws -> Configuration {
    let result = ConfigurationLoader.load(text: text)
    #expect(result.diagnostics.allSatisfy { $0.severity == .warning }, "\(result.diagnostics)")
    return try #require(result.configuration)
}

private func checkers(_ lines: String) throws -> [Checker] {
    try #require(try load(trackedFile + realServer(lines)).virtualServers.first?.realServers.first).checkers
}

private func kind(_ lines: String) throws -> Checker.Kind { try #require(try checkers(lines).first).kind }

private func request(_ change: (inout HTTPRequest) -> Void = { _ in }) -> HTTPRequest {
    var request = HTTPRequest()
    request.urls = [URLCheck(path: "/")]
    change(&request)
    return request
}

private func udp(_ change: (inout UDPExchange) -> Void) -> Checker.Kind {
    var exchange = UDPExchange()
    change(&exchange)
    return .udp(connection(), exchange)
}

private func page(_ change: (inout URLCheck) -> Void) -> Checker.Kind {
    .http(connection(), request { change(&$0.urls[0]) })
}

private func pattern(_ change: (inout PagePattern) -> Void) -> Checker.Kind {
    page {
        var pattern = PagePattern(text: "x")
        change(&pattern)
        $0.pattern = pattern
    }
}

/// Lines of a `real_server` block, and the check that they are.
private let kinds: [(String, Checker.Kind)] = [
    ("TCP_CHECK { }", .tcp(connection())), ("PING_CHECK { }", .ping(connection())),
    ("PING_CHECK\n", .ping(connection())),
    (
        "TCP_CHECK {\nconnect_ip 10.0.0.33\nconnect_port 33\nbindto 10.0.0.100\nbind_port 100\nbind_if eth9\nfwmark 12\nconnect_timeout 0.5\n}",
        .tcp(
            connection {
                $0 = Connection(address: .v4(IPv4Address(10, 0, 0, 33)), port: 33)
                $0.bindAddress = .v4(IPv4Address(10, 0, 0, 100))
                $0.bindPort = 100
                $0.bindInterface = "eth9"
                $0.firewallMark = 12
                $0.timeout = Interval(microseconds: 500_000)
            })
    ),
    ("SMTP_CHECK { }", .smtp(connection(), helloName: "smtpchecker.keepalived.org")),
    ("SMTP_CHECK {\nhelo_name \"foo.bar.com\"\n}", .smtp(connection(), helloName: "foo.bar.com")),
    ("DNS_CHECK { }", .dns(connection(), DNSQuestion())),
    ("UDP_CHECK { }", udp { _ in }), ("UDP_CHECK {\nrequire_reply\n}", udp { $0.requiresReply = true }),
    ("UDP_CHECK {\npayload 00 1f A 0bcd\n}", udp { $0.payload = [0x00, 0x1F, 0x0A, 0x0B, 0xCD] }),
    ("UDP_CHECK {\npayload \"6b 65\"\n}", udp { $0.payload = [0x6B, 0x65] }),
    (
        "UDP_CHECK {\nrequire_reply 1X XX x2 3\nmin_reply_length 4\nmax_reply_length 65535\n}",
        udp {
            $0.requiresReply = true
            $0.reply = [
                .init(value: 0x10, mask: 0xF0), .init(value: 0, mask: 0), .init(value: 0x02, mask: 0x0F),
                .init(value: 0x03, mask: 0xFF),
            ]
            $0.minimumReplyLength = 4
            $0.maximumReplyLength = 65535
        }
    ),
    ("HTTP_GET {\nurl { path / }\n}", .http(connection(), request())),
    ("SSL_GET {\nurl { path / }\n}", .ssl(connection(), request())),
    ("HTTP_GET {\nurl { path / }\nhttp_protocol 1.0c\n}", .http(connection(), request { $0.version = .http10Close })),
    ("HTTP_GET {\nurl { path / }\nhttp_protocol 1.1\n}", .http(connection(), request { $0.version = .http11 })),
    ("HTTP_GET {\nurl { path / }\nfast_recovery\n}", .http(connection(), request { $0.fastRecovery = true })),
    ("SSL_GET {\nurl { path / }\nenable_sni\n}", .ssl(connection(), request { $0.enablesSNI = true })),
    ("SSL_GET {\nurl { path / }\nenable_sni off\n}", .ssl(connection(), request())),
    ("SSL_GET {\nurl { path / }\nsni_name\n}", .ssl(connection(), request { $0.enablesSNI = true })),
    (
        "SSL_GET {\nurl { path / }\nsni_name a.example\n}",
        .ssl(
            connection(),
            request {
                $0.enablesSNI = true
                $0.sniName = "a.example"
            })
    ),
    (
        "SSL_GET {\nurl { path / }\nurl {\npath /b\ntls_compliant off\n}\ntls_compliant\n}",
        .ssl(
            connection(),
            request {
                $0.urls[0].requiresCloseNotify = true
                $0.urls.append(URLCheck(path: "/b"))
            })
    ),
    ("HTTP_GET {\nurl {\npath /\nstatus_code 100 200-599\n}\n}", page { $0.statusCodes = [100...100, 200...599] }),
    ("HTTP_GET {\nurl {\npath /\nvirtualhost a.example\n}\n}", page { $0.virtualHost = "a.example" }),
    ("HTTP_GET {\nvirtualhost a.example\nurl { path / }\n}", page { $0.virtualHost = "a.example" }),
    ("HTTP_GET {\nurl {\npath /\nregex \"a \\x62 # c\"\n}\n}", pattern { $0.text = "a b # c" }),
    (
        "HTTP_GET {\nurl {\npath /\nregex x\nregex_no_match\nregex_options caseless utf\nregex_min_offset 1\nregex_max_offset 10\nregex_stack 1 2\n}\n}",
        pattern {
            $0.mustNotMatch = true
            $0.options = ["caseless", "utf"]
            $0.minimumOffset = 1
            $0.maximumOffset = 10
            $0.stack = 1...2
        }
    ),
    ("FILE_CHECK {\ntrack_file f\n}", .file(FileCheck(file: "f", path: "/run/f", weight: 3))),
]

/// A keyword of a level, the least and the greatest value that it takes, and one below and above.
private let bounds: [(line: @Sendable (String) -> String, good: [String], bad: [String])] = [
    ({ "retry \($0)" }, ["1", "4294967295"], ["0", "4294967296", "-1", "x"]),
    ({ "delay_loop \($0)" }, ["0.000001", "31536000"], ["0", "-1"]),
    ({ "delay_before_retry \($0)" }, ["0", "31536000"], ["-1"]),
    ({ "warmup \($0)" }, ["0", "31536000"], ["x"]),
    ({ "connect_timeout \($0)" }, ["0.000001", "4294"], ["0"]),
    ({ "weight \($0)" }, ["0", "2147483647"], ["2147483648", "-1"]),
    ({ "uthreshold \($0)" }, ["0", "4294967295"], ["4294967296"]),
    ({ "uthreshold 4294967295\nlthreshold \($0)" }, ["0", "4294967295"], ["4294967296"]),
    ({ "TCP_CHECK {\nretry \($0)\n}" }, ["0", "4294967295"], ["4294967296"]),
    ({ "TCP_CHECK {\nconnect_port \($0)\n}" }, ["1", "65535"], ["0", "65536"]),
    ({ "TCP_CHECK {\nbind_port \($0)\n}" }, ["1", "65535"], ["0", "65536"]),
    ({ "TCP_CHECK {\nfwmark \($0)\n}" }, ["0", "4294967295"], ["4294967296"]),
    ({ "UDP_CHECK {\nmin_reply_length \($0)\n}" }, ["0", "255"], ["65536"]),
    ({ "UDP_CHECK {\nmax_reply_length \($0)\n}" }, ["0", "65535"], ["65536"]),
    ({ "FILE_CHECK {\ntrack_file f\nweight \($0)\n}" }, ["-2147483647", "2147483647"], ["-2147483648", "2147483648"]),
    ({ "HTTP_GET {\nurl {\npath /\nstatus_code \($0)\n}\n}" }, ["100", "599"], ["99", "600"]),
    ({ "MISC_CHECK {\nmisc_path /x\nmisc_timeout \($0)\n}" }, ["0", "4294"], ["-1"]),
    (
        { "DNS_CHECK {\nname \($0)\n}" }, [".", "a.example.", String(repeating: "a", count: 63)],
        [
            String(repeating: "a", count: 64), ".a",
        ]
    ),
]

@Suite("Checkers: every keyword")
struct CheckerModelTests {
    @Test("each block is the check that it says", arguments: kinds)
    func blocks(lines: String, expected: Checker.Kind) throws {
        #expect(try kind(lines) == expected)
    }

    @Test("each type that DNS_CHECK asks for", arguments: DNSQuestion.RecordType.allCases)
    func recordTypes(type: DNSQuestion.RecordType) throws {
        var question = DNSQuestion()
        question.type = type
        question.name = "www.example"
        #expect(try kind("DNS_CHECK {\ntype \(type.rawValue)\nname www.example\n}") == .dns(connection(), question))
    }

    @Test("a weight of FILE_CHECK may be turned around")
    func fileWeights() throws {
        var check = FileCheck(file: "f", path: "/run/f", weight: -5)
        #expect(try kind("FILE_CHECK {\ntrack_file f\nweight -5\n}") == .file(check))
        #expect(try kind("FILE_CHECK {\ntrack_file f\nweight -5 noreverse\n}") == .file(check))
        check.isReversed = true
        #expect(try kind("FILE_CHECK {\ntrack_file f\nweight -5 reverse\n}") == .file(check))
    }

    @Test("BFD_CHECK names a session that serves checkers")
    func sessions() throws {
        let text = session() + realServer("BFD_CHECK {\nname B\nalpha\n}")
        let checker = try #require(try load(text).virtualServers.first?.realServers.first?.checkers.first)
        #expect(checker.kind == .bfd("B"))
        #expect(checker.alpha)
        let other = session("vrrp") + realServer("BFD_CHECK {\nname B\n}")
        #expect(try load(other).virtualServers.first?.realServers.first?.checkers == [])
    }

    @Test("SMTP_CHECK with hosts is a check of each, and one of its own where it says how to connect")
    func hosts() throws {
        func ports(_ lines: String) throws -> [UInt16] {
            try checkers("SMTP_CHECK {\nretry 7\n\(lines)\n}").map { checker in
                #expect(checker.retry == 7)
                return try #require(checker.kind.connection).port.rawValue
            }
        }
        let hosts = "host {\nconnect_port 25\n}\nhost {\nconnect_port 26\n}\n"
        #expect(try ports(hosts) == [25, 26])
        #expect(try ports(hosts + "connect_port 24") == [24, 25, 26])
        #expect(try ports(hosts + "connect_timeout 3") == [8080, 25, 26])
        #expect(try ports("") == [8080])
    }

    @Test("each kind has its own retry and delay where nothing is said; the server's and the service's come first")
    func timing() throws {
        let own: [(String, UInt32, Int64)] = [
            ("TCP_CHECK { }", 1, 1), ("PING_CHECK { }", 1, 1), ("UDP_CHECK { }", 1, 1), ("SMTP_CHECK { }", 1, 1),
            ("HTTP_GET {\nurl { path / }\n}", 1, 3), ("SSL_GET {\nurl { path / }\n}", 1, 3), ("DNS_CHECK { }", 3, 6),
            ("MISC_CHECK {\nmisc_path /x\n}", 0, 1),
        ]
        for (lines, retry, delay) in own {
            let checker = try #require(try checkers(lines).first)
            #expect(checker.retry == retry && checker.delayBeforeRetry == .seconds(delay), "\(lines)")
            #expect(checker.delayLoop == .seconds(6) && checker.warmup == .seconds(6), "\(lines)")
            #expect(!checker.alpha && !checker.logsAllFailures)
            let set = "retry 9\ndelay_before_retry 8\ndelay_loop 7\nwarmup 5\nalpha\n"
            let inherited = try #require(try checkers(set + lines).first)
            #expect(inherited.retry == 9 && inherited.delayBeforeRetry == .seconds(8) && inherited.alpha, "\(lines)")
            #expect(inherited.delayLoop == .seconds(7) && inherited.warmup == .seconds(5), "\(lines)")
        }
        #expect(try #require(try checkers("DNS_CHECK {\ndelay_loop 2\n}").first).delayBeforeRetry == .seconds(2))
    }

    @Test("bounds of each number", arguments: bounds.indices)
    func ranges(index: Int) {
        let (line, good, bad) = bounds[index]
        for value in good {
            let result = ConfigurationLoader.load(text: trackedFile + realServer(line(value)))
            #expect(result.configuration != nil, "\(line(value))")
        }
        for value in bad {
            let result = ConfigurationLoader.load(text: trackedFile + realServer(line(value)))
            #expect(result.configuration != nil, "\(line(value))")
            #expect(
                result.diagnostics.contains { $0.code.hasPrefix("MR02") && $0.severity == .warning },
                "\(line(value))")
        }
    }

    @Test("every check is performed, and none is said to be without effect")
    func performed() throws {
        for (lines, _) in kinds {
            let isTold = ConfigurationLoader.load(text: trackedFile + realServer(lines)).diagnostics.contains {
                $0.code == "MR0104" && $0.message.hasPrefix("'\(lines.prefix { $0 != " " && $0 != "\n" })'")
            }
            #expect(!isTold, "\(lines)")
        }
    }
}
