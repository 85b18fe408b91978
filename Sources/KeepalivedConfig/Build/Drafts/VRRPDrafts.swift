import Addressing

/// A `vrrp_script` block while it is being read.
struct TrackScriptDraft: Sendable {
    var name: String
    var span: Span
    /// Its place in the order of reading.
    var order = 0
    var script: Located<Script>?
    /// The keyword of a line that was to name one and was reported.
    var cause: Span?
    var interval: Located<Interval>?
    var timeout: Located<Interval>?
    var weight = 0
    var isReversed = false
    var rise: UInt32 = 1
    var fall: UInt32 = 1
    var user: ScriptUser?
    var startsFailed = false
}

/// A `track_file` block while it is being read.
struct TrackFileDraft: Sendable {
    var name: String
    var span: Span
    var order = 0
    var path: Located<String>?
    var weight: Int?
    var isReversed = false
    var initial: TrackFile.Initial?
}

/// A `vrrp_track_process` block while it is being read.
struct TrackProcessDraft: Sendable {
    var name: String
    var span: Span
    var order = 0
    var command: [String] = []
    /// Whether one was there, right or wrong.
    var hasCommand = false
    var match: TrackProcess.Match?
    var weight: Int?
    var isReversed = false
    var quorum: Located<UInt16>?
    var maximum: Located<UInt16>?
    var terminateDelay: Interval?
    var forkDelay: Interval?
    var comparesFullCommand = false
}

/// A line of `track_interface`, `track_script` and the like.
struct TrackDraft: Sendable {
    var name: String
    var span: Span
    /// Its place in the order of reading.
    var order: Int
    /// nil takes the weight of the block that defines what is tracked.
    var weight: Int?
    var isReversed: Bool?
}

/// What an instance or a group tracks.
struct TrackDrafts: Sendable {
    var interfaces: [TrackDraft] = []
    var scripts: [TrackDraft] = []
    var files: [TrackDraft] = []
    var processes: [TrackDraft] = []
    var bfds: [TrackDraft] = []
}

/// A `vrrp_sync_group` block while it is being read.
struct SyncGroupDraft: Sendable {
    var name: String
    var span: Span
    var members: [Located<String>] = []
    var hasMembers = false
    /// Whether something was reported that is no member and was meant to be.
    var hasUnreadable = false
    var trackers = TrackDrafts()
    var allowsTrackingWeights = false
    var sendsMail: Bool?
    var notifiesPriorityChanges: Bool?
    var notify = NotifyScripts()
}

/// A `track_group` block while it is being read.
struct TrackGroupDraft: Sendable {
    var name: String
    var span: Span
    var order = 0
    var members: [Located<String>] = []
    var hasMembers = false
}

/// A `garp_group` block while it is being read.
struct GARPGroupDraft: Sendable {
    var span: Span
    var garpInterval: Interval?
    var gnaInterval: Interval?
    var interfaces: [Located<String>] = []
}

/// The `authentication` block while it is being read.
struct AuthenticationDraft: Sendable {
    enum Kind: Sendable { case simple, header }

    var span: Span
    /// `auth_type` was there, usable or not.
    var hasType = false
    var kind: Kind?
    /// `auth_pass` was there, usable or not.
    var hasPassword = false
    var password: Located<String>?
}

/// The `auth_hmac` block while it is being read.
struct HMACDraft: Sendable {
    var span: Span
    var keys: [Located<HMACAuthentication.Key>] = []
    var activeKey: Located<UInt8>?
    var timeWindow: UInt16?
    var isMonotonic = false
    var mode: Located<HMACAuthentication.Mode>?
    /// Something in the block was wrong: what follows from it is not reported on top.
    var isBroken = false
}

/// A route or rule with where it stands.
struct RuleDraft: Sendable {
    var rule: RuleDefinition
    var hasPriority: Bool
    var span: Span
    var order: Int
}

/// Static and virtual routes, rules and addresses while they are being read.
struct StaticDrafts: Sendable {
    var addresses: [Located<VirtualAddress>] = []
    var routes: [Located<RouteDefinition>] = []
    var rules: [RuleDraft] = []
    /// `track_group G` behind any of them, with its place in the order of reading.
    var groupUses: [(name: Located<String>, order: Int)] = []
    /// Interfaces that they name.
    var interfaces: [Located<String>] = []
}
