import Addressing
import IPVS
import Netlink
import TestKit
import Testing

@Suite("Answers that are damaged")
struct HostileAnswerTests {
    @Test("are an error or are read, and neither trap nor hang", arguments: 1...20 as ClosedRange<UInt64>)
    func damaged(seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        let kernel = FakeKernel()
        kernel.ipvs.table = random.table(services: 4)
        let family = GenericFamily(id: FakeKernel.ipvsFamilyID, version: 1)
        let transport = DamagingTransport(kernel.socket(.generic), seed: seed)
        let client = IPVSClient(session: NetlinkSession(transport: transport), family: family)
        var outcomes = 0
        for _ in 0..<100 {
            do throws(NetlinkError) {
                outcomes += try client.pools().count + client.daemons().count
                outcomes += Int(truncatingIfNeeded: try client.info().version & 1)
                _ = try client.timeouts()
            } catch {
                outcomes += 1
            }
            outcomes += client.apply([.zero(nil), .zero(nil)]).count
        }
        #expect(outcomes > 0, "seed \(seed)")
    }
}

/// Changes bytes of what it receives, or cuts it off.
private final class DamagingTransport: NetlinkTransport {
    private let inner: FakeSocket
    private var random: SeededGenerator

    init(_ inner: FakeSocket, seed: UInt64) {
        self.inner = inner
        random = SeededGenerator(seed: seed)
    }

    var acknowledgementCapacity: Int { inner.acknowledgementCapacity }
    func send(_ messages: [UInt8]) throws(NetlinkError) { try inner.send(messages) }
    func reset() throws(NetlinkError) { try inner.reset() }

    func receive(timeout: Duration) throws(NetlinkError) -> [UInt8] {
        var datagram = try inner.receive(timeout: timeout)
        if random.chance(0.1) { datagram = Array(datagram.prefix(.random(in: 0...datagram.count, using: &random))) }
        for _ in 0..<Int.random(in: 0...4, using: &random) where !datagram.isEmpty {
            datagram[.random(in: 0..<datagram.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        return datagram
    }
}
