import Addressing

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
    /// Keywords that were probably meant by unknown words.
    var meant: Set<String> = []
    var allowsNoAddresses: Span?
    var priority: Located<UInt8>?
    var advertInterval: Located<Interval>?
    var version: Located<VRRPInstance.Version>?
    /// The first address that says which family the adverts have, or `native_ipv6`.
    var family: Located<AddressFamily>?
    /// `native_ipv6`.
    var wantsIPv6: Span?
    var authentication: AuthenticationDraft?
    var hmac: HMACDraft?
    var noPreempt: Span?
    var preemptDelay: Located<Interval>?
    var addresses: [Located<VirtualAddress>] = []
    var excludedAddresses: [Located<VirtualAddress>] = []
    var routes: [Located<RouteDefinition>] = []
    var rules: [RuleDraft] = []
    /// Interfaces named behind `dev` and the like.
    var otherInterfaces: [Located<String>] = []
    var multicastSource: Located<IPAddress>?
    var unicastSource: Located<IPAddress>?
    var peers: [Located<UnicastPeer>] = []
    var unicastTTL: Located<UInt8>?
    var checkUnicastSource: Bool?
    /// The first keyword that is for unicast only.
    var unicastKeyword: Located<String>?
    var faultsWithoutPeers = false
    var oldUnicastChecksum = VRRPInstance.OldUnicastChecksum.automatic
    var multicastGroup: Located<IPAddress>?
    var trackers = TrackDrafts()
    var doesNotTrackPrimary = false
    var tracksSourceAddress: Span?
    var garp = GratuitousARPDraft()
    var lowerPriorityNoAdvert: Located<Bool>?
    var higherPrioritySendAdvert: Located<Bool>?
    var downTimerAdverts: Located<UInt8>?
    var skipCheckAdvertAddresses: Bool?
    var ownerIgnoresAdverts: Located<Bool>?
    var expiredTimerPriority: Located<UInt8>?
    var v3ChecksumAsV2: Bool?
    var virtualInterface = VirtualInterfaceSettings()
    var vmac: Span?
    var vmacUsesRouterID = false
    var transmitsFromBase: Span?
    var vrf: Span?
    var promotesSecondaries = false
    var pollsLink = false
    var receiveBufferSize: UInt32?
    var debugLevel: UInt8 = 0
    var syncDaemonInterface: Located<String>?
    var sendsMail: Bool?
    var notifiesPriorityChanges: Bool?
    var strict: Bool?
    var accept: Located<Bool>?
    var notify = NotifyScripts()

    /// Remembers the family that an address stands for, if it is the first.
    mutating func remember(_ family: AddressFamily, at span: Span) {
        if self.family == nil { self.family = Located(family, span) }
    }

    /// Remembers a keyword that is for unicast only, if it is the first.
    mutating func rememberUnicast(_ keyword: String, at span: Span) {
        if unicastKeyword == nil { unicastKeyword = Located(keyword, span) }
    }
}
