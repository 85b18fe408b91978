import Testing

@testable import KeepalivedConfig

/// The samples of Debian's keepalived package, where it is installed.
@Suite(
    "keepalived's samples",
    .enabled(if: !RealFiles().glob("/usr/share/doc/keepalived/samples/keepalived.conf.*").isEmpty))
struct SampleTests {
    private static let directory = "/usr/share/doc/keepalived/samples/keepalived.conf."

    /// Those that use what is not supported, with what that is.
    private static let refused: [String: Set<String>] = [
        "HTTP_GET.port": ["SSL_GET"], "IPv6": ["virtual_server_group", "SMTP_CHECK"], "PING_CHECK": ["PING_CHECK"],
        "SMTP_CHECK": ["SMTP_CHECK"], "SSL_GET": ["auth_type AH", "SSL_GET"], "UDP_CHECK": ["UDP_CHECK"],
        "conditional_conf": ["net_namespace", "use_vmac"], "status_code": ["SSL_GET"],
        "track_interface": ["static_routes", "virtual_routes"],
        "virtual_server_group": ["virtual_server_group", "virtual_server group"], "virtualhost": ["SSL_GET"],
        "vrrp.routes": ["static_routes", "virtual_routes"], "vrrp.rules": ["static_rules", "virtual_rules"],
        "vrrp.static_ipaddress": ["static_ipaddress", "virtual_routes"],
    ]

    @Test("each loads, or is refused for what is not supported and for nothing else")
    func samples() {
        let paths = RealFiles().glob(Self.directory + "*")
        #expect(paths.count >= 20)
        for path in paths {
            let name = String(path.dropFirst(Self.directory.count))
            let result = ConfigurationLoader(files: RealFiles(), configID: "high").load(path: path)
            let errors = result.diagnostics.filter { $0.severity == .error }
            #expect(errors.allSatisfy { $0.code == "MR0105" }, "\(name): \(errors)")
            let features = errors.map { error in String(error.message.split(separator: "'")[0]) }
            #expect(Set(features) == Self.refused[name] ?? [], "\(name)")
            #expect((result.configuration != nil) == (Self.refused[name] == nil), "\(name)")
        }
    }
}
