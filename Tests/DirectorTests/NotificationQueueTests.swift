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
        #expect(queue.enqueue(first) == first)
        #expect(queue.enqueue(second) == nil)
        #expect(queue.enqueue(third) == nil)
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
        #expect(queue.enqueue(router) == router)
        #expect(queue.enqueue(group) == group)
    }
}
