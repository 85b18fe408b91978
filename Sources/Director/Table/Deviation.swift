import Addressing
import IPVS

/// A service of ours that somebody else has changed in the kernel.
struct Deviation: Sendable, Hashable {
    /// How it was left.
    var left: Pool
    /// How it was found; nil when it was gone.
    var found: Pool?

    var id: VirtualService.ID { left.service.id }
}

extension Deviation: CustomStringConvertible {
    /// What was found, in words: `it was missing`, `destination [10.1.80.93]:80 was missing, the weight of
    /// [10.1.80.95]:80 was 77 and not 100`.
    var description: String {
        guard let found else { return "it was missing" }
        var parts: [String] = []
        if found.service.scheduler != left.service.scheduler {
            parts.append("its scheduler was \(found.service.scheduler) and not \(left.service.scheduler)")
        } else if found.service != left.service {
            parts.append("its settings were others")
        }
        let wanted = Dictionary(left.destinations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let present = Dictionary(found.destinations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let missing = wanted.keys.filter { present[$0] == nil }.sorted()
        let strange = present.keys.filter { wanted[$0] == nil }.sorted()
        if !missing.isEmpty, present.isEmpty, missing.count > 1 {
            parts.append("it had no destinations")
        } else {
            parts += Self.shortened(missing) { "destination \($0) was missing" }
        }
        parts += Self.shortened(strange) { "destination \($0) is none of ours" }
        let edited = wanted.values.filter { destination in present[destination.id].map { $0 != destination } ?? false }
        parts += Self.shortened(edited.map(\.id).sorted()) { id in
            guard let wanted = wanted[id], let present = present[id] else { return "" }
            guard wanted.weight != present.weight else { return "the settings of \(id) were others" }
            return "the weight of \(id) was \(present.weight) and not \(wanted.weight)"
        }
        return parts.isEmpty ? "its destinations were in disorder" : parts.joined(separator: ", ")
    }

    private static func shortened(_ ids: [Destination.ID], _ text: (Destination.ID) -> String) -> [String] {
        let limit = 4
        guard ids.count > limit else { return ids.map(text) }
        return ids.prefix(limit - 1).map(text) + ["and so on for \(ids.count - limit + 1) more"]
    }
}
