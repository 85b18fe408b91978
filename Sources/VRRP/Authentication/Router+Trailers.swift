import Addressing

extension Router {
    /// Verifies the signature in keepalived's order: what costs nothing first, and the sender's order last, because
    /// only a signature proves who the sender is.
    func judgeTrailer(
        of judged: inout JudgedAdvert, from sender: IPAddress, utc: AdvertSequence
    ) throws(AdvertRejection) {
        guard let authentication = configuration.authentication else { return }
        guard let bytes = judged.view.trailer else {
            guard authentication.mode == .enforce else { return }
            throw AdvertRejection(
                counter: \.trailersMissing, kind: .trailerMissing,
                sentence: "missing authentication trailer from \(sender)")
        }
        if case .unicast(let peers, _, _) = configuration.delivery, !peers.contains(where: { $0.address == sender }) {
            throw AdvertRejection(
                counter: \.sourceErrors, kind: .source, sentence: "unicast source address \(sender) not a unicast peer")
        }
        guard let trailer = AdvertTrailer(bytes) else {
            throw AdvertRejection(
                counter: \.trailersMalformed, kind: .trailerMalformed,
                sentence: "malformed authentication trailer from \(sender)")
        }
        let skew = utc.lead(over: trailer.sequence)
        if let window = authentication.timeWindow, skew.magnitude > UInt32(window) {
            throw AdvertRejection(
                counter: \.trailersStale, kind: .trailerStale,
                sentence:
                    "stale authentication trailer from \(sender), clock skew \(skew) sec exceeds window \(window) sec")
        }
        guard let key = authentication.keys[trailer.keyID] else {
            throw AdvertRejection(
                counter: \.trailerKeysUnknown, kind: .trailerKey,
                sentence: "unknown authentication key id \(trailer.keyID) from \(sender)")
        }
        let tag = AdvertAuthentication.tag(key, of: Array(judged.view.message), trailer, source: sender)
        guard isEqualInConstantTime(tag, trailer.tag) else {
            throw AdvertRejection(
                counter: \.trailerTagsInvalid, kind: .trailerTag,
                sentence: "invalid authentication HMAC from \(sender)")
        }
        guard replays.accepts(trailer.sequence, from: sender, utc: utc, window: authentication.timeWindow) else {
            throw AdvertRejection(
                counter: \.trailersReplayed, kind: .trailerReplayed,
                sentence: "replayed authentication trailer from \(sender)")
        }
        judged.sequence = trailer.sequence
        if let window = authentication.timeWindow, skew.magnitude > UInt32(window / 2) { judged.notableSkew = skew }
    }
}

extension VirtualRouters {
    /// Remembers what a believed advert says about its sender.
    mutating func note(
        _ judged: JudgedAdvert, from sender: IPAddress, by position: Int, into actions: inout [RouterAction]
    ) {
        if let sequence = judged.headerSequence { list[position].headerSequence = sequence }
        if let sequence = judged.sequence { list[position].replays.note(sequence, from: sender) }
        if let skew = judged.notableSkew, let window = list[position].configuration.authentication?.timeWindow,
            list[position].reported.allows(.clockSkew)
        {
            report(
                .warning, position,
                "authentication clock skew \(skew) sec from \(sender) approaching window \(window) sec",
                into: &actions)
        }
        guard case .automatic = list[position].configuration.checksum else { return }
        if judged.usesFormerChecksum {
            guard list[position].formerChecksumPeers.count < 256,
                list[position].formerChecksumPeers.insert(sender).inserted
            else { return }
            report(
                .notice, position, "Setting unicast VRRPv3 checksum to old version", cause: "\(sender) uses it",
                into: &actions)
        } else if list[position].formerChecksumPeers.remove(sender) != nil {
            report(
                .notice, position, "Setting unicast VRRPv3 checksum to new version", cause: "\(sender) uses it",
                into: &actions)
        }
    }
}
