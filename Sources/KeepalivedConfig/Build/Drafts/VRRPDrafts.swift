import Addressing

/// A `vrrp_script` block while it is being read.
struct TrackScriptDraft: Sendable {
    var name: String
    var span: Span
    var script: Located<Script>?
    var interval: Interval?
    var timeout: Interval?
    var weight = 0
    var isReversed = false
    var rise: UInt32 = 1
    var fall: UInt32 = 1
    var user: ScriptUser?
    var startsFailed = false
}

/// A line of `track_interface` or `track_script`.
struct TrackDraft: Sendable {
    var name: String
    var span: Span
    /// nil takes the weight of the `vrrp_script` block.
    var weight: Int?
    var isReversed: Bool?
}

/// A `vrrp_sync_group` block while it is being read.
struct SyncGroupDraft: Sendable {
    var name: String
    var span: Span
    var members: [Located<String>] = []
    var interfaces: [TrackDraft] = []
    var scripts: [TrackDraft] = []
    var allowsTrackingWeights = false
    var notify = NotifyScripts()
}

/// The `authentication` block while it is being read.
struct AuthenticationDraft: Sendable {
    var span: Span
    /// `auth_type` was there, usable or not.
    var hasType = false
    var isSimple = false
    /// `auth_pass` was there, usable or not.
    var hasPassword = false
    var password: Located<String>?
}

/// A `vrrp_instance` block while it is being read: what the file says, before defaults and corrections.
struct VRRPInstanceDraft: Sendable {
    var name: String
    var span: Span
    var state: Located<VRRPInstance.InitialState>?
    var interface: Located<String>?
    var virtualRouterID: Located<UInt8>?
    /// `virtual_router_id` was there, though without a usable value: one diagnostic is enough.
    var hasVirtualRouterID = false
    var hasInterface = false
    var hasAddresses = false
    var allowsNoAddresses = false
    var priority: Located<UInt8>?
    var advertInterval: Located<Interval>?
    var version: Located<VRRPInstance.Version>?
    var authentication: AuthenticationDraft?
    var noPreempt: Span?
    var preemptDelay: Located<Interval>?
    var addresses: [Located<VirtualAddress>] = []
    var excludedAddresses: [Located<VirtualAddress>] = []
    /// Interfaces named behind `dev`.
    var addressInterfaces: [Located<String>] = []
    var multicastSource: Located<IPAddress>?
    var unicastSource: Located<IPAddress>?
    var peers: [Located<UnicastPeer>] = []
    var unicastTTL: UInt8?
    var checkUnicastSource: Bool?
    var multicastGroup: Located<IPAddress>?
    var interfaces: [TrackDraft] = []
    var scripts: [TrackDraft] = []
    var doesNotTrackPrimary = false
    var garp = GratuitousARPDraft()
    var lowerPriorityNoAdvert: Located<Bool>?
    var higherPrioritySendAdvert: Located<Bool>?
    var downTimerAdverts: Located<UInt8>?
    var skipCheckAdvertAddresses: Bool?
    var strict: Bool?
    var accept: Located<Bool>?
    var notify = NotifyScripts()
}
