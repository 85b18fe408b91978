import Addressing
import Testing
import VRRP

@Suite("Unicast peers")
struct PeerTests {
    private static func router(_ peers: [RouterConfiguration.Peer]) -> RouterConfiguration {
        Bench.configuration { $0.delivery = .unicast(peers: peers, ttl: 255, checksSource: false) }
    }

    @Test("a router that is to have peers and has none is in FAULT, until a reload names one")
    func noPeers() {
        var bench = Bench(Self.router([]))
        let actions = bench.start()
        #expect(bench.state == .fault)
        #expect(bench.status().faults == [.noPeers])
        #expect(actions.messages.first == "(VI_1) Cannot use unicast without any peers - going to fault state")

        _ = bench.routers.replace(routers: [Self.router([.init(address: Bench.peer)])], groups: [], at: bench.now)
        #expect(bench.state == .backup)
        let sent = bench.expire().contains { if case .sendAdvert = $0 { true } else { false } }
        #expect(sent && bench.state == .master)

        let last = bench.routers.replace(routers: [Self.router([])], groups: [], at: bench.now)
        #expect(bench.state == .fault)
        #expect(last.contains(.removeAddresses(Bench.id)))
    }
}
