import Addressing
import TestKit
import Testing
import Timing
import VRRP

@Suite("Adverts that are refused")
struct RejectionTests {
    /// A way to get an advert wrong.
    struct Forgery: Sendable, CustomTestStringConvertible {
        var what: String
        var counter: @Sendable (RouterStatistics) -> UInt64
        var message: String
        var make: @Sendable (Bench) -> Datagram

        var testDescription: String { what }
    }

    private static func altered(_ change: @escaping @Sendable (inout [UInt8]) -> Void) -> @Sendable (Bench) -> Datagram
    {
        { bench in
            var datagram = bench.datagram(priority: 250)
            change(&datagram.payload)
            return datagram
        }
    }

    static let forgeries: [Forgery] = [
        Forgery(
            what: "too short", counter: \.packetLengthErrors,
            message: "(VI_1) vrrp packet too short, length 19 and expect 20 from 10.1.80.92",
            make: altered { $0.removeLast() }),
        Forgery(
            what: "too long", counter: \.packetLengthErrors,
            message: "(VI_1) vrrp packet too long, length 24 and expect 20 from 10.1.80.92",
            make: altered { $0 += [0, 0, 0, 0] }),
        Forgery(
            what: "empty", counter: \.packetLengthErrors,
            message: "(VI_1) vrrp packet too short, length 0 and expect 8 from 10.1.80.92",
            make: altered { $0 = [] }),
        Forgery(
            what: "address count of 255 without addresses", counter: \.packetLengthErrors,
            message: "(VI_1) vrrp packet too short, length 20 and expect 1036 from 10.1.80.92",
            make: altered { $0[3] = 255 }),
        Forgery(
            what: "time to live 254", counter: \.ttlErrors,
            message: "(VI_1) invalid TTL/HL from 10.1.80.92. Received 254 and expect 255",
            make: { $0.datagram(priority: 250, ttl: 254) }),
        Forgery(
            what: "version 3", counter: \.versionErrors,
            message: "(VI_1) wrong version from 10.1.80.92. Received 3 and expect 2",
            make: { $0.datagram(priority: 250) { $0.version = .v3 } }),
        Forgery(
            what: "version 15", counter: \.versionErrors,
            message: "(VI_1) wrong version from 10.1.80.92. Received 15 and expect 2",
            make: altered { $0[0] = 0xF1 }),
        Forgery(
            what: "another virtual router id", counter: \.virtualRouterIDErrors,
            message: "(VI_1) received VRID 52 from 10.1.80.92, expecting 51",
            make: { $0.datagram(priority: 250) { $0.virtualRouterID = 52 } }),
        Forgery(
            what: "no authentication", counter: \.authenticationTypeMismatch,
            message: "(VI_1) received a 0 auth from 10.1.80.92, expecting 1!",
            make: { $0.datagram(priority: 250) { $0.authentication = .none } }),
        Forgery(
            what: "an authentication type that does not exist", counter: \.invalidAuthenticationType,
            message: "(VI_1) received a 77 auth from 10.1.80.92, expecting 1!", make: altered { $0[4] = 77 }),
        Forgery(
            what: "a wrong password", counter: \.authenticationFailures,
            message: "(VI_1) received an invalid passwd from 10.1.80.92!",
            make: { $0.datagram(priority: 250) { $0.authentication = .password(Array("1112".utf8)) } }),
        Forgery(
            what: "another interval", counter: \.advertIntervalErrors,
            message: "(VI_1) advertisement interval mismatch with 10.1.80.92 mine=1 sec rcv'd=2 sec",
            make: { $0.datagram(priority: 250) { $0.interval = .seconds(2) } }),
        Forgery(
            what: "type 2", counter: \.invalidTypeReceived,
            message: "(VI_1) Invalid packet type from 10.1.80.92. 2 and expect 1", make: altered { $0[0] = 0x22 }),
        Forgery(
            what: "a wrong checksum", counter: \.checksumErrors,
            message: "(VI_1) Invalid VRRPv2 checksum from 10.1.80.92", make: altered { $0[6] ^= 1 }),
        Forgery(
            what: "unicast", counter: \.deliveryErrors,
            message: "(VI_1) Expected multicast packet but received unicast packet from 10.1.80.92",
            make: { $0.datagram(priority: 250, to: Bench.own) }),
    ]

