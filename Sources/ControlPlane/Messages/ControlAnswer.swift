/// What a director answers: one JSON object on one line, with ``failure`` or with what was asked for.
public struct ControlAnswer: Codable, Sendable, Hashable {
    /// The version of the protocol.
    public var version = ControlRequest.currentVersion
    /// Why there is no answer.
    public var failure: ControlFailure?
    /// Answers `status`.
    public var status: StatusReport?
    /// Answers `configuration`.
    public var configuration: ConfigurationText?
    /// Answers `reload`.
    public var reload: ReloadReport?
    /// Answers `plan`.
    public var plan: PlanReport?

    private init() {}

    /// A refusal.
    public init(_ failure: ControlFailure) {
        self.init()
        self.failure = failure
    }

    /// The answer to `status`.
    public init(_ status: StatusReport) {
        self.init()
        self.status = status
    }

    /// The answer to `configuration`.
    public init(_ configuration: ConfigurationText) {
        self.init()
        self.configuration = configuration
    }

    /// The answer to `reload`.
    public init(_ reload: ReloadReport) {
        self.init()
        self.reload = reload
    }

    /// The answer to `plan`.
    public init(_ plan: PlanReport) {
        self.init()
        self.plan = plan
    }
}

/// Why a request was not carried out.
public struct ControlFailure: Codable, Sendable, Hashable {
    /// Kinds of failures.
    public enum Code: String, Codable, Sendable, Hashable {
        /// The line is no request: no JSON, fields missing, an unknown request.
        case badRequest
        /// The client speaks a version that this director does not.
        case unsupportedVersion
        /// The line is longer than a request may be.
        case tooLong
        /// No complete request came in time.
        case timedOut
        /// As many clients as there may be are connected.
        case tooManyClients
        /// The director is stopping.
        case stopping
        /// What was asked for is not there.
        case notAvailable
    }

    /// The kind.
    public var code: Code
    /// One sentence for people.
    public var message: String

    /// Creates a failure.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// The configuration in force as text, all included files in place of the lines that include them.
public struct ConfigurationText: Codable, Sendable, Hashable {
    /// The file that it was read from.
    public var path: String
    /// `sha256:` and the digest of ``text`` in hexadecimal digits.
    public var digest: String
    /// The text.
    public var text: String

    /// Creates a text.
    public init(path: String, digest: String, text: String) {
        self.path = path
        self.digest = digest
        self.text = text
    }
}
