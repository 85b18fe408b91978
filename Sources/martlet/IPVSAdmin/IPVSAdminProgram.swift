import Director
import Glibc
import IPVS
import IPVSAdmin
import LinuxSystem
import Netlink

/// The command line of ipvsadm 1.31.
struct IPVSAdminProgram {
    /// The program's name as typed.
    let program: String
    let names = SystemNames()
    let client: IPVSClient

    /// What links to this program are called, each with the command line that it takes.
    enum Link: String {
        case ipvsadm
        case save = "ipvsadm-save"
        case restore = "ipvsadm-restore"
    }

    /// Runs what stands behind the word `martlet ipvsadm`. Unlike a link's, its help needs neither IPVS nor root.
    static func runWord(_ arguments: [String]) -> Int32 {
        let program = "martlet ipvsadm"
        switch try? AdminCommand(arguments: arguments, program: program) {
        case .help: return print(HelpText.help(program: program, martlet: MartletVersion.text))
        case .version: return print(HelpText.version(martlet: MartletVersion.text) + "\n")
        default: return run(arguments, program: program)
        }
    }

    /// Runs a command line; `program` is the name as typed. Returns the exit status.
    static func run(_ arguments: [String], program: String, link: Link = .ipvsadm) -> Int32 {
        let client: IPVSClient
        do throws(IPVSUnavailable) {
            client = try IPVSClient.open { Terminal.write($0, to: STDERR_FILENO) }
        } catch {
            let isPermitted =
                error != .notPermitted && Capability.missing(of: [.networkAdministration]).isEmpty
            Terminal.writeError(KernelRefusal.unavailable(isPermitted: isPermitted))
            return 2
        }
        let admin = IPVSAdminProgram(program: program, client: client)
        switch link {
        case .ipvsadm: return admin.run(arguments)
        case .save: return admin.save(arguments)
        case .restore:
            // The script of this name clears the table first; here what stays is not interrupted.
            return RestoreTransactionRun(admin: admin, isPlan: false, isScript: true).run()
        }
    }

    /// Runs a command line.
    func run(_ arguments: [String]) -> Int32 {
        do throws(CommandLineError) {
            let command = try AdminCommand(arguments: arguments, program: program, names: names)
            guard case .restore(let options) = command else { return run(command) }
            return options.isTransaction
                ? RestoreTransactionRun(admin: self, isPlan: options.isPlan).run() : RestoreRun(admin: self).run()
        } catch {
            Terminal.writeError(error.message)
            return error.exitStatus
        }
    }

    /// Carries out everything but a restore.
    func run(_ command: AdminCommand) -> Int32 {
        switch command {
        case .change(let change):
            let failures = client.apply([change])
            report(failures)
            return failures.isEmpty ? 0 : 255
        case .list(let options): return LiveListing(options: options, names: names, client: client).run()
        case .save(let isNumeric): return save(isNumeric: isNumeric)
        case .help: return Self.print(HelpText.help(program: program, martlet: MartletVersion.text))
        case .version: return Self.print(HelpText.version(martlet: MartletVersion.text) + "\n")
        case .restore: break
        }
        return 0
    }

    private static func print(_ text: String) -> Int32 {
        var output = OutputBuffer()
        do throws(OutputBuffer.Failure) {
            try output.write(Array(text.utf8))
            try output.flush()
            return 0
        } catch {
            Terminal.writeError("\(error)")
            return 1
        }
    }

    /// Says what the kernel refused, in ipvsadm's words.
    func report(_ failures: [CommandFailure]) {
        for failure in failures { Terminal.writeError(Self.message(of: failure)) }
    }

    static func message(of failure: CommandFailure) -> String {
        KernelRefusal.message(for: failure) { "\(Errno(rawValue: $0.rawValue))" }
    }

    /// The options of the script `ipvsadm-save`.
    private func save(_ arguments: [String]) -> Int32 {
        if arguments.contains(where: { $0.hasPrefix("-") && $0 != "-n" }) {
            Terminal.writeError(
                "\(program): writes the IPVS table for ipvsadm-restore; -n writes numbers in place of names.")
            return 1
        }
        return save(isNumeric: arguments.contains("-n"))
    }

    private func save(isNumeric: Bool) -> Int32 {
        let formatter = SaveFormatter(names: isNumeric ? nil : names)
        let order = ListingFormatter(options: ListingOptions(isNumeric: true))
        var output = OutputBuffer()
        var failure: OutputBuffer.Failure?
        var batch = PoolBatch(names: isNumeric ? nil : names, isSave: true)
        func write(_ pools: [PoolSnapshot]) {
            do throws(OutputBuffer.Failure) {
                for pool in pools { try output.write(formatter.lines(pool)) }
            } catch {
                failure = error
            }
        }
        do throws(NetlinkError) {
            try PoolReader(of: order.serviceOrder(try client.services()), over: client).forEach { pool in
                write(batch.take(pool))
                return failure == nil
            }
        } catch {
            Terminal.writeError(KernelRefusal.message(forListing: error) { "\(Errno(rawValue: $0.rawValue))" })
            return 1
        }
        if failure == nil { write(batch.finish()) }
        if failure == nil {
            do throws(OutputBuffer.Failure) { try output.flush() } catch { failure = error }
        }
        if let failure { Terminal.writeError("\(failure)") }
        names.reportSilence()
        return failure == nil ? 0 : 1
    }
}
