public import Addressing
import Glibc
import LinuxSystem
import Netlink

/// The real server's side of LVS: the virtual addresses on `lo`, the host silent about them in ARP, and the devices
/// that open the director's tunnels.
///
/// A director forwards packets for a virtual address unchanged, so the real server must take the address for its own
/// and yet must not tell the segment that it has it. Every operation can be repeated; a second time changes nothing.
/// Works on the network namespace of the calling thread and blocks for some milliseconds.
public struct RealServerSetup: Sendable {
    private var folder: StateFolder
    private let root: String
    /// Says what would be done and does nothing.
    private let isDryRun: Bool

    /// What is to bring the addresses back after a reboot.
    public enum Persistence: Sendable, Hashable {
        /// Whatever the host does its network with.
        case detected
        /// What somebody has named.
        case by(NetworkManagement.Manager)
    }

    /// Creates a setup.
    ///
    /// - Parameters:
    ///   - stateFolder: Where previous settings are kept for ``remove(_:)``; made when it is missing. Nil is
    ///     `/run/martlet`, or a folder beside it that belongs to the network namespace where that is not the host's own:
    ///     `ip netns exec` changes the network and shares `/run`.
    ///   - root: An image's folder: only the files for its next start are written or removed, below it, and the host
    ///     stays as it is. Empty is the host itself.
    ///   - isDryRun: Whether only to say what would be done.
    ///   - version: The program's version, which is written beside the settings: an older program that cannot read them
    ///     names it.
    public init(stateFolder: String? = nil, root: String = "", isDryRun: Bool = false, version: String = "unknown") {
        folder =
            stateFolder.map { StateFolder(path: $0, lastingPath: $0) }
            ?? (root.isEmpty ? StateFolder.standard() : StateFolder.image(root))
        folder.version = version
        self.root = root
        self.isDryRun = isDryRun
    }

    /// Puts the addresses in place and makes the host silent about them. All of it or nothing.
    ///
    /// - Parameter persistence: what brings them back after a reboot; nil leaves that as it is.
    public func apply(
        _ addresses: [RealServerAddress], persistence: Persistence? = nil
    ) throws(RealServerError) -> RealServerReport {
        for address in addresses {
            try Self.check(address)
            if let reason = address.address.reasonAgainst {
                throw .unusableAddress(address.address, reason: reason)
            }
        }
        let hasPorts = addresses.contains { $0.tunnel?.kind == .gue }
        return try change(persistence, hasPorts: hasPorts) { host, saved throws(RealServerError) in
            try RealServerPlan.apply(addresses, to: host, saved: saved, isPersistent: persistence != nil)
        }
    }

    /// Takes the addresses away, those that come back after a reboot for good; with the last of them that needs a
    /// setting or an interface, that becomes what it was before, unless somebody has changed it since. All of it or
    /// nothing.
    public func remove(_ addresses: [IPAddress]) throws(RealServerError) -> RealServerReport {
        for address in addresses { try Self.check(RealServerAddress(address)) }
        return try change(nil) { host, saved throws(RealServerError) in
            RealServerPlan.remove(addresses, from: host, saved: saved)
        }
    }

    /// The addresses of this host, those that it holds as a real server included.
    public static func hostAddresses() throws(RealServerError) -> Set<IPAddress> {
        Set(try RealServerHost(root: "").state().interfaces.flatMap(\.addresses).map(\.prefix.address))
    }

    /// The addresses that were applied and not removed.
    public func applied() throws(RealServerError) -> [RealServerAddress] {
        try saved().entries.map(\.address)
    }

    /// How the host differs from what ``apply(_:persistence:)`` makes of it. Needs no rights and changes nothing.
    ///
    /// - Parameter addresses: The virtual addresses; with none, those that were applied and not removed.
    public func status(_ addresses: [IPAddress] = []) throws(RealServerError) -> RealServerReport {
        let saved = try saved()
        let entries = saved.entries.map(\.address)
        let wanted =
            addresses.isEmpty
            ? entries : addresses.map { saved.entry(of: $0)?.address ?? RealServerAddress($0) }
        let host = try RealServerHost(root: root)
        let state = try host.state(withTunnelPorts: saved.hasTunnelPorts)
        let items = RealServerPlan.status(of: wanted, on: state, saved: saved)
        return RealServerReport(
            items: items + host.keptFiles(saved).map(RealServerReport.Item.init), applied: Self.applied(saved))
    }

    /// What keeps clients of these addresses from being served as they should, as far as this host can tell. Changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - addresses: as they are meant to be held; those that were applied are looked at as they were applied.
    ///   - probing: Whether to ask the segment by ARP who answers for each IPv4 address, which takes up to a second and
    ///     `CAP_NET_RAW`.
    public func verify(_ addresses: [RealServerAddress], probing: Bool) throws(RealServerError) -> [Finding] {
        let host = try RealServerHost(root: root)
        let state = try host.state(withTunnelPorts: addresses.contains { $0.tunnel?.kind == .gue })
        var findings = Verification.findings(of: addresses, on: state, listeners: Listeners.read())
        findings += host.keptFiles(try saved()).compactMap(Finding.init)
        if probing { findings += ARPProbe.findings(of: addresses, on: state, host: host) }
        return findings
    }

    /// A removal must not be able to take `127.0.0.1` away, nor an application make the host deaf.
    private static func check(_ wanted: RealServerAddress) throws(RealServerError) {
        let address = wanted.address
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
        // The kernel's own rule (`dev_valid_name` of net/core/dev.c), and no name of two settings folders.
        let name = wanted.interface
        let isName =
            (1...15).contains(name.utf8.count) && ![".", "..", "all", "default"].contains(name)
            && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
        if !isName { throw .unusableInterface(name) }
    }

