/// What a client asks a running director: one JSON object on one line.
///
///     {"version":1,"request":"status"}
///     {"version":1,"request":"plan","file":"/etc/keepalived/new.conf"}
public struct ControlRequest: Codable, Sendable, Hashable {
    /// What can be asked for.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// What everything is at.
        case status
        /// The text of the configuration in force.
        case configuration
        /// Read the file again and put it in force.
        case reload
        /// Say what a reload would do.
        case plan
    }

    /// The version of this protocol.
    public static let currentVersion = 1

    /// The protocol's version that the client speaks.
    public var version: Int
    /// What is asked for.
    public var request: Kind
    /// For a plan: the file to plan with, as an absolute path; nil is the director's own.
    public var file: String?
    /// Whether rendered diagnostics are to have ANSI colours.
    public var colour: Bool?

    /// Creates a request of the current version.
    public init(_ request: Kind, file: String? = nil, colour: Bool? = nil) {
        version = Self.currentVersion
        self.request = request
        self.file = file
        self.colour = colour
    }
}
