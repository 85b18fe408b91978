import Glibc
import HealthChecks
import TestKit
import Testing

/// Inputs of each test that makes them at random; `MARTLET_FUZZ_ROUNDS` sets another number, millions for example.
private let rounds = getenv("MARTLET_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 3000
/// The first seed; `MARTLET_FUZZ_SEED` sets another one.
private let firstSeed = getenv("MARTLET_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1

@Suite("Any bytes of a web server")
struct HTTPFuzzTests {
    /// Complete answers, answers that only the end of the connection ends, and what is none.
    private static let corpus: [[UInt8]] =
        (HTTPResponseParserTests.complete.map(\.answer) + [
            "HTTP/1.0 200 OK\r\n\r\nhello", "HTTP/1.0 200 OK\r\nContent-Length: five\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n",
            "HTTP/1.1 301 Moved\r\nLocation: /x\r\nX-Fill: " + String(repeating: "y", count: 300) + "\r\n\r\n",
            "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "\r\n\r\n", "\n\nHTTP/1.1 200\n\n",
        ]).map { Array($0.utf8) }

    @Test("mutated answers never trap, hold no more than came, and mean the same however they are split")
    func mutations() {
        for round in 0..<UInt64(rounds) {
            let seed = firstSeed &+ round
            var generator = SeededGenerator(seed: seed)
            let bytes = generator.mutation(of: Self.corpus)
            let whole = outcome(bytes, pieces: bytes.count + 1)
            let split = outcome(bytes, pieces: Int.random(in: 1...9, using: &generator))
            #expect(whole == split, "seed \(seed)")
            switch whole {
            case .success(let response):
                #expect((0...bytes.count).contains(response.bodyLength), "seed \(seed)")
                #expect((0...999).contains(response.status), "seed \(seed)")
                #expect(response.digest?.count == 16, "seed \(seed)")
            case .failure(let error): #expect("\(error)".utf8.count < 100, "seed \(seed)")
            }
        }
    }

    private func outcome(_ bytes: [UInt8], pieces: Int) -> Result<HTTPResponse, HTTPResponseError> {
        var parser = HTTPResponseParser(wantsDigest: true)
        do throws(HTTPResponseError) {
            var rest = bytes[...]
            while !rest.isEmpty {
                if let response = try parser.consume(rest.prefix(pieces)) { return .success(response) }
                rest = rest.dropFirst(pieces)
            }
            return .success(try parser.finish())
        } catch {
            return .failure(error)
        }
    }
}
