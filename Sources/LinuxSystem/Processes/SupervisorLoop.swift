import CLinux
import Glibc

/// The supervisor's thread. Its state is used by this thread alone.
final class SupervisorLoop {
    private enum Phase: Equatable {
        case running
        /// SIGTERM has been sent.
        case terminating(killAt: ContinuousClock.Instant)
        /// SIGKILL has been sent; past `giveUpAt` the child is reported although the kernel still holds it.
        case killed(giveUpAt: ContinuousClock.Instant)
        /// The child has ended and been reported, the rest of its group has until `killAt`. It is not reaped before,
        /// so that its process group id cannot become another one's.
        case lingering(killAt: ContinuousClock.Instant)
    }

    private struct Child {
        var submission: SupervisorCore.Submission
        var process: RunningChild
        var started: ContinuousClock.Instant
        var deadline: ContinuousClock.Instant?
        var phase = Phase.running
        /// What is reported when the supervisor itself ends the child.
        var enforced: ChildOutcome?
        var isReported = false
    }

    /// How long a child that ignores SIGKILL (stuck in the kernel) is waited for before it is reported.
    private static let stuckGrace: Duration = .seconds(1)
    /// From SIGTERM to SIGKILL when the supervisor stops.
    private static let stopGrace: Duration = .seconds(1)
    /// Of what children left in the background so many are listened to; of the oldest the pipe is closed.
    private static let backgroundLimit = 64

    private let core: SupervisorCore
    private let environment = scriptEnvironment()
    private let clock = ContinuousClock()
    private var queue = WaitingChildren()
    private var children: [Child] = []
    /// Children of which no more than the rest of their group is left.
    private var reportedCount = 0
    /// Pipes that outlive the child: a program that it left in the background has them open, and must not die of
    /// writing to them.
    private var background: [OutputReader] = []
    private var stopAt: ContinuousClock.Instant?
    private var isStopping = false

    init(core: SupervisorCore) { self.core = core }

    func run() {
        while true {
            accept(core.inbox.take())
            expire(now: clock.now)
            startQueued()
            if isStopping, children.isEmpty { break }
            wait()
        }
        for reader in background { close(reader.descriptor) }
        for case .run(let submission) in core.inbox.close() { cancelBeforeStart(submission) }
        core.announceStopped()
    }

    private func accept(_ requests: [SupervisorCore.Request]) {
        for request in requests {
            switch request {
            case .run(let submission):
                if isStopping { cancelBeforeStart(submission) } else { queue.append(submission, at: clock.now) }
            case .cancel(let id):
                if let submission = queue.remove(id) {
                    cancelBeforeStart(submission)
                } else if let index = children.firstIndex(where: { $0.submission.id == id }) {
                    end(index, as: .cancelled, grace: ProcessSupervisor.killGrace)
                }
            case .stop(let grace):
                isStopping = true
                stopAt = clock.now + grace
                for submission in queue.removeAll() { cancelBeforeStart(submission) }
            }
        }
    }

    private func cancelBeforeStart(_ submission: SupervisorCore.Submission) {
        submission.completion(ChildResult(outcome: .cancelled, elapsed: .zero))
    }

    private func startQueued() {
        guard !queue.isEmpty else { return }
        // One that cannot be started takes no place and gives its turn to the next.
        while let submission = queue.next(
            running: children.count - reportedCount, limit: core.limit, patience: core.patience, now: clock.now)
        {
            start(submission)
        }
        queue.tellWaiting()
    }

    private func start(_ submission: SupervisorCore.Submission) {
        let started = clock.now
        switch spawn(submission.command, environment: environment, capturesOutput: core.onOutput != nil) {
        case .success(let process):
            children.append(
                Child(
                    submission: submission, process: process, started: started,
                    deadline: submission.timeout.map { started + $0 }))
        case .failure(let failure):
            submission.completion(ChildResult(outcome: .notExecuted(failure), elapsed: .zero))
        }
    }

    /// Waits for an end, a request or the next deadline.
    private func wait() {
        var entries = [pollfd(fd: core.inbox.wakeDescriptor, events: Int16(POLLIN), revents: 0)]
        // A lingering child's descriptor stays readable; only its deadline matters.
        let watched = children.indices.filter { !isLingering(children[$0]) }
        entries += watched.map { pollfd(fd: children[$0].process.pidfd, events: Int16(POLLIN), revents: 0) }
        let writing = children.indices.filter { children[$0].process.output != nil }
        entries += writing.compactMap { children[$0].process.output }.map(pollEntry)
        entries += background.map(pollEntry)
        let ready = poll(&entries, nfds_t(entries.count), timeoutMilliseconds())
        guard ready > 0 else { return }
        let outputs = entries.dropFirst(1 + watched.count)
        for (entry, index) in zip(outputs, writing) where entry.revents != 0 { readOutput(index) }
        for (entry, index) in zip(outputs.dropFirst(writing.count), background.indices).reversed()
        where entry.revents != 0 {
            guard !background[index].read() else { continue }
            close(background.remove(at: index).descriptor)
        }
        for (entry, index) in zip(entries.dropFirst(), watched) where entry.revents != 0 { childEnded(index) }
        removeGone()
    }

