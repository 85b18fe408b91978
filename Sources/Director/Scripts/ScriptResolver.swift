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
        /// The command; with its refusal when the script is refused, which every run then reports as not executed.
        var command: ChildCommand
        /// What is wrong, for the log: the script may run all the same.
        var problem: String?
        /// Whether others may change the script.
        var isInsecure = false
        /// Whether the problem keeps the script from running.
        var isRefused = false
        /// Whether it is refused because the user or group that is to run it does not exist.
        var lacksIdentity = false
    }

    /// What has been found out already.
    private(set) var resolutions: [Script: Resolution] = [:]

    private let isSecurityEnabled: Bool
    private let hasSupplementaryGroups: Bool
    private let defaultIdentity: Result<ProcessIdentity, IdentityError>

    init(_ global: GlobalDefinitions) {
        isSecurityEnabled = global.enableScriptSecurity
        hasSupplementaryGroups = global.setsSupplementaryGroups
        if let user = global.scriptUser {
            defaultIdentity = Self.identity(of: user, withSupplementaryGroups: hasSupplementaryGroups)
        } else if let identity = try? ProcessIdentity.lookUp(
            user: "keepalived_script", withSupplementaryGroups: hasSupplementaryGroups)
        {
            defaultIdentity = .success(identity)
        } else {
            defaultIdentity = .success(.current)
        }
    }

    /// The same rules with scripts looked up beforehand, so that equal results can be told from different ones.
    func resolving(_ scripts: some Sequence<Script>) -> ScriptResolver {
        var resolver = self
        for script in scripts where resolver.resolutions[script] == nil {
            resolver.resolutions[script] = resolveNow(script)
        }
        return resolver
    }

    /// What is known of the script, or else what can be found out now.
    func resolve(_ script: Script) -> Resolution { resolutions[script] ?? resolveNow(script) }

    private func resolveNow(_ script: Script) -> Resolution {
        let identity: ProcessIdentity
        switch identityResult(of: script) {
        case .success(let found): identity = found
        case .failure(let error):
            var resolution = refused(script, "\(error)")
            resolution.lacksIdentity = true
            return resolution
        }
        // Changing nothing needs no rights: a director without CAP_SETUID still runs scripts as itself.
        let isOwn = identity.user == ProcessIdentity.current.user && identity.group == ProcessIdentity.current.group
        let changesNothing = isOwn && (identity.supplementaryGroups.isEmpty || identity.user != 0)
        let command = ChildCommand(words: script.words, identity: changesNothing ? nil : identity)
        guard let program = script.words.first else { return refused(script, "it names no program") }
        guard let problem = ScriptSecurity.verify(program, identity: identity) else {
            return Resolution(command: command)
        }
        var isInsecure = false
        if case .insecure = problem { isInsecure = true }
        if isSecurityEnabled, isInsecure { return refused(script, "\(problem)") }
        return Resolution(command: command, problem: "script '\(program)': \(problem)", isInsecure: isInsecure)
    }

    /// Who runs a script; nil where that user or group does not exist.
    func identity(of script: Script) -> ProcessIdentity? { try? identityResult(of: script).get() }

    /// Who runs a script, or why nobody can.
    func identityResult(of script: Script) -> Result<ProcessIdentity, IdentityError> {
        script.user.map { Self.identity(of: $0, withSupplementaryGroups: hasSupplementaryGroups) } ?? defaultIdentity
    }

    /// keepalived's line on scripts that run without `enable_script_security`.
    func securitySentence(on scripts: [Script], kind: String) -> String? {
        guard !isSecurityEnabled, !scripts.isEmpty else { return nil }
        let isInsecure = scripts.contains { resolve($0).isInsecure }
        return "SECURITY VIOLATION - \(kind) are being executed but script_security not enabled."
            + (isInsecure ? " There are insecure scripts." : "")
    }

    /// Who runs scripts that name nobody; nil where that user or group does not exist.
    var ownIdentity: ProcessIdentity? { try? defaultIdentity.get() }

    /// Who owns a FIFO: the user that is named with it, else who runs scripts.
    func owner(of fifo: NotifyFIFO) -> Result<ProcessIdentity, IdentityError> {
        fifo.owner.map { Self.identity(of: $0, withSupplementaryGroups: false) } ?? defaultIdentity
    }

    private func refused(_ script: Script, _ reason: String) -> Resolution {
        let name = script.words.first ?? ""
        return Resolution(
            command: ChildCommand(words: script.words, refusal: reason),
            problem: "script '\(name)' will not be run: \(reason)", isRefused: true)
    }

    private static func identity(
        of user: ScriptUser, withSupplementaryGroups: Bool
    ) -> Result<ProcessIdentity, IdentityError> {
        do throws(IdentityError) {
            return .success(
                try ProcessIdentity.lookUp(
                    user: user.user, group: user.group, withSupplementaryGroups: withSupplementaryGroups))
        } catch {
            return .failure(error)
        }
    }
}
