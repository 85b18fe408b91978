import Addressing
import IPVS
import LinuxSystem

/// Remembers on disk which services of the kernel's table are this director's own, so that the next start after a crash
/// knows its own leftovers from other tools' services.
///
/// A folder that a reboot clears, a name with the network namespace, and the boot in the first line: what is read belongs
/// to the table that is there. A lock tells a director that runs from one that has crashed, so that two directors of one
/// namespace keep apart. Its methods block and are for a thread that may.
final class ServiceMemory: Sendable {
    private let lock: LockedFile
    private let path: String
    private let heading: String

    private init(lock: consuming LockedFile, path: String, heading: String) {
        self.lock = lock
        self.path = path
        self.heading = heading
    }

    /// Directors in one network namespace.
    private static let limit = 16

    /// Takes the memory of a director that has crashed, or an empty one.
    ///
    /// - Returns: nil for the memory where none can be kept, with the reason.
    static func open(
        in folder: String
    ) -> (memory: ServiceMemory?, services: Set<VirtualService.ID>, problem: String?) {
        guard let namespace = NetworkNamespaceIdentity.current, let boot = NetworkNamespaceIdentity.boot else {
            return (nil, [], "/proc does not tell the network namespace")
        }
        do throws(SystemError) {
            try SmallFile.makeFolder(folder)
        } catch {
            return (nil, [], "\(error)")
        }
        let heading = "martlet-services boot \(boot) netns \(namespace)"
        var taken: ServiceMemory?
        var services: Set<VirtualService.ID> = []
        for number in 0..<limit {
            let path = "\(folder)/services-\(namespace)-\(number)"
            guard taken == nil || SmallFile.isThere(path) else { continue }
            do throws(LockedFile.Failure) {
                let memory = ServiceMemory(
                    lock: try LockedFile.take("\(path).lock"), path: path, heading: heading)
                services.formUnion(memory.read())
                // One crashed director is enough to go on from; what others have left becomes part of it.
                if taken == nil { taken = memory } else { memory.forget() }
            } catch {
                guard case .system(let error) = error else { continue }
                return (taken, services, "\(error)")
            }
        }
        return (taken, services, taken == nil ? "\(limit) directors run in this network namespace" : nil)
    }

    /// Notes the services; whoever reads meanwhile sees the former ones or these.
    func write(_ services: Set<VirtualService.ID>) throws(SystemError) {
        guard !services.isEmpty else { return try SmallFile.remove(path) }
        let lines = [heading] + services.sorted().map(\.words)
        try SmallFile.replace(path, with: Array(lines.map { $0 + "\n" }.joined().utf8), mode: 0o600)
    }

    /// There is nothing to remember any more.
    func forget() { try? SmallFile.remove(path) }

    private func read() -> Set<VirtualService.ID> {
        guard let bytes = try? SmallFile.read(path, limit: 64 << 20) else { return [] }
        return Self.services(in: String(decoding: bytes, as: UTF8.self), heading: heading)
    }

    /// The services of a file; none of a file with another heading, and none of a line that is no service.
    static func services(in text: String, heading: String) -> Set<VirtualService.ID> {
        let lines = text.split(separator: "\n")
        guard let first = lines.first, first == heading else { return [] }
        return Set(lines.dropFirst().compactMap { VirtualService.ID(words: $0) })
    }
}

extension VirtualService.ID {
    /// `tcp 10.1.80.90 80` or `mark 7 ipv4`.
    var words: String {
        switch self {
        case .endpoint(let transport, let address, let port): "\(transport.name) \(address) \(port)"
        case .firewallMark(let mark, let family): "mark \(mark) \(family == .ipv4 ? "ipv4" : "ipv6")"
        }
    }

    init?(words: Substring) {
        let parts = words.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        if parts[0] == "mark" {
            guard let mark = UInt32(parts[1]), mark > 0, parts[2] == "ipv4" || parts[2] == "ipv6" else { return nil }
            self = .firewallMark(mark, parts[2] == "ipv4" ? .ipv4 : .ipv6)
        } else {
            guard let transport = TransportProtocol.allCases.first(where: { $0.name == parts[0] }),
                let address = IPAddress(parts[1]), let port = Port(parts[2])
            else { return nil }
            self = .endpoint(transport, address, port)
        }
    }
}
