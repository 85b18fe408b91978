public import Netlink

extension NFTablesClient {
    /// Opens a socket for nftables of the calling thread's network namespace.
    ///
    /// - Parameter timeout: Longest wait for an answer of the kernel.
    public static func open(timeout: Duration = .seconds(5)) throws(SystemError) -> NFTablesClient {
        NFTablesClient(session: NetlinkSession(transport: try LibnlTransport(.netfilter), timeout: timeout))
    }
}
