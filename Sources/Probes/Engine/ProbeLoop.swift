import Addressing
import FileWatching
import Glibc
import HealthChecks
import LinuxSystem
import NIOCore
import Timing

/// The probes of one event loop. Used on that loop alone.
///
/// Everything happens in ticks: what has ended is taken in, what is overdue is given up, what is due is started; then
/// the loop sleeps to the next tick in which there is something to do. What was started is looked at once in between.
final class ProbeLoop {
    private let loop: any EventLoop
    private let supervisor: ProcessSupervisor
    private let report: @Sendable (CheckReport) -> Void
    private var probes: [Int: Probe] = [:]
    private var schedule = ProbeSchedule()
    /// When running probes are overdue. Scripts are not among them: their supervisor watches over them.
    private var deadlines = ProbeSchedule()
    /// Who may run; nil where nothing is limited.
    private var queue: ProbeQueue<IPAddress>?
    private var isGivingTurns = false
    private let connections = PendingConnections()
    private let resources = PageResources()
    /// Where the bytes of all pages are put on their way.
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    private let poll: DescriptorPoll
    private let echoes = EchoMemory()
    private let files: FileNumbers
    private var wakeUp: (at: Instant, timer: Scheduled<Void>)?

    init(
        loop: any EventLoop, supervisor: ProcessSupervisor, limits: ProbeLimits = ProbeLimits(),
        refusedNumber: @escaping @Sendable (_ path: String, _ text: String) -> Void = { _, _ in },
        report: @escaping @Sendable (CheckReport) -> Void
    ) {
        self.loop = loop
        self.supervisor = supervisor
        self.report = report
        poll = DescriptorPoll(loop: loop)
        files = FileNumbers(loop: loop, refused: refusedNumber)
        if limits != ProbeLimits() { queue = ProbeQueue(limit: limits.total, limitPerHost: limits.perAddress) }
    }

    private var now: Instant { Instant(nanoseconds: Int64(clamping: loop.now.uptimeNanoseconds)) }

    /// Takes on a check whose first run is due after a delay, or earlier if the probe runs earlier for others.
    func add(_ id: Int, _ check: Check, _ state: CheckState, firstAfter delay: Duration) {
        loop.preconditionInEventLoop()
        let known = probes[id]
        if known == nil { resources.retain(check.target) }
        let probe = known ?? Probe(target: check.target)
        probes[id] = probe
        probe.shared.add(check, state: state, due: now + delay)
        if check.target.isWatched {
            if known == nil { watch(id, probe) } else if let result = probe.lastResult { take(probe, result) }
            return
        }
        if case .idle = probe.activity, !isWaiting(id) { scheduleNext(id, probe) }
        arm()
    }

    /// Gives up a check, and with its last one the probe, in the middle of its run where need be.
    func remove(_ id: Int, _ check: Check) {
        loop.preconditionInEventLoop()
        guard let probe = probes[id] else { return }
        probe.shared.remove(check)
        if probe.shared.isEmpty { remove(id) }
    }

    private func remove(_ id: Int) {
        guard let probe = probes.removeValue(forKey: id) else { return }
        schedule.remove(id)
        deadlines.remove(id)
        queue?.leave(id)
        resources.release(probe.target)
        switch probe.activity {
        case .idle, .starting: break
        case .connecting, .fetching: connections.remove(id)
        case .running(let run): run.abandon()
        case .watching(let watch): watch.stop()
        }
        probe.activity = .idle
        giveTurns()
    }

    /// Gives up everything.
    func stop() {
        for id in Array(probes.keys) { remove(id) }
        connections.removeAll()
        wakeUp?.timer.cancel()
        wakeUp = nil
    }

    /// How each probe stands.
    func statuses() -> [ProbeStatus] { probes.map { $0.value.status(waits: isWaiting($0.key)) } }

    private func isWaiting(_ id: Int) -> Bool { queue?.isWaiting(id) ?? false }

    // MARK: Ticks

    private func tick() {
        wakeUp = nil
        for ended in connections.takeEnded() { connectionEnded(ended.probe, ended.ending) }
        let now = self.now
        for id in deadlines.popDue(now) { expire(id, now) }
        for id in schedule.popDue(now) where mayRun(id) { start(id, now) }
        arm()
    }

