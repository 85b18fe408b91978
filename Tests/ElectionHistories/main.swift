import Glibc
import TestKit

// What takes an optimised build to be played in full: histories of elections from the seeds 0, 1, 2 …, and packets that
// nobody should believe. The first history that breaks a rule is printed in its shortest form.
//
//     ElectionHistories [HISTORIES [FIRST-SEED [PACKETS]]]
let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let count = arguments.first ?? 100_000
let first = arguments.dropFirst().first ?? 0
let packets = Int(arguments.dropFirst(2).first ?? 1_000_000)

for seed in first..<first + count {
    guard let (history, violation) = ElectionHistory(seed: seed).shrunk() else { continue }
    print("A rule of elections is broken \(violation)\n\(history)")
    print("Play it again: swift run -c release ElectionHistories 1 \(seed) 0")
    exit(1)
}
print("\(count) histories of elections from seed \(first) broke no rule")

let targets = HostilePackets.Target.allCases
for (number, target) in targets.enumerated() {
    for role in 0...1 as ClosedRange<UInt64> {
        var attack = HostilePackets(target, seed: first + 2 * UInt64(number) + role)
        guard let problem = attack.attack(count: packets / targets.count / 2) else { continue }
        print("A hostile packet had an effect: \(problem)")
        exit(1)
    }
}
print("\(packets) hostile packets changed nothing and were all counted")