    @Test("a forged advert is counted as what it is, said once, and changes nothing", arguments: forgeries)
    func forged(forgery: Forgery) {
        let configuration = Bench.configuration { $0.password = Array("1111".utf8) }
        for before in [Bench.master(configuration), Bench.backup(configuration)] {
            var bench = before
            bench.pass(.milliseconds(300))
            let actions = bench.handle(.received(forgery.make(bench)))
            #expect(actions.messages == [forgery.message])
            #expect(actions.deeds.isEmpty)
            // A second one is counted only.
            #expect(bench.handle(.received(forgery.make(bench))).isEmpty)
            #expect(forgery.counter(bench.statistics) == 2)
            #expect(bench.statistics.rejected == 2)
            #expect(bench.statistics.advertsReceived == 0)
            var expected = before.status()
            expected.statistics = bench.statistics
            #expect(bench.status() == expected)
        }
    }

    @Test("a master that is flooded with refused adverts keeps its beat (5.1)")
    func floodDoesNotSilence() {
        var bench = Bench.master(Bench.configuration { $0.password = Array("1111".utf8) })
        var adverts = 0
        let end = bench.now + .seconds(10)
        while bench.now < end {
            bench.pass(.milliseconds(100))
            let datagram = bench.datagram(priority: 250) { $0.authentication = .password([1]) }
            // That there is another master is said; on the wire nothing happens.
            let deeds = bench.handle(.received(datagram)).deeds
            #expect(deeds.allSatisfy { if case .rivalFound = $0 { true } else { false } })
            if let deadline = bench.routers.nextDeadline, deadline <= bench.now {
                adverts += bench.handle(.deadlineReached).advertPriorities.count
            }
        }
        #expect(adverts == 10)
    }

    @Test("a refused kind is said again after the state has changed")
    func saidAgain() {
        var bench = Bench.backup()
        let forged = bench.datagram(priority: 250, ttl: 1)
        #expect(bench.handle(.received(forged)).messages.count == 1)
        #expect(bench.handle(.received(forged)).messages.isEmpty)
        _ = bench.expire()
        #expect(bench.handle(.received(forged)).messages.count == 1)
    }

    @Test("version 3 refuses an interval of 0, which would make it take over again and again")
    func zeroInterval() {
        var bench = Bench.backup(Bench.configuration(version: .v3))
        _ = bench.hear(priority: 200) { $0.interval = .zero }
        #expect(bench.statistics.advertIntervalErrors == 1)
        #expect(bench.untilTakeover == .microseconds(3_609_375))
    }

    @Test("version 3 verifies the pseudo header: the same bytes from another source are refused")
    func pseudoHeader() {
        var bench = Bench.backup(Bench.configuration(version: .v3))
        var datagram = bench.datagram(priority: 200)
        datagram.source = Bench.low
        _ = bench.handle(.received(datagram))
        #expect(bench.statistics.checksumErrors == 1)
    }

