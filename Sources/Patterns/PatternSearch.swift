import CPCRE2
import Glibc
public import HealthChecks

/// Looks for a pattern in one page. Used on one thread.
///
/// The text is searched as it comes and forgotten behind the search, but for what the pattern may look back at and for
/// what may be the beginning of a match. What a hostile page can make it cost is bounded in each direction:
///
/// - memory for text: a match may be at most ``longestMatch`` bytes long;
/// - memory of the engine: ``defaultMemory``, or what the pattern says;
/// - steps from one first byte: ``stepLimit``;
/// - time of the processor for one page: ``timeLimit``, looked at after every ``stride`` first bytes.
public final class PatternSearch: PageSearch {
    /// Longest match in bytes.
    public static let longestMatch = 64 * 1024
    /// Bytes that the engine may use to remember where it can go back to.
    public static let defaultMemory: UInt64 = 4 * 1024 * 1024
    /// Steps from one first byte of a match.
    public static let stepLimit: UInt32 = 400_000
    /// Time of the processor for one page.
    public static let timeLimit = Duration.milliseconds(100)
    /// First bytes that are tried between two looks at the clock.
    static let stride = 32

    /// A page that comes in drops is searched when so many bytes have come together.
    private let portion: Int
    /// Line ends in a row that are kept back until something follows them.
    private static let longestGap = 4096

    private let pattern: Pattern
    private let matchData: OpaquePointer?
    private let context: OpaquePointer?
    /// The text that is kept, and its place in the page.
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0
    /// Index in the window of the first byte at which no match is known not to begin.
    private var next = 0
    /// Bytes of the window that the last search has seen.
    private var seen = 0
    private var spent = Duration.zero
    private var outcome: SearchOutcome?

    /// A search that has seen nothing.
    public convenience init(for pattern: Pattern) { self.init(for: pattern, portion: 4096) }

    init(for pattern: Pattern, portion: Int) {
        self.pattern = pattern
        self.portion = portion
        // One pair is enough: where the match is, not what its groups hold.
        matchData = pcre2_match_data_create_8(1, nil)
        context = pcre2_match_context_create_8(nil)
        if let context {
            pcre2_set_match_limit_8(context, Self.stepLimit)
            let memory = pattern.description.memoryLimit.map { max($0, 64 * 1024) } ?? Self.defaultMemory
            pcre2_set_heap_limit_8(context, UInt32(clamping: memory / 1024))
        }
        if matchData == nil || context == nil { outcome = .givenUp("no memory") }
    }

    deinit {
        pcre2_match_data_free_8(matchData)
        pcre2_match_context_free_8(context)
    }

    /// Takes in the next bytes of the page.
    public func take(_ bytes: ArraySlice<UInt8>) {
        guard outcome == nil else { return }
        var rest = bytes
        // A long piece is searched in parts, so that the window stays small.
        while outcome == nil, !rest.isEmpty {
            window += rest.prefix(portion)
            rest = rest.dropFirst(portion)
            if window.count - seen >= portion { search(isEnd: false) }
        }
    }

    /// Searches what is left and says what came of it.
    public func finish() -> SearchOutcome {
        if outcome == nil { search(isEnd: true) }
        window = []
        return outcome ?? .notFound
    }

    // MARK: Searching

    private func search(isEnd: Bool) {
        let end = isEnd ? window.count : searchableEnd
        seen = window.count
        let first = pattern.description.firstOffset
        if first > windowStart { next = max(next, Int(clamping: first - windowStart)) }
        var clock = Self.processorTime()
        while outcome == nil, next <= end {
            if let last = pattern.description.lastOffset, windowStart + UInt64(next) > last {
                outcome = .notFound
                return
            }
            // At the end of what has come there may be a match of what is still to come.
            guard next < end || isEnd else { break }
            guard tryStride(end: end, isEnd: isEnd) else { break }
            let now = Self.processorTime()
            spent += now - clock
            clock = now
            if outcome == nil, spent > Self.timeLimit {
                outcome = .givenUp("it takes more than \(Self.timeLimit) of processor time")
            }
        }
        if !isEnd { forget() }
    }

    /// Tries the next first bytes. False when no more can be said about them until more text has come.
    private func tryStride(end: Int, isEnd: Bool) -> Bool {
        guard let context, let matchData else { return false }
        var lastFirst = min(next + Self.stride - 1, isEnd ? end : end - 1)
        if let last = pattern.description.lastOffset {
            lastFirst = min(lastFirst, Int(clamping: last - windowStart))
        }
        pcre2_set_offset_limit_8(context, lastFirst)
        var options: UInt32 = isEnd ? 0 : UInt32(PCRE2_PARTIAL_HARD)
        if windowStart > 0 { options |= UInt32(PCRE2_NOTBOL) }
        let result = window.withUnsafeBufferPointer { text in
            // An empty page has no address; the engine wants one.
            guard let base = text.baseAddress else {
                return [0 as UInt8].withUnsafeBufferPointer {
                    pcre2_match_8(pattern.code, $0.baseAddress, 0, 0, options, matchData, context)
                }
            }
            return pcre2_match_8(pattern.code, base, end, next, options, matchData, context)
        }
        switch result {
        case 0...: outcome = .found
        case PCRE2_ERROR_NOMATCH: next = characterStart(after: lastFirst)
        case PCRE2_ERROR_PARTIAL:
            next = max(next, min(pcre2_get_startchar_8(matchData), end))
            if end - next >= Self.longestMatch {
                outcome = .givenUp("a match would be longer than \(Self.longestMatch) bytes")
            }
            return false
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT:
            outcome = .givenUp("it takes more than \(Self.stepLimit) steps at one place")
        case PCRE2_ERROR_HEAPLIMIT:
            outcome = .givenUp("it takes more memory than regex_stack allows")
        default: outcome = .givenUp(Pattern.message(result))
        }
        return true
    }

    /// Forgets the text that no match can touch any more.
    private func forget() {
        let bytesPerCharacter = pattern.isUTF ? 4 : 1
        // One character and a line end at least: `^` and `\b` look back without being counted in every version.
        let kept = max(pattern.lookBehind, 2) * bytesPerCharacter
        // At least two characters short of the end of the window, so that there is a byte to look at.
        var count = min(next, window.count) - kept
        // In the middle of a character nothing could be read.
        while pattern.isUTF, count > 0, window[count] & 0xC0 == 0x80 { count -= 1 }
        guard count >= portion else { return }
        window.removeFirst(count)
        windowStart += UInt64(count)
        next -= count
        seen -= count
    }

    /// The end of the text that can be searched before more has come.
    private var searchableEnd: Int {
        // The engine takes no notice of `^` behind a line end that is the last of its text, where it should wait for
        // more. So it does not get to see a line end before what follows it.
        var end = window.count
        while end > 0, window.count - end <= Self.longestGap, [0x0A, 0x0D].contains(window[end - 1]) { end -= 1 }
        if window.count - end > Self.longestGap { end = window.count }
        guard pattern.isUTF else { return end }
        // Nor a character of which bytes are still to come.
        for back in 1...3 where back <= end {
            let byte = window[end - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? end - back : end
        }
        return end
    }

    private func characterStart(after index: Int) -> Int {
        var index = index + 1
        while pattern.isUTF, index < window.count, window[index] & 0xC0 == 0x80 { index += 1 }
        return index
    }

    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
