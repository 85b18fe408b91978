import ControlPlane
import Director
import Glibc
import KeepalivedConfig

/// The configuration on the command line: read, reported, and given on only when it can be used.
struct ConfigurationFile {
    static let defaultPath = "/etc/keepalived/keepalived.conf"

    let reader: ConfigurationReader

    init(path: String, configID: String?, checksAllIncludes: Bool = false, networkNamespace: String? = nil) {
        reader = ConfigurationReader(
            path: path, configID: configID, checksAllIncludes: checksAllIncludes, networkNamespace: networkNamespace)
    }

    private init(reader: ConfigurationReader) { self.reader = reader }

    /// What comes on standard input.
    static func standardInput(configID: String?, checksAllIncludes: Bool) -> ConfigurationFile {
        ConfigurationFile(
            reader: ConfigurationReader(
                standardInputWithConfigID: configID, checksAllIncludes: checksAllIncludes))
    }

    /// Reads the file and writes what there is to say about it to standard error.
    func readAndReport(checksHost: Bool = true) -> LoadResult {
        let result = reader.read(checksHost: checksHost)
        report(result)
        return result
    }

    /// Reads the file to run a director with it; nil when it cannot be used. What there is to say about it is on
    /// standard error then, with the way back where the last good configuration was kept.
    ///
    /// - Parameter controlSocket: the socket of the director that is to run.
    func readForRunning(controlSocket: String?) -> ReadConfiguration? {
        let read = reader.readForRunning()
        report(read.result)
        if read.result.configuration != nil { return read }
        if let kept = controlSocket.map(ControlSocketPath.lastGood), kept != reader.path, access(kept, R_OK) == 0 {
            Terminal.writeError("The configuration that was last in force is in \(kept).")
        }
        return nil
    }

    private func report(_ result: LoadResult) {
        guard !result.diagnostics.isEmpty else { return }
        Terminal.writeError(DiagnosticRenderer(usesColour: Terminal.usesColour).render(result))
    }
}
