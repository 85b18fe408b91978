import Addressing

/// `vrrp_instance`.
enum InstanceKeywords {
    static let table = KeywordTable<VRRPInstanceDraft>(
        "'vrrp_instance'",
        identity + addresses + peers + behaviour + trackers + garp + notify + virtualInterfaces)

    private static let identity: [Keyword<VRRPInstanceDraft>] = [
        .custom("state", "MASTER|BACKUP", default: "BACKUP", "the wanted state; the election decides") {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "one of MASTER, BACKUP") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            let choices: [(name: String, value: VRRPInstance.InitialState)] = [
                ("MASTER", .master), ("BACKUP", .backup),
            ]
            guard let state = analyzer.choice(word, choices) else { return }
            guard state == .master || draft.state?.value != .master else {
                analyzer.reportGivenAlready("state MASTER", at: word.span)
                return
            }
            draft.state = Located(state, word.span)
        },
        .custom("interface", "INTERFACE", "where adverts and addresses go; optional for unicast") {
            draft, statement, analyzer in
            draft.hasInterface = true
            guard
                let word = analyzer.refusing(
                    Analyzer.adviceOnInterface, { $0.required(of: statement, expected: "an interface name") })
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.interface = analyzer.interface(word).map { Located($0, word.span) }
        },
        .custom("virtual_router_id", "1…255", "the group; the same on every router of it") {
            draft, statement, analyzer in
            draft.hasVirtualRouterID = true
            let expected = "a whole number from 1 to 255"
            let remedy = "take one that no other group of the network has, and the same on every router of this group"
            analyzer.refusing(remedy) { analyzer in
                guard let word = analyzer.required(of: statement, expected: expected) else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                draft.virtualRouterID = analyzer.integer(word, in: 1...255, isLenient: true)
                    .map { Located($0, word.span) }
            }
        },
        .integer(
            "priority", UInt8(1)...255, default: "100; 255 with `state MASTER`", fallback: 100, isLenient: true,
            "the highest becomes master; 255 owns the addresses"
        ) { $0.priority = $1 },
        .interval(
            "advert_int", Interval(microseconds: 10_000)...Interval.seconds(255), default: "1",
            "time between adverts: whole seconds in version 2, steps of 0.01 up to 40.95 in version 3"
        ) { $0.advertInterval = $1 },
        .custom(
            "version", "2|3", default: "`vrrp_version`; 3 for IPv6", "version of the adverts"
        ) { draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "one of 2, 3") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let version = analyzer.choice(word, [("2", VRRPInstance.Version.v2), ("3", .v3)]) else { return }
            if version == .v2, let family = draft.family, family.value == .ipv6 {
                analyzer.sink.report(.keywordCleared("version", "IPv6 adverts are of version 3"), at: word.span)
            } else if let earlier = draft.version, earlier.value != version {
                analyzer.reportGivenAlready("version", at: word.span)
            } else {
                draft.version = Located(version, word.span)
            }
        },
        .flag("native_ipv6", "adverts are IPv6 whatever the addresses are") { draft, span in
            draft.remember(.ipv6, at: span)
            draft.wantsIPv6 = span
        },
        .boolean("v3_checksum_as_v2", default: "`v3_checksum_as_v2` of `global_defs`", "checksum without pseudo header")
        { draft, value, _ in draft.v3ChecksumAsV2 = value },
        .custom("authentication", "{ auth_type PASS|AH auth_pass PASSWORD }", "VRRP version 2 only", takesBlock: true) {
            draft, statement, analyzer in
            var authentication = draft.authentication ?? AuthenticationDraft(span: analyzer.tree.span(statement))
            let meant = analyzer.read(InstanceKeywords.authentication, of: statement, into: &authentication)
            authentication.hasType = authentication.hasType || meant["auth_type"] != nil
            authentication.hasPassword = authentication.hasPassword || meant["auth_pass"] != nil
            draft.authentication = authentication
        },
        .custom(
            "auth_hmac", "{ key ID SECRET active_key ID … }", "signed adverts", takesBlock: true
        ) { draft, statement, analyzer in
            var hmac = draft.hmac ?? HMACDraft(span: analyzer.tree.span(statement))
            analyzer.refusing("correct the line: routers that sign in different ways do not hear each other") {
                _ = $0.read(InstanceKeywords.hmac, of: statement, into: &hmac)
            }
            draft.hmac = hmac
        },
    ]

    private static let trackers: [Keyword<VRRPInstanceDraft>] =
        TrackerKeywords.lists { draft, change in change(&draft.trackers) }
        + [
            .flag("dont_track_primary", "a downed interface of its own is no fault") { draft, _ in
                draft.doesNotTrackPrimary = true
            },
            .flag("track_src_ip", "a vanished source address is a fault") { draft, span in
                draft.tracksSourceAddress = span
            },
            .flag("linkbeat_use_polling", "poll the link") { draft, _ in
                draft.pollsLink = true
            },
            .custom(
                "lvs_sync_daemon_interface", "INTERFACE", "old form of `lvs_sync_daemon` with this instance"
            ) { draft, statement, analyzer in
                guard let word = analyzer.required(of: statement, expected: "an interface name"),
                    let interface = analyzer.interface(word)
                else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                analyzer.sink.report(
                    .deprecated("lvs_sync_daemon_interface", instead: "lvs_sync_daemon"),
                    at: analyzer.tree.span(statement))
                draft.syncDaemonInterface = Located(interface, word.span)
            },
        ]
}
