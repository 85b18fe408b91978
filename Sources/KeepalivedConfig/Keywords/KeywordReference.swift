/// All keywords of all blocks: what the reference page, completion and the search for a misplaced keyword use.
public enum KeywordReference {
    /// Every block with its keywords, outermost first.
    public static let blocks: [BlockInfo] = [
        RootKeywords.table.info, GlobalKeywords.table.info, TrackerKeywords.script.info, InstanceKeywords.table.info,
        InstanceKeywords.authentication.info, SyncGroupKeywords.table.info, VirtualServerKeywords.table.info,
        RealServerKeywords.table.info, CheckerKeywords.tcp.info, CheckerKeywords.http.info, CheckerKeywords.url.info,
        CheckerKeywords.misc.info,
    ]

    /// The blocks that each keyword may stand in.
    static let blocksByKeyword: [String: [String]] = {
        var result: [String: [String]] = [:]
        for block in blocks {
            for keyword in block.keywords { result[keyword.name, default: []].append(block.name) }
        }
        return result
    }()
}
