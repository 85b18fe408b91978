import Glibc

/// Where reports that a signal asks for are written.
enum ReportFile {
    /// A file of this name in `$TMPDIR`, or in `/tmp`, as keepalived does it.
    static func path(_ name: String) -> String {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        return (folder.isEmpty ? "/tmp" : folder) + "/" + name
    }
}
