extension Configuration {
    /// Every interface that the configuration names, each once, sorted.
    public var interfaceNames: [String] {
        var names: Set<String> = []
        for instance in instances {
            names.formUnion([instance.interface].compactMap { $0 })
            names.formUnion((instance.virtualAddresses + instance.excludedVirtualAddresses).compactMap { $0.interface })
            names.formUnion(instance.trackedInterfaces.map { $0.name })
            names.formUnion(instance.routes.flatMap { $0.interfaces } + instance.rules.flatMap { $0.interfaces })
            names.formUnion([instance.virtualInterface.vrf].compactMap { $0 })
        }
        names.formUnion(staticAddresses.compactMap { $0.interface })
        names.formUnion(staticRoutes.flatMap { $0.interfaces } + staticRules.flatMap { $0.interfaces })
        names.formUnion(garpGroups.flatMap { $0.interfaces })
        names.formUnion(root.polledLinks.map { $0.interface } + root.linkDelays.map { $0.interface })
        for group in syncGroups { names.formUnion(group.trackedInterfaces.map { $0.name }) }
        if let daemon = global.lvsSyncDaemon { names.insert(daemon.interface) }
        for server in virtualServers {
            for checker in server.realServers.lazy.flatMap({ $0.checkers }) {
                if let interface = checker.kind.connection?.bindInterface { names.insert(interface) }
            }
        }
        return names.sorted()
    }
}

extension LoadResult {
    /// Where an instance is defined; `index` counts in ``Configuration/instances``.
    public func placeOfInstance(_ index: Int) -> SourcePlace? {
        places.instances.indices.contains(index) ? text.place(of: places.instances[index]) : nil
    }

    /// Where a virtual server is defined; `index` counts in ``Configuration/virtualServers``.
    public func placeOfVirtualServer(_ index: Int) -> SourcePlace? {
        places.virtualServers.indices.contains(index) ? text.place(of: places.virtualServers[index]) : nil
    }

    /// Where a real server is defined; the indices count in ``Configuration/virtualServers`` and
    /// ``VirtualServer/realServers``.
    public func placeOfRealServer(_ index: Int, ofVirtualServer server: Int) -> SourcePlace? {
        guard places.realServers.indices.contains(server), places.realServers[server].indices.contains(index) else {
            return nil
        }
        return text.place(of: places.realServers[server][index])
    }
}
