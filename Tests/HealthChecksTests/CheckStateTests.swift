import HealthChecks
import Testing

@Suite("Check policy")
struct CheckStateTests {
    private let check = tcpCheck(93)

    /// Feeds `.` successes and `x` failures; gives `U` up, `D` down, `t` failed try, `s` still down, `-` nothing.
    private func play(_ results: String, retries: UInt32, successesToReturn: UInt32 = 1) -> String {
        var state = CheckState()
        var policy = check.policy
        policy.retries = retries
        policy.successesToReturn = successesToReturn
        let check = Check(target: check.target, policy: policy)
        return String(
            results.map { result in
                switch state.record(result == "." ? .success() : .failure(refused), of: check).event {
                case .up: "U"
                case .down: "D"
                case .tryFailed: "t"
                case .stillDown: "s"
                case nil: "-"
                case .weightChanged, .notRun: "?"
                }
            })
    }

    @Test(
        "so many failures in a row as retries allow, and one more, make an up check down; one success makes it up",
        arguments: [
            ("....", 1, "U---"), ("x", 1, "D"), ("x", 9, "D"), (".x.", 1, "Ut-"), (".xx", 1, "UtD"),
            (".x.x.xx", 1, "Ut-t-tD"), (".xxxx", 3, "UtttD"), (".x", 0, "UD"), ("xxx.", 3, "DssU"),
            (".xx.xx", 1, "UtDUtD"),
        ] as [(String, UInt32, String)])
    func verdicts(results: String, retries: UInt32, expected: String) {
        #expect(play(results, retries: retries) == expected)
    }

    @Test(
        "a server that was down returns after so many successes in a row; the first answer of all needs one",
        arguments: [
            ("...", 2, "U--"), ("x.", 2, "D-"), ("x..", 2, "D-U"), ("x.x..", 2, "D-s-U"), ("x...", 3, "D--U"),
            (".xx..", 2, "UtD-U"), ("x..xx.x..", 2, "D-UtD-s-U"),
        ] as [(String, UInt32, String)])
    func returns(results: String, successesToReturn: UInt32, expected: String) {
        #expect(play(results, retries: 1, successesToReturn: successesToReturn) == expected)
    }

    @Test("the first failure has no retries to tell of, a later one tells how many")
    func retriesTold() {
        var state = CheckState()
        #expect(state.record(.failure(refused), of: check).event == .down(refused, retries: 0, isFirst: true))
        _ = state.record(.success(), of: check)
        #expect(state.record(.failure(refused), of: check).event == .tryFailed(refused, number: 1, of: 1))
        #expect(state.record(.failure(refused), of: check).event == .down(refused, retries: 1, isFirst: false))
    }

    @Test("a retry waits delay_before_retry, everything else the interval, and a down page the longer of both")
    func delays() {
        var state = CheckState()
        #expect(state.record(.success(), of: check).next == .afterEnd(.seconds(6)))
        #expect(state.record(.failure(refused), of: check).next == .afterEnd(.seconds(3)))
        #expect(state.record(.failure(refused), of: check).next == .afterEnd(.seconds(6)))
        #expect(state.record(.failure(refused), of: check).next == .afterEnd(.seconds(6)))

        guard case .tcp(let connection) = check.target else { return }
        var policy = policy
        policy.delayBeforeRetry = .seconds(20)
        let page = Check(target: .http(connection, HTTPExchange(pages: [HTTPPage(path: "/")])), policy: policy)
        state = CheckState()
        #expect(state.record(.failure(refused), of: page).next == .afterEnd(.seconds(20)))
        #expect(state.record(.success(), of: page).next == .afterEnd(.seconds(6)))
    }

    @Test("a script runs again an interval after its start, a retry after its end")
    func scriptDelays() {
        let script = Check(target: .script(ScriptTarget(words: ["x"], timeout: .seconds(1))), policy: policy)
        var state = CheckState()
        #expect(state.record(.success(), of: script).next == .afterStart(.seconds(6)))
        #expect(state.record(.failure(.exited(status: 1)), of: script).next == .afterEnd(.seconds(3)))
    }

    @Test("what this host could not ask changes nothing")
    func inconclusive() {
        var state = CheckState()
        _ = state.record(.success(), of: check)
        _ = state.record(.failure(refused), of: check)
        let (event, next) = state.record(.inconclusive("no descriptor"), of: check)
        #expect(event == .notRun(reason: "no descriptor"))
        #expect(next == .afterEnd(.seconds(6)))
        #expect(state.verdict == .up(weight: nil))
        #expect(state.failedTries == 1)
    }

    @Test("another weight is told, the same one is not")
    func weights() {
        var state = CheckState()
        #expect(state.record(.success(weight: 5), of: check).event == .up(weight: 5, isFirst: true))
        #expect(state.record(.success(weight: 5), of: check).event == nil)
        #expect(state.record(.success(weight: 7), of: check).event == .weightChanged(7))
        #expect(state.record(.success(), of: check).event == .weightChanged(nil))
    }

    @Test(
        "exit statuses of scripts",
        arguments: [
            (ScriptEnd.exited(status: 0), false, CheckResult.success()), (.exited(status: 0), true, .success()),
            (.exited(status: 1), false, .failure(.exited(status: 1))),
            (.exited(status: 1), true, .failure(.exited(status: 1))),
            (.exited(status: 2), false, .failure(.exited(status: 2))), (.exited(status: 2), true, .success(weight: 0)),
            (.exited(status: 255), true, .success(weight: 253)),
            (.exited(status: 127), false, .failure(.exited(status: 127))),
            (.killed(signal: 9), true, .failure(.killed(signal: 9))),
            (.timedOut, true, .failure(.scriptTimedOut(after: .seconds(4)))),
            (.notExecuted("x"), true, .failure(.notExecuted("x"))), (.notRun("x"), true, .inconclusive("x")),
        ])
    func scriptEnds(end: ScriptEnd, isDynamic: Bool, expected: CheckResult) {
        let script = ScriptTarget(words: ["x"], timeout: .seconds(4), isDynamic: isDynamic)
        #expect(script.result(of: end) == expected)
    }

    @Test("a check that goes on from an answer needs as many failures as if it had found it itself")
    func continuing() {
        var state = CheckState(continuing: .up(weight: nil))
        let failure = CheckResult.failure(refused)
        #expect(state.record(.success(), of: tcpCheck(93)).event == nil)
        guard case .tryFailed(_, number: 1, of: 1)? = state.record(failure, of: tcpCheck(93)).event else {
            Issue.record("no retry")
            return
        }
        #expect(state.record(failure, of: tcpCheck(93)).event?.failure == refused)
    }
}
