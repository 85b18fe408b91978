import Addressing

/// Everything that a file says, before defaults and corrections.
struct FileDraft: Sendable {
    var global = GlobalDraft()
    var root = RootDefinitions()
    var linkDelays: [Located<LinkDelay>] = []
    /// Interfaces that the top level names.
    var interfaces: [Located<String>] = []
    var scripts: [TrackScriptDraft] = []
    var trackFiles: [TrackFileDraft] = []
    var trackProcesses: [TrackProcessDraft] = []
    var trackGroups: [TrackGroupDraft] = []
    var garpGroups: [GARPGroupDraft] = []
    var statics = StaticDrafts()
    var instances: [VRRPInstanceDraft] = []
    var groups: [SyncGroupDraft] = []
    var serverGroups: [VirtualServerGroupDraft] = []
    var servers: [VirtualServerDraft] = []
    var bfdInstances: [BFDInstanceDraft] = []
    var tlsClient: TLSClientSettings?
    /// Keywords that were probably meant by unknown words.
    var misspelt: Set<String> = []
    /// Something that has work to do was there, right or wrong.
    var hasWork = false
}

/// The top level.
enum RootKeywords {
    static let table = KeywordTable<FileDraft>(
        "the top level of the file", blocks + elections + trackers + statics + daemon + servers)

    private static let blocks: [Keyword<FileDraft>] = [
        .custom("global_defs", "{ … }", "settings of the whole director", takesBlock: true) {
            draft, statement, analyzer in
            guard analyzer.requireBlock(statement) else { return }
            analyzer.expectNoMore(than: 0, of: statement)
            analyzer.read(GlobalKeywords.table, of: statement, into: &draft.global)
        }
    ]
}
