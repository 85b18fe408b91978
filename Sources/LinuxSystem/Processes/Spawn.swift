import CLinux
import Glibc

/// A process that runs, not yet waited for.
struct RunningChild {
    /// Its id, also the id of its process group.
    var process: pid_t
    /// Readable when it has ended.
    var pidfd: Int32
    /// What it writes, where that is wanted.
    var output: OutputReader?
}

/// The environment of scripts: this process's own without what changes how a shell splits words or which code a
/// program loads.
func scriptEnvironment() -> [String] {
    var variables: [String] = []
    var entry = environ
    while let variable = entry.pointee {
        let text = String(cString: variable)
        if !["IFS=", "LD_PRELOAD=", "LD_LIBRARY_PATH="].contains(where: text.hasPrefix) { variables.append(text) }
        entry += 1
    }
    return variables
}

/// Starts a program in its own process group; see `clinux_spawn` for what the child is given.
///
/// - Parameter capturesOutput: reads what it writes; else that goes to `/dev/null`.
func spawn(
    _ command: ChildCommand, environment: [String], capturesOutput: Bool = false
) -> Result<RunningChild, SpawnFailure> {
    if let refusal = command.refusal {
        let program = command.words.first ?? ""
        return .failure(SpawnFailure(step: .refusal, program: program, errno: .notPermitted, refusal: refusal))
    }
    guard let name = command.words.first, !command.words.contains(where: { $0.utf8.contains(0) }) else {
        return .failure(SpawnFailure(step: .lookup, program: command.words.first ?? "", errno: .invalidArgument))
    }
    guard let path = ProgramPath.resolve(name) else {
        return .failure(SpawnFailure(step: .lookup, program: name, errno: .noSuchFile))
    }
    // A text file without "#!" is a script of /bin/sh, as it would be for system() and for a shell.
    let shellWords = ["/bin/sh", path] + command.words.dropFirst()
    let groups = command.identity?.supplementaryGroups ?? []
    let pipe = capturesOutput ? OutputReader.pipe() : nil
    defer { if let pipe { close(pipe.writing) } }
    let result = withCStrings(command.words) { arguments in
        withCStrings(shellWords) { shellArguments in
            withCStrings(environment) { environment in
                path.withCString { path in
                    groups.withUnsafeBufferPointer { groups in
                        var request = clinux_spawn_request()
                        request.path = path
                        request.arguments = arguments
                        request.shell_arguments = shellArguments
                        request.environment = environment
                        if let identity = command.identity {
                            request.changes_identity = 1
                            request.user = identity.user
                            request.group = identity.group
                        }
                        request.groups = groups.baseAddress
                        request.group_count = groups.count
                        request.open_files = OpenFileLimit.forChildren ?? 0
                        request.output = pipe?.writing ?? -1
                        return clinux_spawn(&request)
                    }
                }
            }
        }
    }
    guard result.error == 0 else {
        if let pipe { close(pipe.reading) }
        return .failure(SpawnFailure(program: path, result: result))
    }
    return .success(
        RunningChild(
            process: result.process, pidfd: result.pidfd, output: pipe.map { OutputReader(descriptor: $0.reading) }))
}

/// Runs `body` with a NULL-terminated array of C strings.
private func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> R
) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}
