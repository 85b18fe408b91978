import Addressing
import HealthChecks
import KeepalivedConfig
import Testing
import Timing

@testable import Director
@testable import SMTP

@Suite struct AlertMailTests {
    @Test("subjects and bodies of elections are worded as mail filters know them")
    func elections() {
        #expect(
            AlertMail.instance("VI_1", .master)
                == AlertMail(
                    subject: "VRRP Instance VI_1 - Entering MASTER state",
                    body: "=> VRRP Instance is now owning VRRP VIPs <="))
        #expect(AlertMail.instance("VI_1", .fault).body == "=> VRRP Instance is no longer owning VRRP VIPs <=")
        #expect(AlertMail.instance("VI_1", .stopped).subject == "VRRP Instance VI_1 - Stopping")
        #expect(AlertMail.instance("VI_1", .deleted).body == "=> VRRP Deleted at reload <=")
        #expect(
            AlertMail.group("G", .backup)
                == AlertMail(
                    subject: "VRRP Group G - Entering BACKUP state",
                    body: "=> All VRRP group instances are now in BACKUP state <="))
    }

    @Test("subjects and bodies of servers and services are worded as mail filters know them")
    func services() {
        let target = CheckTarget.tcp(ConnectionTarget(address: .v4(IPv4Address(10, 0, 0, 1)), port: 80))
        #expect(
            AlertMail.server("R", of: "V", target, isUp: false, serverIsUp: false, cause: nil)
                == AlertMail(
                    subject: "Realserver R of virtual server V - DOWN", body: "=> TCP CHECK failed on service <="))
        let lost = AlertMail.service(
            "V", isUp: false, figures: HealthEvent.Quorum(quorum: 3, hysteresis: 1, weight: 1), atStart: false)
        #expect(lost.subject == "Virtualserver V - DOWN")
        #expect(lost.body == "=> Lost quorum 3+1=2 <= 1 <=")
        #expect(AlertMail.serverTakenOut("R", of: "V", isStop: true).body == "=> Shutting down <=")
    }

    @Test("the subject says what the server is, the body what the check found, worded as keepalived words it")
    func checks() throws {
        let connection = ConnectionTarget(address: .v4(IPv4Address(10, 0, 0, 1)), port: 80)
        let script = CheckTarget.script(ScriptTarget(words: ["/c"], timeout: .seconds(1)))
        let page = CheckTarget.http(connection, HTTPExchange(pages: [HTTPPage(path: "/")]))
        let recovered = AlertMail.server("R", of: "V", script, isUp: true, serverIsUp: false, cause: nil)
        #expect(recovered.subject == "Realserver R of virtual server V - DOWN")
        #expect(recovered.body == "=> MISC CHECK succeeded on service <=")
        let status = CheckFailure.unexpectedStatus(path: "/", status: 500)
        for (target, isUp, body) in [
            (.tcp(connection), true, "TCP CHECK succeed on service"), (script, false, "MISC CHECK failed on service"),
            (.udp(connection, UDPExchange(payload: [])), true, "UDP CHECK succeed on service"),
            (.ping(connection), false, "ICMP CHECK failed on service"),
            (.session("b"), true, "BFD CHECK b succeeded on service"), (page, true, "CHECK succeed on service"),
            (page, false, "CHECK failed on service : HTTP request failed, status 500 for /"),
        ] as [(CheckTarget, Bool, String)] {
            let mail = AlertMail.server("R", of: "V", target, isUp: isUp, serverIsUp: isUp, cause: isUp ? nil : status)
            #expect(mail.body == "=> \(body) <=")
        }
    }

    @Test("a date has the form of mail headers")
    func date() {
        let parts = MailDate.text(of: 1_795_302_300).split(separator: " ")
        #expect(parts.count == 6)
        #expect(["Sat,", "Sun,", "Fri,"].contains(String(parts[0])))
        #expect(parts[2] == "Nov" && parts[3] == "2026")
        #expect(parts[5].count == 5)
    }

    @Test("the queue is bounded, gives way at its old end, and waits longer from failure to failure")
    func queue() {
        func message(_ number: Int) -> MailMessage {
            MailMessage(date: "", sender: "a@b", recipients: ["c@d"], subject: "\(number)", body: "", mailer: "")
        }
        var queue = MailQueue()
        let start = Instant(nanoseconds: 0)
        for number in 0..<MailQueue.limit { #expect(queue.append(message(number), at: start) == nil) }
        queue.isDelivering = true
        // The one that is being delivered stays.
        #expect(queue.append(message(-1), at: start)?.subject == "1")
        #expect(queue.first?.subject == "0")
        #expect((0..<6).map { _ in queue.failed() } == MailQueue.pauses + [.seconds(300), .seconds(300)])
        queue.isDelivering = true
        queue.delivered(retrying: ["c@d"])
        #expect(queue.first?.subject == "2")
        #expect(queue.entries.last?.message.subject == "0")
        #expect(queue.failed() == MailQueue.pauses[0])
        #expect(queue.removeExpired(at: start + MailQueue.lifetime + .seconds(1)).count == MailQueue.limit)
        #expect(queue.first == nil)
    }
}
