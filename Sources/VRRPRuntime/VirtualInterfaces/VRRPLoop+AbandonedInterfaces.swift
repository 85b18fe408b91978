import Glibc
import Netlink

extension VRRPLoop {
    /// This process, as the aliases of its virtual interfaces name it.
    static var processID: Int { Int(getpid()) }

    /// Takes away what a crash has left and the configuration does not have any more, and restores the interfaces below.
    func removeAbandonedInterfaces() {
        let wanted = Set(configuration.virtualInterfaces.map(\.name))
        var abandoned: [String] = []
        for link in interfaces.all.map(\.link) where !wanted.contains(link.name) {
            guard let base = link.lowerIndex, let memory = BaseMemory(alias: link.alias),
                interfaces.name(of: base) == memory.base, memory.process.map(Self.isGone) ?? false
            else { continue }
            if baseMemories[base] == nil { baseMemories[base] = memory }
            ownInterfaces[link.name] = OwnInterface(abandoned: link)
            abandoned.append(link.name)
        }
        removeVirtualInterfaces(abandoned)
    }

    /// Whether no process has this number any more. What bears our own was made by a predecessor: nothing is ours yet.
    private static func isGone(_ process: Int) -> Bool {
        guard process != processID, let number = pid_t(exactly: process), number > 0 else { return true }
        return kill(number, 0) != 0 && errno == ESRCH
    }
}
