public import Addressing
import Netlink

/// A virtual address as a real server is to hold it.
public struct RealServerAddress: Sendable, Hashable {
    /// The virtual address; it is held as `/32` or `/128`.
    public var address: IPAddress
    /// The interface that holds it: `lo`, the device of the tunnel, or a dummy interface, which is made where it is
    /// missing.
    public var interface: String
    /// Whether an IPv4 address is to have an alias name as label (`lo:0`), the first one that is free.
    public var isLabelled: Bool
    /// The tunnel that the director's packets come through; nil is direct routing.
    public var tunnel: Tunnel?
    /// The ports that clients are served on, for ``RealServerSetup/verify(_:probing:)``.
    public var ports: [ServicePort]

    /// Creates an address; without more words one of direct routing on `lo`.
    ///
    /// - Parameter interface: nil is `lo`, for IPv4 through a tunnel the tunnel's device: a reverse path filter lets
    ///   nothing through on a device that has no IPv4 address, not even as 2 (`__fib_validate_source()` of
    ///   `net/ipv4/fib_frontend.c`).
    public init(
        _ address: IPAddress, interface: String? = nil, isLabelled: Bool = false, tunnel: Tunnel? = nil,
        ports: [ServicePort] = []
    ) {
        self.address = address
        let device = address.family == .ipv4 ? tunnel?.device(for: .ipv4).name : nil
        self.interface = interface ?? device ?? "lo"
        self.isLabelled = isLabelled
        self.tunnel = tunnel
        self.ports = ports
    }

    /// Whether it is to have a label and this one of an interface has none.
    func lacksLabel(_ held: InterfaceAddress) -> Bool {
        // The kernel allows 15 bytes: behind a longer name there is no room for one.
        isLabelled && address.family == .ipv4 && interface.utf8.count <= 13 && held.label?.contains(":") != true
    }

    /// The address as the interface has it.
    var prefix: Prefix { Prefix(host: address) }
}

/// A port that a service listens on.
public struct ServicePort: Sendable, Hashable {
    /// The transport.
    public enum Transport: String, Sendable, Hashable {
        case tcp, udp
    }

    /// The transport.
    public var transport: Transport
    /// The number, 1…65535.
    public var number: UInt16

    /// Creates a port.
    public init(_ number: UInt16, _ transport: Transport = .tcp) {
        self.number = number
        self.transport = transport
    }

    /// Reads `80`, `80/tcp` or `53/udp`.
    public init?(_ text: some StringProtocol) {
        let words = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = words.first, let number = UInt16(first), number > 0, words.count <= 2 else { return nil }
        guard words.count == 2 else {
            self.init(number)
            return
        }
        guard let transport = Transport(rawValue: String(words[1])) else { return nil }
        self.init(number, transport)
    }
}

extension ServicePort: CustomStringConvertible {
    /// `80/tcp`.
    public var description: String { "\(number)/\(transport.rawValue)" }
}
