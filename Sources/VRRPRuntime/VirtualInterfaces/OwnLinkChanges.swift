import Netlink

/// What this process has changed about links and the kernel is still to report. Until it does, its reports are about what
/// was before: a link that is gone would be back for a moment, or have a name that another one has by now.
struct OwnLinkChanges: Sendable {
    /// The names that links have got, by index.
    var names: [UInt32: String] = [:]
    /// The links that were removed.
    var removed: Set<UInt32> = []

    /// A report as it is to be understood; nil for one that does not count any more.
    mutating func current(_ event: RouteEvent) -> RouteEvent? {
        switch event {
        case .linkChanged(var link):
            guard !removed.contains(link.index) else { return nil }
            guard let name = names[link.index] else { return event }
            if link.name == name { names[link.index] = nil }
            link.name = name
            return .linkChanged(link)
        case .linkRemoved(let link):
            removed.remove(link.index)
            guard let name = names.removeValue(forKey: link.index) else { return event }
            var named = link
            named.name = name
            return .linkRemoved(named)
        default: return event
        }
    }
}
