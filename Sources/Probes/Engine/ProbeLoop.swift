import Glibc
import HealthChecks
import LinuxSystem
import NIOCore
import NIOPosix
import Timing

/// The probes of one event loop. Used on that loop alone.
///
/// Everything happens in ticks: what has ended is taken in, what is overdue is given up, what is due is started; then
/// the loop sleeps to the next tick in which there is something to do.
final class ProbeLoop {
    private let loop: any EventLoop
    private let supervisor: ProcessSupervisor
    private let report: @Sendable (CheckReport) -> Void
    private var probes: [Int: Probe] = [:]
    private var schedule = ProbeSchedule()
    /// When running probes are overdue. Scripts are not among them: their supervisor watches over them.
    private var deadlines = ProbeSchedule()
    private let connections = PendingConnections()
    private var wakeUp: (at: Instant, timer: Scheduled<Void>)?

    init(
        loop: any EventLoop, supervisor: ProcessSupervisor, report: @escaping @Sendable (CheckReport) -> Void
    ) {
        self.loop = loop
        self.supervisor = supervisor
        self.report = report
    }

    private var now: Instant { Instant(nanoseconds: Int64(clamping: loop.now.uptimeNanoseconds)) }

    /// Takes on a check whose first run is due after a delay.
    func add(_ id: Int, _ check: Check, firstAfter delay: Duration) {
        loop.preconditionInEventLoop()
        probes[id] = Probe(check: check)
        schedule.set(id, at: now + delay)
        arm()
    }

    /// Gives up a check, in the middle of its run where need be.
    func remove(_ id: Int) {
        loop.preconditionInEventLoop()
        guard let probe = probes.removeValue(forKey: id) else { return }
        schedule.remove(id)
        deadlines.remove(id)
        switch probe.activity {
        case .idle: break
        case .connecting: connections.remove(id)
        case .fetching(let handler, _): handler.abandon()
        case .running(let child): child.cancel()
        }
        probe.activity = .idle
    }

    /// Gives up everything.
    func stop() {
        for id in Array(probes.keys) { remove(id) }
        connections.removeAll()
        wakeUp?.timer.cancel()
        wakeUp = nil
    }

