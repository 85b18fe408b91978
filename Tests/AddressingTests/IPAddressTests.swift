import Addressing
import Testing

@Suite struct IPAddressTests {
    @Test("a family's raw value is the kernel's, its widths are those of its addresses")
    func families() {
        #expect(AddressFamily.ipv4.rawValue == 2)
        #expect(AddressFamily.ipv6.rawValue == 10)
        #expect(AddressFamily.ipv4.bitWidth == 32)
        #expect(AddressFamily.ipv6.bitWidth == 128)
        #expect(AddressFamily.ipv4.byteCount == 4)
        #expect(AddressFamily.ipv6.byteCount == 16)
    }

    @Test("an IPVS attribute has sixteen bytes; IPv4 takes the first four")
    func attributeBytes() throws {
        let bytes = [10, 1, 80, 90] + [UInt8](repeating: 0xEE, count: 12)
        #expect(IPAddress(bytes: bytes, family: .ipv4)?.description == "10.1.80.90")
        #expect(IPAddress(bytes: bytes, family: .ipv6)?.description == "a01:505a:eeee:eeee:eeee:eeee:eeee:eeee")
        #expect(IPAddress(bytes: bytes.prefix(3), family: .ipv4) == nil)
        #expect(IPAddress(bytes: bytes.prefix(15), family: .ipv6) == nil)
        // A slice whose indices do not start at 0.
        #expect(IPAddress(bytes: ([0, 0] + bytes).dropFirst(2), family: .ipv4)?.description == "10.1.80.90")
    }

    @Test("IPv4 comes before IPv6, within a family the number decides")
    func order() {
        let texts = ["10.0.0.1", "192.168.0.1", "255.255.255.255", "::", "2001:db8::1", "fd00::1"]
        let addresses = texts.compactMap { IPAddress($0) }
        #expect(addresses.count == texts.count)
        #expect(addresses.shuffled().sorted() == addresses)
    }

    @Test("0.0.0.0 and :: are unspecified, their neighbours are not")
    func unspecified() {
        #expect(IPAddress("0.0.0.0")?.isUnspecified == true)
        #expect(IPAddress("::")?.isUnspecified == true)
        #expect(IPAddress("0.0.0.1")?.isUnspecified == false)
        #expect(IPAddress("::1")?.isUnspecified == false)
    }

    @Test("multicast is asked of the family that the address has")
    func multicast() {
        #expect(IPAddress("224.0.0.18")?.isMulticast == true)
        #expect(IPAddress("ff02::12")?.isMulticast == true)
        #expect(IPAddress("10.0.0.1")?.isMulticast == false)
        #expect(IPAddress("::ffff:224.0.0.18")?.isMulticast == false)
    }

    @Test(
        "a port is a decimal number up to 65535",
        arguments: [
            ("0", 0 as UInt16?), ("80", 80), ("65535", 65535), ("00080", 80), ("65536", nil), ("", nil), ("-1", nil),
            ("+80", nil),
            (" 80", nil), ("80 ", nil), ("0x50", nil), ("http", nil), ("８０", nil), ("99999999999999999999", nil),
        ])
    func ports(text: String, value: UInt16?) {
        #expect(Port(text)?.rawValue == value)
    }
}
