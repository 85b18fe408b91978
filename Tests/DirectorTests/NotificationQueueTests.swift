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
        #expect(queue.waitingCount(of: .router("VI_1")) == 2)
        #expect(queue.finished(.router("VI_1")) == second)
        #expect(queue.finished(.router("VI_1")) == third)
        #expect(!queue.isIdle)
        #expect(queue.finished(.router("VI_1")) == nil)
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
        #expect(queue.enqueue(notification(target, "running")) == .starts)
        for number in 0..<NotificationQueue.limit {
            #expect(queue.enqueue(notification(target, "\(number)")) == .waits)
        }
        #expect(queue.enqueue(notification(target, "last")) == .waitsInPlaceOf(notification(target, "0")))
        #expect(queue.waitingCount(of: target) == NotificationQueue.limit)
        #expect(queue.finished(target) == notification(target, "1"))
        let rest = queue.removeWaiting()
        #expect(rest.count == NotificationQueue.limit - 1)
        #expect(rest.last == notification(target, "last"))
        #expect(queue.finished(target) == nil)
        #expect(queue.isIdle)
    }
}
