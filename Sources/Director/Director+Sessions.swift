import BFD
import BFDRuntime
import HealthChecks
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import Probes
import Synchronization
import VRRPRuntime

extension Director {
    /// Starts the BFD sessions of the configuration in force, or brings those that run in line with it. Nothing of that
    /// can be refused: a session that cannot be had is down and says why.
    func updateSessions() {
        let wanted = BFDRuntimeConfiguration(
            configuration, forElections: options.runsVRRP, forChecks: options.runsCheckers)
        // Beside a director that runs, a dry run would be a second voice of the same neighbour.
        guard !options.isDryRun, wanted != sessionConfiguration else { return }
        sessionConfiguration = wanted
        let names = Set(wanted.sessions.map(\.name))
        sessionVerdicts = sessionVerdicts.filter { names.contains($0.key) }
        sessionRelay.keep(names)
        if let sessions { return sessions.replace(wanted) }
        guard !wanted.sessions.isEmpty else { return }
        do throws(SystemError) {
            sessions = try BFDRuntime(wanted, logger: loggers.parent) { [eventLoop, sessionRelay, weak self] verdict in
                sessionRelay.record(verdict)
                eventLoop.execute { [weak self] in self?.assumeIsolated { $0.sessionChanged(verdict) } }
            }
        } catch {
            loggers.parent.error("There are no BFD sessions", metadata: ["cause": "\(error)"])
            sessionConfiguration = nil
        }
    }

    private func sessionChanged(_ verdict: BFDVerdict) {
        // One that a reload has taken away in the meantime.
        guard !isStopping, sessionConfiguration?.sessions.contains(where: { $0.name == verdict.session }) == true
        else { return }
        sessionVerdicts[verdict.session] = verdict
        if verdict.isWithdrawn {
            loggers.parent.notice(
                "(\(verdict.session)) has ended without a failure: elections go on with what they knew of it",
                metadata: ["cause": "\(verdict.reason ?? "the neighbour has taken its end out of service")"])
        }
        probes?.deliver(verdict.result, of: .session(verdict.session))
    }

    /// Tells checks that are new what is known of their sessions.
    func deliverSessions(to checks: Set<Check>) {
        for target in Set(checks.map(\.target)) {
            guard case .session(let name) = target, let verdict = sessionVerdicts[name] else { continue }
            probes?.deliver(verdict.result, of: target)
        }
    }
}

extension BFDVerdict {
    fileprivate var result: CheckResult {
        isUp ? .success() : .failure(.sessionDown(reason ?? "the session is not up"))
    }
}

/// Carries verdicts of sessions to the elections on the thread on which they come, past the director's loop, which may
/// be busy with a large table.
final class SessionRelay: Sendable {
    private struct State {
        var verdicts: [String: Bool] = [:]
        var elections: VRRPRuntime?
    }

    private let state = Mutex(State())

    /// Takes in a verdict. A neighbour that takes its end out of service says nothing about the way to it, so what was
    /// known goes on (RFC 5882 section 3.2).
    func record(_ verdict: BFDVerdict) {
        guard !verdict.isWithdrawn else { return }
        state.withLock { state in
            state.verdicts[verdict.session] = verdict.isUp
            state.elections?.sessionChanged(name: verdict.session, isUp: verdict.isUp)
        }
    }

    /// Elections begin, which get to know everything that is known, or end.
    func attach(_ elections: VRRPRuntime?) {
        state.withLock { state in
            state.elections = elections
            for (name, isUp) in state.verdicts { elections?.sessionChanged(name: name, isUp: isUp) }
        }
    }

    /// Forgets every other session.
    func keep(_ names: Set<String>) {
        state.withLock { state in
            for name in state.verdicts.keys where !names.contains(name) {
                state.elections?.sessionChanged(name: name, isUp: nil)
            }
            state.verdicts = state.verdicts.filter { names.contains($0.key) }
        }
    }
}
