import Glibc
import IPVS
import IPVSAdmin
import LinuxSystem

/// `-R`: carries out the lines of standard input in their order. Changes go to the kernel in batches, and the next lines
/// are read meanwhile; whatever shows the order to the outside, a listing or a message, comes when everything before it
/// is done.
struct RestoreRun {
    /// So many changes wait at most, and as many are under way: memory stays what it is however long the input is.
    private static let batchLimit = 1024

    let admin: IPVSAdminProgram
    private var pending: [Command] = []
    /// Made for the first batch: most restores have none.
    private var pipeline: CommandPipeline?
    private var status: Int32 = 0

    init(admin: IPVSAdminProgram) { self.admin = admin }

    /// Returns 0 when every line was carried out, otherwise the status of a line that was not, or 1 when the input could
    /// not be read.
    func run() -> Int32 {
        var run = self
        var reader = RestoreReader()
        do throws(Ending) {
            let problem = try StandardInput.read { chunk throws(Ending) in try run.take(reader.lines(for: chunk)) }
            if let problem {
                // What is left of a line that was not read to its end is none.
                run.flush()
                Terminal.writeError(problem)
                return 1
            }
            try run.take(reader.finish())
        } catch {
            return error.status
        }
        run.flush()
        return run.status
    }

    /// A line with which the restore ends.
    private struct Ending: Error {
        var status: Int32
    }

    private mutating func take(_ lines: [RestoreReader.Line]) throws(Ending) {
        for line in lines { try take(line) }
    }

    private mutating func take(_ line: RestoreReader.Line) throws(Ending) {
        let command: AdminCommand
        do throws(CommandLineError) {
            command = try line.command(program: admin.program, names: admin.names)
        } catch {
            flush()
            // ipvsadm has no words for this; those of its own messages name no line.
            Terminal.writeError((line.hasZeroByte ? "line \(line.number): " : "") + error.message)
            status = error.exitStatus
            if error.endsRestore { throw Ending(status: status) }
            return
        }
        if case .change(let change) = command {
            pending.append(change)
            if pending.count == Self.batchLimit { send() }
        } else {
            flush()
            let status = admin.run(command)
            if status != 0 { throw Ending(status: status) }
        }
    }

    /// Has a batch carried out. Without a second thread or socket that is done here.
    private mutating func send() {
        if pipeline == nil { pipeline = CommandPipeline() }
        guard let pipeline else { return flush() }
        report(pipeline.submit(pending))
        pending.removeAll(keepingCapacity: true)
    }

    /// Returns when every line that was read is carried out.
    private mutating func flush() {
        if let pipeline { report(pipeline.wait()) }
        report(admin.client.apply(pending))
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func report(_ failures: [CommandFailure]) {
        admin.report(failures)
        if !failures.isEmpty { status = 255 }
    }
}

/// Standard input in pieces.
enum StandardInput {
    /// Hands every piece on. Returns what is to be said where the input ends because it cannot be read.
    static func read<Failure: Error>(_ body: (ArraySlice<UInt8>) throws(Failure) -> Void) throws(Failure) -> String? {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                try body(chunk.prefix(count))
            } else if count == 0 {
                return nil
            } else if errno != EINTR {
                return "cannot read standard input: \(Errno.current)"
            }
        }
    }
}
