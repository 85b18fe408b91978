/// Reading text: files, includes, structure (`MR0001` to `MR0020`).
extension Issue {
    static func cannotRead(_ path: String, _ error: SourceError, isIncluded: Bool) -> Issue {
        .error(
            "MR0001", "cannot read \(quoted(path)): \(error.reason)",
            error.remedy
                ?? (isIncluded && error == .notFound
                    ? "an included path counts from the directory of the file that includes it" : nil))
    }

    static var notText: Issue {
        error("MR0002", "this is not a text file: it contains a NUL byte", "name a keepalived.conf")
    }

    static var isUTF16: Issue {
        error("MR0002", "this is not a text file of single bytes: it is UTF-16", "save the file as UTF-8")
    }

    static var nulInLine: Issue {
        warning("MR0002", "the line contains a NUL byte", "remove the byte; as it stands the line is ignored")
            .leavingOut
    }

    static var notUTF8: Issue {
        error(
            "MR0003", "this word is not UTF-8", "save the file as UTF-8; in comments any bytes may stand")
    }

    static var nothingToDo: Issue {
        warning(
            "MR0004",
            "the configuration has neither a 'vrrp_instance' nor a 'virtual_server': there is nothing to do",
            "check that this is the right file"
        ).leavingOut
    }

    static func includeCycle(_ chain: [String]) -> Issue {
        error(
            "MR0005", "this file includes itself: \(chain.map(quoted).joined(separator: " includes "))",
            "remove one of these include lines")
    }

    static func includeTooDeep(_ limit: Int) -> Issue {
        error("MR0006", "more than \(limit) files include each other", "include from fewer levels")
    }

    static func includeMatchesNothing(_ pattern: String) -> Issue {
        warning("MR0007", "no file matches \(quoted(pattern))", "nothing is included here")
    }

    static var textTooLong: Issue {
        error(
            "MR0008", "the configuration is longer than 256 MiB",
            "look for definitions, loops or includes that grow without end")
    }

    static var textTooBroken: Issue {
        error(
            "MR0009", "too many braces are missing: the rest was not read",
            "close the blocks that are named above first")
    }

    static var unclosedQuote: Issue {
        error("MR0011", "this '\"' is not closed on its line", "add the closing '\"'")
    }

    static var quoteOverLines: Issue {
        error("MR0011", "this '\"' is not closed on its line", "a text in quotes ends on its line: join the lines")
    }

    static func unclosedBlock(_ block: String, before: (String, Int)?) -> Issue {
        error(
            "MR0012",
            before.map { "the block of \(quoted(block)) is not closed before \(quoted($0.0)) in line \($0.1)" }
                ?? "the block of \(quoted(block)) is not closed at the end of the file",
            "add the missing '}'")
    }

    static func surplusBrace(_ block: String?, line: Int?) -> Issue {
        error(
            "MR0013", "this '}' closes no block",
            block.flatMap { block in
                line.map { "remove it, or one in the block of \(quoted(block)) that starts in line \($0)" }
            } ?? "remove it")
    }

    static var blockWithoutKeyword: Issue {
        error(
            "MR0014", "this '{' follows no keyword that could have a block",
            "a keyword and its '{' stand on one line, or on two with nothing between")
    }

    static var secondBrace: Issue {
        error("MR0014", "this '{' is one too many", "remove it, and its '}' if there is one")
    }

    static func nestedTooDeep(_ limit: Int) -> Issue {
        error("MR0015", "blocks are nested more than \(limit) deep", "look for missing '}'")
    }

    static func tooManyStatements(_ limit: Int) -> Issue {
        error(
            "MR0010", "the configuration has more than \(limit) statements",
            "look for a loop or an include that repeats a large block")
    }

    static func tooManyFiles(_ limit: Int) -> Issue {
        error(
            "MR0016", "more than \(limit) files are included", "look for files that include each other over and over")
    }

    /// - Parameter isInside: whether it stands within other quotes.
    static func unclosedCommandQuote(_ quote: String, isInside: Bool = false) -> Issue {
        error(
            "MR0017", "this \(quote) is not closed in the command",
            isInside
                ? "add the closing \(quote), or write \\\(quote) for the character"
                : "'{', '}', '#' and '!' end a command unless it stands in double quotes: write \"… '…' …\"")
    }

    static func unknownIncludeCheck(_ word: String, nearest: String?) -> Issue {
        warning(
            "MR0018", "\(quoted(word)) is no check of includes",
            (nearest.map { "did you mean \(quoted($0))? " } ?? "")
                + "there are read, match, wildcard_match and brace_match, with '+' or '-' in front")
    }

    static func includeCheckWithoutSign(_ word: String) -> Issue {
        warning(
            "MR0019", "only the first check can stand without a sign: \(quoted(word)) is ignored",
            "write \(quoted("+" + word)) to add it")
    }

    static func includePatternTooLarge(length: Int, paths: Int) -> Issue {
        error(
            "MR0020",
            "this include pattern has more than \(length) bytes or its braces stand for more than \(paths) paths",
            "include less in one line, or name the files with a wildcard")
    }

    /// One of each code, for the catalogue.
    static let examplesOfReading: [Issue] = [
        .cannotRead("/etc/keepalived/keepalived.conf", .notFound, isIncluded: false),
        .notText,
        .notUTF8,
        .nothingToDo,
        .includeCycle(["a.conf", "b.conf", "a.conf"]),
        .includeTooDeep(32),
        .includeMatchesNothing("/etc/keepalived/conf.d/*.conf"),
        .textTooLong,
        .textTooBroken,
        .tooManyStatements(8_388_608),
        .unclosedQuote,
        .unclosedBlock("vrrp_instance VI_1", before: ("virtual_server 10.1.80.90 80", 20)),
        .surplusBrace("vrrp_instance VI_1", line: 5),
        .blockWithoutKeyword,
        .nestedTooDeep(64),
        .tooManyFiles(65_536),
        .unclosedCommandQuote("'"),
        .unknownIncludeCheck("reed", nearest: "read"),
        .includeCheckWithoutSign("match"),
        .includePatternTooLarge(length: 16_384, paths: 4096),
    ]
}
