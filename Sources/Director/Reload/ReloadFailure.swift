public import IPVS

/// Why a reload was not carried out, and whether everything is as it was before.
public struct ReloadFailure: Error, Sendable {
    /// What stood in the way.
    public enum Reason: Error, Sendable {
        /// The director is stopping, or has not started.
        case notRunning
        /// A setting changed that only a restart takes up.
        case needsRestart([SettingChange])
        /// The kernel has no such scheduler, or no such persistence engine; the service that wants it.
        case unknownScheduler(VirtualService)
        /// The kernel balances no packets of this family; a service that wants it.
        case unsupportedFamily(VirtualService.ID)
        /// A script of the new configuration names a user that does not exist, or may not be run; the reason.
        case script(String)
        /// The elections or the table refused what the new configuration asks of them.
        case director(DirectorError)
        /// The kernel refused commands.
        case refused([CommandFailure])
    }

    /// What became of changes that had been made already.
    public enum Rollback: Sendable, Hashable {
        /// Nothing had been changed yet.
        case notNeeded
        /// Everything is as it was.
        case complete
        /// Some of it could not be undone; what, in words. The director goes on trying to put it right.
        case incomplete([String])
    }

    /// What stood in the way.
    public var reason: Reason
    /// What became of changes that had been made already.
    public var rollback: Rollback

    /// Creates a failure.
    public init(_ reason: Reason, rollback: Rollback = .notNeeded) {
        self.reason = reason
        self.rollback = rollback
    }

    /// Whether the old configuration is in force in full.
    public var isAsBefore: Bool {
        if case .incomplete = rollback { false } else { true }
    }
}

extension ReloadFailure: CustomStringConvertible {
    /// The reason and the state in one line.
    public var description: String {
        switch rollback {
        case .notNeeded: "\(reason); nothing was changed, everything runs on as before"
        case .complete: "\(reason); what had been changed was undone, everything runs on as before"
        case .incomplete(let rest):
            "\(reason); the old configuration is in force again, but this could not be undone yet: "
                + rest.joined(separator: "; ")
        }
    }
}

extension ReloadFailure.Reason: CustomStringConvertible {
    /// The reason in words, with the way out where there is one.
    public var description: String {
        switch self {
        case .notRunning: "the director is not running"
        case .needsRestart(let settings):
            "cannot change \(settings.map(\.keyword).joined(separator: ", ")) at a reload: restart to take it up"
        case .unknownScheduler(let service):
            if let engine = service.persistence?.engine {
                "service \(service.id): the kernel has no scheduler \(service.scheduler) or no persistence engine "
                    + "\(engine); `modprobe ip_vs_\(service.scheduler)` tells more"
            } else {
                "service \(service.id): the kernel has no scheduler \(service.scheduler); "
                    + "`modprobe ip_vs_\(service.scheduler)` tells more"
            }
        case .unsupportedFamily(let id): "service \(id): this kernel's IPVS does not balance its address family"
        case .script(let problem): problem
        case .director(let error): "\(error)"
        case .refused(let failures):
            failures.prefix(5).map { "\($0)" }.joined(separator: "; ")
                + (failures.count > 5 ? "; and \(failures.count - 5) more refused commands" : "")
        }
    }
}