    @Test("other addresses than ours are counted and said, and the advert still counts")
    func addressLists() {
        var bench = Bench.backup(
            Bench.configuration { $0.addresses = [Bench.virtual, .v4(IPv4Address(10, 1, 80, 89))] })
        #expect(
            bench.hear(priority: 200) { $0.addresses = [Bench.virtual] }.loudMessages
                == ["(VI_1) expected 2 VIPs but received 1 from 10.1.80.92"])
        _ = bench.hear(priority: 200) { $0.addresses.reverse() }
        #expect(bench.statistics.addressListErrors == 1)
        #expect(
            bench.hear(priority: 200) { $0.addresses[1] = .v4(IPv4Address(1, 2, 3, 4)) }.loudMessages == [
                "(VI_1) ip address associated with VRID 51 not present in advert from 10.1.80.92: 10.1.80.89"
            ])
        #expect(bench.statistics.addressListErrors == 2)
        #expect(bench.statistics.advertsReceived == 3)
        #expect(bench.untilTakeover == .microseconds(3_609_375))
    }

    @Test("skip_check_adv_addr does not look at the addresses")
    func skipsAddresses() {
        var bench = Bench.backup(Bench.configuration { $0.skipsAddressCheck = true })
        _ = bench.hear(priority: 200) { $0.addresses = [] }
        #expect(bench.statistics.addressListErrors == 0)
    }

    // MARK: Unicast

    private static func unicast(checksSource: Bool, ttl: ClosedRange<UInt8> = 0...255) -> RouterConfiguration {
        Bench.configuration {
            $0.delivery = .unicast(peers: [.init(address: Bench.peer, ttl: ttl)], ttl: 255, checksSource: checksSource)
        }
    }

    @Test("a unicast router takes adverts of any time to live to its own address")
    func unicastAccepts() {
        var bench = Bench.backup(Self.unicast(checksSource: false))
        bench.pass(.seconds(1))
        _ = bench.handle(.received(bench.datagram(priority: 200, ttl: 3, to: Bench.own)))
        #expect(bench.untilTakeover == .microseconds(3_609_375))
        _ = bench.handle(.received(bench.datagram(priority: 200)))
        #expect(bench.statistics.deliveryErrors == 1)
    }

    @Test("check_unicast_src refuses senders that are no peers, after counting them as received")
    func unicastSource() {
        var bench = Bench.backup(Self.unicast(checksSource: true))
        let stranger = bench.datagram(priority: 200, from: Bench.low, to: Bench.own)
        #expect(
            bench.handle(.received(stranger)).messages == ["(VI_1) unicast source address 10.1.80.5 not a unicast peer"]
        )
        #expect(bench.statistics.sourceErrors == 1)
        #expect(bench.statistics.advertsReceived == 1)
        #expect(bench.status().masterAddress == nil)
        var lenient = Bench.backup(Self.unicast(checksSource: false))
        _ = lenient.handle(.received(stranger))
        #expect(lenient.status().masterAddress == Bench.low)
    }

    @Test("min_ttl and max_ttl bound what a peer's adverts may have left")
    func unicastTTL() {
        var bench = Bench.backup(Self.unicast(checksSource: true, ttl: 254...255))
        let far = bench.datagram(priority: 200, ttl: 253, to: Bench.own)
        #expect(
            bench.handle(.received(far)).messages == ["(VI_1) TTL/HL 253 from 10.1.80.92 not in range 254 - 255"])
        #expect(bench.statistics.ttlErrors == 1)
        _ = bench.handle(.received(bench.datagram(priority: 200, ttl: 254, to: Bench.own)))
        #expect(bench.status().masterAddress == Bench.peer)
    }

    @Test("unknown virtual router ids are counted")
    func unknownRouter() {
        var bench = Bench.backup()
        var datagram = bench.datagram(priority: 200)
        datagram.router = nil
        #expect(bench.handle(.received(datagram)).isEmpty)
        datagram.router = RouterID("gone")
        #expect(bench.handle(.received(datagram)).isEmpty)
        #expect(bench.routers.unknownVirtualRouterIDs == 2)
    }

    @Test("random datagrams never trap, and never change the state of a router with a password")
    func randomDatagrams() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var bench = Bench.master(Bench.configuration { $0.password = (1...8).map { $0 } })
        let before = bench.status()
        for _ in 0..<20_000 {
            var datagram = bench.datagram(priority: 250) { $0.authentication = .password([9]) }
            for _ in 0..<Int.random(in: 0...6, using: &random) where !datagram.payload.isEmpty {
                let offset = Int.random(in: 0..<datagram.payload.count, using: &random)
                datagram.payload[offset] = .random(in: 0 ... .max, using: &random)
            }
            if random.chance(0.3) {
                datagram.payload.removeLast(.random(in: 0...datagram.payload.count, using: &random))
            }
            if random.chance(0.1) { datagram.ttl = .random(in: 0 ... .max, using: &random) }
            #expect(bench.handle(.received(datagram)).deeds.isEmpty, "seed \(seed)")
        }
        var expected = before
        expected.statistics = bench.statistics
        #expect(bench.status() == expected, "seed \(seed)")
        #expect(bench.statistics.rejected == 20_000, "seed \(seed)")
    }
}
