import Addressing
import IPVS
import KeepalivedConfig

extension ConfigurationDifference {
    /// Compares what is in force with what is to come.
    public init(from old: Configuration, to new: Configuration) {
        self.init()
        guard old != new else { return }
        if old.global != new.global { global = SettingComparison.changes(from: old.global, to: new.global) }
        instances = Self.instances(from: old.instances, to: new.instances)
        groups = Self.blocks("vrrp_sync_group", from: old.syncGroups, to: new.syncGroups, name: \.name)
        blocks = Self.blocks("vrrp_script", from: old.scripts, to: new.scripts, name: \.name)
        services = Self.services(from: old.virtualServers, to: new.virtualServers)
        compareFurtherBlocks(old, new)
    }

    // MARK: Blocks with a name

    private static func blocks<Block: Hashable>(
        _ keyword: String, from old: [Block], to new: [Block], name: (Block) -> String
    ) -> [BlockChange] {
        guard old != new else { return [] }
        let former = Dictionary(old.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        var changes: [BlockChange] = []
        for block in new where seen.insert(name(block)).inserted {
            guard let before = former[name(block)] else {
                changes.append(BlockChange(block: keyword, name: name(block), kind: .added))
                continue
            }
            guard before != block else { continue }
            changes.append(
                BlockChange(
                    block: keyword, name: name(block), kind: .changed,
                    settings: SettingComparison.changes(from: before, to: block)))
        }
        for block in old where seen.insert(name(block)).inserted {
            changes.append(BlockChange(block: keyword, name: name(block), kind: .removed))
        }
        return changes
    }

    /// Whatever else the root level has: named blocks one by one, anything else as a setting.
    private mutating func compareFurtherBlocks(_ old: Configuration, _ new: Configuration) {
        let compared: Set<String> = ["global", "scripts", "instances", "syncGroups", "virtualServers"]
        for (before, after) in zip(Mirror(reflecting: old).children, Mirror(reflecting: new).children) {
            guard let label = after.label, !compared.contains(label),
                let left = before.value as? AnyHashable, let right = after.value as? AnyHashable, left != right
            else { continue }
            let keyword = SettingComparison.keyword(label)
            if let left = before.value as? [Any], let right = after.value as? [Any],
                let changes = Self.namedBlocks(keyword, from: left, to: right)
            {
                blocks += changes
            } else {
                global += SettingComparison.changes(label, from: before.value, to: after.value)
            }
        }
    }

    /// Blocks of a type that is known only at run time; nil when they have no names.
    private static func namedBlocks(_ keyword: String, from old: [Any], to new: [Any]) -> [BlockChange]? {
        func named(_ values: [Any]) -> [(String, AnyHashable)]? {
            var result: [(String, AnyHashable)] = []
            for value in values {
                let name = Mirror(reflecting: value).children.first { $0.label == "name" }?.value as? String
                guard let name, let block = value as? AnyHashable else { return nil }
                result.append((name, block))
            }
            return result
        }
        guard let old = named(old), let new = named(new) else { return nil }
        let former = Dictionary(old, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        var changes: [BlockChange] = []
        for (name, block) in new where seen.insert(name).inserted {
            guard let before = former[name] else {
                changes.append(BlockChange(block: keyword, name: name, kind: .added))
                continue
            }
            guard before != block else { continue }
            changes.append(
                BlockChange(
                    block: keyword, name: name, kind: .changed,
                    settings: SettingComparison.changes(from: before.base, to: block.base)))
        }
        for (name, _) in old where seen.insert(name).inserted {
            changes.append(BlockChange(block: keyword, name: name, kind: .removed))
        }
        return changes
    }

    // MARK: Instances

    /// What makes an instance the same router over a reload, besides its name; as `VirtualRouters` has it.
    private struct RouterIdentity: Hashable {
        var virtualRouterID: UInt8
        var interface: String?
        var family: AddressFamily

        init(_ instance: VRRPInstance) {
            virtualRouterID = instance.virtualRouterID
            interface = instance.interface
            family = instance.family
        }
    }

    private static func instances(from old: [VRRPInstance], to new: [VRRPInstance]) -> [InstanceChange] {
        guard old != new else { return [] }
        let former = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(new.filter { former[$0.name].map(RouterIdentity.init) == RouterIdentity($0) }.map(\.name))
        // Of instances with one identity the first that is not kept under its name is taken over.
        var free: [RouterIdentity: [VRRPInstance]] = [:]
        for instance in old.reversed() where !kept.contains(instance.name) {
            free[RouterIdentity(instance), default: []].append(instance)
        }
        var seen: Set<String> = []
        var continued: Set<String> = []
        var changes: [InstanceChange] = []
        for instance in new where seen.insert(instance.name).inserted {
            let before = former[instance.name]
            if kept.contains(instance.name) {
                guard before != instance else { continue }
            }
            let origin = kept.contains(instance.name) ? before : free[RouterIdentity(instance)]?.popLast()
            if let origin { continued.insert(origin.name) }
            guard let reference = before ?? origin else {
                changes.append(InstanceChange(name: instance.name, kind: .added))
                continue
            }
            var change = InstanceChange(name: instance.name, kind: .changed)
            if let origin, origin.name != instance.name { change.formerName = origin.name }
            change.isAnotherRouter = origin == nil
            change.settings = SettingComparison.changes(from: reference, to: instance)
            changes.append(change)
        }
        for instance in old where seen.insert(instance.name).inserted && !continued.contains(instance.name) {
            changes.append(InstanceChange(name: instance.name, kind: .removed))
        }
        return changes
    }

    // MARK: Services

    private static func services(from old: [VirtualServer], to new: [VirtualServer]) -> [ServiceChange] {
        guard old != new else { return [] }
        let former = Dictionary(
            old.enumerated().map { ($0.element.service.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<VirtualService.ID> = []
        var changes: [ServiceChange] = []
        for server in new where seen.insert(server.service.id).inserted {
            guard let position = former[server.service.id] else {
                var change = ServiceChange(id: server.service.id, kind: .added)
                change.servers = server.realServers.map { ServerChange(id: $0.destination.id, kind: .added) }
                changes.append(change)
                continue
            }
            guard old[position] != server else { continue }
            var change = ServiceChange(id: server.service.id, kind: .changed)
            change.settings = SettingComparison.changes(from: old[position], to: server)
            change.servers = servers(from: old[position].realServers, to: server.realServers)
            changes.append(change)
        }
        for server in old where seen.insert(server.service.id).inserted {
            var change = ServiceChange(id: server.service.id, kind: .removed)
            change.servers = server.realServers.map { ServerChange(id: $0.destination.id, kind: .removed) }
            changes.append(change)
        }
        return changes
    }

    private static func servers(from old: [RealServer], to new: [RealServer]) -> [ServerChange] {
        guard old != new else { return [] }
        let former = Dictionary(old.map { ($0.destination.id, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<Destination.ID> = []
        var changes: [ServerChange] = []
        for server in new where seen.insert(server.destination.id).inserted {
            guard let before = former[server.destination.id] else {
                changes.append(ServerChange(id: server.destination.id, kind: .added))
                continue
            }
            guard before != server else { continue }
            var change = ServerChange(id: server.destination.id, kind: .changed)
            change.settings =
                SettingComparison.changes(from: before, to: server)
                + SettingComparison.checkerChanges(from: before.checkers, to: server.checkers)
            changes.append(change)
        }
        for server in old where seen.insert(server.destination.id).inserted {
            changes.append(ServerChange(id: server.destination.id, kind: .removed))
        }
        return changes
    }
}
