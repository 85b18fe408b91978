import CLinux
import Glibc

/// Tells network namespaces apart, from the start of the host to its end.
public enum NetworkNamespaceIdentity {
    /// The namespace of the calling thread: the kernel's cookie, which is never given twice before the next start of the
    /// host (Linux 5.14), or else the inode number of its file, which may be.
    public static var current: String? {
        if let cookie { return "\(cookie)" }
        var status = stat()
        return stat("/proc/thread-self/ns/net", &status) == 0 ? "i\(status.st_ino)" : nil
    }

    /// What tells one start of the host from the next (`/proc/sys/kernel/random/boot_id`).
    public static var boot: String? {
        guard let bytes = try? SmallFile.read("/proc/sys/kernel/random/boot_id", limit: 256) else { return nil }
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    private static var cookie: UInt64? {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var value: UInt64 = 0
        var length = socklen_t(MemoryLayout<UInt64>.size)
        // SO_NETNS_COOKIE of asm-generic/socket.h, which older C libraries do not have.
        let optionNumber: Int32 = 71
        return getsockopt(number, SOL_SOCKET, optionNumber, &value, &length) == 0 ? value : nil
    }
}
