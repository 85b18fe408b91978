import ArgumentParser
import Director
import Glibc

@main
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "An LVS director: IPVS, health checks and VRRP in one process.",
        version: MartletVersion.text,
        subcommands: [
            RunCommand.self, StatusCommand.self, PlanCommand.self, ReloadCommand.self, CheckCommand.self,
            ExplainCommand.self, KeepalivedCommand.self, RealServerCommand.self, ListCommand.self,
        ])

    /// Under a link named `keepalived` the program takes that command line.
    static func main() {
        let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if LiveListing.takes(arguments) { Glibc.exit(LiveListing.run(Array(arguments.dropFirst()))) }
        main(name == "keepalived" ? ["keepalived"] + arguments : arguments)
    }
}
