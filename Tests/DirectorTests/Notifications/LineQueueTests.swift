import TestKit
import Testing

@testable import Director

@Suite struct LineQueueTests {
    private func line(_ text: String) -> [UInt8] { Array(text.utf8) + [UInt8(ascii: "\n")] }

    @Test("lines leave in order and whole, as many at a time as fit")
    func order() {
        var queue = LineQueue()
        for text in ["one", "two", "three"] { #expect(queue.append(line(text)) == 0) }
        #expect(queue.next(upTo: 8) == line("one") + line("two"))
        #expect(queue.next(upTo: 1) == line("one"))
        queue.removeFirst(6)
        #expect(queue.next(upTo: 100) == Array("o\nthree\n".utf8))
        queue.removeFirst(8)
        #expect(queue.isEmpty)
        #expect(queue.byteCount == 0)
    }

    @Test("the oldest lines give way and are counted, but not one that is half written")
    func bounded() {
        var queue = LineQueue()
        let long = line(String(repeating: "x", count: 999))
        #expect(queue.append(line("begun")) == 0)
        queue.removeFirst(3)
        var lost = 0
        for _ in 0..<1000 { lost += queue.append(long) }
        #expect(queue.byteCount <= LineQueue.limit)
        #expect(lost == 1001 - queue.count)
        #expect(queue.next(upTo: 3) == Array("un\n".utf8))
    }

    @Test("whatever is added and taken, bytes come out in order and lines are only lost whole")
    func property() {
        var random = SeededGenerator(seed: 41)
        var queue = LineQueue()
        var output: [UInt8] = []
        var added = 0
        var lost = 0
        for step in 0..<50_000 {
            let text = "\(step) " + String(repeating: "x", count: Int.random(in: 0...60, using: &random))
            lost += queue.append(line(text))
            added += 1
            if Int.random(in: 0..<10, using: &random) == 0 {
                let bytes = queue.next(upTo: 4096)
                let count = Int.random(in: 0...bytes.count, using: &random)
                output += bytes.prefix(count)
                queue.removeFirst(count)
            }
        }
        while !queue.isEmpty {
            let bytes = queue.next(upTo: 4096)
            output += bytes
            queue.removeFirst(bytes.count)
        }
        let numbers = output.split(separator: UInt8(ascii: "\n")).compactMap { line in
            Int(String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
        }
        #expect(numbers.count == added - lost)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        #expect(numbers.last == added - 1)
    }
}
