import CLinux

/// One change of the host's addresses, routes, rules or links: one rtnetlink request with its own acknowledgement.
public enum RouteCommand: Sendable, Hashable {
    /// `RTM_NEWADDR`; EEXIST when it is there.
    case addAddress(InterfaceAddress)
    /// `RTM_NEWADDR` that also accepts and changes an address that is there.
    case replaceAddress(InterfaceAddress)
    /// `RTM_DELADDR`, found by interface, address and prefix length; EADDRNOTAVAIL when it is not there.
    case deleteAddress(InterfaceAddress)
    /// `RTM_NEWROUTE`; EEXIST when it is there.
    case addRoute(Route)
    /// `RTM_NEWROUTE` that puts the route before others of the same destination and metric; EEXIST when the very same
    /// one is there. In IPv6 it becomes one more way of a route that is there.
    case prependRoute(Route)
    /// As ``prependRoute(_:)``, behind the others.
    case appendRoute(Route)
    /// `RTM_NEWROUTE` that replaces the route to the same destination with the same metric.
    case replaceRoute(Route)
    /// `RTM_DELROUTE`; ESRCH when it is not there.
    case deleteRoute(Route)
    /// `RTM_NEWRULE`; EEXIST when it is there.
    case addRule(RoutingRule)
    /// `RTM_DELRULE`; ENOENT when it is not there.
    case deleteRule(RoutingRule)
    /// Sets a link up or down.
    case setLink(index: UInt32, up: Bool)
    /// `RTM_NEWLINK` for a kind that needs no more settings, such as `dummy`; EEXIST when the name is taken.
    case addLink(name: String, kind: String)
    /// `RTM_NEWLINK` for an interface on top of another; EEXIST when the name is taken.
    case addVirtualLink(VirtualLink)
    /// `RTM_NEWLINK` for a link that exists; ENODEV when it does not.
    case changeLink(index: UInt32, LinkChange)
    /// `RTM_DELLINK`; ENODEV when it is not there.
    case deleteLink(index: UInt32)
}

extension RouteCommand {
    /// The request on the wire.
    public var request: NetlinkRequest {
        switch self {
        case .addAddress(let address):
            NetlinkRequest(type: RouteMessageType.newAddress, flags: [.create, .exclusive]) { address.write(to: &$0) }
        case .replaceAddress(let address):
            NetlinkRequest(type: RouteMessageType.newAddress, flags: [.create, .replace]) { address.write(to: &$0) }
        case .deleteAddress(let address):
            NetlinkRequest(type: RouteMessageType.deleteAddress) { address.writeIdentity(to: &$0) }
        case .addRoute(let route):
            NetlinkRequest(type: RouteMessageType.newRoute, flags: [.create, .exclusive]) { route.write(to: &$0) }
        case .prependRoute(let route):
            NetlinkRequest(type: RouteMessageType.newRoute, flags: .create) { route.write(to: &$0) }
        case .appendRoute(let route):
            NetlinkRequest(type: RouteMessageType.newRoute, flags: [.create, .append]) { route.write(to: &$0) }
        case .replaceRoute(let route):
            NetlinkRequest(type: RouteMessageType.newRoute, flags: [.create, .replace]) { route.write(to: &$0) }
        case .deleteRoute(let route):
            NetlinkRequest(type: RouteMessageType.deleteRoute) { route.writeDeletion(to: &$0) }
        case .addRule(let rule):
            NetlinkRequest(type: RouteMessageType.newRule, flags: [.create, .exclusive]) { rule.write(to: &$0) }
        case .deleteRule(let rule):
            NetlinkRequest(type: RouteMessageType.deleteRule) { rule.write(to: &$0) }
        case .setLink(let index, let up):
            NetlinkRequest(type: RouteMessageType.newLink) {
                Link.writeHeader(index: index, flags: up ? .up : [], changing: .up, to: &$0)
            }
        case .addLink(let name, let kind):
            NetlinkRequest(type: RouteMessageType.newLink, flags: [.create, .exclusive]) { writer in
                Link.writeHeader(index: 0, to: &writer)
                writer.attribute(UInt16(IFLA_IFNAME), string: name)
                writer.nested(UInt16(IFLA_LINKINFO)) { $0.attribute(UInt16(IFLA_INFO_KIND), string: kind) }
            }
        case .addVirtualLink(let link):
            NetlinkRequest(type: RouteMessageType.newLink, flags: [.create, .exclusive]) { link.write(to: &$0) }
        case .changeLink(let index, let change):
            NetlinkRequest(type: RouteMessageType.newLink) { change.write(index: index, to: &$0) }
        case .deleteLink(let index):
            NetlinkRequest(type: RouteMessageType.deleteLink) { Link.writeHeader(index: index, to: &$0) }
        }
    }
}

/// A command that the kernel refused, or whose fate is unknown.
public struct RouteCommandFailure: Error, Sendable, Hashable {
    /// Position of the command in the batch.
    public var index: Int
    /// The command.
    public var command: RouteCommand
    /// The reason.
    public var error: NetlinkError

    /// Creates a failure.
    public init(index: Int, command: RouteCommand, error: NetlinkError) {
        self.index = index
        self.command = command
        self.error = error
    }
}

/// The message types of rtnetlink that are used here (`RTM_*`).
enum RouteMessageType {
    static let newLink = UInt16(RTM_NEWLINK)
    static let deleteLink = UInt16(RTM_DELLINK)
    static let getLink = UInt16(RTM_GETLINK)
    static let newAddress = UInt16(RTM_NEWADDR)
    static let deleteAddress = UInt16(RTM_DELADDR)
    static let getAddress = UInt16(RTM_GETADDR)
    static let newRoute = UInt16(RTM_NEWROUTE)
    static let deleteRoute = UInt16(RTM_DELROUTE)
    static let getRoute = UInt16(RTM_GETROUTE)
    static let newRule = UInt16(RTM_NEWRULE)
    static let deleteRule = UInt16(RTM_DELRULE)
    static let getRule = UInt16(RTM_GETRULE)
}
