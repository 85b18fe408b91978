import Logging
import Netlink
import VRRP

/// Virtual interfaces that are there under another name: a reload has renamed them, somebody has, or a crash has left
/// them. Another one beside them would have the same MAC address, and the kernel sets only one of them up.
extension VRRPLoop {
    /// Gives virtual interfaces the names that the configuration in force has for them. They stay up and keep their
    /// addresses.
    ///
    /// - Returns: The names that interfaces have got.
    @discardableResult
    func renameVirtualInterfaces() -> Set<String> {
        var renamed: Set<String> = []
        for step in renamings(for: configuration) where rename(step.link, to: step.name) {
            guard let wanted = configuration.virtualInterfaces.first(where: { $0.name == step.name }) else { continue }
            renamed.insert(step.name)
            let router = OwnInterface(index: step.link.index, name: step.name, in: configuration).router
            logger.notice(
                "(\(router)): the interface \(step.former) is \(step.name) now",
                metadata: ["interface": "\(step.name)"])
            guard let link = interfaces.link(named: step.name), ownInterfaces[step.name] != nil else { continue }
            switchIPv6On(wanted, link)
            setParameters(of: wanted)
        }
        return renamed
    }

    /// Carries something out as if the interfaces had the names that a configuration has for them.
    func withNames<Result, Failure: Error>(
        of next: VRRPRuntimeConfiguration, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let current = interfaces
        defer { interfaces = current }
        for step in renamings(for: next) {
            guard var link = interfaces.link(index: step.link.index) else { continue }
            link.name = step.name
            interfaces.apply(.linkChanged(link))
        }
        return try body()
    }

    /// Makes interfaces that there are take IPv6 addresses where a configuration has some for them.
    func switchIPv6On(for next: VRRPRuntimeConfiguration) {
        for wanted in next.virtualInterfaces {
            switch plan(wanted, of: next) {
            case .keep(let link), .rename(let link, _):
                if isOwn(link) { switchIPv6On(wanted, link) }
            case .make, .replace, .waitForBase, .nameTaken: break
            }
        }
    }

    /// Whether this process has made or taken over an interface, whatever its name is now.
    func isOwn(_ link: Link) -> Bool { ownInterfaces.values.contains { $0.index == link.index } }

    // MARK: Steps

    private struct Renaming {
        var link: Link
        /// What it was called before the first step.
        var former: String
        var name: String
    }

    /// What bears a name that another one is to have gets out of its way first.
    private func renamings(for configuration: VRRPRuntimeConfiguration) -> [Renaming] {
        var steps: [Renaming] = []
        for wanted in configuration.virtualInterfaces {
            guard case .rename(let link, _) = plan(wanted, of: configuration) else { continue }
            steps.append(Renaming(link: link, former: link.name, name: wanted.name))
        }
        let detours = steps.compactMap { step in
            interfaces.link(named: step.name).map { Renaming(link: $0, former: $0.name, name: "martlet\($0.index)") }
        }
        return detours + steps
    }

    private func rename(_ link: Link, to name: String) -> Bool {
        guard var current = interfaces.link(index: link.index), let kernel else { return false }
        let former = current.name
        if let failure = kernel.apply([.changeLink(index: link.index, LinkChange(name: name))]).first {
            logger.debug("Cannot rename \(former) to \(name)", metadata: ["cause": "\(failure.error)"])
            return false
        }
        current.name = name
        ownChanges.names[link.index] = name
        interfaces.apply(.linkChanged(current))
        virtualReceivers.removeValue(forKey: former)?.close()
        reportedProblems[former] = nil
        for (known, own) in ownInterfaces where own.index == link.index {
            ownInterfaces[known] = nil
            ownInterfaces[name] = own
        }
        return true
    }
}
