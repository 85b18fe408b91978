public import IPVS
public import Netlink

/// What ipvsadm says when the kernel refuses.
public enum KernelRefusal {
    /// What a command that was refused is answered with.
    public static func message(for failure: CommandFailure, _ words: (ErrorNumber) -> String) -> String {
        message(for: failure.error, of: failure.command, words)
    }

    /// What a listing that failed is answered with.
    public static func message(forListing error: NetlinkError, _ words: (ErrorNumber) -> String) -> String {
        message(for: error, of: nil, words)
    }

    /// What is said about a service that is not there.
    public static let noSuchService = "No such service"

    private static func message(
        for error: NetlinkError, of command: Command?, _ words: (ErrorNumber) -> String
    ) -> String {
        // What is no answer of the kernel has no number that means anything here.
        guard let number = error.errorNumber else { return error.description }
        if let message = command.flatMap({ message(number, of: $0) }) { return message }
        if command == nil, number == .noSuchProcess { return noSuchService }
        return general(number) ?? words(number)
    }

    private static func message(_ number: ErrorNumber, of command: Command) -> String? {
        switch (command, number) {
        case (.addService, .exists): "Service already exists"
        case (.addService, .noSuchEntry), (.editService, .noSuchEntry): "Scheduler or persistence engine not found"
        case (.editService, .noSuchProcess), (.deleteService, .noSuchProcess), (.zero, .noSuchProcess): noSuchService
        case (.addDestination, .noSuchProcess), (.editDestination, .noSuchProcess),
            (.deleteDestination, .noSuchProcess):
            "Service not defined"
        case (.addDestination, .exists): "Destination already exists"
        case (.editDestination, .noSuchEntry), (.deleteDestination, .noSuchEntry): "No such destination"
        case (.startDaemon, .exists): "Daemon has already run"
        case (.stopDaemon, .noSuchProcess): "No daemon is running"
        default: nil
        }
    }

    private static func general(_ number: ErrorNumber) -> String? {
        switch number {
        case .operationNotPermitted: notPermitted
        case .invalidArgument: "Invalid operation.  Possibly wrong module version, address not unicast, ..."
        case .protocolNotAvailable: protocolNotAvailable
        case .outOfMemory: "Memory allocation problem"
        case .notSupported: "Operation not supported with IPv6"
        case .addressFamilyNotSupported: "Operation not supported with specified address family"
        case .messageTooLong: "Module is wrong version"
        default: nil
        }
    }

    static let notPermitted = "Permission denied (you must be root)"
    static let protocolNotAvailable = "Protocol not available"

    /// What every invocation ends with, at status 2, when the kernel's IPVS cannot be used.
    ///
    /// - Parameter isPermitted: whether the process may change networks at all.
    public static func unavailable(isPermitted: Bool) -> String {
        """
        Can't initialize ipvs: \(isPermitted ? protocolNotAvailable : notPermitted)
        Are you sure that IP Virtual Server is built in the kernel or as module?
        """
    }
}
