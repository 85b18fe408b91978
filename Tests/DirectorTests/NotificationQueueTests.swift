import Director
import KeepalivedConfig
import Testing

@Suite struct NotificationQueueTests {
    private func notification(_ target: Notification.Target, _ word: String) -> Notification {
        Notification(target: target, script: Script(words: ["/bin/true"]), arguments: [word])
    }

    @Test("notifications of one target run one at a time and in order")
    func ordered() {
        var queue = NotificationQueue()
        let first = notification(.router("VI_1"), "BACKUP")
        let second = notification(.router("VI_1"), "MASTER")
        let third = notification(.router("VI_1"), "FAULT")
        #expect(queue.enqueue(first) == .starts)
        #expect(queue.enqueue(second) == .waits)
        #expect(queue.enqueue(third) == .waits)
        #expect(queue.waitingCount(of: first.lane) == 2)
        #expect(queue.finished(first.lane) == second)
        #expect(queue.finished(first.lane) == third)
        #expect(!queue.isIdle)
        #expect(queue.finished(first.lane) == nil)
        #expect(queue.isIdle)
    }

    @Test("targets do not wait for one another")
    func sideBySide() {
        var queue = NotificationQueue()
        let router = notification(.router("A"), "MASTER")
        let group = notification(.group("A"), "MASTER")
        #expect(queue.enqueue(router) == .starts)
        #expect(queue.enqueue(group) == .starts)
    }

    @Test("behind a script that hangs the oldest notifications give way and are handed back, one for each")
    func bounded() {
        var queue = NotificationQueue()
        let target = Notification.Target.service("FWM 1")
        let lane = notification(target, "").lane
        #expect(queue.enqueue(notification(target, "running")) == .starts)
        for number in 0..<NotificationQueue.limit {
            #expect(queue.enqueue(notification(target, "\(number)")) == .waits)
        }
        #expect(queue.enqueue(notification(target, "last")) == .waitsInPlaceOf(notification(target, "0")))
        #expect(queue.waitingCount(of: lane) == NotificationQueue.limit)
        #expect(queue.finished(lane) == notification(target, "1"))
        let rest = queue.removeWaiting()
        #expect(rest.count == NotificationQueue.limit - 1)
        #expect(rest.last == notification(target, "last"))
        #expect(queue.finished(lane) == nil)
        #expect(queue.isIdle)
    }

    @Test("a state that waits gives way to the next one; single states and all states are told side by side")
    func superseded() {
        func notification(_ news: Notification.News, _ word: String) -> Notification {
            Notification(
                target: .group("G"), script: Script(words: ["/bin/true"]), arguments: [word], news: news)
        }
        let (own, general) = (notification(.state, "").lane, notification(.anyState, "").lane)
        var queue = NotificationQueue()
        #expect(queue.enqueue(notification(.state, "MASTER")) == .starts)
        #expect(queue.enqueue(notification(.anyState, "MASTER")) == .starts)
        #expect(queue.enqueue(notification(.lowerPriority, "")) == .waits)
        #expect(queue.enqueue(notification(.state, "FAULT")) == .waits)
        #expect(queue.enqueue(notification(.anyState, "FAULT")) == .waits)
        #expect(queue.enqueue(notification(.state, "BACKUP")) == .supersedes(notification(.state, "FAULT")))
        // A state that only the general script is told of.
        #expect(queue.enqueue(notification(.anyState, "STOP")) == .supersedes(notification(.anyState, "FAULT")))
        #expect(queue.finished(own) == notification(.lowerPriority, ""))
        #expect(queue.finished(own) == notification(.state, "BACKUP"))
        #expect(queue.finished(own) == nil)
        #expect(queue.finished(general) == notification(.anyState, "STOP"))
        #expect(queue.finished(general) == nil)
        #expect(queue.isIdle)
    }
}
