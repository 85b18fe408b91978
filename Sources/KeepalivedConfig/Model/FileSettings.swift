/// The `reload_*` keywords of `global_defs` and those about copies of the configuration.
public struct ReloadSettings: Sendable, Hashable {
    /// `reload_file`.
    public enum MarkFile: Sendable, Hashable {
        /// None is made.
        case off
        /// `keepalived.reload` in the directory of the pid files.
        case standard
        /// This path.
        case path(String)
    }

    /// `reload_check_config`: where the check before a reload writes; nil is no check.
    public var checkLog: String?
    /// `reload_time_file`: holds the time of the next reload.
    public var timeFile: String?
    /// `reload_repeat`: every day, where the file holds no date.
    public var repeats = false
    /// `reload_file`: exists while a configuration is being read.
    public var markFile = MarkFile.off
    /// `config_save_dir`: keeps a copy of the configuration of each reload.
    public var saveDirectory: String?
    /// `tmp_config_directory`: where the text that was read is kept; nil is memory.
    public var temporaryDirectory: String?

    /// Every default.
    public init() {}
}

/// The `*_dump_file` keywords of `global_defs`.
public struct DumpSettings: Sendable, Hashable {
    /// `data_use_instance`: names of dumps have the instance and the namespace.
    public var namesInstance = false
    /// `state_dump_file`; nil is `/tmp/keepalived.data`.
    public var stateFile: String?
    /// `stats_dump_file`; nil is `/tmp/keepalived.stats`.
    public var statisticsFile: String?
    /// `json_dump_file`; nil is `/tmp/keepalived.json`.
    public var jsonFile: String?
    /// `json_version`, 1 or 2.
    public var jsonVersion: UInt8 = 1

    /// Every default.
    public init() {}
}

/// The `*notify_fifo*` keywords of `global_defs`.
public struct NotifyFIFOs: Sendable, Hashable {
    /// `notify_fifo`: every event.
    public var all: NotifyFIFO?
    /// `vrrp_notify_fifo`: events of instances and groups.
    public var vrrp: NotifyFIFO?
    /// `lvs_notify_fifo`: events of services and servers.
    public var lvs: NotifyFIFO?
    /// `fifo_write_vrrp_states_on_reload`: states are written after a reload though they did not change.
    public var writesStatesOnReload = false

    /// No FIFOs.
    public init() {}
}

/// A FIFO that events are written to.
public struct NotifyFIFO: Sendable, Hashable {
    /// The path; nil where only a script is named.
    public var path: String?
    /// Who owns it; nil is `script_user`.
    public var owner: ScriptUser?
    /// What reads it: it gets the path as its last argument.
    public var script: Script?

    /// A FIFO without a path.
    public init() {}
}
