import Addressing
public import IPVS

/// How services and servers are named in log lines, mail and the notification FIFO.
public enum ServiceNames {
    /// A virtual service: `[10.1.80.90]:tcp:80`, `FWM 5`.
    public static func name(of service: VirtualService.ID) -> String {
        switch service {
        case .endpoint(let transport, let address, let port): "[\(address)]:\(transport.name):\(port)"
        case .firewallMark(let mark, _): "FWM \(mark)"
        }
    }

    /// A real or sorry server of a virtual service: `[10.1.80.93]:tcp:80`; behind a firewall mark `none` stands for
    /// the protocol.
    public static func name(of server: Destination.ID, in service: VirtualService.ID) -> String {
        let transport =
            switch service {
            case .endpoint(let transport, _, _): transport.name
            case .firewallMark: "none"
            }
        return "[\(server.address)]:\(transport):\(server.port)"
    }
}
