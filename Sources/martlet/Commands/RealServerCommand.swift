import Addressing
import ArgumentParser
import Director
import KeepalivedConfig
import RealServer

struct RealServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "realserver",
        abstract:
            "Set up this host as a real server of LVS-DR or LVS-TUN: virtual addresses on lo, ARP silent about them.",
        subcommands: [Apply.self, Remove.self, Verify.self, Status.self])

    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put the virtual addresses on lo and keep the host silent about them.",
            discussion: "Doing it again changes nothing. When a step fails, those before it are taken back.")

        @OptionGroup var place: Place
        @OptionGroup var target: Target

        @Flag(help: "Keep it across reboots, in the way that this host does its network.")
        var persist = false

        @Option(help: "Keep it across reboots by this: \(ManagerName.all).")
        var persistWith: ManagerName?

        @Flag(help: "Say what would be done and do nothing.")
        var dryRun = false

        @Option(
            help:
                "Only write the files of --persist, below this folder, such as an image that is being made; this host stays as it is."
        )
        var root: String?

        func validate() throws {
            try target.requireAddresses()
            try Place.requireFolder(root)
            if root != nil, !persist, persistWith == nil {
                throw ValidationError("--root is for the files of --persist or --persist-with: give one of them too")
            }
        }

        func run() throws {
            let persistence: RealServerSetup.Persistence? =
                persistWith.map { .by($0.value) } ?? (persist ? .detected : nil)
            let addresses = try target.wanted()
            let setup = place.setup(root: root, isDryRun: dryRun)
            let report = try place.attempt { () throws(RealServerError) in
                try setup.apply(addresses, persistence: persistence)
            }
            place.write(report, isDryRun: dryRun)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the virtual addresses away, after a reboot too; with the last one the settings become what "
                + "they were.")

        @OptionGroup var place: Place
        @OptionGroup var target: Target

        @Flag(help: "Every address that was applied.")
        var all = false

        @Flag(help: "Say what would be done and do nothing.")
        var dryRun = false

        @Option(help: "Only take away the files below this folder, which apply was given.")
        var root: String?

        func validate() throws {
            try Place.requireFolder(root)
            if all, !target.isEmpty { throw ValidationError("--all and addresses cannot be given together") }
            if !all { try target.requireAddresses() }
        }

        func run() throws {
            let addresses = try target.wanted().map(\.address)
            let setup = place.setup(root: root, isDryRun: dryRun)
            let report = try place.attempt { () throws(RealServerError) in
                try setup.remove(all ? try setup.applied().map(\.address) : addresses)
            }
            place.write(report, isDryRun: dryRun)
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is wrong with this real server and what it breaks; exits with 1 when something is.")

        @OptionGroup var place: Place
        @OptionGroup var target: Target

        @Flag(help: "Do not ask the segment by ARP who answers for the addresses.")
        var noProbe = false

        @Flag(help: "Print the findings as a JSON object.")
        var json = false

        func run() throws {
            let setup = place.setup()
            let given = try target.wanted()
            let (addresses, findings) = try place.attempt { () throws(RealServerError) in
                let applied = try setup.applied()
                let addresses = given.isEmpty ? applied : given.map { $0.completed(from: applied) }
                return (addresses, try setup.verify(addresses, probing: !noProbe))
            }
            if json {
                RealServerJSON.write(VerificationReport(addresses: addresses, findings: findings))
            } else {
                for finding in findings { Terminal.writeLine("\(finding)") }
                if addresses.isEmpty { Terminal.writeLine("no virtual address was applied, and none was named") }
                if findings.isEmpty, !addresses.isEmpty {
                    Terminal.writeLine(
                        "in order: " + addresses.map { "\($0.address)" }.joined(separator: ", "))
                }
            }
            if findings.contains(where: { $0.severity == .wrong }) { throw ExitCode(1) }
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is applied, and say how the host differs from it; exits with 1 when it does.")

        @OptionGroup var place: Place
        @Argument(
            help: "The virtual addresses; those that were applied when none are given.",
            transform: VirtualIPAddress.init)
        var addresses: [VirtualIPAddress] = []

        @Flag(help: "Print a JSON object.")
        var json = false

        func run() throws {
            let setup = place.setup()
            let report = try place.attempt { () throws(RealServerError) in
                try setup.status(addresses.map(\.value))
            }
            if json {
                RealServerJSON.write(RealServerStatusReport(report))
            } else {
                for applied in report.applied { Terminal.writeLine(applied.line) }
                if report.applied.isEmpty { Terminal.writeLine("nothing is applied") }
                place.write(report)
            }
            if !report.isInOrder { throw ExitCode(1) }
        }
    }

    struct Place: ParsableArguments {
        @Option(help: "Where the settings that were there before are kept for the removal (default: /run/martlet).")
        var stateFolder: String?

        /// An empty folder, of a variable that is not set, would be this host.
        static func requireFolder(_ root: String?) throws {
            if root?.isEmpty == true { throw ValidationError("--root needs a folder, and was given an empty name") }
        }

        func setup(root: String? = nil, isDryRun: Bool = false) -> RealServerSetup {
            RealServerSetup(
                stateFolder: stateFolder, root: root ?? "", isDryRun: isDryRun, version: MartletVersion.text)
        }

        func attempt<Result>(_ body: () throws(RealServerError) -> Result) throws -> Result {
            do throws(RealServerError) {
                return try body()
            } catch {
                Terminal.writeError("martlet realserver: \(error)")
                throw ExitCode(1)
            }
        }

        func write(_ report: RealServerReport, isDryRun: Bool = false) {
            guard !isDryRun else {
                for step in report.steps { Terminal.writeLine("would \(step)") }
                if report.steps.isEmpty { Terminal.writeLine("nothing to do") }
                for note in report.notes { Terminal.writeLine("note: \(note)") }
                return
            }
            for item in report.items { Terminal.writeLine("\(item)") }
            for note in report.notes { Terminal.writeLine("note: \(note)") }
        }
    }
}
