import HealthChecks
import Testing

@Suite("Numbers in files")
struct FileTargetTests {
    private static let cases: [(number: Int32, weight: Int32, isReversed: Bool, result: CheckResult)] = [
        (3, 10, false, .success(weight: 30)), (3, 10, true, .success(weight: -30)),
        (-3, 10, false, .success(weight: -30)), (0, 10, false, .success(weight: 0)),
        (3, Int32.max, false, .success(weight: Int32.max)),
        (-1, Int32.max, false, .success(weight: -Int32.max)),
        (-2, Int32.max, false, .failure(.file(path: "/run/number", number: -2))),
        (2, Int32.max, true, .failure(.file(path: "/run/number", number: 2))),
        (0, 0, false, .success()),
        (1, 0, false, .failure(.file(path: "/run/number", number: 1))),
        (1, 0, true, .success()), (0, 0, true, .failure(.file(path: "/run/number", number: 0))),
    ]

    @Test("the number counts as the weight says", arguments: cases)
    func judgement(number: Int32, weight: Int32, isReversed: Bool, result: CheckResult) {
        let target = FileTarget(path: "/run/number", weight: weight, isReversed: isReversed)
        #expect(target.result(of: number) == result)
    }

    @Test("what a file adds comes on top of the weight, of several files too, and below 0 is 0")
    func pool() {
        func check(_ path: String) -> Check { Check(target: .file(FileTarget(path: path, weight: 1)), policy: policy) }
        let server = ServicePool.Server(
            destination: destination(93, weight: 10),
            checkers: ["/a", "/b"].map { ServicePool.Checker(check: check($0)) })
        var (pool, _) = ServicePool.start(ServicePool.Configuration(service: service, servers: [server]))
        let added = pool.record(.up(weight: 5, isFirst: true), server: 0, checker: 0)
        #expect(
            added.messages == [
                "Changing weight from 10 to 15 for active service [10.1.80.93]:tcp:80 of VS [10.1.80.90]:tcp:80"
            ])
        _ = pool.record(.up(weight: -3, isFirst: true), server: 0, checker: 1)
        #expect(pool.desiredWeights == [93: 12])
        _ = pool.record(.weightChanged(-100), server: 0, checker: 1)
        #expect(pool.desiredWeights == [93: 0])
        let failure = CheckFailure.file(path: "/a", number: 1)
        let events = pool.record(.down(failure, retries: 0, isFirst: false), server: 0, checker: 0)
        #expect(events.messages.contains("FILE_CHECK [/a] on service [10.1.80.93]:tcp:80 failed."))
        #expect("\(failure)" == "1 in /a")
        #expect(pool.desiredWeights.isEmpty)
    }
}
