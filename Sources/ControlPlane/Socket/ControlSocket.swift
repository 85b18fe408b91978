import Glibc
public import LinuxSystem

/// Why a control socket could not be opened.
public enum ControlSocketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A living director, or another program, listens there.
    case inUse(String)
    /// Something that is no socket has this name.
    case notASocket(String)
    /// No socket can have this name.
    case unusablePath(String)
    /// The kernel refused.
    case system(SystemError)

    /// One sentence with the path.
    public var description: String {
        switch self {
        case .inUse(let path): "another program listens on \(path): name another socket with --control"
        case .notASocket(let path): "\(path) is there and is no socket: remove it, or name another with --control"
        case .unusablePath(let path):
            "'\(path)' cannot be a socket's path: it takes 1 to \(LocalSocketAddress.limit - 1) bytes"
        case .system(let error): "\(error)"
        }
    }
}

/// The name of a control socket, held by this process: a lock next to the socket says who lives, so a socket that a
/// crash left is replaced and one that is listened on never is.
public struct ControlSocket: ~Copyable, Sendable {
    /// Where it is.
    public let path: String
    private let lock: LockedFile
    private let listener: Int32

    private init(path: String, lock: consuming LockedFile, listener: Int32) {
        self.path = path
        self.lock = lock
        self.listener = listener
    }

    /// Makes the socket's folder where it is missing, replaces a socket that nobody listens on, and binds a new one that
    /// only the owner may connect to. It does not listen yet.
    public static func take(_ path: String) throws(ControlSocketError) -> ControlSocket {
        guard let address = LocalSocketAddress(path), path.utf8.first != UInt8(ascii: "@") else {
            throw .unusablePath(path)
        }
        do throws(SystemError) { try makeFolder(of: path) } catch { throw .system(error) }
        let lock = try lock(path)
        try clear(address)
        let listener: Int32
        do throws(SystemError) { listener = try bind(address) } catch { throw .system(error) }
        return ControlSocket(path: path, lock: lock, listener: listener)
    }

    private static func lock(_ path: String) throws(ControlSocketError) -> LockedFile {
        do throws(LockedFile.Failure) {
            return try LockedFile.take(path + ".lock", mode: 0o600)
        } catch {
            switch error {
            case .heldByAnother: throw .inUse(path)
            case .system(let error): throw .system(error)
            }
        }
    }

    /// The bound descriptor; it belongs to the caller from now on.
    var descriptor: Int32 { listener }

    deinit { unlink(path) }

    private static func makeFolder(of path: String) throws(SystemError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        try SmallFile.makeFolder(String(path[..<slash]), mode: 0o755)
    }

    /// Removes what a crash left. The lock is ours, so no director lives behind it; another program might.
    private static func clear(_ address: LocalSocketAddress) throws(ControlSocketError) {
        var status = stat()
        guard lstat(address.path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(address.path) }
        let probe = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw .inUse(address.path) }
        defer { close(probe) }
        let isRefused = address.withKernelForm { connect(probe, $0, $1) != 0 && errno == ECONNREFUSED }
        guard isRefused else { throw .inUse(address.path) }
        unlink(address.path)
    }

    /// Nobody can connect before the socket listens, so the mode is in force from the first connection on.
    private static func bind(_ address: LocalSocketAddress) throws(SystemError) -> Int32 {
        let purpose = "open the control socket \(address.path)"
        let descriptor = FileDescriptor(
            owning: try systemCall("socket", purpose) {
                socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            })
        let number = descriptor.rawValue
        try systemCall("bind", purpose) { address.withKernelForm { Glibc.bind(number, $0, $1) } }
        do throws(SystemError) {
            try systemCall("chmod", purpose) { chmod(address.path, 0o600) }
        } catch {
            unlink(address.path)
            throw error
        }
        return descriptor.release()
    }
}
