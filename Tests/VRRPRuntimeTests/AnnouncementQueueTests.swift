import Addressing
import Testing
import Timing
import VRRP

@testable import VRRPRuntime

@Suite struct AnnouncementQueueTests {
    func announcement(_ last: UInt8, on interface: String = "eth0", of router: String = "VI_1")
        -> AnnouncementQueue.Announcement
    {
        .init(router: RouterID(router), address: .v4(IPv4Address(10, 1, 80, last)), interface: interface)
    }

    @Test("without an interval everything is due at once, every address before the first is repeated, in portions")
    func unpaced() {
        var queue = AnnouncementQueue(intervals: .init())
        queue.append([announcement(90), announcement(91)], count: 2)
        #expect(queue.takeDue(at: .epoch, limit: 3).map(\.address.lastOctet) == [90, 91, 90])
        #expect(queue.nextDue(now: .epoch) == .epoch)
        #expect(queue.takeDue(at: .epoch, limit: 3).map(\.address.lastOctet) == [91])
        #expect(queue.isEmpty)
        #expect(queue.nextDue(now: .epoch) == nil)
    }

    @Test(
        "with an interval each interface has one announcement per interval, and interfaces do not wait for each other")
    func paced() {
        var queue = AnnouncementQueue(intervals: .init(gratuitousARP: .milliseconds(100)))
        queue.append([announcement(90), announcement(91), announcement(92, on: "eth1")], count: 1)
        var now = Instant.epoch
        #expect(queue.takeDue(at: now, limit: 10).map(\.address.lastOctet) == [90, 92])
        #expect(queue.takeDue(at: now, limit: 10).isEmpty)
        #expect(queue.nextDue(now: now) == now + .milliseconds(100))
        now = now + .milliseconds(100)
        #expect(queue.takeDue(at: now, limit: 10).map(\.address.lastOctet) == [91])
        #expect(queue.isEmpty)
        queue.append([announcement(93)], count: 1)
        #expect(queue.takeDue(at: now, limit: 10).isEmpty, "the pause also separates bursts")
    }

    @Test("the two families have a pace of their own")
    func families() throws {
        let neighbor = AnnouncementQueue.Announcement(
            router: RouterID("VI_1"), address: try #require(IPAddress("2001:db8::90")), interface: "eth0")
        var queue = AnnouncementQueue(
            intervals: .init(gratuitousARP: .milliseconds(100), neighborAdvertisement: .zero))
        queue.append([announcement(90), neighbor], count: 2)
        #expect(queue.takeDue(at: .epoch, limit: 10) == [announcement(90), neighbor, neighbor])
        #expect(queue.nextDue(now: .epoch) == .epoch + .milliseconds(100))
    }

    @Test("a router that has given up its addresses announces nothing more")
    func removal() {
        var queue = AnnouncementQueue(intervals: .init())
        queue.append([announcement(90), announcement(91, of: "VI_2")], count: 2)
        _ = queue.takeDue(at: .epoch, limit: 1)
        queue.removeAll(of: RouterID("VI_1"))
        #expect(queue.takeDue(at: .epoch, limit: 10).map(\.address.lastOctet) == [91, 91])
    }
}

extension IPAddress {
    fileprivate var lastOctet: UInt8 { bytes.last ?? 0 }
}
