import Glibc

/// The user and groups that a child process runs under.
public struct ProcessIdentity: Sendable, Hashable {
    /// User id.
    public var user: UInt32
    /// Group id.
    public var group: UInt32
    /// Further groups; empty leaves the process with ``group`` alone.
    public var supplementaryGroups: [UInt32]

    /// Creates an identity from numbers.
    public init(user: UInt32, group: UInt32, supplementaryGroups: [UInt32] = []) {
        self.user = user
        self.group = group
        self.supplementaryGroups = supplementaryGroups
    }

    /// This process's own effective identity.
    public static var current: ProcessIdentity { ProcessIdentity(user: geteuid(), group: getegid()) }

    /// Looks up a login name or decimal user id, and a group name or decimal group id; without a group it is the
    /// user's own. The system's name service may take its time: ask while the configuration is read, not per run.
    ///
    /// - Parameter withSupplementaryGroups: load the groups that the user is a member of (`set_supplementary_groups`).
    public static func lookUp(
        user: String, group: String? = nil, withSupplementaryGroups: Bool = false
    ) throws(IdentityError) -> ProcessIdentity {
        let entry = userEntry(user)
        guard let userID = entry?.user ?? UInt32(user) else { throw .unknownUser(user) }
        let groupID: UInt32
        if let group {
            guard let id = groupEntry(group) ?? UInt32(group) else { throw .unknownGroup(group) }
            groupID = id
        } else {
            guard let entry else { throw .userWithoutGroup(user) }
            groupID = entry.group
        }
        var identity = ProcessIdentity(user: userID, group: groupID)
        if withSupplementaryGroups, let name = entry?.name {
            identity.supplementaryGroups = memberships(user: name, group: groupID)
        }
        return identity
    }
}

/// Why a name is no identity.
public enum IdentityError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Neither a login name of this host nor a number.
    case unknownUser(String)
    /// Neither a group name of this host nor a number.
    case unknownGroup(String)
    /// A number without a login name, and no group given.
    case userWithoutGroup(String)

    /// What is wrong with the name.
    public var description: String {
        switch self {
        case .unknownUser(let name): "user '\(name)' does not exist on this host"
        case .unknownGroup(let name): "group '\(name)' does not exist on this host"
        case .userWithoutGroup(let name): "user id \(name) has no login name here, so name its group too"
        }
    }
}

private let nameServiceBufferSize = 16 * 1024

private func userEntry(_ name: String) -> (name: String, user: UInt32, group: UInt32)? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: nameServiceBufferSize) { buffer in
        guard let base = buffer.baseAddress else { return nil }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        if let number = UInt32(name) {
            _ = getpwuid_r(number, &entry, base, buffer.count, &found)
        } else {
            _ = getpwnam_r(name, &entry, base, buffer.count, &found)
        }
        guard found != nil, let login = entry.pw_name else { return nil }
        return (String(cString: login), entry.pw_uid, entry.pw_gid)
    }
}

private func groupEntry(_ name: String) -> UInt32? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: nameServiceBufferSize) { buffer in
        guard let base = buffer.baseAddress else { return nil }
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        _ = getgrnam_r(name, &entry, base, buffer.count, &found)
        return found == nil ? nil : entry.gr_gid
    }
}

private func memberships(user: String, group: UInt32) -> [UInt32] {
    var groups = [gid_t](repeating: 0, count: 64)
    var count = Int32(groups.count)
    if getgrouplist(user, group, &groups, &count) < 0 {
        groups = [gid_t](repeating: 0, count: max(0, Int(count)))
        guard getgrouplist(user, group, &groups, &count) >= 0 else { return [] }
    }
    return Array(groups.prefix(max(0, Int(count))))
}
