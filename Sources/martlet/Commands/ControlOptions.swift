import ArgumentParser
import ControlPlane
import Glibc

/// How a command finds the running director.
struct ControlOptions: ParsableArguments {
    @Option(
        name: .customLong("control"),
        help: ArgumentHelp(
            "The control socket (default: $MARTLET_CONTROL, then \(ControlSocketPath.folder)/control.sock).",
            valueName: "path"), completion: .file())
    var control: String?

    /// The socket that is meant.
    ///
    /// - Parameter instance: `instance` of the configuration, which a client does not know.
    func path(instance: String? = nil) -> String { ControlSocketPath.path(given: control, instance: instance) }

    /// Asks the director.
    func ask(_ request: ControlRequest, timeout: Duration = .seconds(60)) throws(ControlClientError) -> ControlAnswer {
        try ControlClient(path: path(), timeout: timeout).ask(request)
    }

    /// The exit status when no director could be asked.
    static let noDirector = ExitCode(4)

    /// Says why the director could not be asked, and what to do about it.
    func report(_ error: ControlClientError) {
        Terminal.writeError("martlet: \(error)")
        guard case .noDirector(let path) = error else { return }
        let others = ControlSocketPath.existing().filter { $0 != path }
        if others.isEmpty {
            Terminal.writeError("Start one with 'martlet run', or name its socket with --control.")
        } else {
            Terminal.writeError(
                "There is \(others.joined(separator: ", ")): name the one that is meant with --control.")
        }
    }
}

extension String {
    /// The path from the root on, as another process would have to be told.
    var absolutePath: String {
        guard !hasPrefix("/"), let folder = getcwd(nil, 0) else { return self }
        defer { free(folder) }
        return String(cString: folder) + "/" + self
    }
}
