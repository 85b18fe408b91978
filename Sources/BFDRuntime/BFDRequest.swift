import BFD

/// What others ask of the thread of the sessions.
enum BFDRequest: Sendable {
    case apply([SessionConfiguration])
    case status(@Sendable (BFDRuntimeStatus) -> Void)
    /// Nobody waits for the end where the handler is nil.
    case stop(whenStopped: (@Sendable () -> Void)?)
}
