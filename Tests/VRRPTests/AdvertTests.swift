import Addressing
import Testing
import VRRP

@Suite("VRRP messages")
struct AdvertTests {
    static let source = IPAddress.v4(IPv4Address(10, 1, 80, 91))
    static let group = IPAddress.v4(IPv4Address(224, 0, 0, 18))

    /// VRID 51, priority 101, interval 1 s, password "1111", 10.1.80.90.
    static let walkThrough: [UInt8] = [
        0x21, 0x33, 0x65, 0x01, 0x01, 0x01, 0xBC, 0x0C, 0x0A, 0x01, 0x50, 0x5A, 0x31, 0x31, 0x31, 0x31, 0, 0, 0, 0,
    ]

    @Test("the advert of a pair with a password is 20 bytes as tcpdump shows it")
    func walkThroughBytes() {
        let advert = Advert(
            version: .v2, virtualRouterID: 51, priority: 101, interval: .seconds(1),
            addresses: [.v4(IPv4Address(10, 1, 80, 90))], authentication: .password(Array("1111".utf8)))
        #expect(advert.encoded(source: Self.source, destination: Self.group) == Self.walkThrough)
    }
}
