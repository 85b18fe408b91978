import Addressing
import KeepalivedConfig
import Netlink
import Timing
import VRRP
import VRRPRuntime

extension StateDump {
    static func write(
        _ instance: VRRPInstance, _ facts: DumpFacts, _ virtual: VirtualInterfaceMap, _ resolver: ScriptResolver,
        to text: inout DumpText
    ) {
        let status = facts.status(of: instance)
        text.value(1, "VRRP Instance", instance.name)
        text.value(3, "VRRP Version", instance.version.rawValue)
        if let group = facts.group(of: instance) { text.value(3, "Sync group", group.name) }
        if instance.family == .ipv6 { text.line(3, "Using Native IPv6") }
        text.value(3, "State", (status?.state ?? .initialize).word)
        writeFlags(instance, to: &text)
        let wants = status.map { $0.wantsMaster || $0.state == .master } ?? (instance.initialState == .master)
        let wanted = status?.state == .fault ? "FAULT" : wants ? "MASTER" : "BACKUP"
        text.value(3, "Wantstate", wanted)
        text.value(3, "Number of config faults", 0)
        text.value(3, "Number of interface and track script faults", status?.faults.count ?? 0)
        text.value(3, "Number of track scripts init", status?.pendingScripts.count ?? 0)
        if let transition = status?.lastTransition {
            text.value(3, "Last transition", DumpWords.time(facts.moment.wallTime(of: transition)))
        }
        if let deadline = status?.masterDownDeadline ?? status?.nextAdvert {
            text.value(3, "Read timeout", DumpWords.time(facts.moment.wallTime(of: deadline)))
        }
        if let status {
            let down = ElectionTimers.masterDown(
                version: instance.version == .v2 ? .v2 : .v3, priority: status.effectivePriority,
                masterInterval: status.masterInterval, adverts: instance.downTimerAdverts)
            text.value(3, "Master down timer", "\(down.wholeNanoseconds / 1000) usecs")
        }
        writeInterface(instance, facts, virtual, to: &text)
        if instance.doesNotTrackPrimary { text.line(3, "VRRP interface tracking disabled") }
        if let source = status?.sourceAddress ?? instance.sourceAddress {
            text.value(
                3, "Using src_ip", "\(source)\(instance.sourceAddress == nil ? "" : " (from configuration)")")
        }
        if instance.unicastPeers.isEmpty {
            let index = instance.family == .ipv4 ? nil : instance.interface.flatMap { facts.interface(named: $0) }
            text.line(
                3, "Multicast address \(instance.multicastGroup)\(index.map { ", ifindex \($0.link.index)" } ?? "")")
        }
        writeTimers(instance, status, facts, to: &text)
        writeAuthentication(instance, to: &text)
        writeAddresses(instance, facts, virtual, to: &text)
        writeTracking(
            instance.trackedInterfaces, instance.trackedScripts, instance.trackedFiles, instance.trackedProcesses,
            instance.trackedBFDs, to: &text)
        text.value(3, "Using smtp notification", DumpWords.yes(instance.sendsMail))
        text.value(3, "Notify deleted", instance.notify.reportsDeletion ? "Deleted" : "Fault")
        writeScripts(instance.notify, resolver, to: &text)
        text.value(3, "Notify priority changes", DumpWords.truth(instance.notifiesPriorityChanges))
    }

    private static func writeFlags(_ instance: VRRPInstance, to text: inout DumpText) {
        var flags: [String] = []
        if !instance.unicastPeers.isEmpty { flags.append("Using unicast") }
        if instance.tracksSourceAddress { flags.append("Track source address") }
        if instance.skipCheckAdvertAddresses { flags.append("Skip check advert addresses") }
        if instance.strict { flags.append("Strict mode") }
        // keepalived has flags for virtual interfaces, which it does not name here.
        let isVirtual = instance.virtualInterface.vmac != nil || instance.virtualInterface.ipvlan != nil
        text.line(3, flags.isEmpty && !isVirtual ? "Flags: none" : "Flags:")
        for flag in flags { text.line(5, flag) }
    }

    private static func writeInterface(
        _ instance: VRRPInstance, _ facts: DumpFacts, _ virtual: VirtualInterfaceMap, to text: inout DumpText
    ) {
        guard let base = instance.interface else { return }
        guard let name = virtual.interface(of: instance) else { return text.value(3, "Interface", base) }
        let isUp = facts.interface(named: name)?.link.flags.contains(.up) ?? false
        let settings = instance.virtualInterface
        if let vmac = settings.vmac {
            text.line(
                3,
                "Use VMAC, i/f name \(name), is_up = \(DumpWords.truth(isUp)), "
                    + "xmit_base = \(DumpWords.truth(settings.transmitsFromBase))")
            if let address = vmac.address { text.value(5, "MAC", address) }
            if settings.usesVMACForAddresses { text.line(5, "Use VMAC for VIPs on other interfaces") }
        } else if let ipvlan = settings.ipvlan {
            let address = ipvlan.address.map { ", i/f address = \($0)" } ?? ""
            let mode = ipvlan.mode == .isolated ? "private" : "\(ipvlan.mode)"
            text.line(3, "Use IPVLAN, i/f \(name), is_up = \(DumpWords.truth(isUp))\(address), type \(mode)")
        }
        text.value(
            3, "Interface",
            "\(name), \(settings.vmac == nil ? "ipvlan" : "vmac") on \(base)"
                + (settings.transmitsFromBase ? ", xmit base i/f" : ""))
    }

