import LinuxSystem
import Logging

/// Logs what scripts write.
///
/// Only where debug lines are wanted: else the standard streams of scripts are `/dev/null`, as under keepalived, so
/// that a program which a script leaves in the background depends in nothing on this process.
enum ScriptOutput {
    /// More lines than these are counted only.
    private static let lineLimit = 32

    /// What takes the output of scripts; nil where nobody wants to see it.
    static func receiver(_ logger: Logger) -> (@Sendable (ChildOutput) -> Void)? {
        guard logger.logLevel <= .debug else { return nil }
        return { output in log(output, to: logger) }
    }

    static func log(_ output: ChildOutput, to logger: Logger) {
        let lines = output.lines
        for line in lines.prefix(lineLimit) { logger.debug("\(output.program)[\(output.process)]: \(line)") }
        guard output.dropped > 0 || lines.count > lineLimit else { return }
        logger.debug(
            "\(output.program)[\(output.process)] wrote more, which is not shown",
            metadata: ["lines": "\(max(0, lines.count - lineLimit))", "bytes": "\(output.dropped)"])
    }
}
