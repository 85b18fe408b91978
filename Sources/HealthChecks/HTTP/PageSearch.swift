/// A pattern that the text of a page must contain, or must not.
///
/// The engine is a library of the system, so this module knows patterns only as text; who fetches pages brings a
/// ``PageSearch`` for each.
public struct PagePattern: Sendable, Hashable {
    /// An option of PCRE2. Raw values are the words of `regex_options`.
    public enum Option: String, Sendable, Hashable, CaseIterable {
        /// As PCRE2 documents them under these names.
        case allowEmptyClass = "allow_empty_class", altBSUX = "alt_bsux", altCircumflex = "alt_circumflex",
            altVerbNames = "alt_verbnames", autoCallout = "auto_callout", caseless,
            dollarEndOnly = "dollar_endonly", dotAll = "dotall", duplicateNames = "dupnames", extended,
            firstLine = "firstline", matchUnsetBackreference = "match_unset_backref", multiline,
            neverBackslashC = "never_backslash_c", neverUCP = "never_ucp", neverUTF = "never_utf",
            noAutoCapture = "no_auto_capture", noAutoPossess = "no_auto_possess",
            noDotStarAnchor = "no_dotstar_anchor", noStartOptimize = "no_start_optimize", ucp, ungreedy,
            useOffsetLimit = "use_offset_limit", utf
    }

    /// What is looked for, in PCRE2's syntax.
    public var text: String
    /// `regex_options`.
    public var options: Set<Option>
    /// `regex_no_match`: the page must not contain it.
    public var mustNotMatch: Bool
    /// `regex_min_offset`: the first byte of the body at which a match may begin.
    public var firstOffset: UInt64
    /// `regex_max_offset`: the last byte of the body at which a match may begin; nil is none.
    public var lastOffset: UInt64?
    /// `regex_stack`: how many bytes of memory a search may take for what it has to remember; nil is the default.
    public var memoryLimit: UInt64?

    /// Creates a pattern.
    public init(
        _ text: String, options: Set<Option> = [], mustNotMatch: Bool = false, firstOffset: UInt64 = 0,
        lastOffset: UInt64? = nil, memoryLimit: UInt64? = nil
    ) {
        self.text = text
        self.options = options
        self.mustNotMatch = mustNotMatch
        self.firstOffset = firstOffset
        self.lastOffset = lastOffset
        self.memoryLimit = memoryLimit
    }
}

/// Looks for a pattern in one page, whose text comes piece by piece. Its memory and its time are bounded, whatever the
/// page holds.
public protocol PageSearch: AnyObject {
    /// Takes in the next bytes of the decoded body.
    func take(_ bytes: ArraySlice<UInt8>)
    /// Takes in the end of the page.
    func finish() -> SearchOutcome
}

/// What a search came to.
public enum SearchOutcome: Sendable, Hashable {
    /// The pattern is there.
    case found
    /// It is not.
    case notFound
    /// It was given up; why.
    case givenUp(String)
}
