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
    private var addresses: [String: IPv4Address?] = [:]
    /// Waited for name servers in all, and since the last answer.
    private var waited = Duration.zero
    private var silent = Duration.zero
    /// Addresses whose names the resolver gave up.
    private var failed = 0

    /// How long name servers are waited for, whatever is asked and however often.
    public struct Patience: Sendable {
        /// Without any answer; then every name server is held for dead.
        public var silence: Duration
        /// In all.
        public var total: Duration

        /// Creates a patience.
        public init(silence: Duration = .seconds(2), total: Duration = .seconds(5)) {
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
        let unknown = Set(addresses).filter { hosts[$0] == nil }
        let unanswered = ask(Set(unknown.map { .name(of: $0) }))
        self.unanswered += unanswered.count
        for case .name(let address) in unanswered { hosts[address] = .some(nil) }
    }

    /// Looks up where the names of IPv4 hosts lead, those that were found and not looked up yet. From here on
    /// ``ipv4Address(of:)`` asks nobody for them.
    public func prepareAddresses(of addresses: some Sequence<IPAddress>) {
        let hosts = addresses.filter { $0.family == .ipv4 }.compactMap { self.hosts[$0] ?? nil }
        let names = Set(hosts).filter { self.addresses[$0] == nil }
        for case .address(let name) in ask(Set(names.map { .address(of: $0) })) { self.addresses[name] = .some(nil) }
    }

    /// Remembers the answers to questions. Returns those that nobody answered in time.
    private func ask(_ questions: Set<HostLookups.Question>) -> Set<HostLookups.Question> {
        var open = questions
        guard !open.isEmpty, waited < patience.total else { return open }
        let lookups = lookups ?? HostLookups()
        self.lookups = lookups
        lookups?.ask(open)
        while !open.isEmpty {
            let left = min(patience.silence - silent, patience.total - waited)
            let before = ContinuousClock.now
            let answers = left > .zero ? lookups?.answers(within: left) ?? [] : []
            let time = ContinuousClock.now - before
            waited += time
            silent += time
            guard !answers.isEmpty else {
                // Silence once is silence for good: the next ones shall not wait as long again.
                waited = patience.total
                lookups?.giveUp()
                unanswered += failed
                break
            }
            for answer in answers { take(answer, &open) }
        }
        return open
    }

    private func take(_ answer: HostLookups.Answer, _ open: inout Set<HostLookups.Question>) {
        switch (answer.question, answer.result) {
        case (.name(let address), .name(let name)): hosts[address] = .some(name)
        case (.address(let name), .address(let address)): addresses[name] = .some(address)
        case (.name(let address), _):
            hosts[address] = .some(nil)
            failed += 1
        case (.address(let name), _): addresses[name] = .some(nil)
        }
        open.remove(answer.question)
        // A resolver that gives up, in whatever time, has heard of no name server.
        if case .silence = answer.result { return }
        silent = .zero
    }

    /// The name of a port in `/etc/services` for a protocol such as `tcp`, or nil when it has none.
    public func name(of port: Port, transport: String) -> String? {
        let key = ServiceKey(port: port, transport: transport)
        if let known = services[key] { return known }
        let name = getservbyport(Int32(port.rawValue.bigEndian), transport).map { String(cString: $0.pointee.s_name) }
        services[key] = .some(name)
        return name
    }

    /// The first IPv4 address of a host name, or nil when it has none. What somebody has typed is waited for as long as
    /// the machine's resolver does.
    public func ipv4Address(of host: String) -> IPv4Address? {
        if let known = addresses[host] { return known }
        guard case .address(let address) = HostLookups.address(of: host) else { return nil }
        return address
    }

    /// The port of a service name for a protocol such as `tcp`, or nil when `/etc/services` has none.
    public func port(of service: String, transport: String) -> Port? {
        getservbyname(service, transport).map {
            Port(rawValue: UInt16(bigEndian: UInt16(truncatingIfNeeded: $0.pointee.s_port)))
        }
    }
}
