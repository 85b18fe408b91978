import Director
import KeepalivedConfig

/// The configuration on the command line: read, reported, and given on only when it can be used.
struct ConfigurationFile {
    static let defaultPath = "/etc/keepalived/keepalived.conf"

    let reader: ConfigurationReader

    init(path: String, configID: String?) { reader = ConfigurationReader(path: path, configID: configID) }

    /// Reads the file and writes what there is to say about it to standard error.
    func readAndReport(checksInterfaces: Bool = true) -> LoadResult {
        let result = reader.read(checksInterfaces: checksInterfaces)
        if !result.diagnostics.isEmpty {
            Terminal.writeError(DiagnosticRenderer(usesColour: Terminal.usesColour).render(result))
        }
        return result
    }
}
