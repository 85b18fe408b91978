public import Addressing

/// Reads and changes links, addresses, routes and rules of the network namespace that the session's socket belongs to.
public final class RouteClient {
    private let session: NetlinkSession

    /// Creates a client on a session over a `NETLINK_ROUTE` transport.
    public init(session: NetlinkSession) { self.session = session }

    /// Every link, by index.
    public func links() throws(NetlinkError) -> [Link] {
        let request = NetlinkRequest(type: RouteMessageType.getLink) { Link.writeHeader(index: 0, to: &$0) }
        return try session.dump(request) { header, payload throws(NetlinkError) in
            header.type == RouteMessageType.newLink ? try Link.decode(payload) : nil
        }
    }

    /// Every address of one family or of both, in the kernel's order: on an interface the primary ones first.
    public func addresses(family: AddressFamily? = nil) throws(NetlinkError) -> [InterfaceAddress] {
        let request = NetlinkRequest(type: RouteMessageType.getAddress) { writer in
            writer.append(family?.rawValue ?? 0)
            writer.append(bytes: [0, 0, 0, 0, 0, 0, 0])
        }
        return try session.dump(request) { header, payload throws(NetlinkError) in
            header.type == RouteMessageType.newAddress ? try InterfaceAddress.decode(payload) : nil
        }
    }

    /// Every route of one family, or of both, in every table.
    public func routes(family: AddressFamily? = nil) throws(NetlinkError) -> [Route] {
        let request = NetlinkRequest(type: RouteMessageType.getRoute) { writer in
            writer.append(family?.rawValue ?? 0)
            writer.append(bytes: [UInt8](repeating: 0, count: Route.messageByteCount - 1))
        }
        return try session.dump(request) { header, payload throws(NetlinkError) in
            header.type == RouteMessageType.newRoute ? try Route.decode(payload) : nil
        }
    }

    /// Every rule of one family, or of both.
    public func rules(family: AddressFamily? = nil) throws(NetlinkError) -> [RoutingRule] {
        let request = NetlinkRequest(type: RouteMessageType.getRule) { writer in
            writer.append(family?.rawValue ?? 0)
            writer.append(bytes: [UInt8](repeating: 0, count: RoutingRule.messageByteCount - 1))
        }
        return try session.dump(request) { header, payload throws(NetlinkError) in
            header.type == RouteMessageType.newRule ? try RoutingRule.decode(payload) : nil
        }
    }

    /// Carries out the commands in their order, batched, and returns those that failed. One that fails does not hold
    /// up the others.
    public func apply(_ commands: [RouteCommand]) -> [RouteCommandFailure] {
        let outcomes = session.perform(batch: commands.map(\.request))
        return zip(commands, outcomes).enumerated().compactMap { index, pair in
            pair.1.map { RouteCommandFailure(index: index, command: pair.0, error: $0) }
        }
    }
}
