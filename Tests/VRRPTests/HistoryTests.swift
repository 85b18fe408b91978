import Glibc
import TestKit
import Testing

/// A part of the histories that ElectionHistories plays in full; MARTLET_HISTORIES says how many.
@Suite("Histories of elections")
struct HistoryTests {
    @Test("no rule is broken, whatever happens to hosts and network")
    func histories() {
        let count = getenv("MARTLET_HISTORIES").flatMap { UInt64(String(cString: $0)) } ?? 1000
        // Others than those that are played in full.
        let first = UInt64.random(in: 1 << 32...1 << 62)
        for seed in first..<first + count {
            guard let (history, violation) = ElectionHistory(seed: seed).shrunk() else { continue }
            Issue.record("broken \(violation)\n\(history)")
            return
        }
    }

    @Test(
        "a shell that does something wrong is noticed, and its history shrinks",
        arguments: [
            ElectionHistory.Defect.deafness, .resignation, .stoppedClocks, .forgottenNoPreempt,
        ])
    func defects(defect: ElectionHistory.Defect) throws {
        let found = (0..<2000 as Range<UInt64>).first { ElectionHistory(seed: $0).violation(defect: defect) != nil }
        let seed = try #require(found)
        let (history, violation) = try #require(ElectionHistory(seed: seed).shrunk(defect: defect))
        #expect(history.steps.count <= 3, "\(violation)\n\(history)")
    }
}
