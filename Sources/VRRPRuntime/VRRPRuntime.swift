public import LinuxSystem
public import Logging
import NIOCore
import NIOPosix
public import VRRP

/// Something that happened in the election and that others act on: notification scripts, status, sync daemons.
public enum VRRPRuntimeEvent: Sendable, Hashable {
    /// A router's state changed, or was reached at the start.
    case routerChanged(RouterID, RouterState, priority: UInt8)
    /// A reload took a router out of the configuration.
    case routerRemoved(RouterID, priority: UInt8)
    /// The effective priority of a router in this state changed.
    case priorityChanged(RouterID, RouterState, priority: UInt8)
    /// A group's state changed.
    case groupChanged(name: String, RouterState)
    /// A master heard an advert of lower priority.
    case heardLowerPriority(RouterID)
    /// A master hears another one that stays it.
    case dualMaster(RouterID, RivalMaster)
    /// There is one master again, or none.
    case dualMasterOver(RouterID)
}

/// What the routers and groups are at.
public struct VRRPRuntimeStatus: Sendable, Hashable {
    /// Every router, in configuration order.
    public var routers: [RouterStatus]
    /// Every sync group.
    public var groups: [SyncGroupStatus]
    /// Adverts for virtual router ids that no router here has.
    public var unknownVirtualRouterIDs: UInt64
    /// By how much the loop's timers were late at worst since the start.
    public var largestLateness: Duration
    /// How often they were late by more than 5 ms.
    public var lateWakeUps: UInt64
    /// What routers that do not take part wait for.
    public var waits: [RouterID: [RouterWait]]
}

/// Runs virtual routers: sends and hears adverts, holds addresses, announces them, watches interfaces and scripts.
///
/// What is to be done is decided by `VirtualRouters`; here it is carried out, on a thread that nothing else uses, so that
/// an advert never waits for a file, a log, a script or a check. Sockets belong to the network namespace of the
/// thread that makes the runtime.
///
/// Call ``stop(keepAddresses:)`` before letting go of a runtime that was started.
public final class VRRPRuntime: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let loop: VRRPLoop

    /// Creates a runtime with its thread; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - configuration: What to run.
    ///   - logger: For the lines of the election; it is called on the VRRP thread, so its handler must not block.
    ///   - supervisor: Runs track scripts.
    ///   - onEvent: Called on the VRRP thread, in order; it must not block.
    public init(
        _ configuration: VRRPRuntimeConfiguration, logger: Logger, supervisor: ProcessSupervisor,
        onEvent: @escaping @Sendable (VRRPRuntimeEvent) -> Void
    ) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = VRRPLoop(
            configuration, eventLoop: group.next(), logger: logger, supervisor: supervisor, onEvent: onEvent)
    }

    /// Opens the sockets, looks at the interfaces and lets the elections begin, at once or after the startup delay.
    ///
    /// Throws with nothing left open when an interface is missing or the rights are.
    public func start() async throws(VRRPRuntimeError) { try await loop.start() }

    /// Puts another configuration in force. Routers that stay keep their state, sockets and timers; a configuration
    /// that cannot be carried out changes nothing.
    ///
    /// The startup delay and how the thread is scheduled are those of the start.
    public func replace(_ configuration: VRRPRuntimeConfiguration) async throws(VRRPRuntimeError) {
        try await loop.prepare(configuration)
        await loop.commit()
    }

    /// The first half of ``replace(_:)``: everything that can be refused. Opens the sockets that another configuration
    /// needs and changes nothing. ``commit()`` or ``abandon()`` is to follow.
    ///
    /// Masters are given the addresses, routes and rules that are new: what the kernel refuses of them refuses the
    /// configuration. They are taken away again by ``abandon()``.
    ///
    /// - Returns: whether any were added.
    @discardableResult
    public func prepare(_ configuration: VRRPRuntimeConfiguration) async throws(VRRPRuntimeError) -> Bool {
        try await loop.prepare(configuration)
    }

    /// The second half: puts the prepared configuration in force, which cannot fail.
    public func commit() async { await loop.commit() }

    /// Drops the prepared configuration.
    public func abandon() async { await loop.abandon() }

    /// What ``replace(_:)`` would do now. Changes nothing.
    public func preview(_ configuration: VRRPRuntimeConfiguration) async -> VRRPReplacementPreview {
        await loop.preview(configuration)
    }

    /// A BFD session that routers may track came up or went down; nil forgets one that is gone. Returns at once.
    ///
    /// Not to be called after ``stop(keepAddresses:)``, when there is no loop any more.
    public func sessionChanged(name: String, isUp: Bool?) {
        let loop = loop
        loop.eventLoop.execute { loop.assumeIsolated { $0.handle(.sessionChanged(name: name, isUp: isUp)) } }
    }

    /// What the routers are at.
    public func status() async -> VRRPRuntimeStatus { await loop.status() }

    /// What the routers are at, with everything around them: for dumps.
    public func details() async -> VRRPRuntimeDetails { await loop.details() }

    /// Every router begins to count anew.
    public func clearStatistics() async { await loop.clearStatistics() }

    /// Resigns: priority 0 for every master first, then the addresses, then the sockets. Ends the thread.
    ///
    /// - Parameter keepAddresses: Leaves the addresses on their interfaces.
    public func stop(keepAddresses: Bool = false) async {
        await loop.stop(keepAddresses: keepAddresses)
        // First, because it reports to the other one.
        try? await loop.releaseTrackers()?.shutdownGracefully()
        // Fails only when it was shut down before, which is what was wanted.
        try? await group.shutdownGracefully()
    }
}
