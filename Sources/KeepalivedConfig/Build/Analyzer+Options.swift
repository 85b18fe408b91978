import Addressing

extension Analyzer {
    /// Reads `name value` pairs among the arguments from index `first` on.
    ///
    /// - Parameters:
    ///   - options: the names, each with what its value must be.
    ///   - fatal: the name whose missing value ends keepalived; without any other the option is ignored.
    mutating func forEachOption(
        of statement: Int, from first: Int, _ options: KeyValuePairs<String, String>, fatal: String? = nil,
        _ body: (inout Analyzer, String, Word) -> Void
    ) {
        var index = first
        while let word = tree.argument(index, of: statement) {
            guard let (name, expected) = option({ $0.choice(word, options.map { ($0.key, ($0.key, $0.value)) }) })
            else {
                index += 1
                continue
            }
            guard let value = tree.argument(index + 1, of: statement) else {
                option { $0.reportMissingValue(name, expected: expected, at: word.span, isFatal: name == fatal) }
                return
            }
            option { body(&$0, name, value) }
            index += 2
        }
    }

    /// A multicast group.
    mutating func multicastGroup(_ word: Word, family: AddressFamily? = nil) -> IPAddress? {
        guard let address = address(word, family: family) else { return nil }
        guard address.isMulticast else {
            ignore(.notAnAddress(tree.string(word), expected: "a multicast group"), at: word.span)
            return nil
        }
        return address
    }

    /// The words of a `user` or `script_user` statement.
    func scriptUser(_ statement: Int) -> ScriptUser? {
        user(
            (0..<tree.argumentCount(statement)).compactMap { tree.argument($0, of: statement) }.map { tree.string($0) })
    }
}
