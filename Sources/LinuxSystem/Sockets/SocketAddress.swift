public import Addressing
public import Glibc

/// Lends the kernel's form of an address and a port.
///
/// - Parameters:
///   - scope: the number of the interface that an IPv6 link-local address belongs to; 0 is none.
///   - body: gets a pointer that is valid during the call.
public func withSocketAddress<Result, Failure: Error>(
    _ address: IPAddress, _ port: Port = .any, scope: UInt32 = 0,
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Failure) -> Result
) throws(Failure) -> Result {
    switch address {
    case .v4(let address):
        var endpoint = sockaddr_in(address)
        endpoint.sin_port = port.rawValue.bigEndian
        return try withSocketAddress(endpoint, body)
    case .v6(let address):
        var endpoint = sockaddr_in6()
        endpoint.sin6_family = sa_family_t(AF_INET6)
        endpoint.sin6_port = port.rawValue.bigEndian
        withUnsafeMutableBytes(of: &endpoint.sin6_addr) { $0.copyBytes(from: address.bytes) }
        endpoint.sin6_scope_id = scope
        return try withSocketAddress(endpoint, body)
    }
}

/// Starts to connect a socket. `connect(2)` without the generic call around it: a caller in another module would have
/// that one unspecialized, which costs each of thousands of checks more than all else that it does by itself.
///
/// - Returns: 0, or -1 with the reason in `errno`.
public func connectSocket(_ descriptor: Int32, to address: IPAddress, _ port: Port, scope: UInt32 = 0) -> Int32 {
    withSocketAddress(address, port, scope: scope) { connect(descriptor, $0, $1) }
}

private func withSocketAddress<Endpoint, Result, Failure: Error>(
    _ endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Failure) -> Result
) throws(Failure) -> Result {
    try withUnsafePointer(to: endpoint) { pointer throws(Failure) in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address throws(Failure) in
            try body(address, socklen_t(MemoryLayout<Endpoint>.size))
        }
    }
}
