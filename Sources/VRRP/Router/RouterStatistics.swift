/// Counters of one virtual router since it came into being; a reload keeps them. In parentheses the keys of
/// keepalived's JSON.
public struct RouterStatistics: Sendable, Hashable {
    /// Adverts that passed every check of the packet (`advert_rcvd`).
    public var advertsReceived: UInt64 = 0
    /// Adverts sent, those of priority 0 included (`advert_sent`).
    public var advertsSent: UInt64 = 0
    /// Transitions to MASTER (`become_master`).
    public var becameMaster: UInt64 = 0
    /// Transitions from MASTER (`release_master`).
    public var releasedMaster: UInt64 = 0
    /// Messages shorter or longer than their fields say (`packet_len_err`).
    public var packetLengthErrors: UInt64 = 0
    /// Adverts with another interval than ours in version 2, or with none in version 3 (`advert_interval_err`).
    public var advertIntervalErrors: UInt64 = 0
    /// A time to live other than 255, or outside the unicast peer's range (`ip_ttl_err`).
    public var ttlErrors: UInt64 = 0
    /// Types other than ADVERTISEMENT (`invalid_type_rcvd`).
    public var invalidTypeReceived: UInt64 = 0
    /// Adverts whose addresses are not ours; they count as received too (`addr_list_err`).
    public var addressListErrors: UInt64 = 0
    /// Authentication types that do not exist (`invalid_authtype`).
    public var invalidAuthenticationType: UInt64 = 0
    /// Authentication types other than ours (`authtype_mismatch`).
    public var authenticationTypeMismatch: UInt64 = 0
    /// Wrong passwords (`auth_failure`).
    public var authenticationFailures: UInt64 = 0
    /// Adverts without the trailer that they must have (`auth_ext_missing`).
    public var trailersMissing: UInt64 = 0
    /// Trailers that are none (`auth_ext_malformed`).
    public var trailersMalformed: UInt64 = 0
    /// Trailers with a key that is not known here (`auth_ext_unknown_key`).
    public var trailerKeysUnknown: UInt64 = 0
    /// Trailers whose signature is wrong (`auth_ext_invalid_hmac`).
    public var trailerTagsInvalid: UInt64 = 0
    /// Trailers whose clock is too far from ours (`auth_ext_stale`).
    public var trailersStale: UInt64 = 0
    /// Trailers that are not newer than what their sender sent before (`auth_ext_replay`).
    public var trailersReplayed: UInt64 = 0
    /// Wrong checksums.
    public var checksumErrors: UInt64 = 0
    /// Another protocol version than ours.
    public var versionErrors: UInt64 = 0
    /// Another virtual router id than the one that the shell looked up.
    public var virtualRouterIDErrors: UInt64 = 0
    /// Multicast where unicast was expected, or the other way round.
    public var deliveryErrors: UInt64 = 0
    /// Unicast adverts of senders that are no peers.
    public var sourceErrors: UInt64 = 0
    /// Adverts that the owner of the addresses dropped, because it was told to (`owner_ignore_adverts`).
    public var droppedByOwner: UInt64 = 0
    /// Adverts of priority 0 received (`pri_zero_rcvd`).
    public var priorityZeroReceived: UInt64 = 0
    /// Adverts of priority 0 sent (`pri_zero_sent`).
    public var priorityZeroSent: UInt64 = 0
    /// Deadlines that were handled so late that the routers took notice.
    public var lateDeadlines: UInt64 = 0
    /// The largest lateness among them.
    public var largestLateness: Duration = .zero

    /// Counters at zero.
    public init() {}

    /// Messages that were refused for their authentication trailer.
    public var authenticationTrailerErrors: UInt64 {
        trailersMissing + trailersMalformed + trailerKeysUnknown + trailerTagsInvalid + trailersStale + trailersReplayed
    }

    /// Messages that were refused.
    public var rejected: UInt64 {
        packetLengthErrors + advertIntervalErrors + ttlErrors + invalidTypeReceived + invalidAuthenticationType
            + authenticationTypeMismatch + authenticationFailures + checksumErrors + versionErrors
            + virtualRouterIDErrors + deliveryErrors + sourceErrors + authenticationTrailerErrors
    }
}
