import Glibc
import IPVS
import IPVSAdmin
import LinuxSystem
import Netlink

/// `-R --transaction` and `-R --plan`: all lines of standard input or none.
struct RestoreTransactionRun {
    let admin: IPVSAdminProgram
    let isPlan: Bool
    /// Whether it stands in for the script `ipvsadm-restore`: the lines describe the whole table, and those that cannot be
    /// carried out do not hold up the others.
    var isScript = false

    /// Returns 0 when the table is what the lines say (or would be), 1 when the lines cannot be read, 2 when one is wrong,
    /// 255 when the kernel refused. In the last three cases the table is as it was.
    func run() -> Int32 {
        do throws(NetlinkError) {
            var transaction = RestoreTransaction(actual: Table(snapshots: try admin.client.pools()))
            if isScript { take(RestoreReader.Line(number: 0, words: ["-C"]), into: &transaction) }
            var reader = RestoreReader()
            let problem = StandardInput.read { chunk in
                for line in reader.lines(for: chunk) { take(line, into: &transaction) }
            }
            if let problem {
                Terminal.writeError(problem + "; nothing was changed")
                return 1
            }
            for line in reader.finish() { take(line, into: &transaction) }
            for problem in transaction.problems { Terminal.writeError("\(problem)") }
            if isScript, transaction.isDamaged {
                // The lines are the whole table: whatever was where the damage is would go.
                Terminal.writeError("Nothing was changed.")
                return 1
            }
            if isScript { return carryOutWhatGoes(transaction) }
            guard transaction.problems.isEmpty else { return 2 }
            return isPlan ? show(transaction) : try carryOut(transaction)
        } catch {
            Terminal.writeError(KernelRefusal.message(forListing: error) { "\(Errno(rawValue: $0.rawValue))" })
            return 1
        }
    }

    private func take(_ line: RestoreReader.Line, into transaction: inout RestoreTransaction) {
        transaction.take(line, program: admin.program, names: admin.names)
    }

    private func show(_ transaction: RestoreTransaction) -> Int32 {
        let formatter = SaveFormatter()
        var output = OutputBuffer()
        do throws(OutputBuffer.Failure) {
            for command in transaction.commands + transaction.settings { try output.write(formatter.line(command)) }
            try output.flush()
            return 0
        } catch {
            Terminal.writeError("\(error)")
            return 1
        }
    }

    private func carryOut(_ transaction: RestoreTransaction) throws(NetlinkError) -> Int32 {
        let client = admin.client
        let timeouts = try client.timeouts()
        let daemons = try client.daemons()
        let commands = transaction.commands
        var failures = client.apply(commands.filter { !$0.isDeletion })
        if failures.isEmpty { failures = client.apply(commands.filter(\.isDeletion)) }
        var done: [Command] = []
        if failures.isEmpty {
            for setting in transaction.settings {
                failures = client.apply([setting])
                guard failures.isEmpty else { break }
                done.append(setting)
            }
        }
        if failures.isEmpty { return 0 }
        report(failures, of: transaction)
        try undo(transaction, settings: done, timeouts, daemons)
        return 255
    }

    private func carryOutWhatGoes(_ transaction: RestoreTransaction) -> Int32 {
        let failures = admin.client.apply(transaction.commands + transaction.settings)
        report(failures, of: transaction)
        return failures.isEmpty && transaction.problems.isEmpty ? 0 : 255
    }

    private func report(_ failures: [CommandFailure], of transaction: RestoreTransaction) {
        for failure in failures {
            let line = transaction.line(of: failure.command).map { "line \($0): " } ?? ""
            Terminal.writeError(line + IPVSAdminProgram.message(of: failure))
        }
    }

    /// Leads everything back to what it was before the first command.
    private func undo(
        _ transaction: RestoreTransaction, settings: [Command], _ timeouts: Timeouts, _ daemons: [SyncDaemon]
    ) throws(NetlinkError) {
        var commands = transaction.undoing(from: Table(snapshots: try admin.client.pools()))
        for setting in settings.reversed() {
            switch setting {
            case .setTimeouts: commands.append(.setTimeouts(timeouts))
            case .startDaemon(let daemon): commands.append(.stopDaemon(daemon.role))
            case .stopDaemon(let role): commands += daemons.filter { $0.role == role }.map { .startDaemon($0) }
            default: break
            }
        }
        let failures = admin.client.apply(commands)
        for failure in failures { Terminal.writeError("not undone: \(failure)") }
        Terminal.writeError(
            failures.isEmpty
                ? "Nothing was changed." : "The table is not what it was: compare it with 'ipvsadm -R --plan'.")
    }
}
