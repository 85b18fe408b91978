import Netlink
import Testing

@Suite("Batches")
struct NetlinkBatchTests {
    private let requests = (0..<10).map { number in
        NetlinkRequest(type: 20, payload: [UInt8(number), 0, 0, 0])
    }

    private static func acknowledgement(_ sequence: UInt32, _ code: Int32 = 0) -> [UInt8] {
        var writer = MessageWriter()
        writer.message(type: ControlMessageType.error, flags: .capped, sequence: sequence) { writer in
            writer.append(-code)
            writer.append(bytes: [UInt8](repeating: 0, count: 16))
        }
        return writer.bytes
    }

    private static func sequences(
        _ chunk: [UInt8], where isIncluded: (MessageHeader) -> Bool = { _ in true }
    ) throws -> [UInt32] {
        var sequences: [UInt32] = []
        try chunk.span.bytes.forEachMessage { header, _ in
            if isIncluded(header) { sequences.append(header.sequence) }
        }
        return sequences
    }

    @Test("the answer to the last request of a chunk settles those before it that were not refused")
    func lastAnswer() throws {
        var batch = NetlinkBatch(requests, firstSequence: 100, maximumOutstanding: 6)
        var refusals = [[UInt32(101), 104], [109]]
        while let chunk = batch.nextChunk(), !refusals.isEmpty {
            let last = try #require(try Self.sequences(chunk).last)
            #expect(try Self.sequences(chunk) { $0.flags.contains(.acknowledge) } == [last])
            var answers: [UInt8] = []
            for sequence in refusals.removeFirst() { answers += Self.acknowledgement(sequence, 17) }
            if !answers.isEmpty { try batch.receive(answers.span.bytes) }
            guard batch.isWaiting else { continue }
            try batch.receive(Self.acknowledgement(last).span.bytes)
            #expect(!batch.isWaiting)
        }
        let refused = batch.outcomes.indices.filter { batch.outcomes[$0] != nil }
        #expect(refused == [1, 4, 9])
        #expect(batch.outcomes[9] == NetlinkError(.kernel(.exists)))
    }

    @Test("no more requests are outstanding than refusals fit into the buffer")
    func chunks() throws {
        var batch = NetlinkBatch(requests, firstSequence: 100, maximumOutstanding: 4)
        var chunks: [[UInt32]] = []
        while let chunk = batch.nextChunk() {
            let sequences = try Self.sequences(chunk)
            chunks.append(sequences)
            for sequence in sequences { try batch.receive(Self.acknowledgement(sequence).span.bytes) }
            #expect(!batch.isWaiting)
        }
        #expect(chunks == [Array(100...103), Array(104...107), Array(108...109)])
        #expect(batch.outcomes == Array(repeating: nil, count: 10))
    }

    @Test("a chunk stays below 64 KiB unless one request alone is longer")
    func chunkBytes() throws {
        let long = (0..<5).map { _ in NetlinkRequest(type: 20, payload: [UInt8](repeating: 0, count: 40_000)) }
        var batch = NetlinkBatch(long, firstSequence: 1, maximumOutstanding: 100)
        var counts: [Int] = []
        while let chunk = batch.nextChunk() { counts.append(try Self.sequences(chunk).count) }
        #expect(counts == [1, 1, 1, 1, 1])
    }

    @Test("each failure is reported against its own request, whatever the order of the answers before the last")
    func matching() throws {
        var batch = NetlinkBatch(requests, firstSequence: .max - 3, maximumOutstanding: 100)
        _ = batch.nextChunk()
        for index in (0..<9).reversed() + [9] {
            let code: Int32 = index == 3 ? 17 : index == 7 ? 3 : 0
            let sequence = (UInt32.max - 3) &+ UInt32(index)
            #expect(try batch.receive(Self.acknowledgement(sequence, code).span.bytes) == 1)
        }
        #expect(!batch.isWaiting)
        var expected = [NetlinkError?](repeating: nil, count: 10)
        expected[3] = NetlinkError(.kernel(.exists))
        expected[7] = NetlinkError(.kernel(.noSuchProcess))
        #expect(batch.outcomes == expected)
    }

    @Test("a foreign, a repeated and an early acknowledgement settle nothing")
    func strays() throws {
        var batch = NetlinkBatch(requests, firstSequence: 100, maximumOutstanding: 2)
        _ = batch.nextChunk()
        #expect(try batch.receive(Self.acknowledgement(99, 1).span.bytes) == 0)
        #expect(try batch.receive(Self.acknowledgement(102, 1).span.bytes) == 0)
        #expect(try batch.receive(Self.acknowledgement(100).span.bytes) == 1)
        #expect(try batch.receive(Self.acknowledgement(100, 1).span.bytes) == 0)
        #expect(batch.isWaiting)
    }

    @Test("when the transport fails, what was sent and what was not are told apart")
    func abandoning() throws {
        var batch = NetlinkBatch(requests, firstSequence: 1, maximumOutstanding: 4)
        _ = batch.nextChunk()
        try batch.receive(Self.acknowledgement(1).span.bytes)
        batch.abandon(NetlinkError(.timedOut))
        let codes = batch.outcomes.map { $0?.code }
        #expect(codes == [nil, .timedOut, .timedOut, .timedOut] + Array(repeating: .notSent, count: 6))
        #expect(batch.nextChunk() == nil)
    }
}
