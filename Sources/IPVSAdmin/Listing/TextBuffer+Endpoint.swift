import Addressing
import IPVS

extension TextBuffer {
    /// Bytes of an endpoint that ipvsadm keeps, whatever that cuts off.
    static let endpointLimit = 59

    /// Writes `ADDRESS:PORT`, IPv6 in brackets, with names where `names` has them.
    ///
    /// `transport` is nil for firewall marks, whose ports have no protocol to be looked up in.
    mutating func append(
        endpoint address: IPAddress, port: Port, transport: TransportProtocol?, names: (any NameResolver)?,
        limit: Int? = endpointLimit
    ) {
        let start = count
        if case .v6 = address { append("[") }
        if let name = names?.hostName(of: address) { append(name) } else { append(address) }
        append(address.family == .ipv6 ? "]:" : ":")
        if let transport, let name = names?.serviceName(of: port, protocol: transport) {
            append(name)
        } else {
            append(decimal: UInt64(port.rawValue))
        }
        if let limit { cut(from: start, to: limit) }
    }
}
