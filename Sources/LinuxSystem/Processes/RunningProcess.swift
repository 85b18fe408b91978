import Glibc

/// A process as `/proc` shows it.
public struct RunningProcess: Sendable, Hashable {
    /// Its number.
    public var number: Int32
    /// Its short name, at most 15 bytes.
    public var shortName: String
    /// Its command line; empty for threads of the kernel, and where it was not asked for.
    public var commandLine: [String]

    /// Bytes of a command line that are looked at.
    private static let commandLineLimit = 4096

    /// The numbers of all processes.
    public static func numbers() -> [Int32] { FolderListing.names(in: "/proc").compactMap { Int32($0) } }

    /// Looks at a process; nil when there is none of this number, or none that still runs.
    public init?(_ number: Int32, withCommandLine: Bool) {
        guard let stat = Self.beginning(of: "/proc/\(number)/stat", length: 512),
            let first = stat.firstIndex(of: UInt8(ascii: "(")), let last = stat.lastIndex(of: UInt8(ascii: ")")),
            first < last, last + 2 < stat.count
        else { return nil }
        let state = stat[last + 2]
        // Ended, and nobody has asked how.
        guard state != UInt8(ascii: "Z"), state != UInt8(ascii: "X") else { return nil }
        self.number = number
        shortName = String(decoding: stat[(first + 1)..<last], as: UTF8.self)
        guard withCommandLine else {
            commandLine = []
            return
        }
        var line = Self.beginning(of: "/proc/\(number)/cmdline", length: Self.commandLineLimit) ?? []
        if line.last == 0 { line.removeLast() }
        commandLine =
            line.isEmpty
            ? []
            : line.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func beginning(of path: String, length: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = FileDescriptor(owning: descriptor)
        var bytes = [UInt8](repeating: 0, count: length)
        let count = bytes.withUnsafeMutableBytes { read(file.rawValue, $0.baseAddress, $0.count) }
        return count < 0 ? nil : Array(bytes.prefix(count))
    }
}
