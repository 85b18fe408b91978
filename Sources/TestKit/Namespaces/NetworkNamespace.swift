import CLinux
import Glibc

/// A network namespace that lives as long as this value: interfaces, addresses and sysctls of its own, reachable from
/// nowhere unless a veth pair is laid to it. Needs root.
///
/// Event-loop threads that are made inside ``run(_:)`` stay in the namespace, so that one test process can hold
/// several hosts.
public final class NetworkNamespace: Sendable {
    /// Whether this process may make namespaces.
    public static var isAvailable: Bool { geteuid() == 0 }

    private let descriptor: Int32

    /// Makes a namespace and sets its loopback interface up.
    public init() throws {
        descriptor = try onThread {
            guard martlet_new_network_namespace() == 0 else { throw NamespaceError("unshare: errno \(errno)") }
            let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw NamespaceError("/proc/thread-self/ns/net: errno \(errno)") }
            return descriptor
        }
        try shell("ip link set lo up")
    }

    deinit { close(descriptor) }

    /// A name that `ip link add … netns` and `ip link set … netns` take, from any process.
    public var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

    /// Runs `body` on a new thread inside the namespace and waits for it.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
        try onThread { [descriptor] in
            guard martlet_enter_network_namespace(descriptor) == 0 else {
                throw NamespaceError("setns: errno \(errno)")
            }
            return try body()
        }
    }

    /// Runs a shell script inside the namespace.
    ///
    /// - Returns: Its standard output.
    /// - Throws: When a line of it fails.
    @discardableResult
    public func shell(_ script: String) throws -> String {
        try run {
            // A daemon that a script leaves in the background would hold the listeners of all tests that run beside it.
            guard martlet_keep_descriptors_from_children() == 0 else {
                throw NamespaceError("close_range: errno \(errno)")
            }
            guard let pipe = popen("set -e\nexec 2>&1\n" + script, "r") else {
                throw NamespaceError("popen: errno \(errno)")
            }
            var output: [UInt8] = []
            while true {
                let byte = getc(pipe)
                if byte == EOF { break }
                output.append(UInt8(truncatingIfNeeded: byte))
            }
            let text = String(decoding: output, as: UTF8.self)
            guard pclose(pipe) == 0 else { throw NamespaceError("\(script)\n\(text)") }
            return text
        }
    }

    /// Lays a cable: a veth pair with one end here and the other in another namespace, both up.
    public func connect(_ name: String, to other: NetworkNamespace, _ otherName: String) throws {
        try shell(
            """
            ip link add \(name) type veth peer name \(otherName) netns \(other.path)
            ip link set \(name) up
            """)
        try other.shell("ip link set \(otherName) up")
    }
}

/// Why a namespace could not be made or a script in it failed.
public struct NamespaceError: Error, CustomStringConvertible {
    /// What happened, with the script's output.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Carries a job onto a thread of its own and its result back.
// Sound: the starting thread writes `job` before the thread exists and reads `result` after it was joined.
private final class ThreadJob<Result: Sendable>: @unchecked Sendable {
    let job: @Sendable () throws -> Result
    var result: Swift.Result<Result, any Error>?

    init(_ job: @escaping @Sendable () throws -> Result) { self.job = job }

    func run() { result = Swift.Result { try job() } }
}

private protocol RunnableJob: AnyObject {
    func run()
}

extension ThreadJob: RunnableJob {}

private final class JobBox {
    let job: any RunnableJob
    init(_ job: any RunnableJob) { self.job = job }
}

/// Namespaces belong to threads, and a thread of a pool must not keep one; so each visit gets a thread of its own.
private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
    let job = ThreadJob(body)
    let box = Unmanaged.passRetained(JobBox(job))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { pointer in
            if let pointer { Unmanaged<JobBox>.fromOpaque(pointer).takeRetainedValue().job.run() }
            return nil
        }, box.toOpaque())
    guard failure == 0 else {
        box.release()
        throw NamespaceError("pthread_create: errno \(failure)")
    }
    pthread_join(thread, nil)
    guard let result = job.result else { throw NamespaceError("the thread ended without a result") }
    return try result.get()
}
