import ArgumentParser
import ControlPlane

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Let the running director read its configuration again, and wait for the verdict.",
        discussion: """
            Exits with 0 when the configuration is in force or nothing had to be done, with 1 when it was refused and \
            the old one stays in force, with 3 when it failed while it was applied and was taken back, and with 4 when \
            no director answers.
            """)

    @OptionGroup var control: ControlOptions

    @Flag(help: "Print the verdict as one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("How long to wait for the verdict.", valueName: "seconds"))
    var timeout: UInt32 = 60

    func run() throws {
        let report: ReloadReport
        do throws(ControlClientError) {
            let request = ControlRequest(.reload, colour: !json && Terminal.usesColour)
            let answer = try control.ask(request, timeout: .seconds(timeout))
            guard let reload = answer.reload else { throw .badAnswer(path: control.path()) }
            report = reload
        } catch {
            control.report(error)
            throw ControlOptions.noDirector
        }
        if json {
            Terminal.writeLine(try ControlCodec.encodeIndented(report))
        } else {
            ReportText.write(report)
        }
        switch report.verdict {
        case .applied, .unchanged: return
        case .refused: throw ExitCode(1)
        case .rolledBack: throw ExitCode(3)
        }
    }
}
