/// A keyword of one block, with what it does to the draft of that block.
struct Keyword<Target>: Sendable {
    typealias Action = @Sendable (inout Target, Int, inout Analyzer) -> Void

    /// Name, arguments, default, support and meaning.
    var info: KeywordInfo
    /// Whether a block may follow.
    var takesBlock: Bool
    /// Whether a second one in the same block replaces the first, which is hardly meant.
    var countsOnce = false
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

    init(_ name: String, _ keywords: [Keyword<Target>]) {
        self.name = name
        self.keywords = keywords
        names = keywords.map { Array($0.info.name.utf8) }
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

    /// FNV-1a. Only the table's own few hundred names are in it, so nobody can flood it.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & Int.max
    }

    /// The table as the reference page lists it.
    var info: BlockInfo { BlockInfo(name: name, keywords: keywords.map { $0.info }) }
}
