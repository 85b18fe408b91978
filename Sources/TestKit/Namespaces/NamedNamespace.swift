import Glibc

/// A network namespace with a name, as `ip netns add` makes one; it goes with this value. Needs root.
public final class NamedNamespace: Sendable {
    /// What `ip netns list` shows.
    public let name: String

    /// Makes a namespace under a name that nobody else has.
    public init() throws {
        name = "martlet-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try Self.run("ip netns add \(name)")
    }

    deinit { try? remove() }

    /// Takes the name away; the namespace stays for those that have it open.
    public func remove() throws { try Self.run("ip netns del \(name)") }

    /// Runs a shell command inside.
    public func shell(_ command: String) throws { try Self.run("ip netns exec \(name) \(command)") }

    private static func run(_ command: String) throws {
        let status = system(command + " >/dev/null 2>&1")
        guard status == 0 else { throw NamespaceError("\(command): status \(status)") }
    }
}
