extension LoadResult {
    /// The text that was read, in one piece: the text of each included file in place of the line that includes it,
    /// between `# begin FILE` and `# end FILE`.
    ///
    /// Read again it gives the same configuration, unless it uses `${_PWD}`, or a definition makes more than an include
    /// line of a line.
    public var textWithIncludes: [UInt8] { text.flattened }
}

extension SourceText {
    /// A file that is included.
    private struct Inclusion {
        /// Offset in the including file of the line's keyword or path.
        var at: UInt32
        var segment: Int
    }

    /// All files in one.
    var flattened: [UInt8] {
        var inclusions: [Int: [Inclusion]] = [:]
        var isPlain = true
        var segmentsByStart: [UInt32: Int] = [:]
        for (index, segment) in segments.enumerated() where segment.file >= 0 { segmentsByStart[segment.start] = index }
        for (index, segment) in segments.enumerated() where files.indices.contains(Int(segment.file)) {
            guard let includedAt = files[Int(segment.file)].includedAt else { continue }
            let place = used(includedAt).start
            guard let outer = self.segment(at: place).flatMap({ segmentsByStart[$0.start] }), outer < index else {
                continue
            }
            inclusions[outer, default: []].append(Inclusion(at: place, segment: index))
            isPlain = false
        }
        guard let first = segments.first else { return [] }
        if isPlain { return Array(bytes[Int(first.start)..<Int(first.end)]) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        write(0, inclusions, into: &result)
        return result
    }

    private func write(_ index: Int, _ inclusions: [Int: [Inclusion]], into result: inout [UInt8]) {
        let segment = segments[index]
        let end = Int(segment.end)
        var position = Int(segment.start)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if index > 0, bytes[position..<end].starts(with: mark) { position += mark.count }
        for inclusion in inclusions[index] ?? [] {
            // Several files on one line, from a pattern, follow each other.
            if Int(inclusion.at) >= position {
                let newline = UInt8(ascii: "\n")
                let lineStart = bytes[position..<Int(inclusion.at)].lastIndex(of: newline).map { $0 + 1 } ?? position
                result += bytes[position..<lineStart]
                position = bytes[Int(inclusion.at)..<end].firstIndex(of: newline).map { $0 + 1 } ?? end
            }
            let name = files[Int(segments[inclusion.segment].file)].name.utf8.map { $0 < 0x20 ? UInt8(ascii: "?") : $0 }
            result += Array("# begin ".utf8) + name + [UInt8(ascii: "\n")]
            write(inclusion.segment, inclusions, into: &result)
            if let last = result.last, last != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
            result += Array("# end ".utf8) + name + [UInt8(ascii: "\n")]
        }
        result += bytes[position..<end]
    }
}
