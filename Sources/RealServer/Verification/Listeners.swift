import Addressing
import LinuxSystem

/// The sockets of the host that wait for clients.
struct Listeners: Sendable, Hashable {
    private struct Socket: Sendable, Hashable {
        var address: IPAddress
        var port: ServicePort
    }

    private var sockets: Set<Socket> = []

    /// Creates what listens at these places.
    init(_ places: [(IPAddress, ServicePort)] = []) { sockets = Set(places.map { Socket(address: $0, port: $1) }) }

    /// Those of the calling thread's network namespace; nil when the kernel does not say.
    static func read() -> Listeners? {
        var listeners = Listeners()
        for (name, transport) in [("tcp", ServicePort.Transport.tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp)] {
            let path = "/proc/thread-self/net/\(name)"
            guard let bytes = try? SmallFile.read(path, limit: 64 << 20) else {
                // Without IPv6 the kernel has no such list.
                if name.hasSuffix("6") { continue }
                return nil
            }
            listeners.add(String(decoding: bytes, as: UTF8.self), transport)
        }
        return listeners
    }

    /// Takes in a list as `/proc/net/tcp` has it: `sl local_address rem_address st …`, addresses as words of the host's
    /// byte order.
    mutating func add(_ text: String, _ transport: ServicePort.Transport) {
        // TCP_LISTEN; a UDP socket that is connected to nobody has the state TCP_CLOSE (`net/tcp_states.h`).
        let state = transport == .tcp ? "0A" : "07"
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let words = line.split(separator: " ", maxSplits: 4)
            guard words.count >= 4, words[3] == state else { continue }
            let parts = words[1].split(separator: ":")
            guard parts.count == 2, let address = Self.address(parts[0]), let number = UInt16(parts[1], radix: 16)
            else { continue }
            sockets.insert(Socket(address: address, port: ServicePort(number, transport)))
        }
    }

    private static func address(_ hex: Substring) -> IPAddress? {
        var bytes: [UInt8] = []
        let digits = Array(hex.utf8)
        guard digits.count == 8 || digits.count == 32 else { return nil }
        for start in stride(from: 0, to: digits.count, by: 8) {
            guard let word = UInt32(String(decoding: digits[start..<start + 8], as: UTF8.self), radix: 16) else {
                return nil
            }
            withUnsafeBytes(of: word) { bytes += Array($0) }
        }
        let family: AddressFamily = bytes.count == 4 ? .ipv4 : .ipv6
        guard let address = IPAddress(bytes: bytes, family: family) else { return nil }
        return address.unmapped
    }

    /// Whether clients of an address are served on a port. A socket for every IPv6 address takes IPv4 clients as well,
    /// unless its program has said otherwise, which the list does not tell.
    func serve(_ address: IPAddress, _ port: ServicePort) -> Bool {
        let everywhere: [IPAddress] = address.family == .ipv4 ? [.v4(.any), .v6(.any)] : [.v6(.any)]
        return ([address] + everywhere).contains { sockets.contains(Socket(address: $0, port: port)) }
    }

    /// The addresses that a port is listened on at.
    func addresses(of port: ServicePort) -> [IPAddress] {
        sockets.filter { $0.port == port }.map(\.address).sorted()
    }
}

extension IPAddress {
    /// The IPv4 address behind an IPv4-mapped one (`::ffff:10.1.80.90`), as a dual-stack socket has it.
    fileprivate var unmapped: IPAddress {
        guard case .v6 = self else { return self }
        let bytes = bytes
        guard bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes.dropFirst(10).prefix(2).allSatisfy({ $0 == 0xFF }) else {
            return self
        }
        return IPAddress(bytes: bytes.suffix(4), family: .ipv4) ?? self
    }
}
