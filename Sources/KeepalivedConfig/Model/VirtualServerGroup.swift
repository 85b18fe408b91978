public import Addressing

/// A `virtual_server_group` block: addresses and firewall marks that share the settings and servers of each
/// `virtual_server group`.
public struct VirtualServerGroup: Sendable, Hashable {
    /// A line of the block.
    public enum Entry: Sendable, Hashable {
        /// An address or a range of them, each with this port; port 0 is every port.
        case addresses(ClosedRange<IPAddress>, Port)
        /// `fwmark`; nil is the family of the group's addresses, or of the servers.
        case firewallMark(UInt32, AddressFamily?)
    }

    /// Most addresses that all entries of a group make together.
    public static let addressLimit = 65_536

    /// The name behind the keyword.
    public var name: String
    /// The lines in the order of the file.
    public var entries: [Entry]

    /// Creates a group.
    public init(name: String, entries: [Entry] = []) {
        self.name = name
        self.entries = entries
    }
}

/// What makes a ``VirtualServer`` one of the services of a `virtual_server group` block.
public struct GroupEntry: Sendable, Hashable {
    /// The name of the group.
    public var group: String
    /// Which of the `virtual_server` blocks of this group it belongs to, from 0.
    public var serverIndex: Int
    /// Which of the group's addresses and marks it is, from 0. All services of a block change together, so only the
    /// first of them carries the block's scripts.
    public var index: Int

    /// Creates a place in a group.
    public init(group: String, serverIndex: Int, index: Int) {
        self.group = group
        self.serverIndex = serverIndex
        self.index = index
    }
}
