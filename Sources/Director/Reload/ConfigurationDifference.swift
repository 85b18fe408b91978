public import IPVS

/// What separates two configurations: which blocks came, went or changed, and by which settings.
///
/// A value without effects. Instances, groups and scripts are compared by name, services and servers by what identifies
/// them in the kernel, so it costs no more than one look at each entry, and what is equal costs a comparison alone. The
/// order of blocks means nothing and is no difference.
public struct ConfigurationDifference: Sendable, Hashable, Encodable {
    /// Changed settings of `global_defs` and of the root level.
    public var global: [SettingChange] = []
    /// Blocks of the root level other than the ones below, `vrrp_script` among them.
    public var blocks: [BlockChange] = []
    /// `vrrp_instance` blocks.
    public var instances: [InstanceChange] = []
    /// `vrrp_sync_group` blocks.
    public var groups: [BlockChange] = []
    /// `virtual_server` blocks.
    public var services: [ServiceChange] = []

    /// No difference.
    public init() {}

    /// Whether the two configurations mean the same.
    public var isEmpty: Bool {
        global.isEmpty && blocks.isEmpty && instances.isEmpty && groups.isEmpty && services.isEmpty
    }

    /// Changed settings that a running process cannot take up, by which keepalived refuses a reload too.
    public var refusedSettings: [SettingChange] { global.filter { Self.refused.contains($0.keyword) } }

    /// Changed settings that are taken up at the next start only; the rest of the reload is carried out.
    public var settingsForNextStart: [SettingChange] { global.filter { Self.atStart.contains($0.keyword) } }

    private static let refused: Set<String> = [
        "net_namespace", "net_namespace_ipvs", "instance", "nftables", "nftables_ipvs", "tmp_config_directory",
        "disable_local_igmp",
    ]
    private static let atStart: Set<String> = [
        "lvs_flush", "vrrp_startup_delay", "vrrp_delay_after_boot", "vrrp_rt_priority", "vrrp_priority", "vrrp_no_swap",
        "checker_priority",
        "checker_rt_priority", "bfd_rt_priority", "bfd_priority", "bfd_no_swap", "bfd_cpu_affinity", "checker_no_swap",
        "vrrp_cpu_affinity", "checker_cpu_affinity", "process_names",
        "use_pid_dir", "startup_script", "startup_script_timeout", "checker_threads", "checker_max_probes",
        "checker_max_probes_per_server",
    ]
}

/// What happened to a block.
public enum ChangeKind: String, Sendable, Hashable, Encodable {
    /// The new configuration has it, the old one does not.
    case added
    /// The old configuration has it, the new one does not.
    case removed
    /// Both have it, with other settings.
    case changed
}

/// A setting with another value, in words for people; a secret is not shown.
public struct SettingChange: Sendable, Hashable, Encodable {
    /// The keyword of the configuration, or what comes closest to it.
    public var keyword: String
    /// The old value, `none` where there was none.
    public var old: String
    /// The new value.
    public var new: String

    /// Creates a change.
    public init(keyword: String, old: String, new: String) {
        self.keyword = keyword
        self.old = old
        self.new = new
    }
}

/// A named block that came, went or changed.
public struct BlockChange: Sendable, Hashable, Encodable {
    /// The block's keyword: `vrrp_script`, `vrrp_sync_group`.
    public var block: String
    /// Its name.
    public var name: String
    /// What happened to it.
    public var kind: ChangeKind
    /// Its changed settings; none for a block that came or went.
    public var settings: [SettingChange]

    /// Creates a change.
    public init(block: String, name: String, kind: ChangeKind, settings: [SettingChange] = []) {
        self.block = block
        self.name = name
        self.kind = kind
        self.settings = settings
    }
}

/// A `vrrp_instance` that came, went or changed.
public struct InstanceChange: Sendable, Hashable, Encodable {
    /// The name in the new configuration, or in the old one for an instance that went.
    public var name: String
    /// What happened to it.
    public var kind: ChangeKind
    /// The name of the old instance that has the same virtual router id, interface and family under another name: the
    /// new one is the same router and takes over its state.
    public var formerName: String?
    /// Virtual router id, interface or family are new: it is another router, the old one resigns and the new one has to
    /// be elected.
    public var isAnotherRouter = false
    /// Its changed settings.
    public var settings: [SettingChange] = []

    /// Creates a change.
    public init(name: String, kind: ChangeKind) {
        self.name = name
        self.kind = kind
    }
}

/// A virtual service that came, went or changed.
public struct ServiceChange: Sendable, Hashable {
    /// The service.
    public var id: VirtualService.ID
    /// What happened to it.
    public var kind: ChangeKind
    /// Its own changed settings, sorry server included.
    public var settings: [SettingChange] = []
    /// Its servers that came, went or changed; for a service that came or went all of them.
    public var servers: [ServerChange] = []

    /// Creates a change.
    public init(id: VirtualService.ID, kind: ChangeKind) {
        self.id = id
        self.kind = kind
    }
}

/// A real server of a service that came, went or changed.
public struct ServerChange: Sendable, Hashable {
    /// The server.
    public var id: Destination.ID
    /// What happened to it.
    public var kind: ChangeKind
    /// Its changed settings, those of its checkers included.
    public var settings: [SettingChange] = []

    /// Creates a change.
    public init(id: Destination.ID, kind: ChangeKind) {
        self.id = id
        self.kind = kind
    }
}

extension ServiceChange: Encodable {
    private enum Key: String, CodingKey { case service, kind, settings, servers }

    /// The service by its name in logs.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("\(id)", forKey: .service)
        try container.encode(kind, forKey: .kind)
        try container.encode(settings, forKey: .settings)
        try container.encode(servers, forKey: .servers)
    }
}

extension ServerChange: Encodable {
    private enum Key: String, CodingKey { case server, kind, settings }

    /// The server by its address and port.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("\(id)", forKey: .server)
        try container.encode(kind, forKey: .kind)
        try container.encode(settings, forKey: .settings)
    }
}
