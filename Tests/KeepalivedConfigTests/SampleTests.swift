import Testing

@testable import KeepalivedConfig

/// The samples of Debian's keepalived package, where it is installed.
@Suite(
    "keepalived's samples",
    .enabled(if: !RealFiles().glob("/usr/share/doc/keepalived/samples/keepalived.conf.*").isEmpty))
struct SampleTests {
    private static let directory = "/usr/share/doc/keepalived/samples/keepalived.conf."

    @Test("each loads, with warnings for what is not built or not meant and with no error")
    func samples() {
        let paths = RealFiles().glob(Self.directory + "*")
        #expect(paths.count >= 20)
        for path in paths {
            let name = String(path.dropFirst(Self.directory.count))
            for identifier in ["high", "low", ""] {
                let result = ConfigurationLoader(files: RealFiles(), configID: identifier).load(path: path)
                #expect(result.diagnostics.filter { $0.severity == .error } == [], "\(name) \(identifier)")
                #expect(result.configuration != nil, "\(name) \(identifier)")
            }
        }
    }
}
