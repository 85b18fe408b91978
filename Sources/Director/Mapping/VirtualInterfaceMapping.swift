import Addressing
import KeepalivedConfig
import LinuxSystem
import Netlink
import VRRPRuntime

/// The virtual interfaces of a configuration, with the names that keepalived gives them.
///
/// An interface without a name of its own is `vrrp.ID`; where that is taken, `vrrp6.ID` for IPv6, then `vrrp1.ID` and so
/// on, which leaves 6 to IPv6.
struct VirtualInterfaceMap {
    /// In the order of the configuration.
    private(set) var interfaces: [VirtualInterface] = []
    /// Groups of interfaces that are left out, and why.
    private(set) var omissions: [String] = []

    private let global: GlobalDefinitions
    private var taken: Set<String> = []
    /// Names by instance and what they are for.
    private var names: [String: [Place: String]] = [:]
    private var own: [String: String] = [:]
    private var routing: RoutingMapping

    /// An interface of an instance: on which one, and of which family its MAC address is (RFC 9568 section 7.3).
    private struct Place: Hashable {
        var base: String
        var family: AddressFamily
    }

    /// - Parameter numbers: what names of groups mean, instead of what the files of this host say.
    init(_ configuration: Configuration, numbers: RoutingNumbers? = nil) {
        routing = RoutingMapping(directories: configuration.global.iprouteDirectories, numbers: numbers)
        global = configuration.global
        for instance in configuration.instances {
            let settings = instance.virtualInterface
            let named = [settings.vmac?.name, settings.ipvlan?.name, instance.interface].compactMap { $0 }
            taken.formUnion(named + instance.allAddresses.compactMap(\.interface))
        }
        for instance in configuration.instances { add(instance) }
    }

    /// The interface that an instance has for itself.
    func interface(of instance: VRRPInstance) -> String? { own[instance.name] }

    /// The interface that carries an address; nil is the instance's.
    func interface(of address: VirtualAddress, in instance: VRRPInstance) -> String? {
        place(of: address, in: instance).flatMap { names[instance.name]?[$0] } ?? address.interface
    }

    /// An address of the other family has an interface of its own only where the file asks for it.
    private func place(of address: VirtualAddress, in instance: VRRPInstance) -> Place? {
        guard let base = address.interface ?? instance.interface else { return nil }
        let family = address.prefix.address.family
        let isAskedFor = instance.allAddresses.contains { other in
            (other.interface ?? instance.interface) == base && other.prefix.address.family == family
                && asksForOwn(other, on: base, in: instance)
        }
        return Place(base: base, family: isAskedFor ? family : instance.family)
    }

    private func asksForOwn(_ address: VirtualAddress, on base: String, in instance: VRRPInstance) -> Bool {
        let settings = instance.virtualInterface
        // A macvlan and an ipvlan cannot be on one interface.
        guard base != instance.interface || settings.ipvlan == nil || settings.vmac != nil else { return false }
        return address.usesVMAC
            || settings.usesVMACForAddresses
                && (base != instance.interface || address.prefix.address.family != instance.family)
    }

    private mutating func add(_ instance: VRRPInstance) {
        let settings = instance.virtualInterface
        if let base = instance.interface, let vmac = settings.vmac {
            own[instance.name] = make(
                instance, at: Place(base: base, family: instance.family), name: vmac.name, prefix: global.vmacPrefix,
                kind: .virtualMAC(macAddress(of: instance, instance.family)), group: vmac.group)
        } else if let base = instance.interface, let ipvlan = settings.ipvlan {
            let mode: VirtualInterface.Kind =
                switch ipvlan.mode {
                case .bridge: .ipvlan(.bridge, address: ipvlan.address)
                case .isolated: .ipvlan(.isolated, address: ipvlan.address)
                case .vepa: .ipvlan(.vepa, address: ipvlan.address)
                }
            own[instance.name] = make(
                instance, at: Place(base: base, family: instance.family), name: ipvlan.name, prefix: global.vmacPrefix,
                kind: mode, group: ipvlan.group)
        }
        for address in instance.allAddresses {
            guard let place = place(of: address, in: instance), names[instance.name]?[place] == nil,
                asksForOwn(address, on: place.base, in: instance)
            else { continue }
            _ = make(
                instance, at: place, name: nil, prefix: global.vmacAddressPrefix ?? global.vmacPrefix,
                kind: .virtualMAC(macAddress(of: instance, place.family)), group: nil)
        }
    }

