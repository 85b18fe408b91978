/// All keywords of all blocks: what the reference page, completion and the search for a misplaced keyword use.
public enum KeywordReference {
    /// Every block with its keywords, outermost first.
    public static let blocks: [BlockInfo] = [
        RootKeywords.table.info, GlobalKeywords.table.info, TrackerKeywords.script.info, TrackerKeywords.file.info,
        TrackerKeywords.process.info, InstanceKeywords.table.info, InstanceKeywords.authentication.info,
        InstanceKeywords.hmac.info, SyncGroupKeywords.table.info, SyncGroupKeywords.trackGroup.info,
        SyncGroupKeywords.garpGroup.info, VirtualServerKeywords.table.info,
        RealServerKeywords.table.info, CheckerKeywords.tcp.info, HTTPCheckerKeywords.http.info,
        HTTPCheckerKeywords.ssl.info, HTTPCheckerKeywords.url.info, CheckerKeywords.misc.info,
        CheckerKeywords.smtp.info, CheckerKeywords.smtpHost.info, CheckerKeywords.dns.info, CheckerKeywords.udp.info,
        CheckerKeywords.ping.info, CheckerKeywords.file.info, CheckerKeywords.bfd.info, BFDKeywords.table.info,
        TLSKeywords.table.info,
    ]

    /// The blocks that each keyword may stand in.
    static let blocksByKeyword: [String: [String]] = {
        var result: [String: [String]] = [:]
        for block in blocks {
            for keyword in block.keywords { result[keyword.name, default: []].append(block.name) }
        }
        return result
    }()

    /// Whether a keyword has a block wherever it stands.
    static func needsBlock(_ name: String) -> Bool { namesWithBlock.contains(name) }

    private static let namesWithBlock: Set<String> = {
        var result: Set<String> = []
        var others: Set<String> = []
        for block in blocks {
            for keyword in block.keywords {
                if keyword.arguments.contains("{") { result.insert(keyword.name) } else { others.insert(keyword.name) }
            }
        }
        return result.subtracting(others)
    }()
}
