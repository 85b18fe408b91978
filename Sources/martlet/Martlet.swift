import ArgumentParser

@main
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet", abstract: "An LVS director: IPVS, health checks and VRRP in one process.")
}
