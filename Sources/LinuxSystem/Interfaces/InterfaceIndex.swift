import Glibc

/// The kernel's number of a network interface, 1…2³¹−1. A name that is removed and made again gets another one.
public struct InterfaceIndex: RawRepresentable, Sendable, Hashable {
    /// The number as sockets and netlink messages carry it.
    public let rawValue: Int32

    /// Creates an index.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The interface that bears this name now.
    ///
    /// - Throws: `ENODEV` where there is none.
    public init(name: String) throws(SystemError) {
        let number = if_nametoindex(name)
        guard number != 0, let index = Int32(exactly: number) else {
            throw SystemError(
                call: "if_nametoindex", errno: .noSuchDevice, purpose: "use the interface \(name)",
                advice: "`ip link` shows the interfaces that exist")
        }
        rawValue = index
    }

    /// The name that the interface bears now; nil when it is gone.
    public var name: String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
            guard let base = buffer.baseAddress, let text = if_indextoname(UInt32(bitPattern: rawValue), base) else {
                return nil
            }
            return String(cString: text)
        }
    }
}
