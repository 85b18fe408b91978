import Logging
import Testing
import Timing
import VRRP

@testable import Director

@Suite struct ReportTests {
    @Test("the statistics are laid out as keepalived lays them out")
    func statistics() throws {
        var routers = VirtualRouters(routers: [RouterConfiguration(id: RouterID("VI_1"), virtualRouterID: 51)])
        _ = routers.handle(.started, at: .epoch)
        let status = try #require(routers.status(of: RouterID("VI_1")))
        let lines = StatisticsReport.text([status]).split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(26) == [
                "VRRP Instance: VI_1", "  Advertisements:", "    Received: 0", "    Sent: 0", "  Became master: 0",
                "  Released master: 0", "  Packet Errors:", "    Length: 0", "    TTL: 0", "    Invalid Type: 0",
                "    Advertisement Interval: 0", "    Address List: 0", "  Authentication Errors:",
                "    Invalid Type: 0", "    Type Mismatch: 0", "    Failure: 0",
                "  Authentication Extension Errors:", "    Missing: 0", "    Malformed: 0", "    Unknown Key: 0",
                "    Invalid HMAC: 0", "    Stale: 0", "    Replay: 0", "  Priority Zero:", "    Received: 0",
                "    Sent: 0",
            ])
    }

    @Test("a line begins with its sentence and carries the cause behind it")
    func line() {
        let text = LogLine.text(
            message: "Removing service [10.1.80.93]:tcp:80 from VS [10.1.80.90]:tcp:80",
            metadata: ["cause": "Connection refused"])
        #expect(text == "Removing service [10.1.80.93]:tcp:80 from VS [10.1.80.90]:tcp:80 (cause: Connection refused)")
    }

    @Test("what a server or a script says cannot forge a second line")
    func forged() {
        let text = LogLine.text(message: "failed", metadata: ["cause": "x\nOct 8 all is well\u{1B}[2J"])
        #expect(text == "failed (cause: x Oct 8 all is well [2J)")
    }

    @Test(
        "dates are written as each reader expects them",
        arguments: [(LogWriter.TimestampStyle.iso, "2026-11-21T16:20:05.007Z notice ")])
    func dates(style: LogWriter.TimestampStyle, expected: String) {
        let line = LogLine(seconds: 1_795_278_005, microseconds: 7_400, level: .notice, source: .vrrp, text: "")
        #expect(LogTimestamp.prefix(of: line, style: style) == expected)
    }
}
