/// A call to the kernel that failed: what was being done, what the kernel said, and the way out where one is known.
public struct SystemError: Error, Sendable, Hashable {
    /// The system call or file operation, such as `setsockopt(SO_BINDTODEVICE)`.
    public var call: String
    /// What the kernel answered.
    public var errno: Errno
    /// What was being done, to be read after "cannot": `open a VRRP socket on eth0`.
    public var purpose: String
    /// What the operator can do about it; nil where nothing general can be said.
    public var advice: String?

    /// Creates an error. Without an `advice`, a missing right gets the advice to run as root.
    public init(call: String, errno: Errno, purpose: String, advice: String? = nil) {
        self.call = call
        self.errno = errno
        self.purpose = purpose
        self.advice = advice ?? (errno.isPermission ? "run as root" : nil)
    }
}

extension SystemError: CustomStringConvertible {
    /// One line: `cannot open a VRRP socket on eth0: Operation not permitted (socket); run as root`.
    public var description: String {
        let sentence = "cannot \(purpose): \(errno) (\(call))"
        return advice.map { "\(sentence); \($0)" } ?? sentence
    }
}

/// Runs a system call, again when a signal interrupted it, and turns −1 into an error.
///
/// - Parameters:
///   - call: The name of the call for the error.
///   - purpose: What is being done, to be read after "cannot".
///   - advice: What the operator can do when it fails.
///   - body: The call; it must leave `errno` as the kernel set it.
/// - Returns: What the call returned.
@discardableResult
public func systemCall<Result: FixedWidthInteger & SignedInteger>(
    _ call: @autoclosure () -> String, _ purpose: @autoclosure () -> String, advice: @autoclosure () -> String? = nil,
    _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let errno = Errno.current
        if errno == .interrupted { continue }
        throw SystemError(call: call(), errno: errno, purpose: purpose(), advice: advice())
    }
}
