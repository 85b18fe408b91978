import Addressing
import Testing
import Timing

@testable import VRRP

@Suite("Authentication headers")
struct AuthenticationHeaderTests {
    static let source = IPv4Address(10, 9, 0, 1)
    static let group = IPv4Address(224, 0, 0, 18)
    static let password = Array("secret".utf8)
    /// As keepalived 2.2.7 sent it: VRID 51, priority 100, 10.9.0.9, `auth_type AH`.
    static let message: [UInt8] = [
        0x21, 0x33, 0x64, 0x01, 0x02, 0x01, 0x6E, 0xB8, 0x0A, 0x09, 0x00, 0x09, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
    /// To the group, identification 1.
    static let multicast: [UInt8] = [
        0x70, 0x04, 0x00, 0x00, 0x0A, 0x09, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01,
        0xDA, 0x5D, 0x6E, 0x6E, 0x96, 0x4E, 0x41, 0xFB, 0xC1, 0x3F, 0x5E, 0x22,
    ]
    /// To 10.9.0.2, identification 2.
    static let unicast: [UInt8] = [
        0x70, 0x04, 0x00, 0x00, 0x0A, 0x09, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02,
        0x5F, 0x76, 0x04, 0xBC, 0x09, 0x4C, 0xB4, 0x28, 0x02, 0xE9, 0x88, 0x32,
    ]

    @Test("the bytes are keepalived's")
    func vectors() {
        func bytes(to destination: IPv4Address, _ number: UInt16, ttl: UInt8 = 255) -> [UInt8] {
            let packet = IPv4Header(
                source: Self.source, destination: destination, identification: number, ttl: ttl)
            return AuthenticationHeader(
                packet: packet, sequence: UInt32(number), message: Self.message, password: Self.password
            ).bytes
        }
        #expect(bytes(to: Self.group, 1) == Self.multicast)
        #expect(bytes(to: IPv4Address(10, 9, 0, 2), 2) == Self.unicast)
        #expect(bytes(to: IPv4Address(10, 9, 0, 2), 2, ttl: 17) == Self.unicast, "routers on the way count it down")
        #expect(bytes(to: Self.group, 1, ttl: 254) != Self.multicast)
    }

    private static func router(_ change: (inout RouterConfiguration) -> Void = { _ in }) -> RouterConfiguration {
        Bench.configuration(priority: 90) {
            $0.addresses = [.v4(IPv4Address(10, 9, 0, 9))]
            $0.headerPassword = password
            change(&$0)
        }
    }

    private static func datagram(
        _ header: [UInt8]?, _ message: [UInt8] = message, number: UInt16 = 1, from sender: IPv4Address = source
    ) -> Datagram {
        let packet = IPv4Header(source: sender, destination: group, identification: number)
        let parts = header.flatMap { AuthenticationHeader.split($0 + message, of: packet) }
        return Datagram(
            interface: "eth0", source: .v4(sender), destination: .v4(group), ttl: 255, payload: message,
            router: Bench.id, authenticationHeader: parts?.header)
    }

    @Test("keepalived's advert is believed once, and not a second time")
    func believed() {
        var bench = Bench.backup(Self.router())
        bench.pass(.milliseconds(500))
        _ = bench.handle(.received(Self.datagram(Self.multicast)))
        #expect(bench.statistics.advertsReceived == 1)
        let deadline = bench.status().masterDownDeadline
        bench.pass(.milliseconds(500))
        let actions = bench.handle(.received(Self.datagram(Self.multicast)))
        #expect(
            actions.messages == [
                "(VI_1) IPSEC-AH : sequence number 1 from 10.9.0.1 already processed. Packet dropped. Local(1)"
            ])
        #expect(bench.statistics.authenticationFailures == 1)
        #expect(bench.status().masterDownDeadline == deadline, "the timer goes on")
    }

