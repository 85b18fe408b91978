import Testing

@testable import Director

@Suite struct EventLineTests {
    @Test("lines are worded as readers know them, and no name makes two of one")
    func words() {
        #expect(EventLine.instance("VI_1", "MASTER", priority: 100) == "INSTANCE \"VI_1\" MASTER 100")
        #expect(EventLine.group("G1", "BACKUP") == "GROUP \"G1\" BACKUP 0")
        #expect(EventLine.service("[10.0.0.1]:tcp:80", isUp: true) == "VS [10.0.0.1]:tcp:80 UP")
        #expect(
            EventLine.server("[127.0.0.1]:tcp:8081", of: "[10.0.0.1]:tcp:80", isUp: false)
                == "RS [127.0.0.1]:tcp:8081 [10.0.0.1]:tcp:80 DOWN")
        #expect(EventLine.instance("a\nb\u{1B}\"", "STOP", priority: 1) == "INSTANCE \"a b \"\" STOP 1")
    }
}