    private func removeGone() {
        children.removeAll { child in
            guard child.process.pidfd < 0 else { return false }
            if child.isReported { reportedCount -= 1 }
            return true
        }
    }

    private func pollEntry(_ reader: OutputReader) -> pollfd {
        pollfd(fd: reader.descriptor, events: Int16(POLLIN), revents: 0)
    }

    private func readOutput(_ index: Int) {
        guard let isOpen = children[index].process.output?.read(), !isOpen else { return }
        handOverOutput(index)
    }

    /// Hands over what a child has written, at the end of its output or its own.
    private func handOverOutput(_ index: Int) {
        guard var reader = children[index].process.output else { return }
        children[index].process.output = nil
        if reader.read() {
            if background.count >= Self.backgroundLimit { close(background.removeFirst().descriptor) }
            background.append(reader)
        } else {
            close(reader.descriptor)
        }
        guard !reader.bytes.isEmpty else { return }
        core.onOutput?(
            ChildOutput(
                program: children[index].submission.command.words.first ?? "",
                process: children[index].process.process, bytes: reader.bytes, dropped: reader.dropped))
    }

    private func isLingering(_ child: Child) -> Bool {
        if case .lingering = child.phase { true } else { false }
    }

    private func timeoutMilliseconds() -> Int32 {
        var next = [stopAt, queue.deadline(patience: core.patience)].compactMap { $0 }.min()
        for child in children {
            let deadline: ContinuousClock.Instant? =
                switch child.phase {
                case .running: child.deadline
                case .terminating(let killAt), .lingering(let killAt): killAt
                case .killed(let giveUpAt): child.isReported ? nil : giveUpAt
                }
            if let deadline { next = min(next ?? deadline, deadline) }
        }
        guard let next else { return -1 }
        let (seconds, attoseconds) = (next - clock.now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        // Rounded up, so as not to spin through the last millisecond.
        return Int32(clamping: min(seconds, 3600) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func expire(now: ContinuousClock.Instant) {
        if let stopAt, stopAt <= now {
            self.stopAt = nil
            for index in children.indices { end(index, as: .cancelled, grace: Self.stopGrace) }
        }
        for index in children.indices {
            switch children[index].phase {
            case .running:
                if let deadline = children[index].deadline, deadline <= now {
                    end(index, as: .timedOut, grace: ProcessSupervisor.killGrace)
                }
            case .terminating(let killAt) where killAt <= now:
                kill(-children[index].process.process, SIGKILL)
                children[index].phase = .killed(giveUpAt: now + Self.stuckGrace)
            case .lingering(let killAt) where killAt <= now:
                kill(-children[index].process.process, SIGKILL)
                reap(index)
            case .killed(let giveUpAt) where giveUpAt <= now && !children[index].isReported:
                report(index, children[index].enforced ?? .timedOut)
                // At a stop nothing waits for what even SIGKILL cannot end.
                if isStopping { abandon(index) }
            case .terminating, .lingering, .killed: break
            }
        }
        removeGone()
    }

    /// Sends SIGTERM to the group of a child that still runs by itself.
    private func end(_ index: Int, as outcome: ChildOutcome, grace: Duration) {
        let killAt = clock.now + grace
        switch children[index].phase {
        case .running:
            children[index].enforced = outcome
            kill(-children[index].process.process, SIGTERM)
            children[index].phase = .terminating(killAt: killAt)
        case .terminating(let earlier): children[index].phase = .terminating(killAt: min(earlier, killAt))
        case .lingering(let earlier): children[index].phase = .lingering(killAt: min(earlier, killAt))
        case .killed: break
        }
    }

    private func childEnded(_ index: Int) {
        switch children[index].phase {
        case .terminating(let killAt):
            report(index, children[index].enforced ?? .timedOut)
            children[index].phase = .lingering(killAt: killAt)
        case .running, .killed:
            let outcome = reap(index)
            report(index, children[index].enforced ?? outcome)
        case .lingering: break
        }
    }

    @discardableResult
    private func reap(_ index: Int) -> ChildOutcome {
        var status: Int32 = 0
        while waitpid(children[index].process.process, &status, 0) < 0 {
            // Somebody else has waited for our child; all that is known is that it has ended.
            guard errno == EINTR else { return abandon(index, as: .exited(status: 255)) }
        }
        let signal = status & 0x7F
        return abandon(index, as: signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: signal))
    }

    @discardableResult
    private func abandon(_ index: Int, as outcome: ChildOutcome = .cancelled) -> ChildOutcome {
        close(children[index].process.pidfd)
        children[index].process.pidfd = -1
        return outcome
    }

    private func report(_ index: Int, _ outcome: ChildOutcome) {
        guard !children[index].isReported else { return }
        children[index].isReported = true
        reportedCount += 1
        handOverOutput(index)
        children[index].submission.completion(
            ChildResult(outcome: outcome, elapsed: clock.now - children[index].started))
    }
}
