import Glibc

/// What is wrong with a script before it is ever run.
public enum ScriptProblem: Error, Sendable, Hashable {
    /// There is no such file, or it cannot be reached.
    case missing(path: String, errno: Errno)
    /// It is a directory, a socket or the like.
    case notRegularFile(path: String)
    /// The identity that is to run it may not execute it.
    case notExecutable(path: String, mode: UInt32)
    /// The program behind its `#!` does not exist.
    case withoutInterpreter(path: String, interpreter: String)
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
        case .withoutInterpreter(let path, let interpreter):
            "\(path) needs '\(interpreter)', which does not exist"
        case .insecure(let component, let owner, let group, let mode):
            insecurity(component, owner: owner, group: group, mode: mode)
        }
    }
}

/// The checks behind `enable_script_security`.
public enum ScriptSecurity {
    /// Checks that a script exists and can be executed, that the program behind its `#!` exists, and, when root is to run it, that nobody but root can write to
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
        if let interpreter = interpreter(of: resolved), !interpreter.isEmpty, access(interpreter, F_OK) != 0,
            Errno.current == .noSuchFile
        {
            return .withoutInterpreter(path: resolved, interpreter: interpreter)
        }
        guard identity.user == 0 else { return nil }
        return firstInsecureComponent(of: name) ?? (name == resolved ? nil : firstInsecureComponent(of: resolved))
    }

    /// The program behind the `#!` of a file; nil where it has none or cannot be read.
    private static func interpreter(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        let file = FileDescriptor(owning: descriptor)
        // The kernel looks at the first 256 bytes.
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(file.rawValue, &bytes, bytes.count)
        guard count > 2, bytes.starts(with: Array("#!".utf8)) else { return nil }
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let line = bytes[2..<count].prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line.drop { blanks.contains($0) }.prefix { !blanks.contains($0) }, as: UTF8.self)
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

/// Who can change a path component, and by which right.
private func insecurity(_ component: String, owner: UInt32, group: UInt32, mode: UInt32) -> String {
    if owner != 0 { return "'\(component)' belongs to user \(owner), who can change it, not to root" }
    if mode & S_IWOTH != 0 {
        return "everybody may write to '\(component)': its mode is \(octal(mode)), with the bit o+w"
    }
    return "group \(group) may write to '\(component)': its mode is \(octal(mode)), with the bit g+w"
}

private func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
