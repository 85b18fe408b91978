import Addressing
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Timing
import VRRP

extension VRRPLoop {
    func start() throws(VRRPRuntimeError) {
        guard phase == .idle else { throw .notRunning }
        do throws(VRRPRuntimeError) {
            try Self.check(configuration)
            try watchInterfaces()
            try checkInterfaces(of: configuration)
            do throws(SystemError) {
                announcer = try GratuitousARPSender()
                for endpoint in Self.endpoints(of: configuration) { try open(endpoint) }
            } catch {
                throw .system(error)
            }
        } catch {
            closeEverything()
            throw error
        }
        phase = .running
        if let priority = configuration.realTimePriority { adoptRealTime(priority) }
        tellInterfaces()
        reconcileScripts()
        let delay = configuration.startupDelay
        guard delay > .zero else { return handle(.started) }
        logger.notice("Delaying startup for \(delay.wholeNanoseconds / 1_000_000) ms")
        // What a crash left behind must not wait: another host may hold it by now.
        for router in configuration.routers where router.configuration.priority < 255 {
            removeAddresses(of: router.configuration.id)
        }
        _ = eventLoop.scheduleTask(in: TimeAmount(delay)) {
            self.assumeIsolated { loop in
                guard loop.phase == .running else { return }
                loop.logger.notice("Delayed start completed")
                loop.handle(.started)
            }
        }
    }

    func replace(_ next: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) {
        guard phase == .running else { throw .notRunning }
        try Self.check(next)
        try checkInterfaces(of: next)
        let former = Set(endpoints.keys)
        do throws(SystemError) {
            for endpoint in Self.endpoints(of: next) { try open(endpoint) }
        } catch {
            for endpoint in endpoints.keys where !former.contains(endpoint) { close(endpoint) }
            // Those of the configuration in force may have been opened anew on the way.
            reconcileEndpoints()
            throw .system(error)
        }
        configuration = next
        // Routers that go still have to resign and to give up their addresses.
        known.merge(Self.index(next.routers)) { _, new in new }
        announcements = announcements.with(interval: next.announcementInterval)
        tellInterfaces()
        reconcileScripts()
        let actions = routers.replace(
            routers: next.routers.map(\.configuration), groups: next.groups, at: .now)
        directory = RouterDirectory(next.routers)
        renameHolders()
        for action in actions { carryOut(action) }
        known = Self.index(next.routers)
        forgetUnused()
        let needed = Self.endpoints(of: next)
        for endpoint in former where !needed.contains(endpoint) { close(endpoint) }
        arm()
    }

    func status() -> VRRPRuntimeStatus {
        VRRPRuntimeStatus(
            routers: routers.routers.compactMap { routers.status(of: $0) }, groups: routers.groupStatus,
            unknownVirtualRouterIDs: routers.unknownVirtualRouterIDs, largestLateness: largestLateness)
    }

    func stop(keepAddresses: Bool) {
        guard phase == .running else { return closeEverything() }
        keepsAddresses = keepAddresses
        stopScripts()
        handle(.stopping)
        closeEverything()
    }

    private func closeEverything() {
        phase = .stopped
        stopScripts()
        arm()
        announcementTimer?.cancel()
        endpointRetry?.cancel()
        monitor?.close()
        monitor = nil
        for endpoint in Array(endpoints.keys) { close(endpoint) }
        announcer = nil
        kernel = nil
    }

    private func adoptRealTime(_ priority: Int) {
        do throws(SystemError) {
            try RealTimeScheduling.adopt(priority: priority)
        } catch {
            logger.warning("The VRRP thread has ordinary priority", metadata: ["cause": "\(error)"])
        }
    }

    // MARK: What can be carried out

    private static func check(_ configuration: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) {
        for router in configuration.routers where Endpoint(router) == nil {
            throw .unsupported(
                router: router.configuration.id.name,
                reason: router.configuration.interface == nil
                    ? "multicast needs an interface" : "adverts over IPv6 are not supported")
        }
    }

    private func checkInterfaces(of configuration: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) {
        guard !configuration.allowsMissingInterfaces else { return }
        for router in configuration.routers {
            let names =
                [router.configuration.interface].compactMap { $0 } + router.addresses.compactMap(\.interface)
                + router.configuration.trackers.compactMap { tracker in
                    if case .interface(let name) = tracker.subject { name } else { nil }
                }
            for name in names where interfaces.link(named: name) == nil {
                throw .missingInterface(name: name, router: router.configuration.id.name)
            }
        }
    }

    // MARK: After a replacement

    /// A router that only changed its name is another id, and goes on holding what it held.
    private func renameHolders() {
        for router in configuration.routers {
            let id = router.configuration.id
            guard routers.status(of: id)?.state == .master else { continue }
            for held in router.addresses {
                guard let interface = held.interface ?? router.configuration.interface,
                    let link = interfaces.link(named: interface)
                else { continue }
                let address = InterfaceAddress(interfaceIndex: link.index, prefix: held.prefix)
                if let holder = book.holder(of: .init(address)), routers.configuration(of: holder) == nil {
                    book.added(address, by: id)
                }
            }
        }
    }

    private func forgetUnused() {
        let names = Self.interfaceNames(of: configuration)
        reportedInterfaces = reportedInterfaces.filter { names.contains($0.key) }
        sources = sources.filter { known[$0.key] != nil }
        identifications = identifications.filter { known[$0.key] != nil }
        failingSends = failingSends.filter { known[$0] != nil }
    }
}
