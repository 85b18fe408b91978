import Glibc
import Synchronization
import TestKit
import Testing

@testable import LinuxSystem

/// Runs one command and waits for its result.
private func result(
    of words: [String], identity: ProcessIdentity? = nil, timeout: Duration? = nil,
    on supervisor: ProcessSupervisor
) async -> ChildResult {
    await withCheckedContinuation { continuation in
        supervisor.run(ChildCommand(words: words, identity: identity), timeout: timeout) {
            continuation.resume(returning: $0)
        }
    }
}

/// Waits until a process is gone (a zombie of another parent counts as gone).
private func waitUntilGone(_ process: pid_t) async throws {
    while kill(process, 0) == 0 {
        if let state = processState(process), state == "Z" { return }
        try await Task.sleep(for: .milliseconds(5))
    }
}

private func processState(_ process: pid_t) -> String? {
    let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    return text.split(separator: ")").last?.split(separator: " ").first.map(String.init)
}

@Suite("Child processes", .timeLimit(.minutes(1)))
struct ProcessSupervisorTests {
    let supervisor: ProcessSupervisor

    init() throws { supervisor = try ProcessSupervisor(name: "test children", limit: 8) }

    @Test(
        "the status that a program ends with is reported",
        arguments: [
            (["true"], ChildOutcome.exited(status: 0)),
            (["false"], .exited(status: 1)),
            (["/bin/sh", "-c", "exit 37"], .exited(status: 37)),
            (["/bin/sh", "-c", "exit 255"], .exited(status: 255)),
            (["/bin/sh", "-c", "no-such-command-anywhere"], .exited(status: 127)),
            (["/bin/sh", "-c", "kill -9 $$"], .killed(signal: SIGKILL)),
        ])
    func status(words: [String], expected: ChildOutcome) async {
        #expect(await result(of: words, on: supervisor).outcome == expected)
    }

