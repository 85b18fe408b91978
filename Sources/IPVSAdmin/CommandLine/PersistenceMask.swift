import Addressing

/// The value of `-M`. The service may stand behind it, so what it means can be open for a while.
///
/// ipvsadm 1.31 reads the value for the family that it knows of so far, IPv4 if none, and forgets it when an IPv6 service
/// follows; and it takes a plain number for the last octets of a mask, so that `-M 24` means 0.0.0.24. Here the mask is
/// read for the service's family wherever it stands, and a plain number is a prefix length in both families.
struct PersistenceMask {
    private let ipv4: (length: UInt8, irregular: IPv4Address?)?
    private let ipv6: UInt8?

    /// Reads a value for a family, or for either while the service is not known.
    init(_ text: String, for family: AddressFamily?, names: any NameResolver) throws(CommandLineError) {
        ipv6 = DecimalNumber.parse(text).flatMap { UInt8(exactly: $0) }.flatMap { (1...128).contains($0) ? $0 : nil }
        ipv4 = family == .ipv6 ? nil : Self.ipv4(text, names)
        switch family {
        case .ipv6: if ipv6 == nil { throw Self.illegalLength }
        case .ipv4: if ipv4 == nil { throw Self.illegalMask }
        case nil: if ipv4 == nil, ipv6 == nil { throw Self.illegalMask }
        }
    }

    /// What the mask is for a service of this family.
    func resolved(for family: AddressFamily) throws(CommandLineError) -> (length: UInt8, irregular: IPv4Address?) {
        switch family {
        case .ipv4:
            guard let ipv4 else { throw Self.illegalMask }
            return ipv4
        case .ipv6:
            guard let ipv6 else { throw Self.illegalLength }
            return (ipv6, nil)
        }
    }

    private static let illegalMask = CommandLineError("illegal virtual server persistent mask specified")
    private static let illegalLength = CommandLineError("illegal ipv6 netmask specified")

    private static func ipv4(_ text: String, _ names: any NameResolver) -> (length: UInt8, irregular: IPv4Address?)? {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy(\.isDecimalDigit)
        if isNumber, let length = UInt8(text), length <= 32 { return (length, nil) }
        guard let address = EndpointParser.classicAddress(text[...]) ?? names.ipv4Address(ofHost: text) else {
            return nil
        }
        let mask = address.rawValue
        let length = (~mask).leadingZeroBitCount
        if length == mask.nonzeroBitCount { return (UInt8(length), nil) }
        return isNumber ? nil : (UInt8(length), address)
    }
}
