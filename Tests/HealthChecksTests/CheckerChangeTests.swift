import Addressing
import HealthChecks
import Testing

@Suite struct CheckerChangeTests {
    @Test(
        "a mail is due when a checker changes its mind, not when it confirms; with two the first one takes the server out"
    )
    func changes() {
        var (pool, _) = ServicePool.start(.init(service: service, servers: [server(93, ports: [80, 81])]))
        func changes(_ event: CheckEvent, _ checker: Int) -> [String] {
            pool.record(event, server: 0, checker: checker).compactMap { event in
                guard case .checkerChanged(_, _, let isUp, let serverIsUp, let changesServer) = event.kind else {
                    return nil
                }
                return
                    "\(isUp ? "up" : "down")\(changesServer ? " with it" : ""), the server is \(serverIsUp ? "up" : "down")"
            }
        }
        #expect(changes(firstUp, 0).isEmpty)
        #expect(changes(down, 0) == ["down with it, the server is down"])
        #expect(changes(down, 1) == ["down, the server is down"])
        #expect(changes(up, 0) == ["up, the server is down"])
        #expect(changes(up, 1) == ["up with it, the server is up"])
        #expect(changes(up, 1).isEmpty)
    }
}
