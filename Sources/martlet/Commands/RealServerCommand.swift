import Addressing
import ArgumentParser
import RealServer

struct RealServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "realserver",
        abstract: "Set up this host as a real server of LVS-DR: virtual addresses on lo, ARP silent about them.",
        subcommands: [Apply.self, Remove.self, Status.self])

    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put the virtual addresses on lo and keep the host silent about them.",
            discussion: "Doing it again changes nothing. When a step fails, those before it are taken back.")

        @OptionGroup var target: Target
        @Argument(help: "The virtual addresses.") var addresses: [VirtualIPAddress]

        func run() throws {
            try target.report { setup throws(RealServerError) in try setup.apply(addresses.map(\.value)) }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the virtual addresses off lo; with the last one the ARP settings become what they were.")

        @OptionGroup var target: Target
        @Argument(help: "The virtual addresses.") var addresses: [VirtualIPAddress]

        func run() throws {
            try target.report { setup throws(RealServerError) in try setup.remove(addresses.map(\.value)) }
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how the host differs from what LVS-DR needs; exits with 1 when it does.")

        @OptionGroup var target: Target
        @Argument(help: "The virtual addresses; those that were applied when none are given.")
        var addresses: [VirtualIPAddress] = []

        func run() throws {
            let report = try target.report { setup throws(RealServerError) in try setup.status(addresses.map(\.value)) }
            if !report.isInOrder { throw ExitCode(1) }
        }
    }

    struct Target: ParsableArguments {
        @Option(help: "Where the settings that were there before are kept for the removal (default: /run/martlet).")
        var stateFolder: String?

        @discardableResult
        func report(
            _ body: (RealServerSetup) throws(RealServerError) -> RealServerReport
        ) throws -> RealServerReport {
            do throws(RealServerError) {
                let report = try body(RealServerSetup(stateFolder: stateFolder))
                for item in report.items { Terminal.writeLine("\(item)") }
                return report
            } catch {
                Terminal.writeError("martlet realserver: \(error)")
                throw ExitCode(1)
            }
        }
    }
}

/// A virtual address on the command line.
struct VirtualIPAddress: ExpressibleByArgument {
    let value: IPAddress

    init?(argument: String) {
        guard let value = IPAddress(argument) else { return nil }
        self.value = value
    }
}
