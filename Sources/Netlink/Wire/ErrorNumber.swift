import CLinux

/// A kernel error number (`errno.h`), positive, as acknowledgements and system calls report it.
public struct ErrorNumber: RawRepresentable, Sendable, Hashable {
    /// The number as the kernel's headers have it: 17 for `EEXIST`.
    public let rawValue: Int32

    /// Wraps a positive error number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `EPERM`: the caller lacks `CAP_NET_ADMIN`.
    public static let operationNotPermitted = ErrorNumber(rawValue: EPERM)
    /// `ENOENT`: for IPVS no such destination, scheduler or persistence engine.
    public static let noSuchEntry = ErrorNumber(rawValue: ENOENT)
    /// `ESRCH`: for IPVS no such service or daemon; for routes no such route.
    public static let noSuchProcess = ErrorNumber(rawValue: ESRCH)
    /// `EINTR`.
    public static let interrupted = ErrorNumber(rawValue: EINTR)
    /// `ENOMEM`.
    public static let outOfMemory = ErrorNumber(rawValue: ENOMEM)
    /// `EACCES`.
    public static let permissionDenied = ErrorNumber(rawValue: EACCES)
    /// `EBUSY`: a dump is under way on the same socket.
    public static let busy = ErrorNumber(rawValue: EBUSY)
    /// `EEXIST`.
    public static let exists = ErrorNumber(rawValue: EEXIST)
    /// `ENODEV`: no such interface.
    public static let noSuchDevice = ErrorNumber(rawValue: ENODEV)
    /// `EINVAL`.
    public static let invalidArgument = ErrorNumber(rawValue: EINVAL)
    /// `ERANGE`: for IPVS a lower threshold above the upper one.
    public static let outOfRange = ErrorNumber(rawValue: ERANGE)
    /// `EMSGSIZE`.
    public static let messageTooLong = ErrorNumber(rawValue: EMSGSIZE)
    /// `ENOPROTOOPT`: the kernel has no such interface.
    public static let protocolNotAvailable = ErrorNumber(rawValue: ENOPROTOOPT)
    /// `EOPNOTSUPP`.
    public static let notSupported = ErrorNumber(rawValue: EOPNOTSUPP)
    /// `EAFNOSUPPORT`.
    public static let addressFamilyNotSupported = ErrorNumber(rawValue: EAFNOSUPPORT)
    /// `EADDRINUSE`: another link on the same one has the address and is up.
    public static let addressInUse = ErrorNumber(rawValue: EADDRINUSE)
    /// `EADDRNOTAVAIL`: the address to delete is not on the interface.
    public static let addressNotAvailable = ErrorNumber(rawValue: EADDRNOTAVAIL)
    /// `ENETUNREACH`: a gateway that no interface reaches.
    public static let networkUnreachable = ErrorNumber(rawValue: ENETUNREACH)
    /// `ENETDOWN`: the interface is down.
    public static let networkDown = ErrorNumber(rawValue: ENETDOWN)
    /// `ENOBUFS`: the receive buffer ran over and messages are lost.
    public static let noBufferSpace = ErrorNumber(rawValue: ENOBUFS)

    /// The macro's name, or nil for a number outside this module's vocabulary.
    public var name: String? { Self.known[rawValue]?.name }

    private static let known: [Int32: (name: String, text: String)] = [
        EPERM: ("EPERM", "Operation not permitted"),
        ENOENT: ("ENOENT", "No such file or directory"),
        ESRCH: ("ESRCH", "No such process"),
        EINTR: ("EINTR", "Interrupted system call"),
        EIO: ("EIO", "Input/output error"),
        ENXIO: ("ENXIO", "No such device or address"),
        E2BIG: ("E2BIG", "Argument list too long"),
        EBADF: ("EBADF", "Bad file descriptor"),
        EAGAIN: ("EAGAIN", "Resource temporarily unavailable"),
        ENOMEM: ("ENOMEM", "Cannot allocate memory"),
        EACCES: ("EACCES", "Permission denied"),
        EFAULT: ("EFAULT", "Bad address"),
        EBUSY: ("EBUSY", "Device or resource busy"),
        EEXIST: ("EEXIST", "File exists"),
        ENODEV: ("ENODEV", "No such device"),
        EINVAL: ("EINVAL", "Invalid argument"),
        ENFILE: ("ENFILE", "Too many open files in system"),
        EMFILE: ("EMFILE", "Too many open files"),
        ENOSPC: ("ENOSPC", "No space left on device"),
        EROFS: ("EROFS", "Read-only file system"),
        ERANGE: ("ERANGE", "Numerical result out of range"),
        ENOSYS: ("ENOSYS", "Function not implemented"),
        EPROTO: ("EPROTO", "Protocol error"),
        EOVERFLOW: ("EOVERFLOW", "Value too large for defined data type"),
        EMSGSIZE: ("EMSGSIZE", "Message too long"),
        ENOPROTOOPT: ("ENOPROTOOPT", "Protocol not available"),
        EPROTONOSUPPORT: ("EPROTONOSUPPORT", "Protocol not supported"),
        EOPNOTSUPP: ("EOPNOTSUPP", "Operation not supported"),
        EAFNOSUPPORT: ("EAFNOSUPPORT", "Address family not supported by protocol"),
        EADDRINUSE: ("EADDRINUSE", "Address already in use"),
        EADDRNOTAVAIL: ("EADDRNOTAVAIL", "Cannot assign requested address"),
        ENETDOWN: ("ENETDOWN", "Network is down"),
        ENETUNREACH: ("ENETUNREACH", "Network is unreachable"),
        ECONNREFUSED: ("ECONNREFUSED", "Connection refused"),
        EHOSTUNREACH: ("EHOSTUNREACH", "No route to host"),
        ENOBUFS: ("ENOBUFS", "No buffer space available"),
        ETIMEDOUT: ("ETIMEDOUT", "Connection timed out"),
    ]
}

extension ErrorNumber: CustomStringConvertible {
    /// The C library's words for the number, or `Unknown error N`.
    public var description: String { Self.known[rawValue]?.text ?? "Unknown error \(rawValue)" }
}
