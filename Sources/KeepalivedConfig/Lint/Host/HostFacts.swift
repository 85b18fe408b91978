public import Addressing

/// What a host has of what a configuration names: a plain value, so that rules which compare both need no host.
///
/// Ask for what is missing here with ``Configuration/namedScripts`` and ``Configuration/namedPatterns``; hand the answer to ``LoadResult/check(against:)``.
public struct HostFacts: Sendable, Hashable {
    /// The interfaces by name; nil where the host could not be asked, and nothing is said about interfaces then.
    public var interfaces: [String: Interface]?
    /// What is wrong with scripts; those without an entry can be run.
    public var scripts: [Script: ScriptFinding]
    /// What the library of this host that is to look for patterns does not take; those without an entry can be used.
    public var patterns: [PagePattern: PatternFinding]
    /// What is wrong with the files of the `SSL` block; nil when they can be used, or no check is to show them.
    public var clientCertificate: ClientCertificateFinding?
    /// Why network namespaces that the configuration names cannot be entered; those without an entry can be.
    public var namespaces: [String: String]

    /// Collects facts.
    public init(
        interfaces: [String: Interface]? = nil, scripts: [Script: ScriptFinding] = [:],
        patterns: [PagePattern: PatternFinding] = [:], clientCertificate: ClientCertificateFinding? = nil,
        namespaces: [String: String] = [:]
    ) {
        self.interfaces = interfaces
        self.scripts = scripts
        self.patterns = patterns
        self.clientCertificate = clientCertificate
        self.namespaces = namespaces
    }

    /// Why checks inside TLS cannot show a certificate.
    public struct ClientCertificateFinding: Sendable, Hashable {
        /// The file: `certificate` or `key` of the `SSL` block.
        public var path: String
        /// What the library says.
        public var reason: String

        /// Creates a finding.
        public init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// Why a `regex` is no pattern.
    public struct PatternFinding: Sendable, Hashable {
        /// What the library says.
        public var message: String
        /// The byte of the pattern at which it noticed.
        public var offset: Int

        /// Creates a finding.
        public init(message: String, offset: Int) {
            self.message = message
            self.offset = offset
        }
    }

    /// A network interface.
    public struct Interface: Sendable, Hashable {
        /// The addresses with the length of their subnets, in the kernel's order: the oldest IPv4 address first.
        public var addresses: [Prefix]
        /// Whether packets can pass: set up, with a carrier.
        public var isOperational: Bool
        /// Whether it is a loopback interface.
        public var isLoopback: Bool
        /// Whether it has one far end and no subnet.
        public var isPointToPoint: Bool
        /// The driver's kind, such as `vlan` or `macvlan`; nil for a physical interface.
        public var kind: String?
        /// The interface of this host that it is stacked on.
        public var lower: String?
        /// The bridge, bond or VRF that it belongs to.
        public var master: String?

        /// An interface that is up.
        public init(
            addresses: [Prefix] = [], isOperational: Bool = true, isLoopback: Bool = false,
            isPointToPoint: Bool = false, kind: String? = nil, lower: String? = nil, master: String? = nil
        ) {
            self.addresses = addresses
            self.isOperational = isOperational
            self.isLoopback = isLoopback
            self.isPointToPoint = isPointToPoint
            self.kind = kind
            self.lower = lower
            self.master = master
        }
    }

    /// What is wrong with a script.
    public enum ScriptFinding: Sendable, Hashable {
        /// There is no such file, or it cannot be reached; the reason is the system's.
        case missing(path: String, reason: String)
        /// It is a directory, a socket or the like.
        case notAFile(path: String)
        /// Whoever is to run it may not.
        case notExecutable(path: String, mode: UInt32)
        /// The program behind its `#!` does not exist.
        case withoutInterpreter(path: String, interpreter: String)
        /// Root would run it, and others can replace it: the first part of the path that they can change.
        case replaceable(PathComponent)
        /// The user or group that is to run it does not exist; the reason names it.
        case withoutIdentity(reason: String)
    }

    /// A file or a folder on the way to one.
    public struct PathComponent: Sendable, Hashable {
        /// Its path.
        public var path: String
        /// User id of the owner.
        public var owner: UInt32
        /// Group id.
        public var group: UInt32
        /// Permission bits, at most 07777.
        public var mode: UInt32

        /// Creates a component.
        public init(path: String, owner: UInt32, group: UInt32, mode: UInt32) {
            self.path = path
            self.owner = owner
            self.group = group
            self.mode = mode
        }
    }
}

extension Configuration {
    /// Whether a check is made inside TLS, and shows what the `SSL` block names.
    public var checksInsideTLS: Bool {
        virtualServers.contains { server in
            server.realServers.contains { real in
                real.checkers.contains { if case .ssl = $0.kind { true } else { false } }
            }
        }
    }

    /// Every pattern that a page is searched for, each once in the order of the file.
    public var namedPatterns: [PagePattern] {
        var seen: Set<PagePattern> = []
        var result: [PagePattern] = []
        for checker in virtualServers.flatMap({ $0.realServers }).flatMap({ $0.checkers }) {
            guard let request = checker.kind.request else { continue }
            for case let pattern? in request.urls.map(\.pattern) where seen.insert(pattern).inserted {
                result.append(pattern)
            }
        }
        return result
    }

    /// Every script that may be run, with its user where the file names one, each once in the order of the file.
    public var namedScripts: [Script] {
        var seen: Set<Script> = []
        var result: [Script] = []
        forEachScript { script, _ in
            if seen.insert(script).inserted { result.append(script) }
        }
        return result
    }
}

extension LoadResult {
    /// Adds what a host has to say: interfaces and addresses that do not fit, scripts that cannot or should not run.
    /// An interface that the host does not have is an error, unless `dynamic_interfaces` lets it appear later; then
    /// ``configuration`` becomes nil. Everything else is a warning. Patterns that are none are left out.
    public mutating func check(against host: HostFacts) {
        guard let configuration else { return }
        var linter = Linter(
            configuration: configuration, places: PlaceFinder(tree: tree, elements: places), sink: sink)
        linter.run(against: host)
        take(linter.sink)
        self.configuration = sink.hasErrors ? nil : configuration.leavingOut(Set(host.patterns.keys))
    }
}

extension Configuration {
    /// The configuration without these patterns; their pages are judged by status and digest.
    fileprivate func leavingOut(_ patterns: Set<PagePattern>) -> Configuration {
        guard !patterns.isEmpty else { return self }
        var result = self
        for server in result.virtualServers.indices {
            for real in result.virtualServers[server].realServers.indices {
                for checker in result.virtualServers[server].realServers[real].checkers.indices {
                    result.virtualServers[server].realServers[real].checkers[checker].kind.leaveOut(patterns)
                }
            }
        }
        return result
    }
}

extension Checker.Kind {
    fileprivate mutating func leaveOut(_ patterns: Set<PagePattern>) {
        guard var request else { return }
        for url in request.urls.indices where request.urls[url].pattern.map(patterns.contains) == true {
            request.urls[url].pattern = nil
        }
        switch self {
        case .http(let connection, _): self = .http(connection, request)
        case .ssl(let connection, _): self = .ssl(connection, request)
        default: break
        }
    }
}
