import Glibc
import IPVS
import IPVSAdmin
import LinuxSystem

/// `-R`: carries out the lines of standard input in their order. Changes go to the kernel in batches; whatever shows the
/// order to the outside, a listing or a message, comes when everything before it is done.
struct RestoreRun {
    /// So many changes wait at most: memory stays what it is however long the input is.
    private static let batchLimit = 4096

    let admin: IPVSAdminProgram
    private var pending: [Command] = []
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
            command = try AdminCommand(
                arguments: line.words, program: admin.program, names: admin.names, isRestoring: true)
        } catch {
            flush()
            Terminal.writeError(error.message)
            status = error.exitStatus
            if error.endsRestore { throw Ending(status: status) }
            return
        }
        if case .change(let change) = command {
            pending.append(change)
            if pending.count == Self.batchLimit { flush() }
        } else {
            flush()
            let status = admin.run(command)
            if status != 0 { throw Ending(status: status) }
        }
    }

    private mutating func flush() {
        let failures = admin.client.apply(pending)
        pending.removeAll(keepingCapacity: true)
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