    /// Sets the timer to when there is something to do next.
    private func arm() {
        let candidates = [connections.nextLook(after: now), schedule.nextTick, deadlines.nextTick]
        guard let next = candidates.compactMap({ $0 }).min() else { return }
        if let wakeUp {
            guard next < wakeUp.at else { return }
            wakeUp.timer.cancel()
        }
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(clamping: next.nanoseconds))
        wakeUp = (next, loop.assumeIsolated().scheduleTask(deadline: deadline) { self.tick() })
    }

    private func mayRun(_ id: Int) -> Bool { queue?.enter(id, host: probes[id]?.target.address) ?? true }

    private func scheduleNext(_ id: Int, _ probe: Probe) {
        if let due = probe.shared.due { schedule.set(id, at: due) }
    }

    // MARK: Runs

    private func start(_ id: Int, _ now: Instant) {
        guard let probe = probes[id] else {
            queue?.leave(id)
            return
        }
        probe.started = now
        // Most probes, and nothing of their target copied.
        if let target = probe.connection { return connect(id, probe, target, page: 0, now) }
        switch probe.target {
        case .script(let script):
            run(id, probe) { [loop, supervisor] completion in
                ScriptRun(script, on: loop, supervisor: supervisor) { result, elapsed in
                    completion(result, elapsed)
                }
            }
        case .smtp(let target, let name):
            run(id, probe) { [poll] completion in
                SMTPRun(target, helloName: name, poll: poll) { completion($0, nil) }
            }
        case .dns(let target, let question):
            run(id, probe) { [poll] completion in DNSRun(target, question, poll: poll) { completion($0, nil) } }
        case .udp(let target, let exchange):
            run(id, probe) { [poll, echoes] completion in
                UDPRun(target, exchange, poll: poll, echoes: echoes) { completion($0, nil) }
            }
        case .ping(let target):
            run(id, probe) { [poll] completion in PingRun(target, poll: poll) { completion($0, nil) } }
        // Started above, or watched and not started.
        case .tcp, .http, .file, .session: queue?.leave(id)
        }
    }

    /// Makes a run, which may end in the course of that.
    ///
    /// - Parameter make: gets the completion: what was found, and how long that took if it is not the time since the start.
    private func run(
        _ id: Int, _ probe: Probe, _ make: (@escaping (CheckResult, Duration?) -> Void) -> any ProbeRun
    ) {
        probe.serial &+= 1
        probe.activity = .starting
        let serial = probe.serial
        let run = make { [weak self] result, elapsed in self?.runEnded(id, serial, result, elapsed) }
        guard probe.serial == serial, case .starting = probe.activity else { return }
        probe.activity = .running(run)
        if let deadline = run.deadline { deadlines.set(id, at: deadline) }
    }

    private func runEnded(_ id: Int, _ serial: UInt64, _ result: CheckResult, _ elapsed: Duration?) {
        guard let probe = probes[id], probe.serial == serial else { return }
        switch probe.activity {
        case .starting, .running: break
        case .idle, .connecting, .fetching, .watching: return
        }
        // A run that waited for a free place started when it got it.
        if let elapsed { probe.started = max(probe.started, now - elapsed) }
        finish(id, probe, result)
        arm()
    }

    private func finish(_ id: Int, _ probe: Probe, _ result: CheckResult) {
        deadlines.remove(id)
        probe.activity = .idle
        queue?.leave(id)
        take(probe, result)
        scheduleNext(id, probe)
        giveTurns()
    }

    /// Counts a result for everyone who wants it.
    private func take(_ probe: Probe, _ result: CheckResult) {
        let now = self.now
        let elapsed = now - probe.started
        probe.runs &+= 1
        probe.lastResult = result
        probe.lastEnded = now
        if result.isMeasured { probe.latency.record(elapsed) }
        for outcome in probe.shared.record(result, started: probe.started, ended: now) {
            report(CheckReport(check: outcome.check, event: outcome.event, elapsed: elapsed))
        }
    }

    /// Starts those that waited for places which are free now.
    private func giveTurns() {
        guard queue?.waitingCount ?? 0 > 0, !isGivingTurns else { return }
        // A run that ends at once frees the next place: that is for the loop here, not for a call within it.
        isGivingTurns = true
        defer { isGivingTurns = false }
        let now = self.now
        while let id = queue?.next() { start(id, now) }
        arm()
    }

    private func expire(_ id: Int, _ now: Instant) {
        guard let probe = probes[id] else { return }
        switch probe.activity {
        case .connecting:
            connections.remove(id)
            finish(id, probe, .failure(.connectionTimedOut(after: probe.target.timeout)))
        case .fetching(let fetch, _):
            // The answer may have moved the deadline since it was noted here.
            if let failure = fetch.expire(now: now) {
                connections.remove(id)
                finish(id, probe, .failure(failure))
            } else {
                deadlines.set(id, at: fetch.deadline)
            }
        case .running(let run):
            run.expire(now: now)
            if case .running(let run) = probe.activity, let deadline = run.deadline { deadlines.set(id, at: deadline) }
        case .idle, .starting, .watching: break
        }
    }

    // MARK: Watching

    private func watch(_ id: Int, _ probe: Probe) {
        switch probe.target {
        case .file(let file):
            probe.activity = .watching(files.watch(file.path) { [weak self] in self?.deliver(id, file.result(of: $0)) })
        case .tcp, .http, .script, .smtp, .dns, .udp, .ping, .session: break
        }
    }

    /// Something outside has found how a target stands: the event-driven way.
    func deliver(_ id: Int, _ result: CheckResult) {
        guard let probe = probes[id] else { return }
        probe.started = now
        take(probe, result)
    }

    // MARK: Connections

    private func connect(_ id: Int, _ probe: Probe, _ target: ConnectionTarget, page: Int, _ now: Instant) {
        switch ConnectionAttempt.begin(target) {
        case .inProgress(let descriptor):
            probe.activity = .connecting(page: page)
            // Most are open before anybody would ask whether they are late: see `.slow`.
            connections.add(descriptor, probe: id)
            probe.connectDeadline = now + target.timeout
        case .failed(let error): finish(id, probe, .failure(.connectionFailed(reason(error))))
        case .impossible(let reason): finish(id, probe, .inconclusive(reason))
        }
    }

    private func connectionEnded(_ id: Int, _ ending: PendingConnections.Ending) {
        switch (ending, probes[id]) {
        case (.failed(let error), let probe?):
            guard case .connecting = probe.activity else { return }
            // A refusal has another number: this connection was open, and that is all that was asked.
            if case .tcp = probe.target, [ECONNRESET, EPIPE].contains(error.rawValue) {
                return finish(id, probe, .success())
            }
            finish(id, probe, .failure(.connectionFailed(reason(error))))
        case (.connected(let descriptor), let probe?):
            guard case .connecting(let page) = probe.activity else { return discard(descriptor) }
            if probe.pages.isEmpty {
                close(descriptor)
                finish(id, probe, .success())
            } else {
                open(id, probe, page: page, descriptor)
            }
        case (.ready(let descriptor), let probe?):
            guard case .fetching(let fetch, let page) = probe.activity else { return discard(descriptor) }
            proceed(id, probe, fetch, page: page, descriptor)
        case (.slow, let probe?):
            if case .connecting = probe.activity { deadlines.set(id, at: probe.connectDeadline) }
        case (.connected(let descriptor), nil), (.ready(let descriptor), nil): discard(descriptor)
        case (.failed, nil), (.slow, nil): break
        }
    }

    /// Nobody waits for it any more.
    private func discard(_ descriptor: Int32) { close(descriptor) }

    /// The kernel's words for what it answered; a timeout of its own included.
    private func reason(_ error: Errno) -> String { "\(error)" }

    // MARK: Pages

    /// Asks for a page on a connection that is open.
    private func open(_ id: Int, _ probe: Probe, page: Int, _ descriptor: Int32) {
        guard probe.pages.indices.contains(page) else {
            close(descriptor)
            return finish(id, probe, .success())
        }
        let request = probe.pages[page]
        do throws(PageResources.Unusable) {
            try resources.checkDigest(of: request.page)
            let fetch = PageFetch(
                request, over: descriptor, tls: try resources.tls(for: request.page, request.tls, over: descriptor),
                search: try resources.search(for: request.page), now: now)
            probe.activity = .fetching(fetch, page: page)
            deadlines.set(id, at: fetch.deadline)
            proceed(id, probe, fetch, page: page, descriptor)
        } catch {
            close(descriptor)
            finish(id, probe, .inconclusive(error.reason))
        }
    }

    /// Goes on with a page whose socket is ready.
    private func proceed(_ id: Int, _ probe: Probe, _ fetch: PageFetch, page: Int, _ descriptor: Int32) {
        switch fetch.proceed(&buffer, now: now) {
        case .writes: connections.add(descriptor, probe: id, wanted: .writing)
        case .reads: connections.add(descriptor, probe: id, wanted: .reading)
        case .ended(let failure):
            close(descriptor)
            pageEnded(id, probe, page: page, failure)
        }
    }

    private func pageEnded(_ id: Int, _ probe: Probe, page: Int, _ failure: CheckFailure?) {
        if let failure {
            finish(id, probe, .failure(failure))
        } else if let target = probe.connection, page + 1 < probe.pages.count {
            connect(id, probe, target, page: page + 1, now)
        } else {
            finish(id, probe, .success())
        }
    }
}

extension CheckResult {
    /// Whether anything was asked: what could not be run took no time that tells anything.
    fileprivate var isMeasured: Bool {
        switch self {
        case .inconclusive, .failure(.notExecuted): false
        case .success, .failure: true
        }
    }
}

extension CheckTarget {
    fileprivate var timeout: Duration {
        switch self {
        case .tcp(let target), .http(let target, _), .smtp(let target, _), .dns(let target, _), .udp(let target, _),
            .ping(let target):
            target.timeout
        case .script(let script): script.timeout
        case .file, .session: .zero
        }
    }
}
