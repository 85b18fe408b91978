import ArgumentParser
import ControlPlane
import Director

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a reload would do to the kernel, the elections and connections. Changes nothing.",
        discussion: """
            Without a running director it plans a start against the kernel's table. Exits with 0 when there is a plan, \
            with 1 when the configuration cannot be used or a reload would be refused, with 4 when no director runs and \
            the kernel's table cannot be read, and with --exit-code with 2 when something would change.
            """)

    @OptionGroup var control: ControlOptions

    @Option(
        name: [.customShort("f"), .customLong("use-file")],
        help: "Plan with this file instead of the one that the director reads.", completion: .file())
    var file: String?

    @Option(
        name: [.customShort("i"), .customLong("config-id")],
        help: "Without a running director: the value that @ID lines compare with.")
    var configID: String?

    @Flag(help: "Print the plan as one JSON object.")
    var json = false

    @Flag(help: "Exit with 2 when something would change.")
    var exitCode = false

    func run() throws {
        let report = try plan()
        if json {
            Terminal.writeLine(try ControlCodec.encodeIndented(report))
        } else {
            ReportText.write(report)
        }
        if !report.isPossible { throw ExitCode(1) }
        if exitCode, report.changesSomething { throw ExitCode(2) }
    }

    private func plan() throws -> PlanReport {
        do throws(ControlClientError) {
            let request = ControlRequest(
                .plan, file: file?.absolutePath, colour: !json && Terminal.usesColour)
            guard let plan = try control.ask(request).plan else { throw .badAnswer(path: control.path()) }
            return plan
        } catch {
            guard case .noDirector = error else {
                control.report(error)
                throw ControlOptions.noDirector
            }
            Terminal.writeError("\(error): planning a start")
        }
        let path = (file ?? ConfigurationFile.defaultPath).absolutePath
        do throws(DirectorError) {
            return try StartPlan.report(
                reader: ConfigurationReader(path: path, configID: configID),
                usesColour: !json && Terminal.usesColour)
        } catch {
            Terminal.writeError("martlet: \(error)")
            throw ControlOptions.noDirector
        }
    }
}
