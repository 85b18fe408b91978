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
            settleAbandonedInterfaces()
            // One that cannot be made keeps its instances in FAULT, and no others.
            repairVirtualInterfaces()
            removeAbandonedTables()
            filterAddresses()
            do throws(SystemError) {
                if configuration.hasVirtualSources { frames = try FrameSender() }
                announcer = try GratuitousARPSender()
                neighborAnnouncer = try NeighborAdvertisementSender()
                for endpoint in Self.endpoints(of: configuration) { try open(endpoint) }
            } catch {
                throw .system(error)
            }
        } catch {
            removeVirtualInterfaces(Array(ownInterfaces.keys))
            filter.remove()
            closeEverything()
            throw error
        }
        phase = .running
        startedAt = .now
        openCounterparts()
        for omission in configuration.omissions { logger.warning("\(omission)") }
        settlePromotion(for: configuration)
        tellInterfaces()
        tellObstacles()
        watchRouting()
        holdStatics()
        reconcileScripts(for: configuration)
        // Before this thread is bound to a processor, which the trackers' thread would be too.
        reconcileTrackers(for: configuration)
        scheduling = configuration.scheduling
        for failure in scheduling.adopt() {
            logger.warning("The VRRP thread runs otherwise than configured", metadata: ["cause": "\(failure)"])
        }
        // The clock starts at the boot.
        let delay = max(
            configuration.startupDelay, configuration.delayAfterBoot - (Instant.now - Instant(nanoseconds: 0)))
        guard delay > .zero else { return handle(.started) }
        startupEnd = Instant.now + delay
        logger.notice("Delaying startup for \(delay.inSeconds) seconds")
        // What a crash left behind must not wait: another host may hold it by now.
        for router in configuration.routers where router.configuration.priority < 255 {
            releaseAddresses(of: router.configuration.id)
        }
        _ = eventLoop.scheduleTask(in: TimeAmount(delay)) {
            self.assumeIsolated { loop in
                guard loop.phase == .running else { return }
                loop.startupEnd = nil
                loop.logger.notice("Delayed start completed")
                loop.handle(.started)
            }
        }
    }

    func status() -> VRRPRuntimeStatus {
        VRRPRuntimeStatus(
            routers: routers.routers.compactMap { routers.status(of: $0) }, groups: routers.groupStatus,
            unknownVirtualRouterIDs: routers.unknownVirtualRouterIDs, largestLateness: largestLateness,
            lateWakeUps: lateWakeUps, waits: waits)
    }

    func clearStatistics() { routers.clearStatistics() }

    /// Everything that a dump says.
    func details() async -> VRRPRuntimeDetails {
        let processes = await trackerLoop?.counts() ?? [:]
        var details = VRRPRuntimeDetails(status: status())
        details.processes = processes
        details.interfaces = interfaces.all
        for key in book.keys {
            guard let holder = book.holder(of: key) else { continue }
            details.held[holder, default: []].insert(key.prefix)
        }
        details.scripts = scripts.mapValues(\.tracker.isUp)
        details.files = routers.fileNumbers
        return details
    }

    func stop(keepAddresses: Bool) {
        guard phase == .running else { return closeEverything() }
        keepsAddresses = keepAddresses
        stopScripts()
        handle(.stopping)
        if !keepAddresses { releaseStatics() }
        settlePromotion(for: nil)
        if !keepAddresses {
            removeVirtualInterfaces(ownInterfaces.keys.sorted())
            filter.remove()
        }
        closeEverything()
    }

    private func closeEverything() {
        phase = .stopped
        stopScripts()
        damping.settleAll()
        arm()
        announcementTimer?.cancel()
        endpointRetry?.cancel()
        obstacleRetry?.cancel()
        upkeep.repair?.cancel()
        upkeep.acquisition?.cancel()
        upkeep.monitor?.close()
        upkeep.monitor = nil
        for task in extraAnnouncements.values { task.cancel() }
        extraAnnouncements = [:]
        closeVirtualReceivers()
        filterCheck?.cancel()
        frames = nil
        monitor?.close()
        monitor = nil
        for endpoint in Array(endpoints.keys) { close(endpoint) }
        announcer = nil
        neighborAnnouncer = nil
        kernel = nil
    }

    // MARK: What can be carried out

    static func check(_ configuration: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) {
        for router in configuration.routers {
            let problem = router.problem ?? (Endpoint(router) == nil ? "multicast needs an interface" : nil)
            guard let problem else { continue }
            throw .unsupported(router: router.configuration.id.name, reason: problem)
        }
    }

    func checkInterfaces(of configuration: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) {
        guard !configuration.allowsMissingInterfaces else { return }
        let virtual = Set(configuration.virtualInterfaces.map(\.name))
        for router in configuration.routers {
            let names =
                [router.configuration.interface].compactMap { $0 } + router.addresses.compactMap(\.interface)
                + router.routing.interfaces
                + router.configuration.trackers.compactMap { tracker in
                    if case .interface(let name) = tracker.subject { name } else { nil }
                }
            for name in names where !virtual.contains(name) && interfaces.link(named: name) == nil {
                throw .missingInterface(name: name, router: router.configuration.id.name)
            }
        }
        for name in configuration.statics.interfaces where interfaces.link(named: name) == nil {
            throw .missingInterface(name: name, router: "static")
        }
        for virtual in configuration.virtualInterfaces where interfaces.link(named: virtual.base) == nil {
            throw .missingInterface(name: virtual.base, router: virtual.name)
        }
    }

    /// Refuses what the kernel would refuse of the addresses that the configuration in force does not have.
    func checkNewAddresses(of next: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) {
        let known = Set(configuration.routers.flatMap { addresses(of: $0) }.map { HeldAddressBook.Key($0) })
        // The kernel's own word counts for those that are made or made to take them.
        let virtual = Set(next.virtualInterfaces.map(\.name))
        for router in next.routers {
            for address in addresses(of: router)
            where address.prefix.address.family == .ipv6 && !known.contains(HeldAddressBook.Key(address)) {
                guard let name = interfaces.name(of: address.interfaceIndex), !virtual.contains(name),
                    !Self.takesIPv6(name)
                else { continue }
                throw .noIPv6(interface: name, address: address.prefix, router: router.configuration.id.name)
            }
        }
    }

    /// A kernel without IPv6 has no such parameter.
    private static func takesIPv6(_ interface: String) -> Bool {
        (try? Sysctl.ipv6(interface: interface, "disable_ipv6").read()) == 0
    }
}
