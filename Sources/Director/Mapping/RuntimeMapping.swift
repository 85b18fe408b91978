import Addressing
import KeepalivedConfig
import LinuxSystem
import Netlink
import VRRP
import VRRPRuntime

extension VRRPRuntimeConfiguration {
    /// Everything of a configuration that the VRRP loop carries out.
    init(_ configuration: Configuration, resolver: ScriptResolver) {
        let groupOf = Dictionary(
            configuration.syncGroups.flatMap { group in group.members.map { ($0, group) } },
            uniquingKeysWith: { first, _ in first })
        let virtual = VirtualInterfaceMap(configuration)
        self.init(
            routers: configuration.instances.map { instance in
                var router = Router(instance, group: groupOf[instance.name])
                router.use(virtual, of: instance)
                return router
            })
        virtualInterfaces = virtual.interfaces
        omissions = virtual.omissions
        addressFilter = AddressFilterConfiguration(configuration.global.firewall)
        groups = configuration.syncGroups.map(SyncGroupConfiguration.init)
        scripts = configuration.scripts.map { script in
            TrackScriptConfiguration(
                name: script.name, command: resolver.resolve(script.script).command,
                interval: script.interval.duration, timeout: script.timeout.duration, rise: script.rise,
                fall: script.fall, startsFailed: script.startsFailed)
        }
        announcementIntervals = AnnouncementIntervals(
            gratuitousARP: configuration.global.garpInterval.duration,
            neighborAdvertisement: configuration.global.gnaInterval.duration)
        files = Dictionary(configuration.trackFiles.map { ($0.name, $0.path) }, uniquingKeysWith: { first, _ in first })
        processes = configuration.trackProcesses.map(ProcessTracker.Configuration.init)
        polledLinks = configuration.polledLinks
        linkDelays = Dictionary(
            configuration.root.linkDelays.map { ($0.interface, .init(down: $0.down.duration, up: $0.up.duration)) },
            uniquingKeysWith: { first, _ in first })
        startupDelay = configuration.global.vrrpStartupDelay.duration
        delayAfterBoot = configuration.global.vrrpDelayAfterBoot.duration
        let processes = configuration.global.processes
        scheduling = ThreadScheduling(
            processes.vrrp, maximumAutomaticPriority: processes.maximumAutomaticPriority)
        automaticPriorityDelay = .microseconds(Int64(processes.automaticPriorityDelay))
        allowsMissingInterfaces = configuration.global.dynamicInterfaces
        hold(configuration)
    }
}

extension VRRPRuntimeConfiguration.Router {
    init(_ instance: VRRPInstance, group: SyncGroup?) {
        self.init(
            configuration: RouterConfiguration(instance, group: group),
            addresses: (instance.virtualAddresses + instance.excludedVirtualAddresses).map(HeldAddress.init),
            sourceAddress: instance.sourceAddress)
        guard let hmac = instance.hmac else { return }
        do throws(UnusableKey) {
            configuration.authentication = try AdvertAuthentication(hmac)
        } catch {
            problem = error.reason
        }
    }
}

extension HeldAddress {
    init(_ address: VirtualAddress) {
        self.init(
            prefix: address.prefix, interface: address.interface, label: address.label,
            broadcast: address.broadcast.flatMap { address.prefix.broadcast($0) }, scope: address.scope ?? 0)
        let isIPv6Host = address.prefix.isHost && address.prefix.address.family == .ipv6
        preferredLifetime = address.preferredLifetime ?? (isIPv6Host ? 0 : nil)
        detectsDuplicates = address.flags.contains(.detectsDuplicates)
        peer = address.peer
        flags = InterfaceAddress.Flags(address.flags, of: address.prefix.address.family)
    }
}

extension Prefix {
    /// The broadcast address that a `brd` asks for; nil for IPv6, which has none.
    fileprivate func broadcast(_ kind: VirtualAddress.Broadcast) -> IPv4Address? {
        guard let own = address.ipv4 else { return nil }
        let hostBits: UInt32 = length >= 32 ? 0 : .max >> UInt32(length)
        return switch kind {
        case .address(let broadcast): broadcast
        case .hostBitsSet: IPv4Address(rawValue: own.rawValue | hostBits)
        case .hostBitsClear: IPv4Address(rawValue: own.rawValue & ~hostBits)
        }
    }
}
