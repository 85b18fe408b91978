/// A whole `keepalived.conf` after parsing, inheritance and corrections: what the file means.
///
/// Every value is resolved: a field that the file may leave out holds the default of the keyword table, or the value
/// inherited from the next level up. Only what has no default (an absent script, say) is optional.
public struct Configuration: Sendable, Hashable {
    /// The `global_defs` block.
    public var global = GlobalDefinitions()
    /// What `global_defs` says for instances that say nothing.
    public var inherited = InheritedSettings()
    /// Namespaces, link polling and the like, which stand outside every block.
    public var root = RootDefinitions()
    /// `vrrp_script` blocks in the order of the file.
    public var scripts: [TrackScript] = []
    /// `track_file` blocks in the order of the file.
    public var trackFiles: [TrackFile] = []
    /// `vrrp_track_process` blocks in the order of the file.
    public var trackProcesses: [TrackProcess] = []
    /// `track_group` blocks in the order of the file.
    public var trackGroups: [TrackGroup] = []
    /// `garp_group` blocks in the order of the file.
    public var garpGroups: [GratuitousARPGroup] = []
    /// `static_ipaddress`: addresses that are held as long as the daemon runs.
    public var staticAddresses: [VirtualAddress] = []
    /// `static_routes`.
    public var staticRoutes: [RouteDefinition] = []
    /// `static_rules`.
    public var staticRules: [RuleDefinition] = []
    /// `vrrp_instance` blocks in the order of the file.
    public var instances: [VRRPInstance] = []
    /// `vrrp_sync_group` blocks in the order of the file.
    public var syncGroups: [SyncGroup] = []
    /// `virtual_server_group` blocks in the order of the file.
    public var virtualServerGroups: [VirtualServerGroup] = []
    /// `virtual_server` blocks in the order of the file: one for each, and for a `virtual_server group` one for each
    /// address and mark of the group.
    public var virtualServers: [VirtualServer] = []
    /// `bfd_instance` blocks in the order of the file.
    public var bfdInstances: [BFDInstance] = []
    /// The `SSL` block.
    public var tlsClient: TLSClientSettings?

    /// An empty configuration.
    public init() {}
}

/// Seconds with microsecond resolution, as keepalived's timers are.
public struct Interval: Sendable, Hashable, Comparable {
    /// The interval in microseconds, 0 or more.
    public var microseconds: Int64

    /// Creates an interval from microseconds.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// An interval of whole seconds.
    public static func seconds(_ seconds: Int64) -> Interval { Interval(microseconds: seconds * 1_000_000) }

    /// The interval as a `Duration`.
    public var duration: Duration { .microseconds(microseconds) }

    /// Shorter before longer.
    public static func < (left: Interval, right: Interval) -> Bool { left.microseconds < right.microseconds }
}

/// A command with its words, as `script`, `notify_*`, `misc_path` and the like name it, and who runs it.
public struct Script: Sendable, Hashable {
    /// The program and its arguments, split by the quoting rules; never empty.
    public var words: [String]
    /// `user [group]` behind the command or in its block; nil is `script_user`.
    public var user: ScriptUser?

    /// Creates a script.
    public init(words: [String], user: ScriptUser? = nil) {
        self.words = words
        self.user = user
    }
}

/// The identity that a script runs under.
public struct ScriptUser: Sendable, Hashable {
    /// Login name or decimal user id.
    public var user: String
    /// Group name or decimal group id; nil is the user's own group.
    public var group: String?

    /// Creates an identity.
    public init(user: String, group: String? = nil) {
        self.user = user
        self.group = group
    }
}
