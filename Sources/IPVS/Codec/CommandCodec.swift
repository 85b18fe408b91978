public import Netlink

extension Command {
    /// The request on the wire, in the family that `family` was resolved to.
    public func request(_ family: GenericFamily) -> NetlinkRequest {
        switch self {
        case .addService(let service): Self.request(family, WireCommand.newService, service)
        case .editService(let service): Self.request(family, WireCommand.setService, service)
        case .deleteService(let id):
            family.request(WireCommand.deleteService) { $0.nested(CommandAttribute.service) { id.write(to: &$0) } }
        case .addDestination(let id, let destination):
            Self.request(family, WireCommand.newDestination, id, destination)
        case .editDestination(let id, let destination):
            Self.request(family, WireCommand.setDestination, id, destination)
        case .deleteDestination(let id, let destination):
            family.request(WireCommand.deleteDestination) { writer in
                writer.nested(CommandAttribute.service) { id.write(to: &$0) }
                writer.nested(CommandAttribute.destination) { destination.write(to: &$0) }
            }
        case .flush: family.request(WireCommand.flush)
        case .zero(let id):
            family.request(WireCommand.zero) { writer in
                if let id { writer.nested(CommandAttribute.service) { id.write(to: &$0) } }
            }
        case .setTimeouts(let timeouts):
            family.request(WireCommand.setConfiguration) { timeouts.write(to: &$0) }
        case .startDaemon(let daemon):
            family.request(WireCommand.newDaemon) { $0.nested(CommandAttribute.daemon) { daemon.write(to: &$0) } }
        case .stopDaemon(let role):
            family.request(WireCommand.deleteDaemon) {
                $0.nested(CommandAttribute.daemon) { $0.attribute(DaemonAttribute.state, role.rawValue) }
            }
        }
    }

    private static func request(
        _ family: GenericFamily, _ command: UInt8, _ service: VirtualService
    ) -> NetlinkRequest {
        family.request(command) { $0.nested(CommandAttribute.service) { service.write(to: &$0) } }
    }

    private static func request(
        _ family: GenericFamily, _ command: UInt8, _ id: VirtualService.ID, _ destination: Destination
    ) -> NetlinkRequest {
        family.request(command) { writer in
            writer.nested(CommandAttribute.service) { id.write(to: &$0) }
            writer.nested(CommandAttribute.destination) { destination.write(to: &$0) }
        }
    }
}
