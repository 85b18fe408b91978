/// A keyword as the reference page lists it.
public struct KeywordInfo: Sendable, Hashable {
    /// What becomes of a keyword.
    public enum Support: Sendable, Hashable {
        /// It does what it says.
        case supported
        /// It is read and does nothing; a warning says so.
        case noEffect(reason: String)
    }

    /// The keyword.
    public var name: String
    /// Its arguments, as a synopsis writes them; empty for none.
    public var arguments: String
    /// What holds without it, as written in a file; nil where there is no default.
    public var defaultValue: String?
    /// What becomes of it.
    public var support: Support
    /// One line: what it is for.
    public var meaning: String
}

/// A block with the keywords that may stand in it.
public struct BlockInfo: Sendable, Hashable {
    /// The block as a message names it: `'vrrp_instance'`, `the top level`.
    public var name: String
    /// Its keywords.
    public var keywords: [KeywordInfo]
}
