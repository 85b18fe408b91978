import CLinux
import Glibc

/// A network namespace, held open: it stays what it is as long as this value lives, whatever becomes of its name.
///
/// To enter one takes CAP_SYS_ADMIN.
public final class OpenNetworkNamespace: Sendable {
    /// Where `ip netns` keeps the names.
    public static let folder = "/run/netns"

    /// The name that it was opened by; nil for that of the thread that opened it.
    public let name: String?
    private let descriptor: FileDescriptor

    private init(name: String?, path: String, advice: String?) throws(SystemError) {
        self.name = name
        descriptor = FileDescriptor(
            owning: try systemCall(
                "open(\(path))", "open the network namespace\(name.map { " \($0)" } ?? "")", advice: advice
            ) { open(path, O_RDONLY | O_CLOEXEC) })
    }

    /// Opens a namespace by the name that `ip netns add` gave it.
    public convenience init(named name: String) throws(SystemError) {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
            throw SystemError(
                call: "open(\(Self.folder))", errno: Errno(rawValue: EINVAL),
                purpose: "open the network namespace \(name)", advice: "name one that 'ip netns list' shows")
        }
        try self.init(
            name: name, path: "\(Self.folder)/\(name)",
            advice: "'ip netns list' shows those that there are, 'ip netns add \(name)' makes this one")
    }

    /// The namespace of the calling thread.
    public static func ofThisThread() throws(SystemError) -> OpenNetworkNamespace {
        try OpenNetworkNamespace(name: nil, path: "/proc/thread-self/ns/net", advice: nil)
    }

    /// Whether the calling thread is in it.
    public var isEntered: Bool {
        var own = stat()
        var this = stat()
        return stat("/proc/thread-self/ns/net", &own) == 0 && fstat(descriptor.rawValue, &this) == 0
            && own.st_ino == this.st_ino && own.st_dev == this.st_dev
    }

    /// Runs `body` with the calling thread in this namespace: a socket that it opens belongs to it.
    public func run<Success: ~Copyable>(
        _ body: () throws(SystemError) -> Success
    ) throws(SystemError) -> Success {
        guard !isEntered else { return try body() }
        let before = try Self.ofThisThread()
        try enter()
        defer { before.mustEnter() }
        return try body()
    }

    /// Moves the process here for good. Only for its first thread, before there are others.
    ///
    /// As under `ip netns exec`, `/sys` shows this namespace then, and files of `/etc/netns/NAME` stand in the place of
    /// those in `/etc`; both for this process and its children only.
    public func enterForGood() throws(SystemError) {
        guard !isEntered else { return }
        try enter()
        let purpose = "give the director the mounts of the network namespace \(name ?? "")"
        try systemCall("unshare(CLONE_NEWNS)", purpose) { clinux_separate_mounts() }
        // A container may lack the right to mount it. The director reads nothing there, only its scripts may.
        _ = clinux_mount_own_sys()
        guard let name else { return }
        for file in FolderListing.names(in: "/etc/netns/\(name)").sorted() {
            _ = clinux_bind_mount("/etc/netns/\(name)/\(file)", "/etc/\(file)")
        }
    }

    private func enter() throws(SystemError) {
        try systemCall("setns", "enter the network namespace \(name ?? "")") {
            martlet_enter_network_namespace(descriptor.rawValue)
        }
    }

    /// Goes back. A thread that stays behind would work on the table and the addresses of another host.
    private func mustEnter() {
        guard martlet_enter_network_namespace(descriptor.rawValue) == 0 else {
            fatalError("cannot return to the network namespace: \(Errno.current)")
        }
    }
}

extension OpenNetworkNamespace: Hashable {
    /// Whether the two are one object.
    public static func == (left: OpenNetworkNamespace, right: OpenNetworkNamespace) -> Bool { left === right }

    /// Feeds the object's identity to a hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
