import VRRP

/// The text of `keepalived.stats`, laid out as keepalived does it, with the counters that only Martlet keeps in a
/// section of their own at the end of each instance.
enum StatisticsReport {
    static func text(_ statuses: [RouterStatus]) -> String {
        statuses.map(text).joined()
    }

    private static func text(_ status: RouterStatus) -> String {
        let counters = status.statistics
        var lines = ["VRRP Instance: \(status.id)"]
        func section(_ title: String, _ entries: [(String, UInt64)]) {
            lines.append("  \(title):")
            for (name, value) in entries { lines.append("    \(name): \(value)") }
        }
        section("Advertisements", [("Received", counters.advertsReceived), ("Sent", counters.advertsSent)])
        lines.append("  Became master: \(counters.becameMaster)")
        lines.append("  Released master: \(counters.releasedMaster)")
        section(
            "Packet Errors",
            [
                ("Length", counters.packetLengthErrors), ("TTL", counters.ttlErrors),
                ("Invalid Type", counters.invalidTypeReceived),
                ("Advertisement Interval", counters.advertIntervalErrors),
                ("Address List", counters.addressListErrors),
            ])
        section(
            "Authentication Errors",
            [
                ("Invalid Type", counters.invalidAuthenticationType),
                ("Type Mismatch", counters.authenticationTypeMismatch),
                ("Failure", counters.authenticationFailures),
            ])
        section(
            "Authentication Extension Errors",
            [
                ("Missing", counters.trailersMissing), ("Malformed", counters.trailersMalformed),
                ("Unknown Key", counters.trailerKeysUnknown), ("Invalid HMAC", counters.trailerTagsInvalid),
                ("Stale", counters.trailersStale), ("Replay", counters.trailersReplayed),
            ])
        section("Priority Zero", [("Received", counters.priorityZeroReceived), ("Sent", counters.priorityZeroSent)])
        section(
            "Other Errors",
            [
                ("Checksum", counters.checksumErrors), ("Version", counters.versionErrors),
                ("Virtual Router ID", counters.virtualRouterIDErrors), ("Delivery", counters.deliveryErrors),
                ("Unicast Source", counters.sourceErrors), ("Dropped By Owner", counters.droppedByOwner),
            ])
        return lines.joined(separator: "\n") + "\n"
    }
}
