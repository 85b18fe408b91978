@testable import KeepalivedConfig

/// Statements of a tree as text: keyword, arguments, and blocks in braces.
func outline(_ text: String, configID: String = "", variables: [String: String] = [:]) -> String {
    var lexer = Lexer(files: InMemoryFiles([:], variables: variables), options: LanguageOptions(configID: configID))
    lexer.lex(file: "test.conf", bytes: Array(text.utf8))
    let tree = lexer.tree
    func statements(_ range: Range<Int>) -> String {
        var parts: [String] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let statement = tree.statements[index]
            let words = tree.words[Int(statement.firstWord)..<Int(statement.firstWord + statement.wordCount)]
            var part = words.map { $0.isQuoted ? "[\(tree.string($0))]" : tree.string($0) }.joined(separator: " ")
            if tree.hasBlock(index) { part += " {\(statements(tree.block(of: index)))}" }
            parts.append(part)
            index = Int(statement.next)
        }
        return parts.joined(separator: "; ")
    }
    return statements(0..<tree.statements.count)
}
