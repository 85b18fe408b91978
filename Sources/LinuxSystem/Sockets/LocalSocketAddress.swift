public import Glibc

/// The address of a socket of the local domain: a path, or with `@` in front a name that is in no folder (`unix(7)`).
public struct LocalSocketAddress: Sendable, Hashable {
    /// The path or `@` and the name.
    public let path: String

    /// Paths are shorter than this, in bytes: the kernel's `sun_path` with the NUL at its end.
    public static let limit = 108

    /// Takes a path; nil when it is empty or too long for the kernel.
    public init?(_ path: String) {
        guard !path.isEmpty, path.utf8.count < Self.limit, !path.utf8.contains(0) else { return nil }
        self.path = path
    }

    /// Calls the body with the kernel's form.
    public func withKernelForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = path.utf8.first == UInt8(ascii: "@")
        withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            buffer.copyBytes(from: path.utf8)
            if isAbstract { buffer[0] = 0 }
        }
        // The name of an abstract address is as long as the length says, so nothing may stand behind it.
        let used = isAbstract ? path.utf8.count : Self.limit
        let length = socklen_t(MemoryLayout<sockaddr_un>.size - Self.limit + used)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
