/// One `virtual_server group` block: the services of all its addresses and marks have the same servers and change
/// together, so whoever is told of them is told once, by this name.
public struct ServiceGroup: Sendable, Hashable, CustomStringConvertible {
    /// The name of the `virtual_server_group`.
    public var name: String
    /// Which of the blocks that use the group, from 0.
    public var number: Int

    /// Creates a name.
    public init(name: String, number: Int) {
        self.name = name
        self.number = number
    }

    /// The name in log lines, mail and the notification FIFO: `[web]:0`.
    public var description: String { "[\(name)]:\(number)" }
}
