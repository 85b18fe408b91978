import IPVS
import Netlink

/// Where the round through the destinations of all services is.
struct TableRound: Sendable {
    fileprivate var services: [VirtualService.ID] = []
    fileprivate var position = 0

    /// Services whose destinations were read in the last look, and how many there are.
    private(set) var lastLook = (read: 0, of: 0)

    fileprivate mutating func begin(_ ids: [VirtualService.ID]) {
        services = ids
        position = 0
    }

    fileprivate mutating func finishLook(read: Int, of total: Int) { lastLook = (read, total) }
}

extension TableReconciler {
    /// Services whose destinations are read in every look, however long it takes.
    private static var leastServices: Int { 8 }

    /// Looks for what somebody else has done to services of ours. The kernel tells of no changes, so they have to be
    /// looked for, cheaply: all services come in one dump; their destinations take a dump for each service, so a look
    /// reads as many of them as its time allows, and the next look goes on from there. A service that is missing or
    /// other than it was left is found at once.
    ///
    /// - Parameter hasTime: whether to read more destinations.
    /// - Returns: what was found; it is known from then on, so that a comparison puts it right.
    mutating func look(while hasTime: () -> Bool) throws(NetlinkError) -> [Deviation] {
        let services = Dictionary(
            try kernel.services().map { ($0.service.id, $0.service) }, uniquingKeysWith: { first, _ in first })
        var deviations: [Deviation] = []
        noteForeign(services)
        for id in owned {
            guard let left = known.pools[id] else { continue }
            guard let found = services[id] else {
                deviations.append(Deviation(left: left, found: nil))
                forget(id)
                continue
            }
            guard found != left.service else { continue }
            let pool = Pool(service: found, destinations: try destinations(of: id))
            deviations.append(Deviation(left: left, found: pool))
            remember(pool)
        }
        try lookAtDestinations(while: hasTime, &deviations)
        return deviations
    }

    private mutating func lookAtDestinations(
        while hasTime: () -> Bool, _ deviations: inout [Deviation]
    ) throws(NetlinkError) {
        let total = owned.count
        var read = 0
        while read < total, read < Self.leastServices || hasTime() {
            if round.position >= round.services.count {
                round.begin(owned.filter { known.pools[$0] != nil })
                guard !round.services.isEmpty else { break }
            }
            let id = round.services[round.position]
            round.position += 1
            read += 1
            guard let left = known.pools[id], owned.contains(id), !deviations.contains(where: { $0.id == id }) else {
                continue
            }
            let destinations = try destinations(of: id)
            guard !isSame(destinations, left.destinations) else { continue }
            let pool = Pool(service: left.service, destinations: destinations)
            deviations.append(Deviation(left: left, found: pool))
            remember(pool)
        }
        round.finishLook(read: read, of: total)
    }

    private func destinations(of id: VirtualService.ID) throws(NetlinkError) -> [Destination] {
        try kernel.destinations(of: id).map(\.destination)
    }

    /// The kernel tells the newest first, and we know them in the order in which we added them.
    private func isSame(_ found: [Destination], _ left: [Destination]) -> Bool {
        guard found.count == left.count else { return false }
        if found.elementsEqual(left.reversed()) { return true }
        return Set(found) == Set(left)
    }

    /// Other tools' services come and go; their destinations are no matter of ours.
    private mutating func noteForeign(_ services: [VirtualService.ID: VirtualService]) {
        for id in known.pools.keys.filter({ !owned.contains($0) && services[$0] == nil }) { forget(id) }
        for (id, service) in services where known.pools[id] == nil && !owned.contains(id) {
            remember(Pool(service: service))
        }
    }
}
