import Glibc

/// A file descriptor with exactly one owner, closed when the owner goes.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The number; valid as long as this value lives.
    public let rawValue: Int32

    /// Takes ownership of an open descriptor.
    public init(owning rawValue: Int32) { self.rawValue = rawValue }

    deinit { _ = close(rawValue) }

    /// Gives the number away; whoever takes it closes it.
    public consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }
}
