import NIOCore
import Netlink
import Timing
import VRRP

/// What the loop knows of the things that it holds beside the routers' addresses, and of those that it has lost.
struct Upkeep {
    /// Something that somebody else has taken away and that is to be put back.
    enum Loss: Sendable {
        /// A router's address, as it was added.
        case address(RouterID, InterfaceAddress)
        /// A static address.
        case staticAddress(InterfaceAddress)
        /// A router's IPv6 address that another host was found to have.
        case duplicate(RouterID, InterfaceAddress)
        /// A route or rule.
        case routing(RoutingHolder, RoutingEntry)
    }

    /// Addresses of a new master that are still to be added.
    struct Acquisition: Sendable {
        var router: RouterID
        var addresses: [InterfaceAddress]
        var next = 0
        /// How often each is to be announced.
        var announcements: UInt32 = 0
    }

    /// Routes and rules by who holds them.
    var routing = RoutingBook()
    /// Routes and rules that the kernel has refused, so that a refusal is logged once.
    var refused: Set<RoutingEntry.Subject> = []
    /// Routes in whose place somebody has put another one, until they are put back.
    var replaced: Set<RoutingEntry.Subject> = []
    /// While a configuration takes force: what somebody is to hold, and so is not taken away.
    var routingClaims: Set<RoutingEntry.Subject> = []
    /// The static addresses that are on their interfaces.
    var statics: [HeldAddressBook.Key: InterfaceAddress] = [:]
    /// Reports about routes and rules, while any is to be looked after.
    var monitor: RouteMonitorChannel?

    /// What was lost since the last repair.
    var losses: [Loss] = []
    var repair: Scheduled<Void>?
    var addressRepairs = RepairBudget<HeldAddressBook.Key>()
    var routingRepairs = RepairBudget<RoutingEntry.Subject>()

    var acquisitions: [Acquisition] = []
    var acquisition: Scheduled<Void>?
    /// Addresses that were added since the loop last looked at its sockets.
    var addedAtOnce = 0

    /// What takes back the additions for a configuration that has not taken force.
    var undo: [RouteCommand] = []
    /// `promote_secondaries` as it was, by interface.
    var formerPromotion: [String: Int] = [:]
}
