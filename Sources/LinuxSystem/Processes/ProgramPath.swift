import Glibc

/// Finds programs as a shell would.
public enum ProgramPath {
    /// What is searched when the environment has no `PATH`.
    public static let standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The file that a program's name stands for: itself when it has a slash, else the first regular executable file
    /// of that name in `path`; nil when there is none. An empty part of `path` is skipped, not the working directory:
    /// a daemon's working directory is nobody's choice.
    public static func resolve(_ name: String, path: String? = nil) -> String? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        if name.utf8.contains(UInt8(ascii: "/")) { return name }
        let searched = path ?? getenv("PATH").map { String(cString: $0) } ?? standard
        for folder in searched.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = "\(folder)/\(name)"
            var status = stat()
            guard stat(candidate, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o111 != 0 { return candidate }
        }
        return nil
    }
}
