extension RealServerPlan {
    /// A device that comes with its module may open one kind of packets alone.
    mutating func open(_ device: String, for addresses: [RealServerAddress], on host: HostState) {
        guard let accepted = Tunnel.protocols(of: device, for: addresses) else { return }
        let actual = host.interface(device)?.tunnelProtocol ?? Tunnel.usualProtocol
        let isAccepted = accepted.contains(actual)
        if !isAccepted {
            changes.append(.setTunnelProtocol(name: device, from: actual, to: 0))
            saved.tunnelProtocols[device] = SavedState.Setting(before: Int(actual), applied: 0)
        }
        items.append(
            .init(
                subject: "mode of \(device)", actual: Tunnel.mode(actual), wanted: Tunnel.mode(isAccepted ? actual : 0),
                outcome: isAccepted ? .inOrder : .changed))
    }

    /// What nobody needs any more opens what it opened before, unless somebody has changed it since.
    mutating func restoreTunnelProtocols(neededBy rest: [RealServerAddress], on host: HostState) {
        for (device, setting) in saved.tunnelProtocols.sorted(by: { $0.key < $1.key }) {
            guard let before = UInt8(exactly: setting.before), let applied = UInt8(exactly: setting.applied),
                Tunnel.protocols(of: device, for: rest)?.contains(before) ?? true
            else { continue }
            saved.tunnelProtocols[device] = nil
            guard let actual = host.interface(device)?.tunnelProtocol else { continue }
            if actual == applied { changes.append(.setTunnelProtocol(name: device, from: applied, to: before)) }
            items.append(
                .init(
                    subject: "mode of \(device)", actual: Tunnel.mode(actual), wanted: Tunnel.mode(before),
                    outcome: actual == applied ? .changed : .left))
        }
    }
}
