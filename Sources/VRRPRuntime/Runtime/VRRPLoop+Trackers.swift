import Addressing
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import Timing
import VRRP

extension VRRPLoop {
    /// Has somebody look after the files and processes that routers track, and the links that are polled.
    func reconcileTrackers(for configuration: VRRPRuntimeConfiguration) {
        let things = Self.trackedThings(of: configuration)
        polledCarriers = polledCarriers.filter { things.links[$0.key] != nil }
        guard trackerLoop != nil || !things.isEmpty else { return }
        let loop = trackerLoop ?? startTrackerLoop()
        loop.eventLoop.execute { loop.assumeIsolated { $0.replace(things) } }
        guard !things.isEmpty else { return }
        // Who does not know in a second counts as he would without a file, and corrects it later.
        _ = eventLoop.scheduleTask(in: .seconds(1)) { self.assumeIsolated { $0.giveUpWaiting(for: things) } }
    }

    /// What routers of a configuration track, with the links that are polled.
    static func trackedThings(of configuration: VRRPRuntimeConfiguration) -> TrackedThings {
        var files: Set<String> = []
        var processes: Set<String> = []
        for tracker in configuration.routers.flatMap(\.configuration.trackers) {
            switch tracker.subject {
            case .file(let name): files.insert(name)
            case .process(let name): processes.insert(name)
            case .script, .interface, .session: break
            }
        }
        var things = TrackedThings()
        things.files = configuration.files.filter { files.contains($0.key) }
        for process in configuration.processes where processes.contains(process.name) {
            things.processes[process.name] = process
        }
        let names = interfaceNames(of: configuration)
        things.links = configuration.polledLinks.filter { names.contains($0.key) }
        return things
    }

    private func startTrackerLoop() -> TrackerLoop {
        // The thread is in the network namespace of the one that makes it, which is this one.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = TrackerLoop(eventLoop: group.next(), logger: logger) { [eventLoop] report in
            eventLoop.execute { self.assumeIsolated { $0.take(report) } }
        }
        trackerGroup = group
        trackerLoop = loop
        return loop
    }

    /// Finds out the hardware address of another master, which a raw IP socket does not tell.
    func identify(_ rival: RivalMaster, of id: RouterID) {
        guard let interface = known[id]?.configuration.interface, let reference = interfaces.reference(interface)
        else { return }
        let loop = trackerLoop ?? startTrackerLoop()
        loop.eventLoop.execute { loop.assumeIsolated { $0.identify(rival.address, of: id, on: reference) } }
    }

    /// The thread of the trackers, to be ended by whoever takes it; nothing is reported any more.
    func releaseTrackers() async -> MultiThreadedEventLoopGroup? {
        let (group, loop) = (trackerGroup, trackerLoop)
        trackerGroup = nil
        trackerLoop = nil
        await loop?.stop()
        return group
    }

    private func take(_ report: TrackerReport) {
        guard phase == .running else { return }
        switch report {
        case .file(let name, let number): handle(.fileChanged(name: name, number: number))
        case .process(let name, let isUp):
            if knownProcesses.updateValue(isUp, forKey: name) == !isUp {
                logger.notice("Quorum \(isUp ? "gained" : "lost") for tracked process \(name)")
            }
            handle(.processChanged(name: name, isUp: isUp))
        case .speaker(let id, let address, let hardware): handle(.rivalIdentified(id, address, hardware))
        case .link(let name, let hasCarrier):
            polledCarriers[name] = hasCarrier
            tellLinks([name])
        }
    }

    private func giveUpWaiting(for things: TrackedThings) {
        guard phase == .running else { return }
        for router in routers.routers {
            guard let status = routers.status(of: router) else { continue }
            for name in status.pendingFiles where things.files[name] != nil {
                logger.warning("track_file \(name) cannot be read: it counts as 0 until it can")
                handle(.fileChanged(name: name, number: 0))
            }
        }
    }
}

/// Links whose changes count only after they have lasted (`interface_up_down_delays`).
struct LinkDamping {
    /// A change that has not lasted for long enough yet.
    struct Pending {
        var isUp: Bool
        var due: Instant
        var timer: Scheduled<Void>
    }

    private(set) var pending: [String: Pending] = [:]

    /// A change waits.
    mutating func wait(_ name: String, isUp: Bool, until due: Instant, timer: Scheduled<Void>) {
        pending[name]?.timer.cancel()
        pending[name] = Pending(isUp: isUp, due: due, timer: timer)
    }

    /// A change counts now or has been undone.
    mutating func settle(_ name: String) { pending.removeValue(forKey: name)?.timer.cancel() }

    mutating func settleAll() {
        for name in Array(pending.keys) { settle(name) }
    }
}
