import Addressing

/// Blocks of one kind that lines refer to by name.
struct NamedBlocks<Block: Sendable>: Sendable {
    struct Entry: Sendable {
        var block: Block
        var span: Span
        /// Its place in the order of reading.
        var order: Int
    }

    private(set) var entries: [Entry] = []
    private var indices: [String: Int] = [:]

    mutating func append(_ block: Block, named name: String, at span: Span, order: Int) {
        indices[name] = entries.count
        entries.append(Entry(block: block, span: span, order: order))
    }

    subscript(name: String) -> Entry? { indices[name].map { entries[$0] } }
    var names: [String] { indices.keys.sorted() }
    var values: [Block] { entries.map { $0.block } }
}

/// Everything that can be tracked by name.
struct Trackers: Sendable {
    var scripts = NamedBlocks<TrackScript>()
    var files = NamedBlocks<TrackFile>()
    var processes = NamedBlocks<TrackProcess>()
    /// Sessions that serve instances.
    var sessions = NamedBlocks<BFDInstance>()
}

extension Resolver {
    mutating func trackers(_ draft: FileDraft) -> Trackers {
        var trackers = Trackers()
        var names: [String: Span] = [:]
        for script in draft.scripts where isNew(script.name, "vrrp_script", at: script.span, in: &names) {
            guard let block = resolve(script) else { continue }
            trackers.scripts.append(block, named: script.name, at: script.span, order: script.order)
        }
        names = [:]
        for file in draft.trackFiles where isNew(file.name, "track_file", at: file.span, in: &names) {
            guard let path = file.path else {
                sink.report(.keywordCleared("track_file \(file.name)", "it names no 'file'"), at: file.span)
                ignoredTrackers.insert(file.name)
                continue
            }
            var block = TrackFile(name: file.name, path: path.value)
            block.weight = file.weight ?? 1
            block.isReversed = file.isReversed
            block.initial = file.initial
            trackers.files.append(block, named: file.name, at: file.span, order: file.order)
        }
        names = [:]
        for process in draft.trackProcesses
        where isNew(process.name, "vrrp_track_process", at: process.span, in: &names) {
            guard !process.command.isEmpty else {
                if !process.hasCommand {
                    sink.report(
                        .keywordCleared("vrrp_track_process \(process.name)", "it names no 'process'"),
                        at: process.span)
                }
                ignoredTrackers.insert(process.name)
                continue
            }
            trackers.processes.append(
                resolve(process), named: process.name, at: process.span, order: process.order)
        }
        return trackers
    }

    private mutating func resolve(_ draft: TrackScriptDraft) -> TrackScript? {
        guard let script = draft.script else {
            if let cause = draft.cause {
                sink.amend(at: cause, consequence: "what tracks '\(draft.name)' goes without")
            } else {
                sink.report(.scriptWithoutCommand(draft.name), at: draft.span)
            }
            ignoredTrackers.insert(draft.name)
            return nil
        }
        var block = TrackScript(name: draft.name, script: script.value)
        block.script.user = script.value.user ?? draft.user
        block.interval = atLeast(draft.interval, "interval") ?? .seconds(1)
        block.timeout = atLeast(draft.timeout, "timeout") ?? block.interval
        block.weight = draft.weight
        block.isReversed = draft.isReversed
        block.rise = draft.rise
        block.fall = draft.fall
        block.startsFailed = draft.startsFailed
        return block
    }

    /// 0 stands for a second.
    private mutating func atLeast(_ interval: Located<Interval>?, _ keyword: String) -> Interval? {
        guard let interval, interval.value.microseconds == 0 else { return interval?.value }
        sink.report(.corrected(keyword, "0", used: "1"), at: interval.span)
        return .seconds(1)
    }

    private mutating func resolve(_ draft: TrackProcessDraft) -> TrackProcess {
        var block = TrackProcess(name: draft.name, command: draft.command)
        let hasArguments = draft.command.count > 1
        block.match = draft.match ?? (hasArguments ? .exact : .none)
        block.comparesFullCommand = draft.comparesFullCommand || hasArguments || draft.match != nil
        block.weight = draft.weight ?? 0
        block.isReversed = draft.isReversed
        block.terminateDelay = draft.terminateDelay ?? .seconds(0)
        block.forkDelay = draft.forkDelay ?? .seconds(0)
        block.quorum = draft.quorum?.value ?? 1
        block.maximum = draft.maximum?.value
        guard let maximum = draft.maximum, maximum.value < block.quorum else { return block }
        if maximum.value == 0, draft.quorum == nil {
            // None may run.
            block.quorum = 0
        } else {
            sink.report(.keywordCleared("quorum_max", "it is lower than 'quorum'"), at: maximum.span)
            block.maximum = nil
        }
        return block
    }

    /// The definition of what a line tracks; a line that stands before it or names nothing tracks nothing.
    mutating func definition<Block>(
        of draft: TrackDraft, _ kind: String, among blocks: NamedBlocks<Block>
    ) -> Block? {
        guard let entry = blocks[draft.name] else {
            guard !ignoredTrackers.contains(draft.name), !places.misspelt.contains(kind), sink.admits(.warning) else {
                return nil
            }
            sink.report(
                .unknownTracker(
                    draft.name, kind: kind, nearest: Suggestion.nearest(to: draft.name, among: blocks.names)),
                at: draft.span)
            return nil
        }
        guard entry.order < draft.order else {
            sink.report(
                .usedBeforeDefinition(draft.name, kind: kind, line: line(entry.span)).relating(
                    "defined here", to: entry.span), at: draft.span)
            return nil
        }
        return entry.block
    }
}
