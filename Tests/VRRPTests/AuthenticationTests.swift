import Addressing
import TestKit
import Testing
import Timing

@testable import VRRP

@Suite("Signed adverts")
struct AuthenticationTests {
    static let key = Array("0123456789abcdef0123456789abcdef".utf8)
    static let otherKey = Array("fedcba9876543210fedcba9876543210".utf8)
    static let source = IPAddress.v4(IPv4Address(10, 9, 0, 1))
    /// As keepalived 2.4 sent it: VRID 51, priority 100, 10.9.0.9, key 1.
    static let message: [UInt8] = [
        0x21, 0x33, 0x64, 0x01, 0x00, 0x01, 0x70, 0xB8, 0x0A, 0x09, 0x00, 0x09, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
    static let trailer: [UInt8] = [
        0x01, 0x01, 0x00, 0x00, 0x6B, 0x01, 0xAF, 0x54, 0xC1, 0x65, 0x00, 0x00,
        0x6F, 0x66, 0x17, 0x70, 0xF8, 0xA8, 0xAD, 0x3F, 0xD6, 0xDC, 0x3D, 0x2F, 0x85, 0xBC, 0x41, 0xE6,
    ]
    /// The moment of the trailer.
    static let moment = Duration.seconds(0x6B01_AF54)

    @Test("the bytes are keepalived's")
    func vector() throws {
        let sequence = AdvertSequence(rawValue: 0x6B01_AF54_C165_0000)
        let authentication = AdvertAuthentication(keys: [1: Self.key], activeKey: 1)
        #expect(
            authentication.trailer(for: Self.message, sequence: sequence, source: Self.source).bytes == Self.trailer)
        // 0xC165 of 65536 parts of a second.
        let nanoseconds: Int64 = 0x6B01_AF54 * 1_000_000_000 + (0xC165 * 1_000_000_000 + 65_535) / 65_536
        #expect(AdvertSequence(utc: nanoseconds) == sequence)
    }

    @Test("keepalived's advert is believed once, and not a second time")
    func believed() {
        var bench = Bench.backup(Self.router(AdvertAuthentication(keys: [1: Self.key], activeKey: 1)))
        bench.routers.utcOffset = Self.moment - (bench.now - .epoch)
        let before = bench.untilTakeover
        bench.pass(.milliseconds(500))
        bench.routers.utcOffset -= .milliseconds(500)
        let datagram = Self.datagram(Self.message + Self.trailer)
        _ = bench.handle(.received(datagram))
        #expect(bench.statistics.advertsReceived == 1)
        #expect(bench.untilTakeover == before)
        bench.pass(.milliseconds(500))
        let actions = bench.handle(.received(datagram))
        #expect(actions.messages == ["(VI_1) replayed authentication trailer from 10.9.0.1"])
        #expect(bench.statistics.trailersReplayed == 1)
        #expect(bench.untilTakeover == before.map { $0 - .milliseconds(500) }, "the timer goes on")
    }

    private static func router(
        _ authentication: AdvertAuthentication?, _ change: (inout RouterConfiguration) -> Void = { _ in }
    ) -> RouterConfiguration {
        Bench.configuration(priority: 90) {
            $0.addresses = [.v4(IPv4Address(10, 9, 0, 9))]
            $0.authentication = authentication
            change(&$0)
        }
    }

    private static func datagram(
        _ payload: [UInt8], from sender: IPAddress = source, to destination: IPAddress = Bench.group
    ) -> Datagram {
        Datagram(
            interface: "eth0", source: sender, destination: destination, ttl: 255, payload: payload, router: Bench.id)
    }

    /// A way to get a trailer wrong.
    struct Forgery: Sendable, CustomTestStringConvertible {
        var what: String
        var counter: @Sendable (RouterStatistics) -> UInt64
        var message: String
        var bytes: [UInt8]
        var clock = AuthenticationTests.moment

        var testDescription: String { what }
    }

    private static func altered(_ index: Int, to value: UInt8) -> [UInt8] {
        var bytes = message + trailer
        bytes[index] = value
        return bytes
    }

