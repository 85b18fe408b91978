import Addressing
import TestKit
import Testing
import Timing
import VRRP

@Suite("Two masters")
struct RivalTests {
    private static let hardware = MACAddress(bytes: [8, 0, 0x27, 1, 2, 3])

    /// A master that hears the peer with this priority again and again.
    private func hear(_ bench: inout Bench, priority: UInt8, times: Int) -> [RouterAction] {
        var actions: [RouterAction] = []
        for _ in 0..<times {
            actions += bench.hear(priority: priority)
            actions += bench.expire()
        }
        return actions
    }

    @Test("one advert of another master is a hand-over; the second one is a second master, which is named once")
    func named() throws {
        var bench = Bench.master()
        #expect(bench.hear(priority: 90).messages.allSatisfy { !$0.contains("Dual master") })
        #expect(bench.status().rival == nil)
        _ = bench.expire()
        let second = bench.hear(priority: 90)
        #expect(second.messages.first == "(VI_1) Dual master: 10.1.80.92 is master too, with priority 90")
        #expect(second.contains { if case .rivalFound = $0 { true } else { false } })
        let rival = try #require(bench.status().rival)
        #expect(rival.address == Bench.peer)
        #expect(rival.priority == 90)
        #expect(rival.refusal == nil)
        #expect(bench.now - rival.since == .seconds(1))
        let hardware = try #require(Self.hardware)
        let identified = bench.handle(.rivalIdentified(Bench.id, Bench.peer, hardware))
        #expect(
            identified.messages == ["(VI_1) The other master 10.1.80.92 has the hardware address 08:00:27:01:02:03"])
        #expect(bench.status().rival?.hardwareAddress == hardware)
        #expect(hear(&bench, priority: 90, times: 20).messages.allSatisfy { !$0.contains("Dual master") })
        #expect(bench.state == .master)
    }

    @Test("when it is silent that is said, and the addresses are announced once more")
    func silent() {
        var bench = Bench.master()
        _ = hear(&bench, priority: 90, times: 3)
        var actions: [RouterAction] = []
        for _ in 1...4 { actions += bench.expire() }
        #expect(actions.messages.contains("(VI_1) Dual master over: 10.1.80.92 is silent, after 6 s"))
        #expect(actions.contains(.rivalGone(Bench.id)))
        #expect(actions.contains(.announceAddresses(Bench.id, count: 5)))
        #expect(bench.status().rival == nil)
    }

    @Test("one whose adverts are refused is a second master too, with the reason")
    func refused() {
        var bench = Bench.master(Bench.configuration { $0.password = Array("1111".utf8) })
        for _ in 0..<3 {
            _ = bench.handle(
                .received(bench.datagram(priority: 200) { $0.authentication = .password(Array("2222".utf8)) }))
            _ = bench.expire()
        }
        #expect(bench.state == .master)
        #expect(bench.status().rival?.priority == 200)
        #expect(bench.status().rival?.refusal?.contains("passwd") == true)
    }

    @Test("who gives way has no rival any more")
    func givesWay() {
        var bench = Bench.master()
        _ = hear(&bench, priority: 90, times: 3)
        let actions = bench.hear(priority: 200)
        #expect(actions.messages.contains("(VI_1) Dual master over: this router is master no longer"))
        #expect(bench.status().rival == nil)
    }

    @Test("a flood of ever other senders names nobody")
    func flood() {
        var bench = Bench.master()
        var actions: [RouterAction] = []
        for number in 0..<2000 {
            let sender = IPAddress.v4(IPv4Address(rawValue: 0x0A00_0000 + UInt32(number)))
            actions += bench.handle(.received(bench.datagram(priority: 50, from: sender)))
            bench.pass(.milliseconds(10))
        }
        #expect(actions.messages.allSatisfy { !$0.contains("Dual master") })
    }

    @Test("after a partition the one that gives way says so, and the one that stays announces its addresses")
    func healed() {
        var loser = Bench.master()
        for _ in 1...10 { _ = loser.expire() }
        let yielding = loser.hear(priority: 200)
        #expect(yielding.advertPriorities == [0])
        var winner = Bench.master()
        let answer = winner.hear(priority: 0)
        #expect(answer.advertPriorities == [100])
        #expect(answer.contains(.announceAddresses(Bench.id, count: 5)))
        // One that has only just taken over gives way without a word, as in an ordinary hand-over.
        var fresh = Bench.master()
        #expect(fresh.hear(priority: 200).advertPriorities.isEmpty)
    }

    // MARK: Survey

    @Test("who is heard on a segment is listed, with the ids that are contested and those that are free")
    func survey() throws {
        func packet(_ source: UInt8, vrid: UInt8, priority: UInt8, version: RouterConfiguration.Version) -> [UInt8] {
            let own = IPAddress.v4(IPv4Address(10, 1, 80, source))
            let advert = Advert(
                version: version, virtualRouterID: vrid, priority: priority, interval: .seconds(1),
                addresses: [Bench.virtual], authentication: version == .v2 ? .password(Array("1111".utf8)) : .none)
            let payload = advert.encoded(source: own, destination: Bench.group)
            return IPv4Header(
                source: IPv4Address(10, 1, 80, source), destination: IPv4Address(224, 0, 0, 18), identification: 1,
                ttl: 255
            ).encoded(payload: payload)
        }
        var survey = SegmentSurvey()
        for (source, vrid, priority, version) in [
            (91, 51, 101, .v2), (92, 51, 100, .v2), (7, 60, 200, .v3),
        ] as [(UInt8, UInt8, UInt8, RouterConfiguration.Version)] {
            let bytes = packet(source, vrid: vrid, priority: priority, version: version)
            let advert = try #require(HeardAdvert(packet: bytes))
            survey.hear(advert, from: Self.hardware, isOwn: source == 91, at: .epoch)
            for length in 0..<bytes.count { #expect(HeardAdvert(packet: Array(bytes.prefix(length))) == nil) }
        }
        #expect(survey.list.map(\.advert.priority) == [101, 100, 200])
        #expect(survey.list.map { "\($0.advert.authentication)" } == ["PASS", "PASS", "none"])
        #expect(survey.list.first?.advert.addresses == [Bench.virtual])
        #expect(survey.list.last?.advert.interval == .seconds(1))
        #expect(survey.contested(family: .ipv4) == [51])
        #expect(survey.contested(family: .ipv6).isEmpty)
        #expect(survey.freeIDs.count == 253)
        #expect(!survey.freeIDs.contains(51))
    }

    @Test("random packets are no adverts or are read, and never end the process", arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            var bytes = (0..<Int.random(in: 0...120, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if bytes.count > 9 {
                bytes[0] = [0x45, 0x60, 0x4F, bytes[0]].randomElement(using: &generator) ?? 0
                bytes[6] = [112, 51, bytes[6]].randomElement(using: &generator) ?? 0
                bytes[9] = [112, 51, bytes[9]].randomElement(using: &generator) ?? 0
            }
            _ = HeardAdvert(packet: bytes)
        }
    }
}
