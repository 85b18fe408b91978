/// One thing that keeps clients from being served as they should, with what it breaks.
public struct Finding: Sendable, Hashable {
    /// What is wrong. Raw values are names for programs and stay as they are.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The virtual address is on no interface.
        case addressMissing = "address-missing"
        /// It is there with the prefix of a network.
        case prefixLength = "prefix-length"
        /// It is on an interface that does ARP.
        case wrongInterface = "wrong-interface"
        /// The interface that holds it is down or missing.
        case interfaceDown = "interface-down"
        /// The host answers ARP requests for it.
        case arpIgnore = "arp-ignore"
        /// The host uses it as the sender of ARP requests.
        case arpAnnounce = "arp-announce"
        /// The host answers ARP for none of its addresses.
        case arpMute = "arp-mute"
        /// A strict reverse path filter drops what the director sends through the tunnel.
        case reversePathFilter = "reverse-path-filter"
        /// The device that opens the tunnel is missing.
        case tunnelMissing = "tunnel-missing"
        /// The device that opens the tunnel is down.
        case tunnelDown = "tunnel-down"
        /// The device that opens the tunnel opens other packets than the director's.
        case tunnelMode = "tunnel-mode"
        /// The device that opens the tunnel drops packets with a checksum, or those without.
        case tunnelChecksum = "tunnel-checksum"
        /// The port that packets of `gue` come to is not open.
        case tunnelPort = "tunnel-port"
        /// Duplicate address detection found another owner, or is not over.
        case duplicateDetection = "duplicate-address-detection"
        /// IPv6 is turned off.
        case ipv6Disabled = "ipv6-disabled"
        /// Nothing listens on a port of the service.
        case noListener = "no-listener"
        /// Full-sized packets do not fit into the tunnel.
        case tunnelMTU = "tunnel-mtu"
        /// A file that brings the addresses back after a reboot is gone.
        case persistenceMissing = "persistence-missing"
        /// A file that brings the addresses back after a reboot is not as it was written.
        case persistenceEdited = "persistence-edited"
        /// A file that brings the addresses back after a reboot cannot be read by the calling user.
        case persistenceUnread = "persistence-unread"
        /// The address has no alias name, which was asked for.
        case labelMissing = "label-missing"
        /// The segment could not be asked who answers ARP for the address.
        case notAsked = "segment-not-asked"
        /// Several hosts answer ARP for the address.
        case severalAnswers = "several-arp-answers"
        /// No host answers ARP for the address.
        case noAnswer = "no-arp-answer"
    }

    /// How much it matters.
    public enum Severity: String, Sendable, Hashable {
        /// Clients are served wrongly, by the wrong host, or not at all.
        case wrong
        /// It may be as it is on purpose, or is no matter of this host.
        case advice
    }

    /// What is wrong.
    public var kind: Kind
    /// How much it matters.
    public var severity: Severity
    /// Where: `10.1.80.90/32 on lo`, `net.ipv4.conf.all.arp_ignore`.
    public var subject: String
    /// How it is.
    public var actual: String
    /// How it should be.
    public var wanted: String
    /// What it breaks, as a sentence.
    public var consequence: String

    /// Creates a finding.
    public init(
        _ kind: Kind, _ severity: Severity = .wrong, subject: String, actual: String, wanted: String,
        consequence: String
    ) {
        self.kind = kind
        self.severity = severity
        self.subject = subject
        self.actual = actual
        self.wanted = wanted
        self.consequence = consequence
    }
}

extension Finding: CustomStringConvertible {
    /// `net.ipv4.conf.all.arp_ignore: 0, should be 1: this host answers …`.
    public var description: String {
        "\(severity.rawValue): \(subject): \(actual), should be \(wanted)\n    \(consequence)"
    }
}