    /// How each check stands.
    func statuses() -> [Check: CheckStatus] {
        Dictionary(probes.values.map { ($0.check, $0.status) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Ticks

    private func tick() {
        wakeUp = nil
        for (id, ending) in connections.takeEnded() { connectionEnded(id, ending) }
        let now = self.now
        for id in deadlines.popDue(now) { expire(id, now) }
        for id in schedule.popDue(now) { start(id, now) }
        arm()
    }

    /// Sets the timer to the next tick in which there is something to do.
    private func arm() {
        let look = connections.isEmpty ? nil : ProbeSchedule.tickAfter(now)
        guard let next = [look, schedule.nextTick, deadlines.nextTick].compactMap({ $0 }).min() else { return }
        if let wakeUp {
            guard next < wakeUp.at else { return }
            wakeUp.timer.cancel()
        }
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(clamping: next.nanoseconds))
        wakeUp = (next, loop.assumeIsolated().scheduleTask(deadline: deadline) { self.tick() })
    }

    // MARK: Runs

    private func start(_ id: Int, _ now: Instant) {
        guard let probe = probes[id] else { return }
        probe.started = now
        switch probe.check.target {
        case .tcp(let target), .http(let target, _): connect(id, probe, target, page: 0, now)
        case .script(let script): run(id, probe, script)
        }
    }

    private func finish(_ id: Int, _ probe: Probe, _ result: CheckResult) {
        deadlines.remove(id)
        probe.activity = .idle
        probe.runs &+= 1
        let now = self.now
        let elapsed = now - probe.started
        probe.lastElapsed = elapsed
        let (event, next) = probe.state.record(result, of: probe.check)
        switch next {
        case .afterEnd(let delay): schedule.set(id, at: now + delay)
        case .afterStart(let delay): schedule.set(id, at: max(now, probe.started + delay))
        }
        if let event { report(CheckReport(check: probe.check, event: event, elapsed: elapsed)) }
    }

    private func expire(_ id: Int, _ now: Instant) {
        guard let probe = probes[id] else { return }
        switch probe.activity {
        case .connecting:
            connections.remove(id)
            finish(id, probe, .failure(.connectionTimedOut(after: probe.check.target.timeout)))
        case .fetching(let handler, _):
            // The answer may have moved the deadline since it was noted here.
            handler.expire(now: loop.now)
            if case .fetching(let handler, _) = probe.activity, let deadline = handler.deadline {
                deadlines.set(id, at: Instant(nanoseconds: Int64(clamping: deadline.uptimeNanoseconds)))
            }
        case .idle, .running: break
        }
    }

    // MARK: Connections

    private func connect(_ id: Int, _ probe: Probe, _ target: ConnectionTarget, page: Int, _ now: Instant) {
        switch ConnectionAttempt.begin(target) {
        case .inProgress(let descriptor):
            probe.activity = .connecting(page: page)
            connections.add(descriptor, probe: id)
            deadlines.set(id, at: now + target.timeout)
        case .failed(let error): finish(id, probe, .failure(.connectionFailed(reason(error))))
        case .impossible(let reason): finish(id, probe, .inconclusive(reason))
        }
    }

    private func connectionEnded(_ id: Int, _ ending: PendingConnections.Ending) {
        guard let probe = probes[id], case .connecting(let page) = probe.activity else {
            if case .connected(let descriptor) = ending { close(descriptor) }
            return
        }
        switch ending {
        case .failed(let error): finish(id, probe, .failure(.connectionFailed(reason(error))))
        case .connected(let descriptor):
            if case .http(let target, let exchange) = probe.check.target {
                fetch(id, probe, target, exchange, page: page, descriptor)
            } else {
                close(descriptor)
                finish(id, probe, .success())
            }
        }
    }

    /// The kernel's words for what it answered; a timeout of its own included.
    private func reason(_ error: Errno) -> String { "\(error)" }

    // MARK: Pages

    private func fetch(
        _ id: Int, _ probe: Probe, _ target: ConnectionTarget, _ exchange: HTTPExchange, page: Int, _ descriptor: Int32
    ) {
        guard exchange.pages.indices.contains(page) else {
            close(descriptor)
            return finish(id, probe, .success())
        }
        let handler = HTTPPageHandler(
            request: exchange.requestBytes(for: exchange.pages[page], on: target), page: exchange.pages[page],
            timeout: target.timeout
        ) { [weak self] failure in self?.pageEnded(id, page: page, failure) }
        probe.activity = .fetching(handler, page: page)
        deadlines.set(id, at: now + target.timeout)
        let bound = NIOLoopBound(handler, eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .withConnectedSocket(descriptor)
            .assumeIsolated()
            .whenFailure { [weak self] error in self?.adoptionFailed(id, page: page, error) }
    }

    private func pageEnded(_ id: Int, page: Int, _ failure: CheckFailure?) {
        guard let probe = probes[id], case .fetching(_, page) = probe.activity,
            case .http(let target, let exchange) = probe.check.target
        else { return }
        if let failure {
            finish(id, probe, .failure(failure))
        } else if page + 1 < exchange.pages.count {
            connect(id, probe, target, page: page + 1, now)
        } else {
            finish(id, probe, .success())
        }
        arm()
    }

    /// The loop could not take the open connection over (it is going away, or the host is out of something).
    private func adoptionFailed(_ id: Int, page: Int, _ error: any Error) {
        guard let probe = probes[id], case .fetching(_, page) = probe.activity else { return }
        finish(id, probe, .inconclusive("\(error)"))
        arm()
    }

    // MARK: Scripts

    private func run(_ id: Int, _ probe: Probe, _ script: ScriptTarget) {
        let identity = script.identity.map {
            ProcessIdentity(user: $0.user, group: $0.group, supplementaryGroups: $0.supplementaryGroups)
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let loop = self.loop
        let child = supervisor.run(
            ChildCommand(words: script.words, identity: identity), timeout: script.timeout
        ) { result in
            loop.execute { bound.value.scriptEnded(id, result) }
        }
        probe.activity = .running(child)
    }

    private func scriptEnded(_ id: Int, _ result: ChildResult) {
        guard let probe = probes[id], case .running = probe.activity,
            case .script(let script) = probe.check.target
        else { return }
        // A run that waited for a free place started when the process did.
        probe.started = max(probe.started, now - result.elapsed)
        finish(id, probe, script.result(of: ScriptEnd(result.outcome)))
        arm()
    }
}

extension ScriptEnd {
    init(_ outcome: ChildOutcome) {
        self =
            switch outcome {
            case .exited(let status): .exited(status: status)
            case .killed(let signal): .killed(signal: signal)
            case .timedOut: .timedOut
            case .notExecuted(let failure) where failure.isLocalShortage: .notRun("\(failure)")
            case .notExecuted(let failure): .notExecuted("\(failure)")
            case .cancelled: .notRun("cancelled")
            }
    }
}

extension CheckTarget {
    fileprivate var timeout: Duration {
        switch self {
        case .tcp(let target), .http(let target, _): target.timeout
        case .script(let script): script.timeout
        }
    }
}
