import Glibc

/// What is wrong with a script before it is ever run.
public enum ScriptProblem: Error, Sendable, Hashable {
    /// There is no such file, or it cannot be reached.
    case missing(path: String, errno: Errno)
    /// It is a directory, a socket or the like.
    case notRegularFile(path: String)
    /// The identity that is to run it may not execute it.
    case notExecutable(path: String, mode: UInt32)
    /// Somebody other than root can replace what root would run: the first path component with too wide permissions.
    case insecure(component: String, owner: UInt32, group: UInt32, mode: UInt32)
}

extension ScriptProblem: CustomStringConvertible {
    /// The file and what is wrong with it.
    public var description: String {
        switch self {
        case .missing(let path, let number): "\(path): \(number)"
        case .notRegularFile(let path): "\(path) is not a regular file"
        case .notExecutable(let path, let mode): "\(path) is not executable for its user (mode \(octal(mode)))"
        case .insecure(let component, let owner, let group, let mode):
            "\(component) (owner \(owner), group \(group), mode \(octal(mode))) can be changed by others than root"
        }
    }
}

/// The checks behind `enable_script_security`.
public enum ScriptSecurity {
    /// Checks that a script exists and can be executed, and, when root is to run it, that nobody but root can write to
    /// the file or to any directory on the way to it: of the path as it is written and of the one it resolves to.
    ///
    /// - Parameter path: an absolute path; see ``ProgramPath/resolve(_:path:)``.
    public static func verify(_ path: String, identity: ProcessIdentity = .current) -> ScriptProblem? {
        guard let name = ProgramPath.resolve(path), let resolved = realPath(name) else {
            return .missing(path: path, errno: Errno.current.rawValue == 0 ? .noSuchFile : .current)
        }
        var status = stat()
        guard stat(resolved, &status) == 0 else { return .missing(path: resolved, errno: .current) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .notRegularFile(path: resolved) }
        guard isExecutable(status, identity) else {
            return .notExecutable(path: resolved, mode: status.st_mode & 0o7777)
        }
        guard identity.user == 0 else { return nil }
        return firstInsecureComponent(of: name) ?? (name == resolved ? nil : firstInsecureComponent(of: resolved))
    }

    private static func isExecutable(_ status: stat, _ identity: ProcessIdentity) -> Bool {
        let mode = status.st_mode
        if identity.user == 0 { return mode & 0o111 != 0 }
        if status.st_uid == identity.user { return mode & S_IXUSR != 0 }
        if status.st_gid == identity.group || identity.supplementaryGroups.contains(status.st_gid) {
            return mode & S_IXGRP != 0
        }
        return mode & S_IXOTH != 0
    }

    /// A sticky directory such as `/tmp` lets others add names but not replace those of root.
    private static func firstInsecureComponent(of path: String) -> ScriptProblem? {
        var component = "/"
        for part in [""] + path.split(separator: "/").map(String.init) {
            if !part.isEmpty { component += component == "/" ? part : "/\(part)" }
            var status = stat()
            guard stat(component, &status) == 0 else { return .missing(path: component, errno: .current) }
            let mode = status.st_mode
            let isSticky = mode & S_IFMT == S_IFDIR && mode & S_ISVTX != 0
            let othersCanWrite =
                status.st_uid != 0 || (mode & S_IWGRP != 0 && status.st_gid != 0 && !isSticky)
                || (mode & S_IWOTH != 0 && !isSticky)
            if othersCanWrite {
                return .insecure(
                    component: component, owner: status.st_uid, group: status.st_gid, mode: mode & 0o7777)
            }
        }
        return nil
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

private func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