    @Test("a program that does not exist, or may not be executed, is a failure of its own kind and no success")
    func notExecuted() async throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write("plain", "#!/bin/sh\nexit 0\n", mode: 0o644)
        let interpreter = try folder.script("interpreter", "#!/no/such/interpreter\n")
        for (words, errno, step) in [
            (["/no/such/program"], ENOENT, SpawnFailure.Step.execute), (["no-such-program"], ENOENT, .lookup),
            ([plain], EACCES, .execute), ([interpreter], ENOENT, .execute), ([], EINVAL, .lookup),
            (["/bin/true", "a\0b"], EINVAL, .lookup), (["/tmp"], EACCES, .execute),
        ] {
            let outcome = await result(of: words, on: supervisor).outcome
            guard case .notExecuted(let failure) = outcome else {
                Issue.record("\(words) gave \(outcome)")
                continue
            }
            #expect(failure.errno.rawValue == errno, "\(words)")
            #expect(failure.step == step, "\(words)")
            #expect(!outcome.isSuccess)
            #expect(!failure.isLocalShortage)
        }
    }

    @Test("a text file without #! runs under /bin/sh with its arguments")
    func shellScript() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.script("script", "test \"$1\" = \"a b\" && exit 12\nexit 13\n")
        #expect(await result(of: [script, "a b"], on: supervisor).outcome == .exited(status: 12))
    }

    @Test("a child has its own group, /dev/null, no other descriptors, an empty signal mask and a clean environment")
    func surroundings() async throws {
        setenv("IFS", "x", 1)
        setenv("LD_LIBRARY_PATH", "/nowhere", 1)
        defer {
            unsetenv("IFS")
            unsetenv("LD_LIBRARY_PATH")
        }
        let leaked = open("/dev/zero", O_RDONLY)
        defer { close(leaked) }
        let folder = try TemporaryFolder()
        let script = try folder.script(
            "look",
            """
            #!/bin/bash
            {
              read -r _ _ _ _ group _ < /proc/$$/stat
              [ "$group" = "$$" ] && echo group
              for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done
              ls /proc/$$/fd | grep -vE '^(0|1|2|10|255|63)$' | wc -l
              grep -E '^SigBlk' /proc/self/status | tr -d '\\t'
              env | grep -cE '^(IFS|LD_PRELOAD|LD_LIBRARY_PATH)='
            } > "$(dirname "$0")/seen.tmp"
            mv "$(dirname "$0")/seen.tmp" "$(dirname "$0")/seen"
            """)
        // A supervisor reads the environment once, at its start.
        guard let own = try? ProcessSupervisor() else {
            Issue.record("no supervisor")
            return
        }
        #expect(await result(of: [script], on: own).outcome == .exited(status: 0))
        let lines = folder.text("seen")?.split(separator: "\n").map(String.init) ?? []
        #expect(lines.first == "group")
        #expect(lines.contains("SigBlk:0000000000000000"))
        #expect(lines.last == "0")
        #expect(lines.filter { $0 == "/dev/null" }.count >= 2)
    }

    @Test("children keep the limit of descriptors that this process was started with")
    func openFiles() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let before = OpenFileLimit.forChildren ?? UInt(limit.rlim_cur)
        OpenFileLimit.raise()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(limit.rlim_cur == limit.rlim_max)
        let folder = try TemporaryFolder()
        let script = try folder.script("limit", "#!/bin/sh\nulimit -Sn > \(folder.path)/seen\n")
        #expect(await result(of: [script], on: supervisor).outcome == .exited(status: 0))
        #expect(folder.text("seen") == "\(before)\n")
    }

    @Test("a child runs under the identity that is asked for, without further groups", .enabled(if: geteuid() == 0))
    func identity() async throws {
        let nobody = try ProcessIdentity.lookUp(user: "nobody")
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o777)
        let script = try folder.script("who", "#!/bin/sh\nid -u > \(folder.path)/seen; id -G >> \(folder.path)/seen\n")
        #expect(await result(of: [script], identity: nobody, on: supervisor).outcome == .exited(status: 0))
        #expect(folder.text("seen") == "\(nobody.user)\n\(nobody.group)\n")
        #expect(geteuid() == 0)
    }

    @Test("at its timeout the whole process group is ended, also what ignores SIGTERM and outlives its parent")
    func timeoutOfGroup() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.script(
            "stubborn",
            """
            #!/bin/sh
            (trap '' TERM; echo $$ > /dev/null; sh -c 'echo $PPID' > \(folder.path)/pid.tmp
             mv \(folder.path)/pid.tmp \(folder.path)/pid; while :; do sleep 0.05; done) &
            while :; do sleep 0.05; done
            """)
        async let ended = result(of: [script], timeout: .milliseconds(400), on: supervisor)
        #expect(await ended.outcome == .timedOut)
        let background = try #require(
            folder.text("pid").flatMap { pid_t($0.split(separator: "\n").first.map(String.init) ?? "") })
        try await waitUntilGone(background)
        #expect(processState(background) == nil || processState(background) == "Z")
    }

    @Test("a child that ignores SIGTERM is killed after the grace")
    func timeoutOfStubbornChild() async {
        let ended = await result(
            of: ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"], timeout: .milliseconds(200),
            on: supervisor)
        #expect(ended.outcome == .timedOut)
        #expect(ended.elapsed >= .milliseconds(200) + ProcessSupervisor.killGrace)
    }

    @Test("at most so many children run at once as the limit allows, and all run in the end")
    func limit() async throws {
        let folder = try TemporaryFolder()
        let own = try ProcessSupervisor(limit: 2)
        let script = try folder.script(
            "count",
            """
            #!/bin/sh
            touch \(folder.path)/running.$$
            set -- \(folder.path)/running.*
            [ $# -le 2 ] || touch \(folder.path)/too-many
            sleep 0.02
            rm \(folder.path)/running.$$
            """)
        await withTaskGroup(of: ChildOutcome.self) { group in
            for _ in 0..<12 { group.addTask { await result(of: [script], on: own).outcome } }
            for await outcome in group { #expect(outcome == .exited(status: 0)) }
        }
        #expect(folder.text("too-many") == nil)
    }

    @Test("children that hang hold up the others no longer than its patience, and who waits is told so")
    func patience() async throws {
        let own = try ProcessSupervisor(limit: 2, patience: .milliseconds(100))
        for _ in 0..<5 { own.run(ChildCommand(words: ["sleep", "100"]), timeout: nil) { _ in } }
        let said = Mutex<[Bool]>([])
        let outcome = await withCheckedContinuation { continuation in
            own.run(
                ChildCommand(words: ["true"]), timeout: nil, waits: { waits in said.withLock { $0.append(waits) } }
            ) { continuation.resume(returning: $0.outcome) }
        }
        #expect(outcome == .exited(status: 0))
        #expect(said.withLock { $0 } == [true, false])
        own.stop()
    }

    @Test("what is refused does not run, and says why")
    func refusal() async {
        let outcome = await withCheckedContinuation { continuation in
            supervisor.run(ChildCommand(words: ["/bin/true"], refusal: "no"), timeout: nil) {
                continuation.resume(returning: $0.outcome)
            }
        }
        #expect("\(outcome)" == "could not be executed: no")
    }

    @Test("cancelling ends a running child and takes a waiting one out of the queue")
    func cancel() async throws {
        let own = try ProcessSupervisor(limit: 1)
        let outcomes = await withCheckedContinuation { (continuation: CheckedContinuation<[ChildOutcome], Never>) in
            let seen = Mutex<[ChildOutcome]>([])
            let note: @Sendable (ChildResult) -> Void = { result in
                let all = seen.withLock { seen in
                    seen.append(result.outcome)
                    return seen
                }
                if all.count == 2 { continuation.resume(returning: all) }
            }
            let running = own.run(ChildCommand(words: ["sleep", "100"]), timeout: nil, completion: note)
            let waiting = own.run(ChildCommand(words: ["sleep", "100"]), timeout: nil, completion: note)
            waiting.cancel()
            running.cancel()
        }
        #expect(outcomes == [.cancelled, .cancelled])
    }

    @Test("what a child writes is handed over before its end is told: the beginning, and how much came after it")
    func output() async throws {
        let outputs = Mutex<[ChildOutput]>([])
        let own = try ProcessSupervisor { output in outputs.withLock { $0.append(output) } }
        #expect(
            await result(of: ["/bin/sh", "-c", "echo one; echo two >&2; exit 3"], on: own).outcome == .exited(status: 3)
        )
        #expect(outputs.withLock { $0.last?.lines } == ["one", "two"])
        #expect(await result(of: ["true"], on: own).outcome == .exited(status: 0))
        #expect(outputs.withLock { $0.count } == 1)
        let flood = ["/bin/sh", "-c", "head -c 1000000 /dev/zero"]
        #expect(await result(of: flood, on: own).outcome == .exited(status: 0))
        #expect(outputs.withLock { $0.last?.bytes.count } == ChildOutput.limit)
        #expect(outputs.withLock { $0.last?.dropped } == 1_000_000 - ChildOutput.limit)
        let endless = await result(
            of: ["/bin/sh", "-c", "while :; do echo x; done"], timeout: .milliseconds(200), on: own)
        #expect(endless.outcome == .timedOut)
        #expect(outputs.withLock { $0.last?.bytes.count } == ChildOutput.limit)
    }

    @Test("a program left in the background goes on writing after its parent's end, and delays nobody's")
    func backgroundOutput() async throws {
        let outputs = Mutex<[ChildOutput]>([])
        let own = try ProcessSupervisor { output in outputs.withLock { $0.append(output) } }
        let folder = try TemporaryFolder()
        let script = try folder.script(
            "leaves",
            """
            #!/bin/sh
            (n=0; while [ $n -lt 30 ]; do echo line || exit 1; n=$((n + 1)); sleep 0.01; done
             touch \(folder.path)/survived) &
            echo parent
            """)
        let ended = await result(of: [script], on: own)
        #expect(ended.outcome == .exited(status: 0))
        #expect(outputs.withLock { $0.last?.lines.contains("parent") } == true)
        while folder.text("survived") == nil { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("a child has the supplementary groups of its identity", .enabled(if: geteuid() == 0))
    func supplementaryGroups() async throws {
        let identity = ProcessIdentity(user: 65534, group: 65534, supplementaryGroups: [65534, 4, 24])
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o777)
        let script = try folder.script("who", "#!/bin/sh\nid -G > \(folder.path)/seen\n")
        #expect(await result(of: [script], identity: identity, on: supervisor).outcome == .exited(status: 0))
        #expect(folder.text("seen") == "65534 4 24\n")
    }

    @Test("a stop cancels what runs, waits for it, and refuses what comes later")
    func stop() async throws {
        let own = try ProcessSupervisor()
        async let running = result(of: ["sleep", "100"], on: own)
        async let quick = result(of: ["true"], on: own)
        #expect(await quick.outcome == .exited(status: 0))
        own.stop()
        #expect(await running.outcome == .cancelled)
        #expect(await result(of: ["true"], on: own).outcome == .cancelled)
    }

    @Test("a thousand runs leave no descriptor and no zombie behind")
    func noLeak() async throws {
        let before = descriptorCount()
        let own = try ProcessSupervisor(limit: 16)
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1000 {
                group.addTask {
                    await result(of: [index % 10 == 0 ? "/no/such" : "/bin/true"], on: own).outcome.isSuccess
                }
            }
            var successes = 0
            for await success in group where success { successes += 1 }
            #expect(successes == 900)
        }
        own.stop()
        // A leak would leave 900 or more; other tests of the process run beside this one and hold some hundred, for a time.
        while descriptorCount() >= before + 500 { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func descriptorCount() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }
}

