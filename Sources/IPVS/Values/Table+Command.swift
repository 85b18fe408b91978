extension Table {
    /// Does to the table what the kernel does on this command: adding what is there and editing or deleting what is
    /// not there change nothing. Counters, timeouts and daemons are not part of a table.
    public mutating func apply(_ command: Command) {
        switch command {
        case .addService(let service):
            if pools[service.id] == nil { pools[service.id] = Pool(service: service) }
        case .editService(let service):
            pools[service.id]?.service = service
        case .deleteService(let id):
            pools[id] = nil
        case .addDestination(let id, let destination):
            guard let pool = pools[id], !pool.destinations.contains(where: { $0.id == destination.id }) else { return }
            pools[id]?.destinations.append(destination)
        case .editDestination(let id, let destination):
            guard let index = pools[id]?.destinations.firstIndex(where: { $0.id == destination.id }) else { return }
            pools[id]?.destinations[index] = destination
        case .deleteDestination(let id, let destination):
            pools[id]?.destinations.removeAll { $0.id == destination }
        case .flush:
            pools = [:]
        case .zero, .setTimeouts, .startDaemon, .stopDaemon:
            break
        }
    }
}
