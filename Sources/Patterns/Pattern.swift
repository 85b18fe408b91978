import CPCRE2
public import HealthChecks

/// A pattern that is ready to be looked for.
///
/// Compiling needs a moment, searching many pages with it does not: probes of equal pages share one.
///
/// - Note: `@unchecked Sendable`: the compiled form is written once, in `init`, and PCRE2 lets any number of threads
///   search with it at the same time (no JIT, which would add state).
public final class Pattern: @unchecked Sendable {
    let code: OpaquePointer
    let description: PagePattern
    /// Characters in front of a match that the pattern may look at.
    let lookBehind: Int
    /// Whether characters may have more than one byte.
    let isUTF: Bool

    /// Compiles a pattern.
    public init(_ pattern: PagePattern) throws(PatternError) {
        // Searches are cut into parts that begin at most so many bytes on.
        let options = pattern.options.reduce(UInt32(PCRE2_USE_OFFSET_LIMIT)) { $0 | $1.bit }
        var code = try Self.compile(pattern.text, options)
        var inForce: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_ALLOPTIONS), &inForce)
        isUTF = inForce & UInt32(PCRE2_UTF) != 0
        if isUTF {
            // A server may send what is no UTF-8: that matches nothing and is no reason to give up. Known only now,
            // because the pattern itself may ask for UTF-8.
            pcre2_code_free_8(code)
            code = try Self.compile(pattern.text, options | UInt32(PCRE2_UTF | PCRE2_MATCH_INVALID_UTF))
        }
        self.code = code
        description = pattern
        var lookBehind: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_MAXLOOKBEHIND), &lookBehind)
        self.lookBehind = Int(lookBehind)
    }

    deinit { pcre2_code_free_8(code) }

    private static func compile(_ pattern: String, _ options: UInt32) throws(PatternError) -> OpaquePointer {
        let text = Array(pattern.utf8)
        var number: Int32 = 0
        var offset = 0
        // A byte behind the text, because an empty array has no address to give.
        guard let code = pcre2_compile_8(text + [0], text.count, options, &number, &offset, nil) else {
            throw PatternError(message: Self.message(number), offset: min(max(offset, 0), text.count))
        }
        return code
    }

    static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(number, &buffer, buffer.count)
        guard length > 0 else { return "error \(number)" }
        return String(decoding: buffer.prefix(Int(length)), as: UTF8.self)
    }
}

/// Why a text is no pattern.
public struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What PCRE2 says: `missing closing parenthesis`.
    public var message: String
    /// The byte of the pattern at which it noticed, 0 up to the pattern's length.
    public var offset: Int

    /// The message with the place.
    public var description: String { "\(message) at offset \(offset)" }
}

extension PagePattern.Option {
    fileprivate var bit: UInt32 {
        switch self {
        case .allowEmptyClass: UInt32(PCRE2_ALLOW_EMPTY_CLASS)
        case .altBSUX: UInt32(PCRE2_ALT_BSUX)
        case .altCircumflex: UInt32(PCRE2_ALT_CIRCUMFLEX)
        case .altVerbNames: UInt32(PCRE2_ALT_VERBNAMES)
        case .autoCallout: UInt32(PCRE2_AUTO_CALLOUT)
        case .caseless: UInt32(PCRE2_CASELESS)
        case .dollarEndOnly: UInt32(PCRE2_DOLLAR_ENDONLY)
        case .dotAll: UInt32(PCRE2_DOTALL)
        case .duplicateNames: UInt32(PCRE2_DUPNAMES)
        case .extended: UInt32(PCRE2_EXTENDED)
        case .firstLine: UInt32(PCRE2_FIRSTLINE)
        case .matchUnsetBackreference: UInt32(PCRE2_MATCH_UNSET_BACKREF)
        case .multiline: UInt32(PCRE2_MULTILINE)
        case .neverBackslashC: UInt32(PCRE2_NEVER_BACKSLASH_C)
        case .neverUCP: UInt32(PCRE2_NEVER_UCP)
        case .neverUTF: UInt32(PCRE2_NEVER_UTF)
        case .noAutoCapture: UInt32(PCRE2_NO_AUTO_CAPTURE)
        case .noAutoPossess: UInt32(PCRE2_NO_AUTO_POSSESS)
        case .noDotStarAnchor: UInt32(PCRE2_NO_DOTSTAR_ANCHOR)
        case .noStartOptimize: UInt32(PCRE2_NO_START_OPTIMIZE)
        case .ucp: UInt32(PCRE2_UCP)
        case .ungreedy: UInt32(PCRE2_UNGREEDY)
        case .useOffsetLimit: UInt32(PCRE2_USE_OFFSET_LIMIT)
        case .utf: UInt32(PCRE2_UTF)
        }
    }
}
