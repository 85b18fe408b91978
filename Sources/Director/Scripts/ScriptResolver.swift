import KeepalivedConfig
import LinuxSystem

/// Decides who runs a script, and refuses those that somebody else could change.
///
/// Identity: the script's own user, else `script_user`, else `keepalived_script` where that user exists, else this
/// process's. With `enable_script_security` a script that would run as root and has a path component that somebody
/// other than root may write does not run at all; without, it runs and is warned about.
struct ScriptResolver {
    /// A command to run, or why there is none.
    struct Resolution: Sendable, Hashable {
        /// The command; without words when the script is refused, which every run then reports as not executed.
        var command: ChildCommand
        /// What is wrong, for the log: the script may run all the same.
        var problem: String?
        /// Whether the problem keeps the script from running.
        var isRefused = false
    }

    private let isSecurityEnabled: Bool
    private let defaultIdentity: Result<ProcessIdentity, IdentityError>

    init(_ global: GlobalDefinitions) {
        isSecurityEnabled = global.enableScriptSecurity
        if let user = global.scriptUser {
            defaultIdentity = Self.identity(of: user)
        } else if let identity = try? ProcessIdentity.lookUp(user: "keepalived_script") {
            defaultIdentity = .success(identity)
        } else {
            defaultIdentity = .success(.current)
        }
    }

    func resolve(_ script: Script) -> Resolution {
        let identity: ProcessIdentity
        switch script.user.map(Self.identity) ?? defaultIdentity {
        case .success(let found): identity = found
        case .failure(let error):
            return refused(script, "\(error)")
        }
        // Changing nothing needs no rights: a director without CAP_SETUID still runs scripts as itself.
        let command = ChildCommand(words: script.words, identity: identity == .current ? nil : identity)
        guard let program = script.words.first else { return refused(script, "it names no program") }
        guard let problem = ScriptSecurity.verify(program, identity: identity) else {
            return Resolution(command: command)
        }
        if isSecurityEnabled, case .insecure = problem { return refused(script, "\(problem)") }
        return Resolution(command: command, problem: "script '\(program)': \(problem)")
    }

    private func refused(_ script: Script, _ reason: String) -> Resolution {
        let name = script.words.first ?? ""
        return Resolution(
            command: ChildCommand(words: []), problem: "script '\(name)' will not be run: \(reason)", isRefused: true)
    }

    private static func identity(of user: ScriptUser) -> Result<ProcessIdentity, IdentityError> {
        do throws(IdentityError) {
            return .success(try ProcessIdentity.lookUp(user: user.user, group: user.group))
        } catch {
            return .failure(error)
        }
    }
}
