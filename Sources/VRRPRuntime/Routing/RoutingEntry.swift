import Addressing
import Netlink
import VRRP

/// A route or rule as the kernel is to have it: its interfaces have indexes.
struct RoutingEntry: Sendable, Hashable {
    /// What it is. Two entries of one subject are one thing in the kernel.
    enum Subject: Sendable, Hashable {
        case route(Route)
        case rule(RoutingRule)
    }

    var subject: Subject
    var placement = HeldRoute.Placement.prepend
    var isTracked = true

    /// The command that adds it: where the very same is there already, the kernel says EEXIST.
    var addition: RouteCommand {
        switch subject {
        case .route(let route):
            switch placement {
            case .prepend: .prependRoute(route)
            case .add: .addRoute(route)
            case .append: .appendRoute(route)
            }
        case .rule(let rule): .addRule(rule)
        }
    }

    /// The command that removes it.
    var removal: RouteCommand {
        switch subject {
        case .route(let route): .deleteRoute(route)
        case .rule(let rule): .deleteRule(rule)
        }
    }

    /// The command that makes it be there again when somebody has put another one in its place.
    var restoration: RouteCommand {
        if case .route(let route) = subject { .replaceRoute(route) } else { addition }
    }

    /// Whether this removal or replacement, which the kernel reports, was one of this entry. Of a route the key is
    /// compared and no more: to add what is there already does no harm.
    func isGone(by event: RouteEvent) -> Bool {
        switch (subject, event) {
        case (.route(let route), .routeRemoved(let removed)): route.key == removed.key
        case (.route(let route), .routeChanged(let other)): route.key == other.key && route.owner != other.owner
        case (.rule(let rule), .ruleRemoved(let removed)):
            rule.family == removed.family && rule.priority == removed.priority && rule.action == removed.action
        default: false
        }
    }
}

/// Who holds routes and rules.
enum RoutingHolder: Sendable, Hashable {
    /// A master.
    case router(RouterID)
    /// The daemon, as long as it runs.
    case daemon
}

extension NetlinkError {
    /// A removal that says this found nothing to remove, or its interface took it along.
    var meansAbsence: Bool {
        switch errorNumber {
        case .noSuchProcess, .noSuchEntry, .noSuchDevice, .addressNotAvailable: true
        default: false
        }
    }
}
