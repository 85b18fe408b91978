import Addressing

/// `virtual_server_group`, `virtual_server`, `bfd_instance` and `SSL` at the top level.
extension RootKeywords {
    static let servers: [Keyword<FileDraft>] = [
        .custom(
            "virtual_server_group", "NAME { ADDRESS[-END|/LENGTH] [PORT]|fwmark MARK [inet|inet6] … }",
            "addresses and marks that share servers", takesBlock: true
        ) { draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a name"), analyzer.requireBlock(statement)
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            var group = VirtualServerGroupDraft(name: analyzer.tree.string(word), span: word.span)
            analyzer.forEachLine(of: statement) { analyzer, line in
                if let entry = analyzer.groupEntry(line) {
                    group.entries.append(entry)
                    group.spans.append(analyzer.tree.span(line))
                } else {
                    group.hasUnreadable = true
                }
            }
            draft.serverGroups.append(group)
        },
        .custom(
            "virtual_server", "ADDRESS [PORT]|fwmark MARK|group NAME { … }", "a service with its servers",
            takesBlock: true
        ) { draft, statement, analyzer in
            draft.hasWork = true
            guard var server = analyzer.virtualServer(statement), analyzer.requireBlock(statement) else { return }
            let meant = analyzer.read(VirtualServerKeywords.table, of: statement, into: &server)
            draft.misspelt.formUnion(meant.keys)
            server.meant = Set(meant.keys)
            draft.servers.append(server)
        },
        .custom("bfd_instance", "NAME { … }", "a BFD session with a neighbour", takesBlock: true) {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a name"), analyzer.requireBlock(statement),
                let name = analyzer.text(word, limit: 31, what: "the name of a BFD session")
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            var instance = BFDInstanceDraft(name: name, span: word.span, order: statement)
            analyzer.read(BFDKeywords.table, of: statement, into: &instance)
            draft.bfdInstances.append(instance)
        },
        Keyword.custom("SSL", "{ … }", "certificates of SSL_GET", takesBlock: true) { draft, statement, analyzer in
            guard analyzer.requireBlock(statement) else { return }
            analyzer.expectNoMore(than: 0, of: statement)
            var settings = TLSClientSettings()
            analyzer.read(TLSKeywords.table, of: statement, into: &settings)
            draft.tlsClient = settings
        },
    ]
}

/// `SSL`.
enum TLSKeywords {
    static let table = KeywordTable<TLSClientSettings>(
        "'SSL'",
        [
            .text("password", "TEXT", "password of the key") { $0.password = $1.value },
            .text("ca", "FILE", "certificates that are trusted") { $0.authorities = $1.value }.withoutEffect(
                "the certificates of real servers are not verified, as keepalived does not verify them"),
            .text("certificate", "FILE", "own certificate") { $0.certificate = $1.value },
            .text("key", "FILE", "key of the certificate") { $0.key = $1.value },
        ])
}

/// `bfd_instance`.
enum BFDKeywords {
    static let table = KeywordTable<BFDInstanceDraft>(
        "'bfd_instance'",
        [
            neighbor("neighbor_ip"), neighbor("neighbour_ip").setting("neighbor_ip"),
            .address("source_ip", "address that packets come from") { $0.source = $1 },
            milliseconds("min_rx", 1, default: "10", "shortest interval at which packets can be taken") {
                $0.minimumReceiveInterval = $1
            },
            milliseconds("min_tx", 1, default: "10", "shortest interval at which packets are sent") {
                $0.minimumSendInterval = $1
            },
            milliseconds("idle_tx", 1000, default: "1000", "interval while the session is down") {
                $0.idleSendInterval = $1
            },
            .integer("multiplier", UInt8(1)...255, default: "5", "missing packets that end the session") {
                $0.multiplier = $1.value
            },
            .flag("passive", "wait for the neighbour to begin") { draft, _ in draft.isPassive = true },
            .integer("ttl", UInt8(1)...255, default: "255", "TTL of packets") { $0.ttl = $1.value },
            Keyword.integer("hoplimit", UInt8(1)...255, default: "255", "as `ttl`") { $0.ttl = $1.value }.setting(
                "ttl"),
            .integer(
                "max_hops", Int16(-1)...255, default: "0",
                "routers that a packet may have passed: its TTL may be that much below `ttl`; -1 is any"
            ) {
                $0.maximumHops = $1
            },
            .boolean("multihop", "the neighbour is behind a router") { draft, value, _ in draft.isMultihop = value },
            .custom("weight", "-253…253 [reverse|noreverse]", default: "0", "added to a priority") {
                draft, statement, analyzer in
                guard let word = analyzer.required(of: statement, expected: "a whole number from -253 to 253"),
                    let weight = analyzer.integer(word, in: Int16(-253)...253, isLenient: true)
                else { return }
                analyzer.expectNoMore(than: 2, of: statement)
                draft.weight = weight
                draft.isReversed = false
                guard let option = analyzer.tree.argument(1, of: statement) else { return }
                draft.isReversed = analyzer.choice(option, [("reverse", true), ("noreverse", false)]) ?? false
            },
            consumer("vrrp", "for instances; both without this and `checker`") { $0.servesVRRP = true },
            consumer("checker", "for BFD_CHECK; both without this and `vrrp`") { $0.servesCheckers = true },
        ])

    private static func neighbor(_ name: String) -> Keyword<BFDInstanceDraft> {
        .custom(name, "ADDRESS", "the other end") { draft, statement, analyzer in
            draft.hasNeighbor = true
            guard let word = analyzer.required(of: statement, expected: "an address") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.neighbor = analyzer.address(word).map { Located($0, word.span) }
        }
    }

    private static func consumer(
        _ name: String, _ meaning: String, _ assign: @escaping @Sendable (inout BFDInstanceDraft) -> Void
    ) -> Keyword<BFDInstanceDraft> {
        .flag(name, meaning) { draft, _ in assign(&draft) }
    }

    private static func milliseconds(
        _ name: String, _ lowest: Int64, default defaultValue: String, _ meaning: String,
        _ assign: @escaping @Sendable (inout BFDInstanceDraft, Interval) -> Void
    ) -> Keyword<BFDInstanceDraft> {
        .custom(name, "MILLISECONDS (\(lowest)…4294967)", default: defaultValue, meaning) {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a number of milliseconds") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.milliseconds(word, in: lowest...4_294_967) else { return }
            assign(&draft, value)
        }
    }
}
