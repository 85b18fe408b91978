import ArgumentParser
import Director
import Glibc
import LinuxSystem

@main
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "An LVS director: IPVS, health checks and VRRP in one process.",
        version: MartletVersion.text,
        subcommands: [
            RunCommand.self, StatusCommand.self, PlanCommand.self, ReloadCommand.self, CheckCommand.self,
            ExplainCommand.self, KeepalivedCommand.self, RealServerCommand.self, ListCommand.self,
            IPVSAdminCommand.self, IPVSAdminSaveCommand.self, IPVSAdminRestoreCommand.self, VRRPCommand.self,
        ])

    /// Under a link named `keepalived` or `ipvsadm` the program takes that command line.
    static func main() {
        StandardDescriptors.occupy()
        let typed = CommandLine.arguments.first ?? ""
        let name = typed.split(separator: "/").last.map(String.init)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let link = name.flatMap(IPVSAdminProgram.Link.init) {
            Glibc.exit(IPVSAdminProgram.run(arguments, program: typed, link: link))
        }
        if IPVSAdminCommand.takes(arguments) {
            Glibc.exit(IPVSAdminProgram.runWord(Array(arguments.dropFirst())))
        }
        if LiveListing.takes(arguments) { Glibc.exit(LiveListing.run(Array(arguments.dropFirst()))) }
        main(name == "keepalived" ? ["keepalived"] + arguments : arguments)
    }
}