@Suite("Script security")
struct ScriptSecurityTests {
    private let root = ProcessIdentity(user: 0, group: 0)

    @Test("a missing file, a directory and a file without x are named")
    func unusable() throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write("plain", "", mode: 0o644)
        #expect(
            ScriptSecurity.verify("/no/such/file", identity: root)
                == .missing(path: "/no/such/file", errno: .noSuchFile))
        #expect(ScriptSecurity.verify("no-such-command-at-all", identity: root) != nil)
        #expect(ScriptSecurity.verify(folder.path, identity: root) == .notRegularFile(path: folder.path))
        #expect(ScriptSecurity.verify(plain, identity: root) == .notExecutable(path: plain, mode: 0o644))
    }

    @Test("the program behind '#!' must exist; a carriage return belongs to its name")
    func interpreter() throws {
        let folder = try TemporaryFolder()
        for (line, interpreter) in [
            ("#!/no/such/shell", "/no/such/shell"), ("#! \t/no/such/shell -x", "/no/such/shell"),
            ("#!/bin/sh\r", "/bin/sh\r"),
        ] {
            let script = try folder.script("script", line + "\n")
            #expect(
                ScriptSecurity.verify(script, identity: root)
                    == .withoutInterpreter(path: script, interpreter: interpreter))
        }
        for line in ["#!/bin/sh", "#!/usr/bin/env no-such-program", "#!", "#!\n", "echo", ""] {
            #expect(try ScriptSecurity.verify(folder.script("script", line), identity: root) == nil)
        }
    }

    @Test("programs of the system are fine, also through PATH and symbolic links")
    func system() {
        #expect(ScriptSecurity.verify("/bin/sh", identity: root) == nil)
        #expect(ScriptSecurity.verify("true", identity: root) == nil)
    }

    @Test("a component that others can write to is named when root is to run the script", .enabled(if: geteuid() == 0))
    func insecure() throws {
        let folder = try TemporaryFolder()
        let script = try folder.script("script", "#!/bin/sh\n")
        #expect(ScriptSecurity.verify(script, identity: root) == nil)
        chmod(script, 0o757)
        #expect(
            ScriptSecurity.verify(script, identity: root)
                == .insecure(component: script, owner: 0, group: 0, mode: 0o757))
        chmod(script, 0o755)
        chmod(folder.path, 0o777)
        #expect(
            ScriptSecurity.verify(script, identity: root)
                == .insecure(component: folder.path, owner: 0, group: 0, mode: 0o777))
        #expect(ScriptSecurity.verify(script, identity: ProcessIdentity(user: 65534, group: 65534)) == nil)
        chmod(folder.path, 0o755)
        chown(script, 65534, 0)
        #expect(
            ScriptSecurity.verify(script, identity: root)
                == .insecure(component: script, owner: 65534, group: 0, mode: 0o755))
    }

    @Test("a refusal names the path component, and the right by which others can change it")
    func wording() {
        func text(owner: UInt32, group: UInt32, mode: UInt32) -> String {
            ScriptProblem.insecure(component: "/opt", owner: owner, group: group, mode: mode).description
        }
        #expect(
            text(owner: 0, group: 0, mode: 0o777)
                == "everybody may write to '/opt': its mode is 0777, with the bit o+w")
        #expect(
            text(owner: 0, group: 50, mode: 0o2775)
                == "group 50 may write to '/opt': its mode is 2775, with the bit g+w")
        #expect(text(owner: 7, group: 0, mode: 0o755) == "'/opt' belongs to user 7, who can change it, not to root")
    }

    @Test("names and numbers of users and groups are looked up, unknown ones refused with their name")
    func identities() throws {
        #expect(try ProcessIdentity.lookUp(user: "root") == root)
        #expect(try ProcessIdentity.lookUp(user: "0", group: "0") == root)
        #expect(throws: IdentityError.unknownUser("no-such-user")) { try ProcessIdentity.lookUp(user: "no-such-user") }
        #expect(throws: IdentityError.unknownGroup("no-such-group")) {
            try ProcessIdentity.lookUp(user: "root", group: "no-such-group")
        }
        #expect(throws: IdentityError.userWithoutGroup("4000000001")) {
            try ProcessIdentity.lookUp(user: "4000000001")
        }
    }
}
