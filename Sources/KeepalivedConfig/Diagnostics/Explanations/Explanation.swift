/// The long form of a diagnostic: what `martlet explain MR0123` prints.
///
/// Written for somebody who has to bring a service back and has not read the manual: what the sentence means, what
/// runs meanwhile, what to type. The texts stand beside this file, one file for each of `Issues/`; a test holds both
/// together and loads every example.
///
/// Paragraphs are separated by an empty line and wrapped where they are printed.
public struct Explanation: Sendable, Hashable {
    /// Stable code.
    public let code: String
    /// What is wrong, in a few words, as a heading.
    public let title: String
    /// What it means and how it comes about.
    public let meaning: String
    /// What happens while nobody does anything about it.
    public let consequence: String
    /// What to change.
    public let remedy: String
    /// Text that gives this diagnostic and the same text in order; nil only where a few lines cannot.
    public let example: Example?

    init(
        _ code: String, _ title: String, meaning: String, consequence: String, remedy: String,
        example: Example? = nil
    ) {
        self.code = code
        self.title = title
        self.meaning = meaning
        self.consequence = consequence
        self.remedy = remedy
        self.example = example
    }
}

extension Explanation {
    /// A wrong and a right text. Both are loaded by a test: the wrong one gives this code and no other, the right one
    /// nothing at all.
    public struct Example: Sendable, Hashable {
        /// The file that gives the diagnostic.
        public let wrong: String
        /// The same file, put right.
        public let right: String
        /// What of ``right`` differs, for people: only the lines that were changed and their block.
        public let shownRight: String
        /// Other files, by the path under which an `include` finds them.
        public let files: [String: String]
        /// Why loading the text alone does not give the diagnostic; nil where it does.
        public let needs: String?

        /// What a load says about the wrong text, in full.
        public func diagnostics() -> [Diagnostic] { load(wrong).diagnostics }

        func load(_ text: String) -> LoadResult {
            let path = "keepalived.conf"
            var files = InMemoryFiles(files)
            files.files[path] = Array(text.utf8)
            return ConfigurationLoader(files: files).load(path: path)
        }

        /// Whole files.
        ///
        /// - Parameters:
        ///   - files: what an `include` in them finds.
        ///   - needs: what the text alone does not bring, such as a host without that interface; it is then shown and
        ///     not loaded.
        static func file(wrong: String, right: String, files: [String: String] = [:], needs: String? = nil) -> Example {
            Example(wrong: wrong, right: right, shownRight: right, files: files, needs: needs)
        }

        /// Lines of a `vrrp_instance` that is complete but for them.
        static func instance(wrong: String, right: String, needs: String? = nil) -> Example {
            within(
                "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.1.80.90/24\n    }\n",
                "}\n", wrong, right, needs)
        }

        /// Lines of a `virtual_server` that is complete but for them.
        static func virtualServer(wrong: String, right: String, needs: String? = nil) -> Example {
            within(
                "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n",
                "    real_server 10.1.80.93 80 {\n        TCP_CHECK {\n        }\n    }\n}\n", wrong, right, needs)
        }

        /// Lines of a `real_server` that is complete but for them.
        static func realServer(wrong: String, right: String, needs: String? = nil) -> Example {
            within(
                "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n    real_server 10.1.80.93 80 {\n",
                "    }\n}\n", wrong, right, needs, indentation: "        ")
        }

        private static func within(
            _ head: String, _ tail: String, _ wrong: String, _ right: String, _ needs: String?,
            indentation: String = "    "
        ) -> Example {
            let given = Set((wrong + "\n" + right).split(separator: "\n").compactMap { keyword(of: $0) })
            let rest = head.split(separator: "\n").filter { line in
                guard let keyword = keyword(of: line), ["interface", "lb_kind"].contains(keyword) else { return true }
                return !given.contains(keyword)
            }
            .map { $0 + "\n" }.joined()
            return Example(
                wrong: rest + indented(wrong, by: indentation) + tail,
                right: rest + indented(right, by: indentation) + tail, shownRight: right, files: [:], needs: needs)
        }

        /// What a line sets, which an example sets in place of its frame.
        private static func keyword(of line: Substring) -> Substring? {
            let keyword = line.split(separator: " ").first
            return keyword == "lvs_method" ? "lb_kind" : keyword
        }

        private static func indented(_ lines: String, by indentation: String) -> String {
            lines.split(separator: "\n").map { indentation + $0 + "\n" }.joined()
        }
    }
}

extension DiagnosticCatalogue {
    /// The long form of every code, in order.
    public static let explanations: [Explanation] =
        Explanation.ofReading + Explanation.ofDefinitions + Explanation.ofKeywords + Explanation.ofVRRP
        + Explanation.ofVirtualServers
        + Explanation.ofHost + Explanation.ofLint

    /// The long form of a code.
    ///
    /// - Parameter code: `MR0101`, in any case, also without `MR` and without leading zeros.
    public static func explanation(of code: String) -> Explanation? {
        guard let number = number(of: code) else { return nil }
        return explanations.first { Self.number(of: $0.code) == number }
    }

    /// The number in something that looks like a code; nil when it does not.
    public static func number(of code: String) -> Int? {
        let digits = code.lowercased().hasPrefix("mr") ? code.dropFirst(2) : code[...]
        guard digits.utf8.count <= 4, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(digits)
    }
}
