public import Addressing
public import IPVS

extension ServicePool {
    /// A virtual service with its servers and their checks, as the configuration wants it: inheritance and corrections
    /// are done.
    public struct Configuration: Sendable, Hashable {
        /// The service.
        public var service: VirtualService
        /// Weight of live servers from which the service counts as up, 1 or more.
        public var quorum: UInt32
        /// How far above the quorum the weight must come to gain it, and how far below to lose it; below ``quorum``.
        public var hysteresis: UInt32
        /// Takes the traffic while the quorum is lost.
        public var sorryServer: SorryServer?
        /// The block of a group that the service comes from; nil for a service with an address or a mark of its own.
        public var group: ServiceGroup?
        /// Only while the host has one of these addresses the servers are checked (`ha_suspend`); without any they are
        /// checked always. The services of one ``group`` have the same.
        public var suspensionAddresses: Set<IPAddress> = []
        /// The servers; of several with one identity the first one counts.
        public var servers: [Server]

        /// Creates a configuration.
        public init(
            service: VirtualService, quorum: UInt32 = 1, hysteresis: UInt32 = 0, sorryServer: SorryServer? = nil,
            servers: [Server] = []
        ) {
            self.service = service
            self.quorum = quorum
            self.hysteresis = hysteresis
            self.sorryServer = sorryServer
            self.servers = servers
        }
    }

    /// A sorry server.
    public struct SorryServer: Sendable, Hashable {
        /// The server with the weight that it has while it is used.
        public var destination: Destination
        /// While it is not used it stays with weight 0.
        public var inhibits: Bool

        /// Creates a sorry server.
        public init(destination: Destination, inhibits: Bool = false) {
            self.destination = destination
            self.inhibits = inhibits
        }
    }

    /// A real server.
    public struct Server: Sendable, Hashable {
        /// The server with its configured weight.
        public var destination: Destination
        /// While it is down it stays with weight 0.
        public var inhibits: Bool
        /// All of them must be up for the server to be up; without any it always is.
        public var checkers: [Checker]

        /// Creates a server.
        public init(destination: Destination, inhibits: Bool = false, checkers: [Checker] = []) {
            self.destination = destination
            self.inhibits = inhibits
            self.checkers = checkers
        }
    }

    /// A checker of one real server.
    public struct Checker: Sendable, Hashable {
        /// The probe that it depends on, shared with every checker that wants the same.
        public var check: Check
        /// Counts as failed until it has succeeded.
        public var alpha: Bool
        /// Says every failed try, not only verdicts.
        public var logsAllFailures: Bool

        /// Creates a checker.
        public init(check: Check, alpha: Bool = false, logsAllFailures: Bool = false) {
            self.check = check
            self.alpha = alpha
            self.logsAllFailures = logsAllFailures
        }
    }
}
