import Addressing
import FileWatching
import LinuxSystem
import Logging
import NIOCore
import Timing
import VRRP

/// What instances track besides scripts, links and sessions, and what asking for may take its time.
struct TrackedThings: Sendable, Hashable {
    /// Paths of tracked files by name.
    var files: [String: String] = [:]
    /// Tracked processes by name.
    var processes: [String: ProcessTracker.Configuration] = [:]
    /// Links whose carrier is asked for, and how; nil tries one way after the other.
    var links: [String: LinkState.Method?] = [:]

    var isEmpty: Bool { files.isEmpty && processes.isEmpty && links.isEmpty }
}

/// What is found out about a tracked thing.
enum TrackerReport: Sendable, Hashable {
    /// The number of a file.
    case file(name: String, number: Int32)
    /// A process has its quorum or not.
    case process(name: String, isUp: Bool)
    /// A polled link has a carrier or not.
    case link(name: String, hasCarrier: Bool)
    /// Which hardware address the adverts of an address come from.
    case speaker(RouterID, IPAddress, MACAddress)
}

/// Looks after tracked files, processes and polled links, on a loop and a thread of its own: a file on a file system
/// that hangs, or a link whose driver takes its time, holds up no advert.
actor TrackerLoop {
    nonisolated let eventLoop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    let logger: Logger
    let report: @Sendable (TrackerReport) -> Void
    private var things = TrackedThings()
    private var files: FileNumbers?
    private var watches: [String: FileNumbers.Watch] = [:]
    var trackers: [String: ProcessTracker] = [:]
    var processEvents: ReportChannel<[ProcessEvent]>?
    var processTimer: RepeatedTask?
    var delayTimer: Scheduled<Void>?
    var isScanning = false
    private var linkTimer: RepeatedTask?
    private var methods: [String: LinkState.Method] = [:]
    private var carriers: [String: Bool] = [:]

    /// - Parameter report: called on the loop; it must not block.
    init(eventLoop: any EventLoop, logger: Logger, report: @escaping @Sendable (TrackerReport) -> Void) {
        self.eventLoop = eventLoop
        self.logger = logger
        self.report = report
    }

    /// Looks after these things from now on. What stays is not reported anew.
    func replace(_ next: TrackedThings) {
        let former = things
        things = next
        replaceFiles(former.files, next.files)
        if former.processes != next.processes { replaceProcesses(former.processes, next.processes) }
        replaceLinks(next.links)
    }

    func stop() { replace(TrackedThings()) }

    // MARK: Files

    private func replaceFiles(_ former: [String: String], _ next: [String: String]) {
        for (name, watch) in watches where next[name] != former[name] {
            watch.stop()
            watches[name] = nil
        }
        guard !next.isEmpty else {
            files = nil
            return
        }
        let numbers =
            files
            ?? FileNumbers(loop: eventLoop) { [logger] path, text in
                logger.warning("Invalid number \(text) read from \(path) - ignoring")
            }
        files = numbers
        for (name, path) in next.sorted(by: { $0.key < $1.key }) where watches[name] == nil {
            watches[name] = numbers.watch(path) { [report] in report(.file(name: name, number: $0)) }
        }
    }

    // MARK: Links

    private func replaceLinks(_ next: [String: LinkState.Method?]) {
        carriers = carriers.filter { next[$0.key] != nil }
        methods = next.compactMapValues { $0 }
        guard !next.isEmpty else {
            linkTimer?.cancel()
            linkTimer = nil
            return
        }
        pollLinks()
        guard linkTimer == nil else { return }
        linkTimer = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            self.assumeIsolated { $0.pollLinks() }
        }
    }

    private func pollLinks() {
        let asking: LinkState
        do throws(SystemError) {
            asking = try LinkState()
        } catch {
            logger.debug("Links are not polled", metadata: ["cause": "\(error)"])
            return
        }
        for name in things.links.keys.sorted() {
            guard let method = methods[name] ?? asking.method(for: name) else { continue }
            methods[name] = method
            // A link that is not there does not answer; that it is not there is known without asking.
            guard let hasCarrier = asking.hasCarrier(name, by: method),
                carriers.updateValue(hasCarrier, forKey: name) != hasCarrier
            else { continue }
            report(.link(name: name, hasCarrier: hasCarrier))
        }
    }
}
