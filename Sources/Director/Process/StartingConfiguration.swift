public import KeepalivedConfig
import Synchronization

/// The configuration that a process starts with, until its director has it.
///
/// The text and the syntax tree of a large file take more memory than all the rest. Whoever merely passes them on must not
/// keep them alive for as long as the director runs, so they are passed on in here and taken out once.
public final class StartingConfiguration: Sendable {
    private let read: Mutex<ReadConfiguration?>

    /// Puts it in.
    public init(_ read: ReadConfiguration) { self.read = Mutex(read) }

    /// What is to be put in force; nil when the file has errors, or once everything was taken out.
    public var configuration: Configuration? { read.withLock { $0?.result.configuration } }

    /// Takes everything out; nil when that was done before.
    func take() -> ReadConfiguration? {
        read.withLock { read in
            defer { read = nil }
            return read
        }
    }
}
