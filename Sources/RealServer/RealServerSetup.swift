public import Addressing
import LinuxSystem
import Netlink

/// The real server's side of LVS-DR: the virtual addresses on `lo`, and the host silent about them in ARP.
///
/// A director forwards packets for a virtual address unchanged, so the real server must take the address for its own
/// and yet must not tell the segment that it has it. Every operation can be repeated; a second time changes nothing.
/// Works on the network namespace of the calling thread and blocks for some milliseconds.
public struct RealServerSetup: Sendable {
    private let folder: StateFolder

    /// Creates a setup.
    ///
    /// - Parameter stateFolder: Where previous settings are kept for ``remove(_:)``; made when it is missing. Nil is
    ///   `/run/martlet`, or a folder beside it that belongs to the network namespace where that is not the host's own:
    ///   `ip netns exec` changes the network and shares `/run`.
    public init(stateFolder: String? = nil) { folder = stateFolder.map(StateFolder.init) ?? .standard }

    /// Puts the addresses on `lo` and makes the host silent about them. All of it or nothing.
    public func apply(_ addresses: [IPAddress]) throws(RealServerError) -> RealServerReport {
        for address in addresses { try Self.check(address) }
        return try change { host, saved in RealServerPlan.apply(addresses, to: host, saved: saved) }
    }

    /// Takes the addresses off `lo`; with the last of those that were applied, the ARP settings become what they were
    /// before, unless somebody has changed them since. All of it or nothing.
    public func remove(_ addresses: [IPAddress]) throws(RealServerError) -> RealServerReport {
        for address in addresses { try Self.check(address) }
        return try change { host, saved in RealServerPlan.remove(addresses, from: host, saved: saved) }
    }

    /// How the host differs from what ``apply(_:)`` makes of it. Needs no rights and changes nothing.
    ///
    /// - Parameter addresses: The virtual addresses; with none, those that were applied and not removed.
    public func status(_ addresses: [IPAddress] = []) throws(RealServerError) -> RealServerReport {
        let saved = try system { () throws(SystemError) in try folder.load() }
        let wanted = addresses.isEmpty ? saved.addresses : addresses
        let host = try RealServerHost().state()
        return RealServerReport(items: RealServerPlan.status(of: wanted, on: host, saved: saved))
    }

    /// A removal must not be able to take `127.0.0.1` away, nor an application make the host deaf.
    private static func check(_ address: IPAddress) throws(RealServerError) {
        let isLoopback =
            switch address {
            case .v4(let address): address.isLoopback
            case .v6(let address): address.isLoopback
            }
        let reason =
            if address.isUnspecified {
                "it is the unspecified address"
            } else if address.isMulticast {
                "it is a multicast group"
            } else if isLoopback {
                "it is the host's own loopback address"
            } else if address == .v4(.broadcast) {
                "it is the broadcast address"
            } else {
                String?.none
            }
        if let reason { throw .unusableAddress(address, reason: reason) }
    }

    private func change(
        _ plan: (HostState, SavedState) -> RealServerPlan
    ) throws(RealServerError) -> RealServerReport {
        let lock = try system { () throws(SystemError) in try folder.lock() }
        defer { extendLifetime(lock) }
        let host = try RealServerHost()
        let saved = try system { () throws(SystemError) in try folder.load() }
        let plan = plan(try host.state(), saved)
        // Written first, so that a crash half-way does not lose what was there before.
        if !plan.changes.isEmpty || plan.saved != saved {
            var union = plan.saved
            union.sysctls.merge(saved.sysctls) { new, _ in new }
            try system { () throws(SystemError) in try folder.store(union) }
        }
        do throws(RealServerError) {
            try host.carryOut(plan.changes)
        } catch {
            try system { () throws(SystemError) in try folder.store(saved) }
            throw error
        }
        if plan.saved != saved { try system { () throws(SystemError) in try folder.store(plan.saved) } }
        return RealServerReport(items: plan.items)
    }
}

/// Turns a system error into this module's.
func system<Result: ~Copyable>(
    _ body: () throws(SystemError) -> Result
) throws(RealServerError) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
}