    private static func writeTimers(
        _ instance: VRRPInstance, _ status: RouterStatus?, _ facts: DumpFacts, to text: inout DumpText
    ) {
        write(instance.gratuitousARP, 3, refresh: "Gratuitous ARP refresh", to: &text)
        text.value(3, "Down timer adverts", instance.downTimerAdverts)
        text.value(
            3, "Send advert after receive lower priority advert", DumpWords.truth(!instance.lowerPriorityNoAdvert))
        text.value(
            3, "Send advert after receive higher priority advert", DumpWords.truth(instance.higherPrioritySendAdvert))
        text.value(3, "Virtual Router ID", instance.virtualRouterID)
        text.value(3, "Priority", status?.basePriority ?? instance.priority)
        text.value(3, "Effective priority", facts.effectivePriority(of: instance))
        text.value(3, "Total priority", status?.totalPriority ?? Int(instance.priority))
        let interval = instance.advertInterval
        text.value(
            3, "Advert interval",
            instance.version == .v2 ? "\(interval) sec" : "\(interval.microseconds / 1000) milli-sec")
        text.value(3, "Accept", DumpWords.enabled(instance.accept))
        text.value(3, "Preempt", DumpWords.enabled(!instance.noPreempt))
        if instance.preemptDelay > .seconds(0) { text.value(3, "Preempt delay", "\(instance.preemptDelay) secs") }
        text.value(3, "Promote_secondaries", DumpWords.enabled(instance.promotesSecondaries))
    }

    private static func writeAuthentication(_ instance: VRRPInstance, to text: inout DumpText) {
        if instance.hmac != nil {
            text.value(3, "Authentication type", "HMAC")
        } else if instance.password != nil {
            text.value(3, "Authentication type", "SIMPLE_PASSWORD")
            text.value(3, "Password", "********")
        } else if instance.headerPassword != nil {
            text.value(3, "Authentication type", "IPSEC_AH")
            text.value(3, "Password", "********")
        } else if instance.version == .v2 {
            text.value(3, "Authentication type", "none")
        }
    }

    private static func writeAddresses(
        _ instance: VRRPInstance, _ facts: DumpFacts, _ virtual: VirtualInterfaceMap, to text: inout DumpText
    ) {
        func addresses(_ list: [VirtualAddress]) -> [String] { list.map { facts.words($0, of: instance, virtual) } }
        text.list(3, "Virtual IP (\(instance.virtualAddresses.count)):", addresses(instance.virtualAddresses))
        text.list(3, "Virtual IP Excluded :", addresses(instance.excludedVirtualAddresses))
        if !instance.unicastPeers.isEmpty {
            text.value(3, "Unicast TTL", instance.unicastTTL)
            text.line(3, "Check unicast src : \(DumpWords.yes(instance.checkUnicastSource))")
            text.list(
                3, "Unicast Peer :",
                instance.unicastPeers.map {
                    "\($0.address) min_ttl \($0.ttl.lowerBound) max_ttl \($0.ttl.upperBound)"
                })
        }
        text.list(3, "Virtual Routes :", instance.routes.map(DumpWords.route))
        text.list(3, "Virtual Rules :", instance.rules.map(DumpWords.rule))
    }

    /// What an instance or a group tracks itself.
    static func writeTracking(
        _ interfaces: [TrackedInterface], _ scripts: [TrackedScript], _ files: [NamedTracker],
        _ processes: [NamedTracker], _ sessions: [NamedTracker], to text: inout DumpText
    ) {
        text.list(
            3, "Tracked interfaces :", interfaces.map { DumpWords.tracker($0.name, $0.weight, $0.isReversed) })
        text.list(3, "Tracked scripts :", scripts.map { DumpWords.tracker($0.name, $0.weight, $0.isReversed) })
        for (title, trackers) in [
            ("Tracked files :", files), ("Tracked processes :", processes), ("Tracked BFDs :", sessions),
        ] {
            text.list(3, title, trackers.map { "\($0.name), weight \($0.weight)\($0.isReversed ? " reverse" : "")" })
        }
    }
}
