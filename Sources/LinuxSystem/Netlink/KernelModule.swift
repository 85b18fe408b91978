import Glibc

/// Loads kernel modules.
public enum KernelModule {
    /// Longest wait for the program that loads a module.
    private static let timeoutMilliseconds: Int32 = 30_000

    /// Runs `/sbin/modprobe` for a module and waits for it. Returns nil when it succeeded, otherwise why not, in
    /// words that end a sentence.
    ///
    /// - Parameter output: takes what the program itself says; without it the program is told to be quiet.
    public static func load(_ module: String, output: (([UInt8]) -> Void)? = nil) -> String? {
        let child: RunningChild
        let words = ["/sbin/modprobe"] + (output == nil ? ["-q"] : []) + ["--", module]
        switch spawn(ChildCommand(words: words), environment: [], capturesOutput: output != nil) {
        case .success(let running): child = running
        case .failure(let failure): return "modprobe could not be executed: \(failure.errno)"
        }
        let pidfd = FileDescriptor(owning: child.pidfd)
        let finished = waitForEnd(pidfd)
        if !finished { kill(-child.process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child.process, &status, 0) < 0 {
            guard errno == EINTR else { return "modprobe \(module) was reaped by another part of the process" }
        }
        if let output, var reader = child.output {
            // It has ended, so all that it said is in the pipe.
            _ = reader.read()
            close(reader.descriptor)
            output(reader.bytes)
        }
        guard finished else { return "modprobe \(module) took longer than 30 s" }
        return status == 0 ? nil : "modprobe \(module) failed"
    }

    private static func waitForEnd(_ pidfd: borrowing FileDescriptor) -> Bool {
        var waiting = pollfd(fd: pidfd.rawValue, events: Int16(POLLIN), revents: 0)
        while true {
            let result = poll(&waiting, 1, timeoutMilliseconds)
            if result > 0 { return true }
            guard result < 0, errno == EINTR else { return false }
        }
    }
}
