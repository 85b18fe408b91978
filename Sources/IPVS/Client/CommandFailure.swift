public import Netlink

/// A command that the kernel refused, or whose fate is unknown because the answer was lost.
public struct CommandFailure: Error, Sendable, Hashable {
    /// Position of the command among those that were applied together.
    public var index: Int
    /// The command.
    public var command: Command
    /// The reason.
    public var error: NetlinkError

    /// Creates a failure.
    public init(index: Int, command: Command, error: NetlinkError) {
        self.index = index
        self.command = command
        self.error = error
    }
}

extension CommandFailure: CustomStringConvertible {
    /// What was to be done and why it was not, in one sentence without a full stop.
    public var description: String { "cannot \(command): \(reason)" }

    /// The reason in IPVS's terms: the kernel's numbers mean other things here than their C library texts say.
    public var reason: String {
        switch (error.errorNumber, command) {
        case (.operationNotPermitted, _): "the process lacks CAP_NET_ADMIN"
        case (.exists, .addService): "the service exists already"
        case (.exists, .addDestination): "the destination exists already"
        case (.exists, .startDaemon): "such a daemon runs already"
        case (.noSuchEntry, .addService(let service)), (.noSuchEntry, .editService(let service)):
            if let engine = service.persistence?.engine {
                "the kernel has no scheduler \(service.scheduler) or no persistence engine \(engine)"
            } else {
                "the kernel has no scheduler \(service.scheduler)"
            }
        case (.noSuchEntry, .editDestination), (.noSuchEntry, .deleteDestination): "no such destination"
        case (.noSuchProcess, .stopDaemon): "no such daemon runs"
        case (.noSuchProcess, _): "no such service"
        case (.outOfRange, .addDestination), (.outOfRange, .editDestination):
            "the lower threshold is above the upper one"
        case (.noSuchDevice, .startDaemon(let daemon)): "there is no interface \(daemon.interface)"
        default: error.description
        }
    }
}

extension Command: CustomStringConvertible {
    /// The command in words: `add service [10.1.80.90]:tcp:80`.
    public var description: String {
        switch self {
        case .addService(let service): "add service \(service.id)"
        case .editService(let service): "edit service \(service.id)"
        case .deleteService(let id): "delete service \(id)"
        case .addDestination(let id, let destination): "add destination \(destination.id) to service \(id)"
        case .editDestination(let id, let destination): "edit destination \(destination.id) of service \(id)"
        case .deleteDestination(let id, let destination): "delete destination \(destination) of service \(id)"
        case .flush: "delete all services"
        case .zero(let id): id.map { "zero the counters of service \($0)" } ?? "zero all counters"
        case .setTimeouts: "set the connection timeouts"
        case .startDaemon(let daemon): "start the \(daemon.role) synchronization daemon on \(daemon.interface)"
        case .stopDaemon(let role): "stop the \(role) synchronization daemon"
        }
    }
}
