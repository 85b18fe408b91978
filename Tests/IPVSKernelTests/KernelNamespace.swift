import IPVS
import LinuxSystem
import TestKit
import Testing

/// Everything that needs the real kernel's IPVS, one test at a time: the kernel keeps the services of all namespaces
/// in one hash table and resumes a dump by counting entries, so that a change in another namespace can make a dump
/// skip one.
@Suite("The real kernel", .serialized, .enabled(if: KernelNamespace.isAvailable, KernelNamespace.reason))
struct IPVSKernelTests {}

/// The real kernel's IPVS in a namespace of its own: tables belong to network namespaces, so the host's is not touched.
struct KernelNamespace {
    /// Whether this kernel has IPVS, or can load it, and lets this process use it.
    static let isAvailable = NetworkNamespace.isAvailable && (try? IPVSClient.open()) != nil
    static let reason: Comment = "needs root and a kernel with ip_vs; `make test` runs these in the lab kernel"

    let namespace: NetworkNamespace

    init() throws { namespace = try NetworkNamespace() }

    /// Runs `body` with a client of the namespace's table.
    func withClient<Result: Sendable>(_ body: @escaping @Sendable (IPVSClient) throws -> Result) throws -> Result {
        try namespace.run { try body(try IPVSClient.open()) }
    }
}
