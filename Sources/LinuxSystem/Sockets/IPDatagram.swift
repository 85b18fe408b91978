public import Addressing
import CLinux
import Glibc

/// A datagram with what its IP header said.
public struct IPDatagram: Sendable, Hashable {
    /// The sender's address.
    public var source: IPAddress
    /// The address that it was sent to; nil where the kernel did not say.
    public var destination: IPAddress?
    /// Time to live or hop limit on arrival; 0 where the kernel did not say.
    public var ttl: UInt8
    /// What follows the headers, cut to what the receiver has room for.
    public var payload: [UInt8]
    /// The identification of an IPv4 header; 0 where it is not known.
    public var identification: UInt16

    /// Creates a datagram.
    public init(
        source: IPAddress, destination: IPAddress?, ttl: UInt8, payload: [UInt8], identification: UInt16 = 0
    ) {
        self.source = source
        self.destination = destination
        self.ttl = ttl
        self.payload = payload
        self.identification = identification
    }
}

extension FileDescriptor {
    /// The next datagram that waits; nil when none does.
    borrowing func receiveDatagram(capacity: Int) -> IPDatagram? {
        let number = rawValue
        return withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { buffer in
            while true {
                var header = clinux_datagram()
                let count = clinux_receive_datagram(number, buffer.baseAddress, buffer.count, &header)
                guard count >= 0 else {
                    // What the network said about an earlier packet, taken note of by the call itself.
                    if errno == EINTR || errno == ECONNREFUSED { continue }
                    return nil
                }
                let family: AddressFamily = header.family == AF_INET ? .ipv4 : .ipv6
                let addresses = withUnsafeBytes(of: header.source) { source in
                    withUnsafeBytes(of: header.destination) { destination in
                        (
                            IPAddress(bytes: source, family: family),
                            IPAddress(bytes: destination, family: family)
                        )
                    }
                }
                guard let source = addresses.0 else { continue }
                return IPDatagram(
                    source: source, destination: header.has_destination == 0 ? nil : addresses.1,
                    ttl: UInt8(clamping: max(0, header.ttl)), payload: Array(buffer.prefix(count)))
            }
        }
    }
}