    private func saved() throws(RealServerError) -> SavedState {
        try folder.load()
    }

    private static func applied(_ saved: SavedState) -> [RealServerReport.Applied] {
        saved.entries.map {
            .init(address: $0.address, persistence: $0.isPersistent ? saved.keeper?.rawValue : nil)
        }
    }

    private func change(
        _ persistence: Persistence?, hasPorts: Bool = false,
        _ plan: (HostState, SavedState) throws(RealServerError) -> RealServerPlan
    ) throws(RealServerError) -> RealServerReport {
        if !root.isEmpty, !SmallFile.isThere(root) {
            throw .system(SystemError(call: "stat", errno: .noSuchFile, purpose: "write files below \(root)"))
        }
        let host = try RealServerHost(root: root)
        guard !isDryRun else {
            let saved = try saved()
            let state = try state(of: host, withTunnelPorts: hasPorts || saved.hasTunnelPorts)
            let plan = try complete(try plan(state, saved), persistence, host, state)
            return RealServerReport(items: plan.items, steps: plan.changes.map(\.purpose), notes: plan.notes)
        }
        // systemd-networkd and udev read the files with no rights of root's, whatever umask root's shell has.
        let mask = umask(0o022)
        defer { umask(mask) }
        let lock = try system { () throws(SystemError) in try folder.lock() }
        defer { extendLifetime(lock) }
        let saved = try saved()
        // Read with the lock: what another run has done meanwhile is there already.
        let state = try state(of: host, withTunnelPorts: hasPorts || saved.hasTunnelPorts)
        let finished = try complete(try plan(state, saved), persistence, host, state)
        // Written first, so that a crash half-way does not lose what was there before.
        if !finished.changes.isEmpty || finished.saved != saved {
            let union = finished.saved.union(saved)
            try system { () throws(SystemError) in try folder.store(union) }
        }
        do throws(RealServerError) {
            try host.carryOut(finished.changes)
        } catch {
            try system { () throws(SystemError) in try folder.store(saved) }
            throw error
        }
        if finished.saved != saved { try system { () throws(SystemError) in try folder.store(finished.saved) } }
        return RealServerReport(
            items: finished.items, steps: finished.changes.map(\.purpose), applied: Self.applied(finished.saved),
            notes: finished.notes)
    }

    private func state(of host: RealServerHost, withTunnelPorts hasPorts: Bool) throws(RealServerError) -> HostState {
        root.isEmpty ? try host.state(withTunnelPorts: hasPorts) : .image
    }

    /// Adds what is to be done about files.
    private func complete(
        _ plan: RealServerPlan, _ persistence: Persistence?, _ host: RealServerHost, _ state: HostState
    ) throws(RealServerError) -> RealServerPlan {
        var plan = plan
        if !root.isEmpty { (plan.changes, plan.items) = ([], []) }
        let management: NetworkManagement
        switch (persistence, plan.saved.manager) {
        case (.by(let manager), _), (.detected, let manager?), (nil, let manager?):
            management = host.management(manager, of: plan.saved.persistent)
        case (.detected, nil): management = try host.management(of: plan.saved.persistent)
        case (nil, nil): return plan
        }
        plan.saved.manager = management.manager
        let addresses = plan.saved.persistent
        let files = management.files(
            for: addresses, settings: PersistentSetting.settings(for: addresses, on: state, after: plan),
            made: Set(plan.saved.interfaces.filter(\.wasMade).map(\.name)))
        let existing = try host.files(at: Set(files.map(\.path)).union(plan.saved.files.keys))
        plan.saved.folders.formUnion(host.missingFolders(for: files))
        try plan.keep(files, existing: existing)
        if persistence != nil, let reason = management.reasonForUnit(addresses) {
            plan.notes.append("\(reason); so \(ServiceUnit.path) brings the addresses back")
        }
        return plan
    }
}

extension IPAddress {
    /// Why no client can reach a real server by it, although the kernel would have it on `lo`.
    fileprivate var reasonAgainst: String? {
        guard case .v6(let address) = self else { return nil }
        let bytes = IPAddress.v6(address).bytes
        if bytes.count == 16, bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 {
            return "it is a link-local address, which is another one on every interface"
        }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if bytes.prefix(12) == mapped[...] {
            return "it is an IPv4 address in IPv6's clothes, which is on no wire; give the IPv4 address"
        }
        return nil
    }
}

extension SavedState {
    /// All that either remembers, for as long as it is not known which of them holds.
    fileprivate func union(_ former: SavedState) -> SavedState {
        var union = self
        union.entries += former.entries.filter { entry(of: $0.address.address) == nil }
        union.sysctls.merge(former.sysctls) { new, _ in new }
        union.tunnelProtocols.merge(former.tunnelProtocols) { new, _ in new }
        union.tunnelChecksums.merge(former.tunnelChecksums) { new, _ in new }
        union.tunnelPorts.formUnion(former.tunnelPorts)
        union.interfaces += former.interfaces.filter { !interfaces.contains($0) }
        union.displaced += former.displaced.filter { !displaced.contains($0) }
        union.files.merge(former.files) { new, _ in new }
        union.folders.formUnion(former.folders)
        union.manager = manager ?? former.manager
        return union
    }
}

/// Turns a system error into this module's.
func system<Result: ~Copyable>(
    _ body: () throws(SystemError) -> Result
) throws(RealServerError) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
}
