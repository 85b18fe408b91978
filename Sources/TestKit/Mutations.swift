extension SeededGenerator {
    /// One input of a corpus, changed in a few places: bytes flipped, set to extremes, taken out, repeated, cut off,
    /// joined with a part of another input.
    public mutating func mutation(of corpus: [[UInt8]]) -> [UInt8] {
        guard var bytes = corpus.randomElement(using: &self) else { return [] }
        for _ in 0..<Int.random(in: 1...6, using: &self) { mutate(&bytes, corpus) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8], _ corpus: [[UInt8]]) {
        let place = Int.random(in: 0...bytes.count, using: &self)
        let end = Int.random(in: place...bytes.count, using: &self)
        switch Int.random(in: 0..<8, using: &self) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1 where place < bytes.count:
            bytes[place] = [0, 0x7F, 0x80, 0xC0, 0xFF].randomElement(using: &self) ?? 0
        case 2 where place < bytes.count: bytes[place] = UInt8.random(in: .min ... .max, using: &self)
        case 3: bytes.removeSubrange(place..<min(end, place + 8))
        case 4: bytes.insert(contentsOf: bytes[place..<min(end, place + 64)], at: place)
        case 5: bytes.insert(UInt8.random(in: .min ... .max, using: &self), at: place)
        case 6: bytes.removeSubrange(place...)
        case 7:
            let other = corpus.randomElement(using: &self) ?? []
            bytes.replaceSubrange(
                place..., with: other.dropFirst(Int.random(in: 0...other.count, using: &self)))
        default: bytes.append(UInt8.random(in: .min ... .max, using: &self))
        }
    }
}
