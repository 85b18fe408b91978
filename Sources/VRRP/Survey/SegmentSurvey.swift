public import Addressing
public import Timing

/// What is heard on one segment: who advertises which virtual router, and which ids are free.
public struct SegmentSurvey: Sendable {
    /// One sender of one virtual router.
    public struct Speaker: Sendable, Hashable {
        /// Its last advert.
        public var advert: HeardAdvert
        /// The hardware address that its frames come from; nil where the link has none.
        public var hardwareAddress: MACAddress?
        /// Whether it is this host.
        public var isOwn: Bool
        /// Its adverts so far.
        public var count: Int
        /// When it was heard first and last.
        public var first: Instant
        /// When it was heard last.
        public var last: Instant
    }

    private struct Key: Hashable {
        var virtualRouterID: UInt8
        var source: IPAddress
    }

    /// More speakers than any segment has; what comes beyond is not listed, so that a flood costs nothing.
    private static let limit = 4096

    private var speakers: [Key: Speaker] = [:]

    /// Nothing has been heard.
    public init() {}

    /// Takes in an advert.
    public mutating func hear(_ advert: HeardAdvert, from hardware: MACAddress?, isOwn: Bool, at now: Instant) {
        let key = Key(virtualRouterID: advert.virtualRouterID, source: advert.source)
        guard var speaker = speakers[key] else {
            guard speakers.count < Self.limit else { return }
            speakers[key] = Speaker(
                advert: advert, hardwareAddress: hardware, isOwn: isOwn, count: 1, first: now, last: now)
            return
        }
        speaker.advert = advert
        speaker.hardwareAddress = hardware
        speaker.count += 1
        speaker.last = now
        speakers[key] = speaker
    }

    /// Everybody who was heard, by family, id and priority.
    public var list: [Speaker] {
        speakers.values.sorted { left, right in
            let (a, b) = (left.advert, right.advert)
            if a.source.family != b.source.family { return a.source.family == .ipv4 }
            if a.virtualRouterID != b.virtualRouterID { return a.virtualRouterID < b.virtualRouterID }
            if a.priority != b.priority { return a.priority > b.priority }
            return a.source < b.source
        }
    }

    /// Ids with more than one speaker of a family that did not resign: two masters, or two pairs with one id.
    public func contested(family: AddressFamily) -> [UInt8] {
        var seen: [UInt8: Int] = [:]
        for speaker in speakers.values where speaker.advert.priority > 0 && speaker.advert.source.family == family {
            seen[speaker.advert.virtualRouterID, default: 0] += 1
        }
        return seen.filter { $0.value > 1 }.keys.sorted()
    }

    /// Ids that nobody was heard to use, in either family, because equipment may confuse the two.
    public var freeIDs: [UInt8] {
        let used = Set(speakers.keys.map(\.virtualRouterID))
        return (UInt8(1)...255).filter { !used.contains($0) }
    }
}
