import IPVS

extension ReloadPlan: Encodable {
    private enum Key: String, CodingKey {
        case isEmpty, difference, commands, elections, cutConnections, scripts, checks, refusals, notes
    }

    private enum CheckKey: String, CodingKey { case started, stopped }

    /// A form for programs: commands, connections and refusals in words.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(isEmpty, forKey: .isEmpty)
        try container.encode(difference, forKey: .difference)
        try container.encode(commands.map { "\($0)" }, forKey: .commands)
        try container.encode(elections, forKey: .elections)
        try container.encode(cutConnections, forKey: .cutConnections)
        try container.encode(scripts, forKey: .scripts)
        var checks = container.nestedContainer(keyedBy: CheckKey.self, forKey: .checks)
        try checks.encode(startedChecks, forKey: .started)
        try checks.encode(stoppedChecks, forKey: .stopped)
        try container.encode(refusals.map { "\($0)" }, forKey: .refusals)
        try container.encode(notes, forKey: .notes)
    }
}

extension ConnectionCut: Encodable {
    private enum Key: String, CodingKey { case service, destination, active, inactive, persistent }

    /// Service and destination by their names in logs.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("\(service)", forKey: .service)
        try container.encode("\(destination)", forKey: .destination)
        try container.encode(active, forKey: .active)
        try container.encode(inactive, forKey: .inactive)
        try container.encode(persistent, forKey: .persistent)
    }
}
