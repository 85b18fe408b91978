import Addressing
import IPVS

/// The value of `-r`. The service may stand behind it: then its protocol, which a port's name needs, and its port, which
/// is the server's where none is given, are known only at the end of the line.
struct ServerText {
    private let text: String
    private let parsed: (address: IPAddress, port: Port?)?

    /// Reads a value; `service` is nil while it has not been named.
    init(_ text: String, of service: VirtualService.ID?, names: any NameResolver) throws(CommandLineError) {
        self.text = text
        let parser = EndpointParser(names: names)
        guard let service else {
            parsed = nil
            guard TransportProtocol.allCases.contains(where: { parser.parse(text, $0) != nil }) else {
                throw Self.illegal
            }
            return
        }
        parsed = parser.parse(text, service.transport ?? .tcp)
        if parsed == nil { throw Self.illegal }
    }

    /// The server as one of a service: its own port, or the service's.
    func destination(
        of service: VirtualService.ID, names: any NameResolver
    ) throws(CommandLineError) -> Destination.ID {
        guard let (address, port) = parsed ?? EndpointParser(names: names).parse(text, service.transport ?? .tcp) else {
            throw Self.illegal
        }
        guard case .endpoint(_, _, let own) = service else {
            return Destination.ID(address: address, port: port ?? .any)
        }
        return Destination.ID(address: address, port: port ?? own)
    }

    private static let illegal = CommandLineError("illegal real server address[:port] specified")
}
