/// A keyword of one block, with what it does to the draft of that block.
struct Keyword<Target>: Sendable {
    typealias Action = @Sendable (inout Target, Int, inout Analyzer) -> Void

    /// Name, arguments, default, support and meaning.
    var info: KeywordInfo
    /// Whether a block may follow.
    var takesBlock: Bool
    /// Whether a second one in the same block is hardly meant: one of the two does not count.
    var countsOnce = false
    /// Whether the first of two counts, not the second.
    var keepsFirst = false
    /// What it sets, where several keywords set the same: the name of one of them.
    var setting: String?
    /// Whether its block is a list of lines rather than of keywords.
    var isList = false
    /// Reads the statement with this index into the draft.
    var action: Action
}

/// The keywords of one block: what parses it, checks it and documents it.
struct KeywordTable<Target>: Sendable {
    /// The block as a message names it.
    let name: String
    let keywords: [Keyword<Target>]
    /// Hash table with open addressing: indices into `keywords`, -1 for an empty place.
    private let slots: [Int16]
    private let names: [[UInt8]]
    /// For each keyword what it sets: the index of the first keyword that sets the same.
    private let settings: [Int]
    /// For each keyword whether keepalived goes on without its value.
    private let ignoresMissingValue: [Bool]

    init(_ name: String, _ keywords: [Keyword<Target>]) {
        self.name = name
        self.keywords = keywords
        names = keywords.map { Array($0.info.name.utf8) }
        settings = keywords.indices.map { index in
            let setting = keywords[index].setting ?? keywords[index].info.name
            return keywords.firstIndex { ($0.setting ?? $0.info.name) == setting } ?? index
        }
        let ignored = MissingValues.ignored[name] ?? []
        ignoresMissingValue = keywords.map { ignored.contains($0.info.name) }
        var size = 8
        while size < keywords.count * 3 { size *= 2 }
        var slots = [Int16](repeating: -1, count: size)
        for (index, name) in names.enumerated() {
            var slot = Self.hash(name[...]) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int16(truncatingIfNeeded: index)
        }
        self.slots = slots
    }

    /// The keyword that is written in `bytes`.
    func lookUp(_ bytes: ArraySlice<UInt8>) -> Int? {
        var slot = Self.hash(bytes) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if names[index].elementsEqual(bytes) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// What a keyword sets, the same number for all that set it.
    func setting(_ index: Int) -> Int { settings[index] }

    /// Whether keepalived ignores a keyword, rather than end, where its value is missing.
    func isIgnoredWithoutValue(_ index: Int) -> Bool { ignoresMissingValue[index] }

    /// FNV-1a. Only the table's own few hundred names are in it, so nobody can flood it.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & Int.max
    }

    /// The table as the reference page lists it.
    var info: BlockInfo { BlockInfo(name: name, keywords: keywords.map { $0.info }) }
}