    static let forgeries: [Forgery] = [
        Forgery(
            what: "no trailer", counter: \.trailersMissing, message: "missing authentication trailer from 10.9.0.1",
            bytes: message),
        Forgery(
            what: "another type", counter: \.trailersMalformed,
            message: "malformed authentication trailer from 10.9.0.1",
            bytes: altered(20, to: 2)),
        Forgery(
            what: "reserved bits", counter: \.trailersMalformed,
            message: "malformed authentication trailer from 10.9.0.1", bytes: altered(23, to: 1)),
        Forgery(
            what: "an unknown key", counter: \.trailerKeysUnknown,
            message: "unknown authentication key id 2 from 10.9.0.1", bytes: altered(21, to: 2)),
        Forgery(
            what: "another priority", counter: \.trailerTagsInvalid,
            message: "invalid authentication HMAC from 10.9.0.1", bytes: altered(2, to: 255)),
        Forgery(
            what: "another counter", counter: \.trailerTagsInvalid,
            message: "invalid authentication HMAC from 10.9.0.1", bytes: altered(31, to: 1)),
        Forgery(
            what: "a clock behind", counter: \.trailersStale,
            message: "stale authentication trailer from 10.9.0.1, clock skew 6 sec exceeds window 5 sec",
            bytes: message + trailer, clock: moment + .seconds(6)),
        Forgery(
            what: "a clock ahead", counter: \.trailersStale,
            message: "stale authentication trailer from 10.9.0.1, clock skew -6 sec exceeds window 5 sec",
            bytes: message + trailer, clock: moment - .seconds(6)),
        Forgery(
            what: "a wrong checksum", counter: \.checksumErrors, message: "Invalid VRRPv2 checksum from 10.9.0.1",
            bytes: altered(7, to: 0)),
    ]

    @Test("what is forged is counted by its reason and moves no timer", arguments: forgeries)
    func forged(forgery: Forgery) {
        var bench = Bench.backup(Self.router(AdvertAuthentication(keys: [1: Self.key], activeKey: 1)))
        bench.routers.utcOffset = forgery.clock - (bench.now - .epoch)
        let before = bench.status().masterDownDeadline
        let actions = bench.handle(.received(Self.datagram(forgery.bytes)))
        #expect(actions.messages == ["(VI_1) \(forgery.message)"])
        #expect(forgery.counter(bench.statistics) == 1)
        #expect(bench.statistics.rejected == 1 && bench.statistics.advertsReceived == 0)
        #expect(bench.status().masterDownDeadline == before)
        // What was refused did not move the sender's mark.
        bench.routers.utcOffset = Self.moment - (bench.now - .epoch)
        _ = bench.handle(.received(Self.datagram(Self.message + Self.trailer)))
        #expect(bench.statistics.advertsReceived == 1)
    }

    @Test("another source, family, version or virtual router makes the signature wrong")
    func bound() {
        var bench = Bench.backup(Self.router(AdvertAuthentication(keys: [1: Self.key], activeKey: 1)))
        bench.routers.utcOffset = Self.moment - (bench.now - .epoch)
        _ = bench.handle(
            .received(Self.datagram(Self.message + Self.trailer, from: .v4(IPv4Address(10, 9, 0, 2)))))
        #expect(bench.statistics.trailerTagsInvalid == 1)
    }

