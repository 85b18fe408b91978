import Addressing
import Timing

/// Why a received message changes nothing.
struct AdvertRejection: Error {
    /// The counter that it adds to.
    var counter: any WritableKeyPath<RouterStatistics, UInt64> & Sendable
    /// How often it may be said.
    var kind: ReportLimiter.Kind
    /// The line behind the router's name.
    var sentence: String
}

/// An advert that is to be believed, and what its sender is known by from now on.
struct JudgedAdvert {
    var view: AdvertView
    /// Where a signed advert stands in its sender's order.
    var sequence: AdvertSequence?
    /// The number of its authentication header.
    var headerSequence: UInt32?
    /// By how many seconds our clock is ahead of the sender's, where that comes near to what is allowed.
    var notableSkew: Int32?
    /// Whether its checksum is the former one.
    var usesFormerChecksum = false

    init(view: AdvertView) { self.view = view }
}

extension Router {
    /// Judges a datagram in keepalived's order, so that a message with several faults is counted as the same one.
    ///
    /// Nothing of the router is looked at but its configuration and source address, and nothing is changed: a forged
    /// advert can only be counted.
    func judge(_ datagram: Datagram, utc: Int64) throws(AdvertRejection) -> JudgedAdvert {
        let sender = datagram.source
        let view: AdvertView
        do {
            view = try AdvertView(
                datagram.payload, family: sender.family, allowsTrailer: configuration.authentication != nil)
        } catch .version(let version) {
            throw wrongVersion(version, from: sender)
        } catch {
            throw AdvertRejection(
                counter: \.packetLengthErrors, kind: .length, sentence: "\(error) from \(sender)")
        }
        if case .multicast = configuration.delivery, datagram.ttl != 255 {
            throw AdvertRejection(
                counter: \.ttlErrors, kind: .ttl,
                sentence: "invalid TTL/HL from \(sender). Received \(datagram.ttl) and expect 255")
        }
        guard view.version == configuration.version else { throw wrongVersion(view.version.rawValue, from: sender) }
        guard view.virtualRouterID == configuration.virtualRouterID else {
            throw AdvertRejection(
                counter: \.virtualRouterIDErrors, kind: .virtualRouterID,
                sentence:
                    "received VRID \(view.virtualRouterID) from \(sender), expecting \(configuration.virtualRouterID)")
        }
        var judged = JudgedAdvert(view: view)
        try judgeHeader(of: &judged, datagram)
        try judgeTrailer(of: &judged, from: sender, utc: AdvertSequence(utc: utc))
        if view.version == .v2 {
            try judgeAuthentication(view, from: sender)
            guard view.interval == configuration.advertInterval else {
                throw AdvertRejection(
                    counter: \.advertIntervalErrors, kind: .interval,
                    sentence: "advertisement interval mismatch with \(sender) "
                        + "mine=\(configuration.advertInterval.components.seconds) sec "
                        + "rcv'd=\(view.interval.components.seconds) sec")
            }
        } else if view.interval == .zero {
            // Adopted, it would make the master down timer expire at once, again and again.
            throw AdvertRejection(
                counter: \.advertIntervalErrors, kind: .interval,
                sentence: "advertisement interval of 0 from \(sender)")
        }
        guard view.type == Advert.type else {
            throw AdvertRejection(
                counter: \.invalidTypeReceived, kind: .type,
                sentence: "Invalid packet type from \(sender). \(view.type) and expect \(Advert.type)")
        }
        try judgeChecksum(of: &judged, datagram)
        let isMulticast = if case .multicast = configuration.delivery { true } else { false }
        guard datagram.destination.isMulticast == isMulticast else {
            throw AdvertRejection(
                counter: \.deliveryErrors, kind: .delivery,
                sentence: "Expected \(isMulticast ? "mult" : "un")icast packet but received "
                    + "\(isMulticast ? "un" : "mult")icast packet from \(sender)")
        }
        if configuration.ownerIgnoresAdverts, effectivePriority == RouterConfiguration.ownerPriority {
            throw AdvertRejection(
                counter: \.droppedByOwner, kind: .droppedByOwner,
                sentence: "Dropping packet(s) from \(sender) since we are address owner")
        }
        return judged
    }

