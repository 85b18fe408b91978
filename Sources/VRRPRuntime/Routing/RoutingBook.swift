import Netlink
import VRRP

/// Who holds which routes and rules. Several may hold the same one: it stays until the last of them lets go.
struct RoutingBook: Sendable {
    private var entries: [RoutingHolder: [RoutingEntry]] = [:]

    /// Those who hold something.
    var holders: [RoutingHolder] { Array(entries.keys) }

    /// What a holder holds, in the order of its adding.
    func entries(of holder: RoutingHolder) -> [RoutingEntry] { entries[holder] ?? [] }

    /// What anybody holds.
    var all: [RoutingEntry] { Array(entries.values.joined()) }

    /// Whether anybody holds it, or anybody but one.
    func isHeld(_ subject: RoutingEntry.Subject, except holder: RoutingHolder? = nil) -> Bool {
        entries.contains { $0.key != holder && $0.value.contains { $0.subject == subject } }
    }

    /// Replaces what a holder holds.
    mutating func set(_ held: [RoutingEntry], of holder: RoutingHolder) {
        entries[holder] = held.isEmpty ? nil : held
    }

    /// Whom a removal takes something away from, and what. Only what is tracked counts.
    func losses(by event: RouteEvent) -> [(holder: RoutingHolder, entry: RoutingEntry)] {
        entries.flatMap { holder, held in
            held.filter { $0.isTracked && $0.isGone(by: event) }.map { (holder, $0) }
        }
    }
}

/// How one list of routes and rules becomes another: what to do, in order, and how to undo it.
struct RoutingChange: Sendable {
    /// One command with the one that takes it back.
    struct Step: Sendable {
        var entry: RoutingEntry
        var command: RouteCommand
        var undo: RouteCommand
    }

    /// What adds and edits. A route that only changes its way is replaced in place.
    private(set) var improvements: [Step] = []
    /// What removes: rules first, then routes, each from the last to the first.
    private(set) var removals: [Step] = []

    init(from old: [RoutingEntry], to new: [RoutingEntry]) {
        let former = Set(old.map(\.subject))
        let wanted = Set(new.map(\.subject))
        var arriving: [RoutingEntry] = []
        var seen = former
        for entry in new where seen.insert(entry.subject).inserted { arriving.append(entry) }
        var leaving: [RoutingEntry] = []
        seen = wanted
        for entry in old where seen.insert(entry.subject).inserted { leaving.append(entry) }
        // Where exactly one route goes and one comes of a key, the kernel can exchange them.
        let going = Dictionary(grouping: leaving.compactMap(\.route), by: \.key)
        let coming = Dictionary(grouping: arriving.compactMap(\.route), by: \.key)
        let staying = Set(new.filter { former.contains($0.subject) }.compactMap { $0.route?.key })
        var exchanged: Set<RoutingEntry.Subject> = []
        for entry in arriving {
            if let route = entry.route, coming[route.key]?.count == 1, going[route.key]?.count == 1,
                let before = going[route.key]?.first, !staying.contains(route.key)
            {
                exchanged.insert(.route(before))
                improvements.append(
                    Step(entry: entry, command: .replaceRoute(route), undo: .replaceRoute(before)))
            } else {
                improvements.append(Step(entry: entry, command: entry.addition, undo: entry.removal))
            }
        }
        let rest = leaving.filter { !exchanged.contains($0.subject) }
        for entry in rest.filter({ $0.route == nil }).reversed() + rest.filter({ $0.route != nil }).reversed() {
            removals.append(Step(entry: entry, command: entry.removal, undo: entry.addition))
        }
    }
}

extension RoutingEntry {
    fileprivate var route: Route? {
        if case .route(let route) = subject { route } else { nil }
    }
}
