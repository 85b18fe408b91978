public import Addressing
import CLinux
import Glibc

/// A question to a segment: which link-layer addresses answer for an IPv4 address (RFC 826).
public struct ARPQuestion: Sendable {
    private let target: IPv4Address
    private let sender: IPv4Address
    private let hardware: MACAddress
    private let interfaceIndex: UInt32

    /// Prepares a question.
    ///
    /// - Parameters:
    ///   - target: The address that is asked for.
    ///   - sender: An address of the interface, which the answer goes to; neighbours take note of it.
    ///   - hardware: The interface's link-layer address.
    ///   - interfaceIndex: The interface to ask on.
    public init(target: IPv4Address, sender: IPv4Address, hardware: MACAddress, interfaceIndex: UInt32) {
        self.target = target
        self.sender = sender
        self.hardware = hardware
        self.interfaceIndex = interfaceIndex
    }

    /// Asks twice, so that one lost packet does not hide an owner, and listens for answers until the time is over.
    ///
    /// - Returns: The link-layer addresses that answered, each once, in the order in which they did.
    public func ask(for time: Duration) throws(SystemError) -> [MACAddress] {
        let purpose = "ask who has \(target)"
        let socket = try FileDescriptor.socket(
            family: AF_PACKET, type: Int32(SOCK_DGRAM.rawValue), protocolNumber: Int32(UInt16(ETH_P_ARP).bigEndian),
            purpose: purpose, advice: "run as root or grant CAP_NET_RAW")
        var place = sockaddr_ll()
        place.sll_family = UInt16(AF_PACKET)
        place.sll_protocol = UInt16(ETH_P_ARP).bigEndian
        place.sll_ifindex = Int32(truncatingIfNeeded: interfaceIndex)
        let number = socket.rawValue
        try systemCall("bind", purpose) { Self.withAddress(of: &place) { bind(number, $0, $1) } }
        place.sll_halen = 6
        withUnsafeMutableBytes(of: &place.sll_addr) { $0.copyBytes(from: MACAddress.broadcast.bytes) }
        var owners: [MACAddress] = []
        let rounds = 2
        for _ in 0..<rounds {
            try systemCall("sendto", purpose) {
                request.withUnsafeBytes { bytes in
                    Self.withAddress(of: &place) { sendto(number, bytes.baseAddress, bytes.count, 0, $0, $1) }
                }
            }
            for owner in Self.listen(number, to: target, for: time / rounds) where !owners.contains(owner) {
                owners.append(owner)
            }
        }
        return owners
    }

    private static let ethernetAndIPv4: [UInt8] = [0, 1, 0x08, 0x00, 6, 4]

    private var request: [UInt8] {
        Self.ethernetAndIPv4 + [0, 1] + hardware.bytes + sender.bytes + [UInt8](repeating: 0, count: 6) + target.bytes
    }

    private static func listen(_ number: Int32, to target: IPv4Address, for time: Duration) -> [MACAddress] {
        let clock = ContinuousClock()
        let end = clock.now + time
        var owners: [MACAddress] = []
        var buffer = [UInt8](repeating: 0, count: 128)
        while true {
            let left = clock.now.duration(to: end)
            guard left > .zero else { return owners }
            var waiting = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
            let count = buffer.withUnsafeMutableBytes { recv(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
            guard count > 0 else { continue }
            if let owner = owner(of: target, in: buffer.prefix(count)) { owners.append(owner) }
        }
    }

    /// The sender of an answer about the target; nil for any other message.
    static func owner(of target: IPv4Address, in message: some Collection<UInt8>) -> MACAddress? {
        let message = Array(message)
        let reply: [UInt8] = [0, 2]
        guard message.count >= 28, Array(message[0..<6]) == ethernetAndIPv4, Array(message[6..<8]) == reply,
            Array(message[14..<18]) == target.bytes
        else { return nil }
        return MACAddress(bytes: Array(message[8..<14]))
    }

    private static func withAddress<Result>(
        of place: inout sockaddr_ll, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_ll>.size))
            }
        }
    }
}