    /// A way to get a header wrong.
    struct Forgery: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var message: String
        var datagram: Datagram
    }

    private static func altered(_ index: Int, to value: UInt8) -> [UInt8] {
        var bytes = multicast
        bytes[index] = value
        return bytes
    }

    private static let invalid =
        "IPSEC-AH : invalid IPSEC HMAC-MD5 value from 10.9.0.1. Due to fields mutation or bad password !"

    static let forgeries: [Forgery] = [
        Forgery(
            testDescription: "no header", message: "received no authentication header from 10.9.0.1",
            datagram: datagram(nil)),
        Forgery(
            testDescription: "another protocol behind it", message: "received no authentication header from 10.9.0.1",
            datagram: datagram(altered(0, to: 17))),
        Forgery(
            testDescription: "another length", message: "received no authentication header from 10.9.0.1",
            datagram: datagram(altered(1, to: 5))),
        Forgery(
            testDescription: "another index", message: "IPSEC AH : invalid IPSEC SPI value from 10.9.0.1",
            datagram: datagram(altered(7, to: 2))),
        Forgery(testDescription: "a later number", message: invalid, datagram: datagram(altered(11, to: 200))),
        Forgery(testDescription: "another code", message: invalid, datagram: datagram(altered(23, to: 0))),
        Forgery(testDescription: "another identification", message: invalid, datagram: datagram(multicast, number: 2)),
        Forgery(
            testDescription: "another priority", message: invalid,
            datagram: datagram(multicast, [0x21, 0x33, 0xFF] + message[3...])),
    ]

    @Test("what is forged is counted and moves no timer", arguments: forgeries)
    func forged(forgery: Forgery) {
        var bench = Bench.backup(Self.router())
        let before = bench.status().masterDownDeadline
        let actions = bench.handle(.received(forgery.datagram))
        #expect(actions.messages == ["(VI_1) \(forgery.message)"])
        #expect(bench.statistics.authenticationFailures == 1 && bench.statistics.advertsReceived == 0)
        #expect(bench.status().masterDownDeadline == before)
        // What was refused did not move the number either.
        _ = bench.handle(.received(Self.datagram(Self.multicast)))
        #expect(bench.statistics.advertsReceived == 1)
    }

    @Test("a message that says another authentication is refused, whoever made its header")
    func otherType() {
        var bench = Bench.backup(Self.router())
        let plain = Advert(
            version: .v2, virtualRouterID: 51, priority: 100, interval: .seconds(1),
            addresses: [.v4(IPv4Address(10, 9, 0, 9))]
        ).encoded(source: .v4(Self.source), destination: .v4(Self.group))
        let packet = IPv4Header(source: Self.source, destination: Self.group, identification: 1)
        let header = AuthenticationHeader(packet: packet, sequence: 9, message: plain, password: Self.password)
        let actions = bench.handle(.received(Self.datagram(header.bytes, plain)))
        #expect(actions.messages == ["(VI_1) received a 0 auth from 10.9.0.1, expecting 2!"])
        #expect(bench.statistics.authenticationTypeMismatch == 1)
    }

    /// The packets of the adverts among what is to be done, taken apart again.
    private static func packets(_ actions: [RouterAction], of bench: inout Bench) -> [Datagram] {
        actions.compactMap { action in
            guard case .sendAdvert(let id, let payload) = action else { return nil }
            var packet = IPv4Header(source: Self.source, destination: group, identification: 7)
            let bytes = bench.routers.packetPayload(payload, of: id, under: &packet)
            #expect(packet.transportProtocol == 51)
            let parts = AuthenticationHeader.split(bytes, of: packet)
            return Datagram(
                interface: "eth0", source: .v4(Self.source), destination: .v4(group), ttl: 255,
                payload: parts?.message ?? [], router: Bench.id, authenticationHeader: parts?.header)
        }
    }

    @Test("what a master sends is believed by a backup, each packet once, also after the master has started anew")
    func roundTrip() {
        let clock = Duration.seconds(1_700_000_000)
        var backup = Bench.backup(Self.router())
        var sent: [Datagram] = []
        for start in 0..<2 {
            var master = Bench.backup(Self.router { $0.priority = 200 })
            master.routers.utcOffset = clock + .seconds(1000 * start)
            _ = master.handle(.sourceAddressChanged(Bench.id, .v4(Self.source)))
            for _ in 0..<3 { sent += Self.packets(master.expire(), of: &master) }
        }
        #expect(sent.count == 6)
        for datagram in sent { _ = backup.handle(.received(datagram)) }
        #expect(backup.statistics.advertsReceived == 6)
        for datagram in sent { _ = backup.handle(.received(datagram)) }
        #expect(backup.statistics.advertsReceived == 6)
        #expect(backup.statistics.authenticationFailures == 6)
    }

    @Test("a router counts on from what it heard: the numbers of a segment only grow")
    func continuation() {
        var bench = Bench.backup(Self.router())
        let packet = IPv4Header(source: Self.source, destination: Self.group, identification: 1)
        let header = AuthenticationHeader(
            packet: packet, sequence: 4_000_000_000, message: Self.message, password: Self.password)
        _ = bench.handle(.received(Self.datagram(header.bytes)))
        #expect(bench.statistics.advertsReceived == 1)
        let own = Self.packets(bench.expire(), of: &bench)
        #expect(own.first?.authenticationHeader?.sequence == 4_000_000_001)
    }

    @Test("bytes of any length are taken apart or refused")
    func lengths() {
        let packet = IPv4Header(source: Self.source, destination: Self.group, identification: 1)
        for count in 0...60 {
            let parts = AuthenticationHeader.split([UInt8](repeating: 0x70, count: count), of: packet)
            #expect((parts?.message.count ?? 0) == max(0, count - 24))
        }
    }

    @Test("a router without a password for headers sends none")
    func without() {
        var bench = Bench.backup()
        guard case .sendAdvert(let id, let payload)? = bench.expire().first else {
            Issue.record("no advert")
            return
        }
        var packet = IPv4Header(source: Self.source, destination: Self.group, identification: 1)
        #expect(bench.routers.packetPayload(payload, of: id, under: &packet) == payload)
        #expect(packet.transportProtocol == IPv4Header.vrrpProtocol)
    }
}
