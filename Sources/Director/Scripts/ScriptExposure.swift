public import KeepalivedConfig
import LinuxSystem

/// What keepalived calls a security violation: scripts that root would run while `enable_script_security` is off.
public enum ScriptExposure {
    /// The programs that would run as root without `enable_script_security`, each once, in the order of the
    /// configuration; empty where it is on. Programs that are not there do not count; one that only lacks its mode bit
    /// does, for the bit is soon set.
    public static func programs(of configuration: Configuration) -> [String] {
        guard !configuration.global.enableScriptSecurity else { return [] }
        let resolver = ScriptResolver(configuration.global)
        var programs: [String] = []
        var seen: Set<String> = []
        configuration.forEachScript { script, _ in
            guard let program = script.words.first, let identity = resolver.identity(of: script), identity.user == 0,
                seen.insert(program).inserted
            else { return }
            switch ScriptSecurity.verify(program, identity: identity) {
            case nil, .insecure, .notExecutable: programs.append(program)
            case .missing, .notRegularFile, .withoutInterpreter: break
            }
        }
        return programs
    }
}