    @Test(
        "modes: who signs, and whether an advert without a signature counts",
        arguments: [
            (AdvertAuthentication.Mode.enforce, true, false), (.permissive, true, true), (.receiveOnly, false, true),
        ])
    func modes(mode: AdvertAuthentication.Mode, signs: Bool, acceptsPlain: Bool) throws {
        let authentication = AdvertAuthentication(keys: [1: Self.key], activeKey: 1, mode: mode)
        var bench = Bench.backup(Self.router(authentication))
        bench.routers.utcOffset = Self.moment - (bench.now - .epoch)
        _ = bench.handle(.received(Self.datagram(Self.message)))
        #expect(bench.statistics.advertsReceived == (acceptsPlain ? 1 : 0))
        var wrong = Self.message + Self.trailer
        wrong[47] ^= 1
        _ = bench.handle(.received(Self.datagram(wrong)))
        #expect(
            bench.statistics.trailerTagsInvalid == 1, "a signature that is there and wrong is refused in every mode")
        let sent = bench.expire().compactMap { action -> [UInt8]? in
            if case .sendAdvert(_, let payload) = action { payload } else { nil }
        }
        #expect(try #require(sent.first).count == (signs ? 48 : 20))
    }

    @Test("two routers: keys are changed one host after the other, and every advert is heard")
    func rotation() throws {
        var old = AdvertAuthentication(keys: [1: Self.key], activeKey: 1)
        var master = Bench.master(Self.router(old))
        var backup = Bench.backup(Self.router(old))
        var heard: UInt64 = 0
        func exchange() {
            for bench in [0, 1] {
                if bench == 0 { master.routers.utcOffset = Self.moment } else { backup.routers.utcOffset = Self.moment }
            }
            for case .sendAdvert(_, let payload) in master.expire() {
                backup.now = master.now
                _ = backup.handle(.received(Self.datagram(payload, from: Bench.own)))
            }
            heard += 1
            #expect(backup.statistics.advertsReceived == heard)
        }
        exchange()
        old.keys[2] = Self.otherKey
        _ = backup.routers.replace(routers: [Self.router(old)], groups: [], at: backup.now)
        exchange()
        var new = old
        new.activeKey = 2
        _ = master.routers.replace(routers: [Self.router(new)], groups: [], at: master.now)
        exchange()
        new.keys[1] = nil
        _ = backup.routers.replace(routers: [Self.router(new)], groups: [], at: backup.now)
        exchange()
        #expect(backup.statistics.rejected == 0)
    }

    @Test("an advert over IPv6 has a checksum over the trailer too, one over IPv4 has not")
    func checksums() throws {
        let group6 = try #require(IPAddress("ff02::12"))
        let source6 = try #require(IPAddress("fe80::91"))
        for (source, group) in [(source6, group6), (Self.source, Bench.group)] {
            var router = Router(
                Bench.configuration(version: .v3) {
                    $0.addresses = [source]
                    $0.delivery = .multicast(group: group)
                    $0.authentication = AdvertAuthentication(keys: [1: Self.key], activeKey: 1)
                })
            router.source = source
            let advert = router.advert(priority: 100, utc: 5_000_000_000)
            let payload = try #require(advert)
            let length = payload.count - AdvertTrailer.length
            var sum = InternetChecksum()
            let covered = source.family == .ipv6 ? payload : Array(payload[..<length])
            sum.addPseudoHeader(source: source, destination: group, length: covered.count)
            sum.add(covered)
            #expect(sum.value == 0)
        }
    }

    @Test("the sequence grows whatever the clock does, and counts from it again when it was set back by far")
    func sequences() {
        let clock = AdvertSequence(utc: 1_000_000_000_000)
        func at(_ seconds: Int64) -> AdvertSequence { AdvertSequence(utc: seconds * 1_000_000_000) }
        #expect(clock.next(utc: at(1001), window: 5) == at(1001))
        #expect(clock.next(utc: clock, window: 5).rawValue == clock.rawValue + 1)
        #expect(clock.next(utc: at(996), window: 5).rawValue == clock.rawValue + 1)
        #expect(clock.next(utc: at(900), window: 5) == at(900))
        #expect(clock.next(utc: at(900), window: nil).rawValue == clock.rawValue + 1)
        let last = AdvertSequence(rawValue: .max)
        #expect(last.next(utc: at(1000), window: nil).follows(last))
    }

    @Test("a sender whose clock was set back is heard again when its old mark is out of the window")
    func clockSetBack() {
        var replays = ReplayGuard()
        let sender = Self.source
        func at(_ seconds: Int64) -> AdvertSequence { AdvertSequence(utc: seconds * 1_000_000_000) }
        replays.note(at(2000), from: sender)
        #expect(!replays.accepts(at(1000), from: sender, utc: at(1998), window: 5))
        #expect(replays.accepts(at(1000), from: sender, utc: at(1000), window: 5))
        #expect(!replays.accepts(at(1000), from: sender, utc: at(1000), window: nil))
    }
}