    private func judgeChecksum(of judged: inout JudgedAdvert, _ datagram: Datagram) throws(AdvertRejection) {
        let view = judged.view
        let sender = datagram.source
        func isValid(_ rule: ChecksumRule, isFormer: Bool = false) -> Bool {
            view.hasValidChecksum(
                source: sender,
                coverage: rule.coverage(
                    version: view.version, destination: datagram.destination, isFormer: isFormer))
        }
        let rule = configuration.checksum
        if isValid(rule) { return }
        if case .automatic = rule, isValid(rule, isFormer: true) {
            judged.usesFormerChecksum = true
            return
        }
        if case .withoutPseudoHeader = rule, isValid(.standard) { return }
        throw AdvertRejection(
            counter: \.checksumErrors, kind: .checksum,
            sentence: "Invalid VRRPv\(view.version.rawValue) checksum from \(sender)")
    }

    private func wrongVersion(_ version: UInt8, from sender: IPAddress) -> AdvertRejection {
        AdvertRejection(
            counter: \.versionErrors, kind: .version,
            sentence: "wrong version from \(sender). Received \(version) and expect \(configuration.version.rawValue)")
    }

    private func judgeAuthentication(_ view: AdvertView, from sender: IPAddress) throws(AdvertRejection) {
        let own = configuration.advertAuthentication
        guard view.authenticationType == own.type else {
            // 0 none, 1 password, 2 AH: RFC 2338 section 5.3.6.
            let exists = view.authenticationType <= 2
            throw AdvertRejection(
                counter: exists ? \.authenticationTypeMismatch : \.invalidAuthenticationType,
                kind: .authenticationType,
                sentence: "received a \(view.authenticationType) auth from \(sender), expecting \(own.type)!")
        }
        guard case .password = own else { return }
        guard isEqualInConstantTime(view.authenticationData, own.data) else {
            throw AdvertRejection(
                counter: \.authenticationFailures, kind: .password,
                sentence: "received an invalid passwd from \(sender)!")
        }
    }

    /// The checks that come after the message was counted as received: a unicast sender must be a peer, its time to
    /// live within the peer's range.
    func judgeSender(_ datagram: Datagram) throws(AdvertRejection) {
        guard case .unicast(let peers, _, let checksSource) = configuration.delivery else { return }
        let sender = datagram.source
        guard let peer = peers.first(where: { $0.address == sender }) else {
            guard checksSource else { return }
            throw AdvertRejection(
                counter: \.sourceErrors, kind: .source, sentence: "unicast source address \(sender) not a unicast peer")
        }
        guard peer.ttl.contains(datagram.ttl) else {
            throw AdvertRejection(
                counter: \.ttlErrors, kind: .ttl,
                sentence:
                    "TTL/HL \(datagram.ttl) from \(sender) not in range \(peer.ttl.lowerBound) - \(peer.ttl.upperBound)"
            )
        }
    }

    /// What is odd about the advertised addresses; nil when they are ours in any order.
    func addressDifference(_ view: AdvertView, from sender: IPAddress) -> (kind: ReportLimiter.Kind, sentence: String)?
    {
        guard !configuration.skipsAddressCheck else { return nil }
        let own = configuration.addresses
        guard view.addressCount == own.count else {
            return (.addressCount, "expected \(own.count) VIPs but received \(view.addressCount) from \(sender)")
        }
        let theirs = view.addresses
        guard theirs != own else { return nil }
        let set = Set(theirs)
        guard let missing = own.first(where: { !set.contains($0) }) else { return nil }
        return (
            .addressList,
            "ip address associated with VRID \(configuration.virtualRouterID) not present in advert from \(sender): \(missing)"
        )
    }
}
