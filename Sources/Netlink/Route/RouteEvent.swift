import CLinux

/// A change that the kernel tells the members of its rtnetlink multicast groups about.
public enum RouteEvent: Sendable, Hashable {
    /// A link is new or has changed.
    case linkChanged(Link)
    /// A link is gone.
    case linkRemoved(Link)
    /// An address is new or has changed.
    case addressChanged(InterfaceAddress)
    /// An address is gone.
    case addressRemoved(InterfaceAddress)
    /// A route is new or has changed.
    case routeChanged(Route)
    /// A route is gone.
    case routeRemoved(Route)
    /// A rule is new.
    case ruleAdded(RoutingRule)
    /// A rule is gone.
    case ruleRemoved(RoutingRule)

    /// Decodes a datagram from a monitor socket: the events in their order, other messages left out.
    ///
    /// A throw, like an `ENOBUFS` from the socket, means that events may be lost: dump again.
    public static func decode(_ datagram: borrowing RawSpan) throws(NetlinkError) -> [RouteEvent] {
        var events: [RouteEvent] = []
        try datagram.forEachMessage { header, payload throws(NetlinkError) in
            if let event = try decode(header, payload) { events.append(event) }
        }
        return events
    }

    /// Decodes a datagram from a monitor socket.
    public static func decode(_ datagram: [UInt8]) throws(NetlinkError) -> [RouteEvent] {
        try decode(datagram.span.bytes)
    }

    /// Decodes one message; nil when it is not one of the events.
    public static func decode(
        _ header: MessageHeader, _ payload: borrowing RawSpan
    ) throws(NetlinkError) -> RouteEvent? {
        switch header.type {
        case RouteMessageType.newLink: try Link.decode(payload).map(RouteEvent.linkChanged)
        case RouteMessageType.deleteLink: try Link.decode(payload).map(RouteEvent.linkRemoved)
        case RouteMessageType.newAddress: try InterfaceAddress.decode(payload).map(RouteEvent.addressChanged)
        case RouteMessageType.deleteAddress: try InterfaceAddress.decode(payload).map(RouteEvent.addressRemoved)
        case RouteMessageType.newRoute: try Route.decode(payload).map(RouteEvent.routeChanged)
        case RouteMessageType.deleteRoute: try Route.decode(payload).map(RouteEvent.routeRemoved)
        case RouteMessageType.newRule: try RoutingRule.decode(payload).map(RouteEvent.ruleAdded)
        case RouteMessageType.deleteRule: try RoutingRule.decode(payload).map(RouteEvent.ruleRemoved)
        default: nil
        }
    }
}

/// The rtnetlink multicast groups that a monitor can join (`RTNLGRP_*`).
public enum RouteGroup: UInt32, Sendable, Hashable, CaseIterable {
    /// Links.
    case links = 1
    /// IPv4 addresses.
    case ipv4Addresses = 5
    /// IPv4 routes.
    case ipv4Routes = 7
    /// IPv4 rules.
    case ipv4Rules = 8
    /// IPv6 addresses.
    case ipv6Addresses = 9
    /// IPv6 routes.
    case ipv6Routes = 11
    /// IPv6 rules.
    case ipv6Rules = 19
}