@Suite("Checksums of version 3")
struct ChecksumRuleTests {
    static let group = Bench.group

    static func unicast(_ rule: ChecksumRule) -> RouterConfiguration {
        Bench.configuration(version: .v3) {
            $0.delivery = .unicast(
                peers: [.init(address: Bench.peer), .init(address: Bench.low)], ttl: 255, checksSource: true)
            $0.checksum = rule
        }
    }

    /// An advert of the peer with the checksum of a rule.
    static func datagram(_ rule: ChecksumRule, priority: UInt8 = 200, to destination: IPAddress = Bench.own) -> Datagram
    {
        var router = Router(
            Bench.configuration(priority: priority, version: .v3) {
                $0.delivery =
                    destination.isMulticast
                    ? .multicast(group: destination)
                    : .unicast(peers: [.init(address: destination)], ttl: 255, checksSource: false)
                $0.checksum = rule
            })
        router.source = Bench.peer
        return Datagram(
            interface: "eth0", source: Bench.peer, destination: destination, ttl: 255,
            payload: router.advert(priority: priority, utc: 0) ?? [], router: Bench.id)
    }

    @Test(
        "which checksum is accepted under which rule",
        arguments: [
            (ChecksumRule.standard, true, false, false), (.withoutPseudoHeader, true, true, false),
            (.former(group: group), false, false, true), (.automatic(group: group), true, false, true),
        ])
    func accepted(rule: ChecksumRule, standard: Bool, plain: Bool, former: Bool) {
        let sent: [(ChecksumRule, Bool)] = [
            (.standard, standard), (.withoutPseudoHeader, plain), (.former(group: Self.group), former),
        ]
        for (theirs, isAccepted) in sent {
            var bench = Bench.backup(Self.unicast(rule))
            _ = bench.handle(.received(Self.datagram(theirs)))
            #expect(bench.statistics.advertsReceived == (isAccepted ? 1 : 0), "\(theirs)")
            #expect(bench.statistics.checksumErrors == (isAccepted ? 0 : 1), "\(theirs)")
        }
    }

    @Test("the former one is sent to the peer that uses it, to no other, and no longer than it does")
    func automatic() throws {
        var bench = Bench.backup(Self.unicast(.automatic(group: Self.group)))
        func towards(_ peer: IPAddress) throws -> [UInt8] {
            let actions = bench.expire()
            let payload = try #require(
                actions.compactMap { action -> [UInt8]? in
                    if case .sendAdvert(_, let payload) = action { payload } else { nil }
                }.first)
            return bench.routers.readdressed(payload, of: Bench.id, to: peer)
        }
        func isValid(_ payload: [UInt8], for destination: IPAddress) throws -> Bool {
            try AdvertView(payload, family: .ipv4).hasValidChecksum(source: Bench.own, destination: destination)
        }
        let said = bench.handle(.received(Self.datagram(.former(group: Self.group)))).messages
        #expect(said.contains("(VI_1) Setting unicast VRRPv3 checksum to old version"))
        #expect(try isValid(towards(Bench.peer), for: Self.group))
        #expect(try isValid(towards(Bench.low), for: Bench.low))
        _ = bench.handle(.received(Self.datagram(.standard, priority: 50)))
        #expect(try isValid(towards(Bench.peer), for: Bench.peer))
    }

    @Test("version 3 without pseudo header has the checksum of its bytes alone")
    func plain() throws {
        let datagram = Self.datagram(.withoutPseudoHeader, to: Self.group)
        var sum = InternetChecksum()
        sum.add(datagram.payload)
        #expect(sum.value == 0)
    }

    @Test("an owner that was told to drops what it hears")
    func owner() {
        var bench = Bench(Bench.configuration(priority: 255) { $0.ownerIgnoresAdverts = true })
        _ = bench.start()
        #expect(bench.state == .master)
        let actions = bench.hear(priority: 255, from: .v4(IPv4Address(10, 1, 80, 250)))
        #expect(actions.messages == ["(VI_1) Dropping packet(s) from 10.1.80.250 since we are address owner"])
        #expect(bench.state == .master && bench.statistics.droppedByOwner == 1)
    }
}
