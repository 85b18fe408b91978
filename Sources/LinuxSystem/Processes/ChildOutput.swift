/// What a child process wrote to its standard output and standard error, as far as it was kept.
public struct ChildOutput: Sendable, Hashable {
    /// How much of a run is kept: the beginning, which says what went wrong first.
    public static let limit = 4096

    /// The program that was run.
    public var program: String
    /// Its process id.
    public var process: Int32
    /// The first ``limit`` bytes.
    public var bytes: [UInt8]
    /// How many bytes came after them.
    public var dropped: Int

    /// Creates an output.
    public init(program: String, process: Int32, bytes: [UInt8], dropped: Int = 0) {
        self.program = program
        self.process = process
        self.bytes = bytes
        self.dropped = dropped
    }

    /// The kept text line by line, without empty lines. What is no UTF-8 is replaced; control characters are left to
    /// whoever shows the lines.
    public var lines: [String] {
        bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
