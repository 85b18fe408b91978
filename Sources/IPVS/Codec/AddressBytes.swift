import Addressing
import Netlink

/// An address as IPVS attributes carry it before the family is known: the attributes' order is not promised.
struct AddressBits {
    let high: UInt64
    let low: UInt64

    /// Reads 16 bytes, of which IPv4 uses the first four, or just four.
    init(_ value: borrowing RawSpan) throws(NetlinkError) {
        if value.byteCount >= 16 {
            let first: UInt64 = try value.integer()
            let second: UInt64 = try value.integer(at: 8)
            (high, low) = (UInt64(bigEndian: first), UInt64(bigEndian: second))
        } else {
            let number: UInt32 = try value.integer()
            (high, low) = (UInt64(UInt32(bigEndian: number)) << 32, 0)
        }
    }

    func address(_ family: AddressFamily) -> IPAddress {
        switch family {
        case .ipv4: .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: high >> 32)))
        case .ipv6: .v6(IPv6Address(high: high, low: low))
        }
    }
}

extension MessageWriter {
    /// Appends an address as `union nf_inet_addr`: 16 bytes, an IPv4 address in the first four.
    mutating func unionAddress(_ type: UInt16, _ address: IPAddress) {
        let (high, low) =
            switch address {
            case .v4(let address): (UInt64(address.rawValue) << 32, UInt64(0))
            case .v6(let address): (address.high, address.low)
            }
        append(UInt16(20))
        append(type)
        append(high.bigEndian)
        append(low.bigEndian)
    }
}
