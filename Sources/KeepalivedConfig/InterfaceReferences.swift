extension Configuration {
    /// Every interface that the configuration names, each once, sorted.
    public var interfaceNames: [String] {
        var names: Set<String> = []
        for instance in instances {
            names.formUnion([instance.interface].compactMap { $0 })
            names.formUnion((instance.virtualAddresses + instance.excludedVirtualAddresses).compactMap { $0.interface })
            names.formUnion(instance.trackedInterfaces.map { $0.name })
        }
        for group in syncGroups { names.formUnion(group.trackedInterfaces.map { $0.name }) }
        if let daemon = global.lvsSyncDaemon { names.insert(daemon.interface) }
        for server in virtualServers {
            for checker in server.realServers.lazy.flatMap({ $0.checkers }) {
                switch checker.kind {
                case .tcp(let connection), .http(let connection, _):
                    if let interface = connection.bindInterface { names.insert(interface) }
                case .misc: break
                }
            }
        }
        return names.sorted()
    }
}

extension LoadResult {
    /// What is to be said about interfaces that the host does not have: an error at the first place that names each,
    /// or a warning where `dynamic_interfaces` lets it appear later.
    ///
    /// - Parameter known: the interfaces of the host.
    public func unknownInterfaces(known: Set<String>) -> [Diagnostic] {
        let severity: Diagnostic.Severity = configuration?.global.dynamicInterfaces == true ? .warning : .error
        var named = known
        return places.interfaces.sorted { $0.span.start < $1.span.start }.compactMap { reference in
            guard named.insert(reference.name).inserted else { return nil }
            let nearest = Suggestion.nearest(to: reference.name, among: known.sorted())
            return Diagnostic(
                severity: severity, issue: .unknownInterface(reference.name, nearest: nearest),
                place: text.place(of: reference.span))
        }
    }

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
