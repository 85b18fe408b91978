/// A `vrrp_sync_group` block.
public struct SyncGroup: Sendable, Hashable {
    /// The name of the group.
    public var name: String
    /// Names of the member instances that exist.
    public var members: [String] = []
    /// `track_interface`, applied to every member.
    public var trackedInterfaces: [TrackedInterface] = []
    /// `track_script`, applied to every member.
    public var trackedScripts: [TrackedScript] = []
    /// `track_file`, applied to every member.
    public var trackedFiles: [NamedTracker] = []
    /// `track_process`, applied to every member.
    public var trackedProcesses: [NamedTracker] = []
    /// `track_bfd`, applied to every member.
    public var trackedBFDs: [NamedTracker] = []
    /// `sync_group_tracking_weight`: trackers of members may have weights other than 0.
    public var allowsTrackingWeights = false
    /// `smtp_alert`.
    public var sendsMail = false
    /// `notify_*`.
    public var notify = NotifyScripts()

    /// A group with every default.
    public init(name: String) { self.name = name }
}
