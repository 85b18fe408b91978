import HealthChecks
import KeepalivedConfig
import Testing

@testable import Director

@Suite("Checks of pages from the configuration")
struct CheckMappingTests {
    private func exchange(_ lines: String, before: String = "") throws -> HTTPExchange {
        let text = """
            \(before)
            virtual_server 10.1.80.90 443 {
                lb_algo rr
                lb_kind NAT
                protocol TCP
                virtualhost vs.example.org
                real_server 10.1.80.93 443 {
                    \(lines)
                }
            }
            """
        let result = ConfigurationLoader.load(text: text)
        let configuration = try #require(result.configuration, "\(result.diagnostics)")
        let pool = try #require(configuration.pools(resolver: ScriptResolver(configuration.global)).first)
        guard case .http(_, let exchange) = pool.servers.first?.checkers.first?.check.target else {
            throw Missing()
        }
        return exchange
    }

    private struct Missing: Error {}

    @Test(
        "the greeting names the server as the file does, else as the Host header, never an address",
        arguments: [
            ("", "", nil), ("enable_sni", "", "vs.example.org"), ("sni_name a.example.org", "", "a.example.org"),
            ("sni_name", "", "vs.example.org"), ("enable_sni\nvirtualhost check.example.org", "", "check.example.org"),
            ("enable_sni", "virtualhost url.example.org", "url.example.org"),
            ("enable_sni", "virtualhost www.example.org:8443", "www.example.org"),
            ("enable_sni", "virtualhost 10.0.0.1", nil), ("enable_sni", "virtualhost 10.0.0.1:443", nil),
            ("enable_sni", "virtualhost [2001:db8::1]:443", nil), ("enable_sni", "virtualhost 2001:db8::1", nil),
        ] as [(String, String, String?)])
    func serverName(checker: String, url: String, expected: String?) throws {
        let inTLS = try exchange("SSL_GET {\nurl {\npath /\n\(url)\n}\n\(checker)\n}")
        #expect(inTLS.pages.map(\.serverName) == [expected])
        #expect(inTLS.tls == TLSIdentity())
        let plain = try exchange("HTTP_GET {\nurl {\npath /\n\(url)\n}\n\(checker)\n}")
        #expect(plain.pages.map(\.serverName) == [nil])
        #expect(plain.tls == nil)
    }

    @Test("the SSL block is shown by SSL_GET, and tls_compliant counts there alone")
    func identity() throws {
        let block = "SSL {\npassword p\nca /ca\ncertificate /cert\nkey /key\n}"
        let inTLS = try exchange("SSL_GET {\ntls_compliant\nurl { path / }\n}", before: block)
        #expect(inTLS.tls == TLSIdentity(certificateFile: "/cert", keyFile: "/key", password: "p"))
        #expect(inTLS.pages.map(\.requiresCloseNotify) == [true])
        let plain = try exchange("HTTP_GET {\nurl {\npath /\ntls_compliant\n}\n}", before: block)
        #expect(plain.tls == nil)
        #expect(plain.pages.map(\.requiresCloseNotify) == [false])
    }

    @Test("a pattern comes with its options, its window and its memory")
    func pattern() throws {
        let lines = """
            HTTP_GET {
                url {
                    path /
                    regex "up|ok"
                    regex_no_match
                    regex_options caseless multiline
                    regex_min_offset 3
                    regex_max_offset 99
                    regex_stack 1000 100000
                }
            }
            """
        #expect(
            try exchange(lines).pages.map(\.pattern) == [
                HealthChecks.PagePattern(
                    "up|ok", options: [.caseless, .multiline], mustNotMatch: true, firstOffset: 3, lastOffset: 99,
                    memoryLimit: 100_000)
            ])
    }

    @Test("every option of the file is one of the engine")
    func options() throws {
        let names = HealthChecks.PagePattern.Option.allCases.map(\.rawValue)
        let found = try exchange(
            "HTTP_GET {\nurl {\npath /\nregex x\nregex_options \(names.joined(separator: " "))\n}\n}")
        #expect(found.pages.first?.pattern?.options.count == names.count)
    }

    @Test("a pattern that the host's library does not take is a finding with its offset")
    func hostFacts() throws {
        let text =
            "virtual_server 10.1.80.90 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n"
            + "real_server 10.1.80.91 80 {\nHTTP_GET {\nurl {\npath /\nregex \"(a\"\n}\nurl {\npath /b\nregex b\n}\n}\n}\n}\n"
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let facts = HostFacts.collect(for: configuration)
        #expect(facts.patterns.count == 1)
        let finding = facts.patterns[KeepalivedConfig.PagePattern(text: "(a")]
        #expect(finding == HostFacts.PatternFinding(message: "missing closing parenthesis", offset: 2))
    }
}
