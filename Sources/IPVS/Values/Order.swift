import Addressing

extension VirtualService.ID: Comparable {
    /// The order of an IPVS listing: by mark (services without one first), family, protocol number, address, port.
    public static func < (left: VirtualService.ID, right: VirtualService.ID) -> Bool {
        switch (left, right) {
        case (
            .endpoint(let leftTransport, let leftAddress, let leftPort),
            .endpoint(let rightTransport, let rightAddress, let rightPort)
        ):
            (leftAddress.family.rawValue, leftTransport.rawValue, leftAddress, leftPort)
                < (rightAddress.family.rawValue, rightTransport.rawValue, rightAddress, rightPort)
        case (.firewallMark(let leftMark, let leftFamily), .firewallMark(let rightMark, let rightFamily)):
            (leftMark, leftFamily.rawValue) < (rightMark, rightFamily.rawValue)
        case (.endpoint, .firewallMark): true
        case (.firewallMark, .endpoint): false
        }
    }
}

extension VirtualService.ID: CustomStringConvertible {
    /// The name in log lines: `[10.1.80.90]:tcp:80` or `FWM 1`, with ` IPv6` behind a mark of that family.
    public var description: String {
        switch self {
        case .endpoint(let transport, let address, let port): "[\(address)]:\(transport.name):\(port)"
        case .firewallMark(let mark, let family): family == .ipv4 ? "FWM \(mark)" : "FWM \(mark) IPv6"
        }
    }
}

extension Destination.ID: Comparable {
    /// The order of an IPVS listing: by address, then port.
    public static func < (left: Destination.ID, right: Destination.ID) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}

extension Destination.ID: CustomStringConvertible {
    /// `[10.1.80.93]:80`.
    public var description: String { "[\(address)]:\(port)" }
}
