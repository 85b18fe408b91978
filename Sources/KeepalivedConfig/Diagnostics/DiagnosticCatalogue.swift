/// Every code that a diagnostic can have, with an example of what it says.
public struct CatalogueEntry: Sendable, Hashable {
    /// `MR0101`.
    public var code: String
    /// How bad it is. `MR0007` and `MR0001` are errors or warnings depending on the include keyword.
    public var severity: Diagnostic.Severity
    /// An example of the message.
    public var example: String
    /// An example of the way out, or nil.
    public var hint: String?
}

/// The list of diagnostics, for the reference page.
public enum DiagnosticCatalogue {
    /// Every code once, in order.
    public static let entries: [CatalogueEntry] = examples.map { issue in
        CatalogueEntry(code: issue.code, severity: issue.severity, example: issue.message, hint: issue.hint)
    }

    static let examples: [Issue] = [
        .cannotRead("/etc/keepalived/keepalived.conf", "no such file or directory", isIncluded: false), .notText,
        .notUTF8, .nothingToDo, .includeCycle(["a.conf", "b.conf", "a.conf"]), .includeTooDeep(32),
        .includeMatchesNothing("/etc/keepalived/conf.d/*.conf"), .textTooLong, .textTooBroken, .unclosedQuote,
        .unclosedBlock("vrrp_instance VI_1", before: ("virtual_server 10.1.80.90 80", 20)),
        .surplusBrace("vrrp_instance VI_1", line: 5), .blockWithoutKeyword, .nestedTooDeep(64), .undefinedName("VIP"),
        .definitionTooDeep, .expansionTooLong, .conditionWithoutID, .unsupportedLanguage("~SEQ"),
        .unknownKeyword("prority", block: "'vrrp_instance'", nearest: "priority", hasBlock: false),
        .keywordWithEqualsSign("priority=100", keyword: "priority", value: "100"),
        .keywordElsewhere("lb_algo", block: "'real_server'", belongs: ["'virtual_server'"], hasBlock: false),
        .noEffect("smtp_server", reason: "mail is not sent by this version"),
        .unsupported(
            "SSL_GET", consequence: "the server would never be taken out", remedy: "use TCP_CHECK"),
        .missingBlock("virtual_ipaddress"), .surplusBlock("weight"),
        .deprecated("lvs_flush_onstop", instead: "lvs_flush_on_stop"),
        .missingArgument("virtual_router_id", expected: "a whole number from 1 to 255"),
        .surplusArgument("TCP_CHECK", keyword: "weight"), .notANumber("x", expected: "a whole number from 1 to 255"),
        .numberOutOfRange("300", expected: "a whole number from 1 to 255"), .trailingText("100;", number: "100"),
        .notAnInterval("1s"), .intervalOutOfRange("300", expected: "0.01 to 255 seconds"),
        .intervalRounded("0.1234567"),
        .notAnAddress("10.1.80", expected: "an IPv4 or IPv6 address"), .notAPort("80000"),
        .notABoolean("maybe", keyword: "alpha"),
        .notAChoice("MASTR", expected: ["MASTER", "BACKUP"], nearest: "MASTER"),
        .tooLong("a-very-long-interface", limit: 15, what: "an interface name"),
        .malformed("xyz", expected: "an MD5 digest of 32 hexadecimal digits"), .emptyCommand("script"),
        .instanceWithout("VI_1", keyword: "virtual_router_id", remedy: "add 'virtual_router_id'"),
        .duplicate("vrrp_instance VI_1", line: 5), .duplicateRouterID(51, interface: "eth0", other: "VI_1"),
        .passwordTruncated(9), .passwordIgnored("VRRP version 3 has none"), .authenticationWithoutPassword,
        .advertIntervalRounded("0.3", used: "1"), .noPreemptCleared("with 'state MASTER'"),
        .preemptDelayCleared("with 'nopreempt'"),
        .stateCorrected("'state MASTER' without 'priority' is the address owner with priority 255"),
        .unknownTracker("chk", kind: "vrrp_script", nearest: nil), .addressOfOtherFamily("2001:db8::90"),
        .duplicateAddress("10.1.80.90"), .strictMode("'down_timer_adverts' is 3"),
        .unknownMember("VI_3", nearest: "VI_1"), .memberOfTwoGroups("VI_1", group: "G1"), .smallGroup(1),
        .weightIgnoredInGroup("eth0"), .tooManyAddresses(256), .scriptWithoutCommand("chk"),
        .familyMismatch("2001:db8::91", expected: "an IPv4 address"), .unknownInstance("VI_9", nearest: nil),
        .instanceWithoutAddresses("VI_1"), .loopbackInterface("lo"), .addressesOnOneLine("10.1.80.91"),
        .assumed("protocol", value: "UDP"), .cleared("protocol", reason: "for a firewall mark"), .portNeedsPersistence,
        .duplicateServer("10.1.80.93", line: 30), .quorumReduced(7, total: 3), .hysteresisReduced(3, quorum: 3),
        .portForced("8080", to: "port 80", method: "DR"), .poolWithoutServers, .serverFamily("2001:db8::93"),
        .neverChecked("HTTP_GET", missing: "url"), .checkerWithoutPort, .tunnelWithoutPort,
        .schedulerFlagIgnored("sh-port", scheduler: "wrr"), .unknownInterface("enp0s3", nearest: "enp0s4"),
    ]
}
