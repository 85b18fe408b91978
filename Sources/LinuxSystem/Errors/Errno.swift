import Glibc

/// An error number of the Linux kernel.
public struct Errno: RawRepresentable, Sendable, Hashable {
    /// The positive number, as in `errno`.
    public let rawValue: Int32

    /// Creates an error number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// What the calling thread's last failed call left in `errno`.
    public static var current: Errno { Errno(rawValue: errno) }

    /// `EPERM`.
    public static let notPermitted = Errno(rawValue: EPERM)
    /// `EACCES`.
    public static let accessDenied = Errno(rawValue: EACCES)
    /// `ENOENT`.
    public static let noSuchFile = Errno(rawValue: ENOENT)
    /// `ENODEV`.
    public static let noSuchDevice = Errno(rawValue: ENODEV)
    /// `ENXIO`.
    public static let noSuchAddressOrDevice = Errno(rawValue: ENXIO)
    /// `EEXIST`.
    public static let exists = Errno(rawValue: EEXIST)
    /// `EINTR`.
    public static let interrupted = Errno(rawValue: EINTR)
    /// `EAGAIN`.
    public static let wouldBlock = Errno(rawValue: EAGAIN)
    /// `EINVAL`.
    public static let invalidArgument = Errno(rawValue: EINVAL)
    /// `EROFS`.
    public static let readOnlyFileSystem = Errno(rawValue: EROFS)
    /// `EADDRINUSE`.
    public static let addressInUse = Errno(rawValue: EADDRINUSE)
    /// `EADDRNOTAVAIL`: the address is on no interface.
    public static let addressNotAvailable = Errno(rawValue: EADDRNOTAVAIL)
    /// `ENETDOWN`.
    public static let networkDown = Errno(rawValue: ENETDOWN)
    /// `ENOBUFS`: a queue is full; on a netlink socket, messages were lost.
    public static let noBufferSpace = Errno(rawValue: ENOBUFS)
    /// `ESRCH`.
    public static let noSuchProcess = Errno(rawValue: ESRCH)

    /// Whether the kernel refused for want of rights, so that another user or capability would help.
    public var isPermission: Bool {
        self == .notPermitted || self == .accessDenied
    }
}

extension Errno: CustomStringConvertible {
    /// The text of `strerror`, such as `Operation not permitted`.
    public var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress, strerror_r(rawValue, base, buffer.count) == 0 else {
                return "error \(rawValue)"
            }
            return String(cString: base)
        }
    }
}
