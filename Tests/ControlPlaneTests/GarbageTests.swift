import Glibc
import NIOCore
import TestKit
import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(1))) struct GarbageTests {
    private static let request = Array("{\"version\":1,\"request\":\"status\",\"file\":\"/x\",\"colour\":true}\n".utf8)

    /// A request with some bytes replaced, removed, repeated or made up.
    private static func mutated(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = request
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let index = Int.random(in: 0..<max(1, bytes.count), using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where index < bytes.count: bytes[index] = .random(in: 0...255, using: &generator)
            case 1 where index < bytes.count: bytes.remove(at: index)
            case 2: bytes.insert(contentsOf: bytes.prefix(index), at: min(index, bytes.count))
            default: bytes.insert(.random(in: 0...255, using: &generator), at: min(index, bytes.count))
            }
        }
        return bytes
    }

    @Test("whatever clients send, every line that comes back is an answer, and the next client is served")
    func mutations() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await ControlServer.with { path in
            var generator = SeededGenerator(seed: seed)
            for round in 0..<400 {
                let bytes = Self.mutated(&generator)
                let client = try RawClient(path)
                _ = send(client.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                client.endInput()
                while true {
                    let line = client.line()
                    if line.isEmpty { break }
                    let answer = try? ControlCodec.decode(ControlAnswer.self, from: line.utf8)
                    #expect(answer != nil, "seed \(seed), round \(round): \(line)")
                }
            }
            let answer = try ControlClient(path: path).ask(ControlRequest(.status))
            #expect(answer == .echo, "seed \(seed)")
        }
    }
}
