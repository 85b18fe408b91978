import ArgumentParser
import ControlPlane
import Glibc

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what a running director is at, and what each part waits for.",
        discussion: "Exits with 4 when no director answers.")

    @OptionGroup var control: ControlOptions

    @Flag(help: "Print the status as one JSON object.")
    var json = false

    @Flag(help: "Repeat every two seconds.")
    var watch = false

    @Flag(name: .customLong("configuration"), help: "Print the text of the configuration in force instead.")
    var printsConfiguration = false

    func validate() throws {
        if printsConfiguration, json || watch {
            throw ValidationError("--configuration is not for --json or --watch: it prints the text as it is.")
        }
    }

    func run() throws {
        do throws(ControlClientError) {
            if printsConfiguration { return try writeConfiguration() }
            try writeStatus()
        } catch {
            control.report(error)
            throw ControlOptions.noDirector
        }
        while watch {
            sleep(2)
            // A director that is being restarted is waited for.
            do throws(ControlClientError) { try writeStatus() } catch { control.report(error) }
        }
    }

    private func writeConfiguration() throws(ControlClientError) {
        guard let configuration = try control.ask(ControlRequest(.configuration)).configuration else {
            throw .badAnswer(path: control.path())
        }
        Terminal.write(configuration.text, to: STDOUT_FILENO)
    }

    private func writeStatus() throws(ControlClientError) {
        guard let status = try control.ask(ControlRequest(.status)).status else {
            throw .badAnswer(path: control.path())
        }
        if json {
            let bytes = try? watch ? ControlCodec.encode(status) : Array(ControlCodec.encodeIndented(status).utf8)
            Terminal.write((bytes ?? []) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
        } else {
            let clear = watch && isatty(STDOUT_FILENO) == 1 ? "\u{1B}[H\u{1B}[2J" : ""
            Terminal.writeLine(clear + StatusText(status).text)
        }
    }
}
