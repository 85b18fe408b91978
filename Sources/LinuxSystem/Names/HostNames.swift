public import Addressing
import Glibc

/// Names for addresses and ports, and back, as the machine's own sources give them: `/etc/hosts`, name servers,
/// `/etc/services`.
///
/// Every answer is remembered, the lack of one too: a listing asks for the same servers over and over, and a name
/// server that is away costs seconds per question. Used by one thread.
public final class HostNames {
    private var hosts: [IPAddress: String?] = [:]
    private var services: [ServiceKey: String?] = [:]
    private var lookups: HostLookups?
    private let patience: Patience
    private var waited = Duration.zero

    /// How long name servers are waited for.
    public struct Patience: Sendable {
        /// Without any answer; then every name server is held for dead.
        public var silence: Duration
        /// In all.
        public var total: Duration

        /// Creates a patience.
        public init(silence: Duration = .seconds(3), total: Duration = .seconds(15)) {
            self.silence = silence
            self.total = total
        }
    }

    private struct ServiceKey: Hashable {
        var port: Port
        var transport: String
    }

    /// Creates a resolver that remembers nothing yet.
    public init(patience: Patience = Patience()) { self.patience = patience }

    /// Addresses whose names nobody told in time, so that they count as nameless.
    public private(set) var unanswered = 0

    /// The name of a host, or nil when it has none, or none came in time.
    public func name(of address: IPAddress) -> String? {
        if let known = hosts[address] { return known }
        prepare([address])
        return hosts[address] ?? nil
    }

    /// Looks up the names of many hosts at once, those that are not known yet.
    public func prepare(_ addresses: some Sequence<IPAddress>) {
        var wanted = Set(addresses)
        wanted = wanted.filter { hosts[$0] == nil }
        guard !wanted.isEmpty else { return }
        let lookups = lookups ?? HostLookups()
        self.lookups = lookups
        lookups?.ask(wanted)
        while !wanted.isEmpty {
            let left = min(patience.silence, patience.total - waited)
            let before = ContinuousClock.now
            let answers = left > .zero ? lookups?.answers(within: left) ?? [] : []
            waited += ContinuousClock.now - before
            guard !answers.isEmpty else { break }
            for answer in answers {
                hosts[answer.address] = .some(answer.name)
                wanted.remove(answer.address)
            }
        }
        guard !wanted.isEmpty else { return }
        // Silence once is silence for good: the next ones shall not wait as long again.
        waited = patience.total
        unanswered += wanted.count
        for address in wanted { hosts[address] = .some(nil) }
    }

    /// The name of a port in `/etc/services` for a protocol such as `tcp`, or nil when it has none.
    public func name(of port: Port, transport: String) -> String? {
        let key = ServiceKey(port: port, transport: transport)
        if let known = services[key] { return known }
        let name = getservbyport(Int32(port.rawValue.bigEndian), transport).map { String(cString: $0.pointee.s_name) }
        services[key] = .some(name)
        return name
    }

    /// The first IPv4 address of a host name, or nil when it has none.
    public func ipv4Address(of host: String) -> IPv4Address? {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let list else { return nil }
        defer { freeaddrinfo(list) }
        guard let address = list.pointee.ai_addr, list.pointee.ai_family == AF_INET else { return nil }
        let number = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
        return IPv4Address(rawValue: UInt32(bigEndian: number))
    }

    /// The port of a service name for a protocol such as `tcp`, or nil when `/etc/services` has none.
    public func port(of service: String, transport: String) -> Port? {
        getservbyname(service, transport).map {
            Port(rawValue: UInt16(bigEndian: UInt16(truncatingIfNeeded: $0.pointee.s_port)))
        }
    }
}
