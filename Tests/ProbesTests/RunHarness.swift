import HealthChecks
import NIOCore
import NIOPosix
import Timing

@testable import Probes

/// Plays one run on an event loop, watched over as the probes' loop does.
final class RunHarness: Sendable {
    let loop: any EventLoop
    private let state: NIOLoopBoundBox<State>

    final class State {
        let poll: DescriptorPoll
        let echoes = EchoMemory()
        var run: (any ProbeRun)?

        init(_ loop: any EventLoop) { poll = DescriptorPoll(loop: loop) }
    }

    init(loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()) throws {
        self.loop = loop
        state = .makeBoxSendingValue(State(loop), eventLoop: loop)
    }

    /// What a run finds.
    func result(
        _ make: @escaping @Sendable (State, @escaping (CheckResult) -> Void) -> any ProbeRun
    ) async throws -> CheckResult {
        let promise = loop.makePromise(of: CheckResult.self)
        let state = self.state
        loop.execute {
            let state = state.value
            state.run = make(state) { promise.succeed($0) }
            self.watch()
        }
        return try await promise.futureResult.get()
    }

    /// Starts a run.
    func start(_ make: @escaping @Sendable (State) -> any ProbeRun) async throws {
        let state = self.state
        try await loop.submit { state.value.run = make(state.value) }.get()
    }

    private func watch() {
        let state = self.state
        loop.scheduleTask(in: .milliseconds(5)) {
            let state = state.value
            guard let run = state.run else { return }
            run.expire(now: state.poll.now)
            self.watch()
        }
    }

    /// Gives the run up and waits for what is under way on the loop.
    func abandon() async throws {
        let state = self.state
        try await loop.submit {
            state.value.run?.abandon()
            state.value.run = nil
        }.get()
    }
}