    private mutating func make(
        _ instance: VRRPInstance, at place: Place, name: String?, prefix: String, kind: VirtualInterface.Kind,
        group: String?
    ) -> String {
        let chosen = name ?? freeName(prefix, of: instance, place.family)
        taken.insert(chosen)
        names[instance.name, default: [:]][place] = chosen
        var families = Set(
            instance.allAddresses.filter { self.place(of: $0, in: instance) == place }.map(\.prefix.address.family))
        if families.isEmpty { families = [place.family] }
        interfaces.append(
            VirtualInterface(
                name: chosen, base: place.base, kind: kind, families: families,
                group: group.flatMap { groupNumber($0, of: instance) }))
        return chosen
    }

    private mutating func groupNumber(_ text: String, of instance: VRRPInstance) -> UInt32? {
        do throws(RoutingMapping.UnknownName) { return try routing.group(text) } catch {
            omissions.append(
                "(\(instance.name)): the group of its interface is left out: /etc/iproute2/\(error.kind.rawValue) has no "
                    + "'\(error.name)'")
            return nil
        }
    }

    /// The one that the file names is that of the instance's family: two interfaces on one cannot share it.
    private func macAddress(of instance: VRRPInstance, _ family: AddressFamily) -> MACAddress {
        (family == instance.family ? instance.virtualInterface.vmac?.address : nil)
            ?? VirtualInterface.virtualMACAddress(virtualRouterID: instance.virtualRouterID, family: family)
    }

    private func freeName(_ prefix: String, of instance: VRRPInstance, _ family: AddressFamily) -> String {
        let id = instance.virtualRouterID
        func name(_ number: Int?) -> String {
            let suffix = (number.map { "\($0)" } ?? "") + ".\(id)"
            return String(decoding: prefix.utf8.prefix(15 - suffix.utf8.count), as: UTF8.self) + suffix
        }
        let first = [name(nil)] + (family == .ipv6 ? [name(6)] : [])
        let numbered = (1...).lazy.filter { $0 != 6 }.map { name($0) }
        return first.first { !taken.contains($0) } ?? numbered.first { !taken.contains($0) } ?? name(nil)
    }
}

extension VRRPRuntimeConfiguration.Router {
    /// Puts the router and its addresses on its virtual interfaces, and takes over what belongs to them.
    mutating func use(_ map: VirtualInterfaceMap, of instance: VRRPInstance) {
        for (index, address) in instance.allAddresses.enumerated() where addresses.indices.contains(index) {
            addresses[index].interface = map.interface(of: address, in: instance)
        }
        virtualInterface = map.interface(of: instance)
        transmitsFromBase = instance.virtualInterface.transmitsFromBase
        if let own = instance.virtualInterface.ipvlan?.address?.address, instance.virtualInterface.vmac == nil {
            sourceAddress = sourceAddress ?? own
        }
        acceptsPackets = instance.accept
        extraAnnouncementInterval = instance.gratuitousARP.extraInterfaceInterval.duration
        announcesOnEveryInterface = instance.gratuitousARP.coversAllInterfaces
    }
}

extension VRRPInstance {
    fileprivate var allAddresses: [VirtualAddress] { virtualAddresses + excludedVirtualAddresses }
}

extension AddressFilterConfiguration {
    /// What `nftables*` and `vrrp_iptables` say. Chains and sets of iptables are tables of nftables here, as in a
    /// keepalived that was built for nftables alone, Debian's for one; which of the two directions are filtered is as
    /// the chains say.
    init(_ firewall: FirewallSettings) {
        self.init()
        if let table = firewall.nftablesTable { self.table = table }
        priority = firewall.nftablesPriority
        matchesInterfaceIndex = firewall.matchesInterfaceIndex
        hasCounters = firewall.hasCounters
        if let chains = firewall.iptables {
            filtersInput = chains.input != nil
            filtersOutput = chains.output != nil
        }
    }
}
