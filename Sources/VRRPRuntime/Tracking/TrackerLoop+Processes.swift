import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import Timing
import VRRP

extension TrackerLoop {
    /// How long the kernel may take to accept that somebody listens.
    private static let acceptance = TimeAmount.milliseconds(500)
    /// How often processes are looked for where the kernel does not report them.
    private static let scanInterval = TimeAmount.seconds(1)

    func replaceProcesses(
        _ former: [String: ProcessTracker.Configuration], _ next: [String: ProcessTracker.Configuration]
    ) {
        trackers = trackers.filter { next[$0.key] == former[$0.key] }
        for (name, configuration) in next where trackers[name] == nil {
            trackers[name] = ProcessTracker(configuration)
        }
        guard !next.isEmpty else { return stopProcesses() }
        // Listening begins before the first look, so that nothing between the two is missed.
        if processEvents == nil, !isScanning { listen() }
        lookAtAll()
    }

    /// How many there are of each.
    func counts() -> [String: VRRPRuntimeDetails.Process] {
        trackers.mapValues { tracker in
            VRRPRuntimeDetails.Process(
                count: tracker.processes.count, hasQuorum: tracker.isUp, isDelayed: tracker.deadline != nil)
        }
    }

    private func stopProcesses() {
        processEvents?.close()
        processEvents = nil
        processTimer?.cancel()
        processTimer = nil
        delayTimer?.cancel()
        delayTimer = nil
        isScanning = false
    }

    private func listen() {
        do throws(SystemError) {
            processEvents = ReportChannel(
                try ProcessEvents.open().release(), capacity: 4096, on: eventLoop,
                decode: { ProcessEvents.events(in: $0) },
                receive: { events in self.assumeIsolated { $0.take(events) } },
                lost: { self.assumeIsolated { $0.lostEvents() } })
        } catch {
            return scan(because: "\(error)")
        }
        // Taken back by the answer.
        processTimer = eventLoop.scheduleRepeatedTask(initialDelay: Self.acceptance, delay: Self.acceptance) { _ in
            self.assumeIsolated { $0.scan(because: "the kernel reports none in this namespace") }
        }
    }

    private func scan(because reason: String) {
        processEvents?.close()
        processEvents = nil
        processTimer?.cancel()
        isScanning = true
        logger.notice("Tracked processes are looked for every second", metadata: ["cause": "\(reason)"])
        processTimer = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.scanInterval) { _ in
            self.assumeIsolated { $0.lookAtAll() }
        }
    }

    /// Reports were lost, which closes the channel: it is opened anew and everything is looked at.
    private func lostEvents() {
        guard processEvents != nil else { return }
        processEvents = nil
        listen()
        lookAtAll()
    }

    private func take(_ events: [ProcessEvent]) {
        for event in events {
            switch event {
            case .accepted(let isAccepted):
                processTimer?.cancel()
                processTimer = nil
                if !isAccepted { return scan(because: "the kernel refuses to report them") }
            case .started(let process, let original):
                // A copy is what its original is, until it runs another program, which is reported.
                for name in trackers.keys where trackers[name]?.processes.contains(original) ?? false {
                    tell(name, trackers[name]?.started(process, at: .now))
                }
            case .changed(let process): look(at: process)
            case .ended(let process):
                for name in trackers.keys { tell(name, trackers[name]?.ended(process, at: .now)) }
            }
        }
        armDelays()
    }

    private var needsCommandLines: Bool {
        trackers.values.contains { $0.configuration.pattern.needsCommandLine }
    }

    private func look(at process: Int32) {
        let running = RunningProcess(process, withCommandLine: needsCommandLines)
        for name in trackers.keys {
            let counts = running.flatMap { trackers[name]?.configuration.pattern.matches($0) } ?? false
            tell(
                name, counts ? trackers[name]?.started(process, at: .now) : trackers[name]?.ended(process, at: .now))
        }
    }

    /// Looks at every process of the host.
    private func lookAtAll() {
        let withCommandLine = needsCommandLines
        let running = RunningProcess.numbers().compactMap { RunningProcess($0, withCommandLine: withCommandLine) }
        for name in trackers.keys.sorted() {
            guard let tracker = trackers[name] else { continue }
            let counting = Set(running.filter { tracker.configuration.pattern.matches($0) }.map(\.number))
            let isFirst = tracker.isUp == nil
            for process in tracker.processes.subtracting(counting) {
                tell(name, trackers[name]?.ended(process, at: .now))
            }
            for process in counting.subtracting(tracker.processes) {
                tell(name, trackers[name]?.started(process, at: .now))
            }
            if isFirst { tell(name, trackers[name]?.settle()) }
        }
        armDelays()
    }

    private func armDelays() {
        delayTimer?.cancel()
        delayTimer = nil
        guard let next = trackers.values.compactMap(\.deadline).min() else { return }
        delayTimer = eventLoop.scheduleTask(deadline: NIODeadline(next)) {
            self.assumeIsolated { loop in
                for name in loop.trackers.keys { loop.tell(name, loop.trackers[name]?.deadlineReached(at: .now)) }
                loop.armDelays()
            }
        }
    }

    private func tell(_ name: String, _ isUp: Bool??) {
        guard let isUp = isUp ?? nil else { return }
        report(.process(name: name, isUp: isUp))
    }
}

extension ProcessPattern {
    fileprivate func matches(_ process: RunningProcess) -> Bool {
        matches(shortName: process.shortName, commandLine: process.commandLine)
    }
}
