/// One kernel parameter under `/proc/sys` that holds a number.
///
/// Written as path components and not with dots: an interface name may contain one (`eth0.100`).
public struct Sysctl: Sendable, Hashable {
    /// The path below `/proc/sys`: `net/ipv4/conf/lo/arp_ignore`.
    public let path: String

    /// Creates a parameter from its path below `/proc/sys`.
    public init(path: String) { self.path = path }

    /// A parameter of an interface's IPv4 settings; `all` and `default` are such names too.
    public static func ipv4(interface: String, _ name: String) -> Sysctl {
        Sysctl(path: "net/ipv4/conf/\(interface)/\(name)")
    }

    /// A parameter of an interface's IPv6 settings; `all` and `default` are such names too.
    public static func ipv6(interface: String, _ name: String) -> Sysctl {
        Sysctl(path: "net/ipv6/conf/\(interface)/\(name)")
    }

    /// The present value.
    ///
    /// - Throws: `ENOENT` where the kernel or the interface does not have it, `EINVAL` where it is not a number.
    public func read() throws(SystemError) -> Int {
        let bytes = try SmallFile.read(filePath, limit: 4096)
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let value = Int(text) else {
            throw SystemError(call: "read", errno: .invalidArgument, purpose: "read \(filePath) as a number")
        }
        return value
    }

    /// Sets the value.
    public func write(_ value: Int) throws(SystemError) {
        do throws(SystemError) {
            try SmallFile.overwrite(filePath, with: Array("\(value)\n".utf8))
        } catch {
            var error = error
            error.purpose = "set \(description) to \(value)"
            if error.errno == .readOnlyFileSystem {
                error.advice = "/proc/sys is mounted read-only, as in most containers; run on the host"
            }
            throw error
        }
    }

    private var filePath: String { "/proc/sys/\(path)" }
}

extension Sysctl: CustomStringConvertible {
    /// The name as `sysctl` prints it; a dot inside a component becomes a slash, as it does there.
    public var description: String {
        String(
            path.map { character in
                switch character {
                case "/": "."
                case ".": "/"
                default: character
                }
            })
    }
}
