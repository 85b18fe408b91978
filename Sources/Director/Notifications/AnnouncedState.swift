import KeepalivedConfig
import VRRP

/// The states of instances and groups that others are told about.
enum AnnouncedState: Sendable, Hashable {
    case master
    case backup
    case fault
    /// A clean stop.
    case stopped
    /// Taken out of the configuration by a reload.
    case deleted

    /// Nil for a router that has not begun, which nobody is told.
    init?(_ state: RouterState) {
        switch state {
        case .initialize: return nil
        case .backup: self = .backup
        case .master: self = .master
        case .fault: self = .fault
        case .stopped: self = .stopped
        }
    }

    /// An instance that is gone: without `notify_deleted` it is reported as faulty, which scripts of old know.
    init(removed scripts: NotifyScripts) { self = scripts.reportsDeletion ? .deleted : .fault }

    /// The word in arguments and lines.
    var word: String {
        switch self {
        case .master: "MASTER"
        case .backup: "BACKUP"
        case .fault: "FAULT"
        case .stopped: "STOP"
        case .deleted: "DELETED"
        }
    }
}

extension NotifyScripts {
    /// The script for a state alone.
    func script(for state: AnnouncedState) -> Script? {
        switch state {
        case .master: master
        case .backup: backup
        case .fault: fault
        case .stopped: stop
        case .deleted: deleted
        }
    }
}
